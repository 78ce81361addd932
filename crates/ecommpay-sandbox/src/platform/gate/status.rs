//! Status answers: by payment id in the layout of callbacks, by request id in the older one.

use serde::Serialize;

use super::super::Platform;
use super::super::callback::Extras;
use super::super::fault::{Code, Fault};
use super::super::moment::Moment;
use super::super::parts::{AccountPart, CustomerPart, OperationPart, PaymentPart, Sum};
use super::super::payment::{Payment, PaymentKey};
use super::super::project::{Project, RequestRecord};
use super::super::signing;
use super::{Accepted, GateAnswer};

/// The answer to `/v2/payment/status`.
#[derive(Serialize)]
struct ByPayment<'a> {
    project_id: u32,
    payment: PaymentPart<'a>,
    operations: Vec<OperationPart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<AccountPart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerPart<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
    #[serde(flatten)]
    extras: Extras<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

/// The answer to `/v2/payment/status/request`; the signature sits in `general`.
#[derive(Serialize)]
struct ByRequest<'a> {
    general: General<'a>,
    status: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<Transaction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<OldPayment<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum_request: Option<Sum<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum_real: Option<Sum<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum_refund: Option<Sum<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    operations: Vec<OldOperation<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
}

#[derive(Serialize)]
struct General<'a> {
    project_id: u32,
    payment_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

#[derive(Serialize)]
struct Transaction {
    id: u64,
    date: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct OldPayment<'a> {
    id: &'a str,
    method: &'static str,
    status: &'static str,
    result_code: String,
    result_message: &'static str,
    date: String,
}

#[derive(Serialize)]
struct OldOperation<'a> {
    id: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    date: String,
    sum: Sum<'a>,
}

impl Platform {
    /// A payment nobody knows is `error` with code 3061; one whose details are still on their way
    /// is `error` with 3062.
    pub(super) fn status_by_payment(&self, accepted: &Accepted, now: Moment) -> GateAnswer {
        let Some(project) = self.project(accepted.project) else {
            return GateAnswer::refusal(404, Code::PROJECT_NOT_FOUND, "");
        };
        let asked = &accepted.subject;
        let key = PaymentKey::new(accepted.project, asked);
        let wait = project.config.details_after_seconds;
        let link = project.links.get(&key);
        if let Some(link) = link.filter(|link| link.holds_payment_id()) {
            return GateAnswer::data(link.status_body(project, &self.base_uri));
        }
        GateAnswer::data(match project.payments.get(&key) {
            Some(payment) if now.since(payment.created).as_secs() < wait => {
                unknown(project, asked, Code::DETAILS_NOT_RECEIVED, now)
            }
            Some(payment) => known(project, payment),
            None => unknown(project, asked, Code::NOT_FOUND, now),
        })
    }

    pub(super) fn status_by_request(&self, accepted: &Accepted) -> GateAnswer {
        let Some(project) = self.project(accepted.project) else {
            return GateAnswer::refusal(404, Code::PROJECT_NOT_FOUND, "");
        };
        match project.requests.get(&accepted.subject) {
            Some(record) => GateAnswer::data(request(project, &accepted.subject, record)),
            None => GateAnswer::refusal(404, Code::NOT_FOUND, ""),
        }
    }
}

fn known(project: &Project, payment: &Payment) -> Vec<u8> {
    let refused = payment.operations.is_empty();
    let mut body = ByPayment {
        project_id: project.config.id,
        payment: if refused {
            PaymentPart::refused(&payment.purchase.payment_id, Some(payment.changed))
        } else {
            PaymentPart::of(payment, None)
        },
        operations: payment
            .operations
            .iter()
            .map(|operation| OperationPart::of(operation, payment.purchase.method))
            .collect(),
        account: AccountPart::of(payment).filter(|_| !refused),
        customer: payment
            .operations
            .last()
            .and_then(|operation| CustomerPart::of(payment, operation)),
        errors: &payment.errors,
        extras: Extras::of(payment),
        signature: None,
    };
    body.signature = signing::sign(&body, &project.key);
    signing::bytes(&body)
}

fn unknown(project: &Project, payment_id: &str, code: Code, now: Moment) -> Vec<u8> {
    let errors = [Fault::new(code)];
    let mut body = ByPayment {
        project_id: project.config.id,
        payment: PaymentPart::refused(payment_id, Some(now)),
        operations: Vec::new(),
        account: None,
        customer: None,
        errors: &errors,
        extras: Extras::default(),
        signature: None,
    };
    body.signature = signing::sign(&body, &project.key);
    signing::bytes(&body)
}

fn request(project: &Project, request_id: &str, record: &RequestRecord) -> Vec<u8> {
    let payment = project
        .payments
        .get(&record.payment)
        .filter(|_| record.errors.is_empty());
    let operation = payment.zip(record.operation).and_then(|(payment, id)| {
        payment
            .operations
            .iter()
            .find(|operation| operation.id == id)
    });
    let mut body = ByRequest {
        general: General {
            project_id: project.config.id,
            payment_id: &record.payment_id,
            signature: None,
        },
        status: if record.errors.is_empty() {
            "success"
        } else {
            "error"
        },
        request_id,
        transaction: operation.map(|operation| Transaction {
            id: operation.id,
            date: record.received.platform_date(),
            kind: operation.kind.name(),
        }),
        payment: payment
            .zip(operation)
            .map(|(payment, operation)| OldPayment {
                id: &payment.purchase.payment_id,
                method: payment.purchase.method.code(),
                status: payment.status.name(),
                result_code: operation.code.number.to_string(),
                result_message: operation.code.message,
                date: payment.changed.platform_date(),
            }),
        sum_request: operation.map(|operation| Sum {
            amount: operation.amount,
            currency: &operation.currency,
        }),
        sum_real: payment.map(|payment| Sum {
            amount: payment.purchase.amount,
            currency: &payment.purchase.currency,
        }),
        sum_refund: payment
            .filter(|payment| payment.refunded > 0)
            .map(|payment| Sum {
                amount: payment.refunded,
                currency: &payment.purchase.currency,
            }),
        description: payment.map(|payment| payment.purchase.description.as_str()),
        operations: payment.map(old_operations).unwrap_or_default(),
        errors: &record.errors,
    };
    body.general.signature = signing::sign(&body, &project.key);
    signing::bytes(&body)
}

fn old_operations(payment: &Payment) -> Vec<OldOperation<'_>> {
    payment
        .operations
        .iter()
        .map(|operation| OldOperation {
            id: operation.id,
            kind: operation.kind.name(),
            status: operation.status.name(),
            date: operation.changed.platform_date(),
            sum: Sum {
                amount: operation.amount,
                currency: &operation.currency,
            },
        })
        .collect()
}
