//! Callback bodies: which members a callback has for which method and operation.
//!
//! The sets of members are those of the printed samples. Alipay tells the customer's id,
//! Alfa-Click the account, wallet-partner the customer's phone; a paid wallet-partner sale comes
//! without the customer's id, and a declined wallet-partner refund without `provider`.

use serde::Serialize;

use super::Platform;
use super::clarification::ClarificationPart;
use super::deliveries::CallbackKind;
use super::fault::Fault;
use super::faults::{Distortion, Outgoing, UNKNOWN_STATUS};
use super::handoff::{DisplayItem, Handoff, Redirect};
use super::moment::Moment;
use super::payment::{CallbackUrls, CallbackWishes, Operation, Payment, PaymentKey};
use super::project::Project;
use super::signing;
use super::status::{OperationStatus, OperationType, PaymentStatus};
use super::timeline::Event;
use crate::config::Method;

/// The default format of a payment callback.
#[derive(Serialize)]
struct CallbackBody<'a> {
    project_id: u32,
    payment: PaymentPart<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<AccountPart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerPart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<OperationPart<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
    #[serde(flatten)]
    extras: Extras<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

/// Members that only intermediate callbacks and status answers carry.
#[derive(Serialize, Default)]
pub(super) struct Extras<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_data: Option<&'a Redirect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_data: Option<&'a [DisplayItem]>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    clarification: Option<ClarificationPart>,
}

impl<'a> Extras<'a> {
    /// What the merchant needs for the next step of a payment, if anything.
    pub(super) fn of(payment: &'a Payment) -> Self {
        let mut extras = Self::default();
        match payment.status {
            PaymentStatus::AwaitingRedirectResult | PaymentStatus::AwaitingCustomerAction => {
                match &payment.handoff {
                    Some(Handoff::Redirect(redirect)) => extras.redirect_data = Some(redirect),
                    Some(Handoff::Qr(code)) => extras.display_data = Some(&code.items),
                    Some(Handoff::Invoice { .. }) | None => {}
                }
            }
            PaymentStatus::AwaitingClarification => {
                extras.clarification = payment.clarification.as_ref().map(ClarificationPart::of);
            }
            _ => {}
        }
        extras
    }
}

/// `payment` of callbacks and status answers.
#[derive(Serialize)]
pub(super) struct PaymentPart<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<Sum<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_refund_id: Option<&'a str>,
    description: &'a str,
}

impl<'a> PaymentPart<'a> {
    pub(super) fn of(payment: &'a Payment, merchant_refund_id: Option<&'a str>) -> Self {
        let purchase = &payment.purchase;
        Self {
            id: &purchase.payment_id,
            kind: "purchase",
            status: payment.status.name(),
            date: Some(payment.changed.platform_date()),
            method: Some(purchase.method.code()),
            sum: Some(Sum {
                amount: payment.remaining(),
                currency: &purchase.currency,
            }),
            merchant_refund_id,
            description: &purchase.description,
        }
    }

    /// A payment that was refused before it began, or is not known at all.
    pub(super) fn refused(payment_id: &'a str, date: Option<Moment>) -> Self {
        Self {
            id: payment_id,
            kind: "purchase",
            status: PaymentStatus::Error.name(),
            date: date.map(Moment::platform_date),
            method: None,
            sum: None,
            merchant_refund_id: None,
            description: "",
        }
    }
}

#[derive(Serialize)]
pub(super) struct Sum<'a> {
    pub(super) amount: i64,
    pub(super) currency: &'a str,
}

#[derive(Serialize)]
pub(super) struct AccountPart<'a> {
    number: &'a str,
}

impl<'a> AccountPart<'a> {
    pub(super) fn of(payment: &'a Payment) -> Option<Self> {
        let purchase = &payment.purchase;
        let login = purchase
            .login
            .as_deref()
            .filter(|_| purchase.method == Method::AlfaClick)?;
        Some(Self { number: login })
    }
}

#[derive(Serialize)]
pub(super) struct CustomerPart<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
}

impl<'a> CustomerPart<'a> {
    pub(super) fn of(payment: &'a Payment, operation: &Operation) -> Option<Self> {
        let purchase = &payment.purchase;
        let (id, phone) = (purchase.customer_id.as_deref(), purchase.phone.as_deref());
        let paid_sale =
            operation.kind == OperationType::Sale && operation.status == OperationStatus::Success;
        let part = match purchase.method {
            Method::Alipay => Self { id, phone: None },
            Method::AlfaClick => return None,
            Method::WalletPartner if paid_sale && phone.is_some() => Self { id: None, phone },
            Method::WalletPartner => Self { id, phone },
        };
        (part.id.is_some() || part.phone.is_some()).then_some(part)
    }
}

/// `operation` of callbacks and an entry of `operations` in status answers.
#[derive(Serialize)]
pub(super) struct OperationPart<'a> {
    id: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    date: String,
    created_date: String,
    request_id: &'a str,
    sum_initial: Sum<'a>,
    sum_converted: Sum<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<ProviderPart<'a>>,
    code: String,
    message: &'static str,
}

impl<'a> OperationPart<'a> {
    pub(super) fn of(operation: &'a Operation, method: Method) -> Self {
        let sum = || Sum {
            amount: operation.amount,
            currency: &operation.currency,
        };
        Self {
            id: operation.id,
            kind: operation.kind.name(),
            status: operation.status.name(),
            date: operation.changed.platform_date(),
            created_date: operation.created.platform_date(),
            request_id: &operation.request_id,
            sum_initial: sum(),
            sum_converted: sum(),
            provider: ProviderPart::of(operation, method),
            code: operation.code.number.to_string(),
            message: operation.code.message,
        }
    }
}

#[derive(Serialize)]
struct ProviderPart<'a> {
    id: u32,
    payment_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    auth_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint_id: Option<&'static str>,
}

impl<'a> ProviderPart<'a> {
    fn of(operation: &'a Operation, method: Method) -> Option<Self> {
        let provider = operation.provider.as_ref()?;
        let refund = operation.kind == OperationType::Refund;
        let partner = method == Method::WalletPartner;
        if partner && refund && operation.status != OperationStatus::Success {
            return None;
        }
        Some(Self {
            id: provider.id,
            payment_id: &provider.payment_id,
            date: (!(partner && refund)).then(|| provider.date.platform_date()),
            auth_code: "",
            endpoint_id: (method == Method::AlfaClick && !refund).then_some("alfabank"),
        })
    }
}

/// Signs a callback as it stands, or as its faults distort it.
fn finish(mut body: CallbackBody<'_>, project: &Project, distortion: Distortion) -> Vec<u8> {
    if distortion.unknown_status {
        body.payment.status = UNKNOWN_STATUS;
        if let Some(operation) = &mut body.operation {
            operation.status = UNKNOWN_STATUS;
        }
    }
    body.signature = distortion.sign(&body, project);
    signing::bytes(&body)
}

/// The callback about one operation of a payment as it stands now.
fn operation_body<'a>(
    project: &Project,
    payment: &'a Payment,
    operation: &'a Operation,
) -> CallbackBody<'a> {
    let extras = match operation.kind {
        OperationType::Sale => Extras::of(payment),
        OperationType::Refund => Extras::default(),
    };
    CallbackBody {
        project_id: project.config.id,
        payment: PaymentPart::of(payment, operation.merchant_refund_id.as_deref()),
        account: AccountPart::of(payment),
        customer: CustomerPart::of(payment, operation),
        operation: Some(OperationPart::of(operation, payment.purchase.method)),
        errors: &[],
        extras,
        signature: None,
    }
}

/// The callback about a request that failed its further checks.
fn error_body<'a>(
    project: &Project,
    payment_id: &'a str,
    errors: &'a [Fault],
    now: Moment,
) -> CallbackBody<'a> {
    CallbackBody {
        project_id: project.config.id,
        payment: PaymentPart::refused(payment_id, Some(now)),
        account: None,
        customer: None,
        operation: None,
        errors,
        extras: Extras::default(),
        signature: None,
    }
}

impl Platform {
    /// Sends the callback about an operation as it stands now.
    pub(super) fn notify(
        &mut self,
        key: &PaymentKey,
        operation: u64,
        kind: CallbackKind,
        now: Moment,
    ) {
        let Some(project) = self.projects.get(&key.project) else {
            return;
        };
        let Some(payment) = project.payments.get(key) else {
            return;
        };
        let Some(operation) = payment
            .operations
            .iter()
            .find(|known| known.id == operation)
        else {
            return;
        };
        let wishes = operation.callback_wishes;
        if wishes.disabled && kind == CallbackKind::Result {
            self.record(
                key,
                now,
                Event::CallbackNotSent,
                "switched off by callback.force_disable",
            );
            return;
        }
        let Some(url) = address(project, &operation.callback_urls, operation.status) else {
            self.record(
                key,
                now,
                Event::CallbackNotSent,
                "the project has no callback address",
            );
            return;
        };
        let method = Some(payment.purchase.method);
        let faults = self.faults.of_callback(&self.ids, key, method, kind);
        let body = operation_body(project, payment, operation);
        let callback = Outgoing {
            payment: key.clone(),
            kind,
            url,
            body: finish(body, project, faults.distortion),
            first: now.plus_seconds(wishes.delay_seconds),
        };
        self.dispatch(callback, faults, now);
    }

    /// Sends the callback about an acknowledged request that failed its further checks.
    pub(super) fn notify_error(
        &mut self,
        key: &PaymentKey,
        payment_id: &str,
        errors: &[Fault],
        urls: &CallbackUrls,
        wishes: CallbackWishes,
        now: Moment,
    ) {
        let Some(project) = self.projects.get(&key.project) else {
            return;
        };
        let Some(url) = address(project, urls, OperationStatus::Processing) else {
            self.record(
                key,
                now,
                Event::CallbackNotSent,
                "the project has no callback address",
            );
            return;
        };
        let kind = CallbackKind::Error;
        let method = project.payments.get(key).map(|known| known.purchase.method);
        let faults = self.faults.of_callback(&self.ids, key, method, kind);
        let body = error_body(project, payment_id, errors, now);
        let first = now
            .plus(self.pace.processing)
            .plus_seconds(wishes.delay_seconds);
        let callback = Outgoing {
            payment: key.clone(),
            kind,
            url,
            body: finish(body, project, faults.distortion),
            first,
        };
        self.dispatch(callback, faults, now);
    }
}

/// Where a callback goes: a result to the address for that result, else to the address for all
/// callbacks of the payment, else to the project's.
fn address(project: &Project, urls: &CallbackUrls, status: OperationStatus) -> Option<String> {
    let for_result = match status {
        OperationStatus::Success => urls.success.as_ref(),
        OperationStatus::Decline => urls.decline.as_ref(),
        _ => None,
    };
    for_result
        .or(urls.all.as_ref())
        .or(project.config.callback_url.as_ref())
        .cloned()
}
