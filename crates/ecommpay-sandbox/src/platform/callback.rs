//! Callbacks about payments: their bodies, where they go, and which of them are sent.

use serde::Serialize;

use super::Platform;
use super::clarification::ClarificationPart;
use super::deliveries::CallbackKind;
use super::fault::Fault;
use super::faults::{Distortion, Outgoing, UNKNOWN_STATUS};
use super::handoff::{DisplayItem, Handoff, Redirect};
use super::moment::Moment;
use super::parts::{AccountPart, CustomerPart, OperationPart, PaymentPart};
use super::payment::{CallbackUrls, CallbackWishes, Operation, Payment, PaymentKey};
use super::project::Project;
use super::signing;
use super::status::{OperationStatus, OperationType, PaymentStatus};
use super::timeline::Event;

/// Why callbacks are not sent.
pub(super) const SWITCHED_OFF: &str = "switched off by callback.force_disable";
pub(super) const NO_ADDRESS: &str = "the project has no callback address";

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
    /// The refund's own description, where the project is told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_description: Option<&'a str>,
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
        OperationType::Refund | OperationType::Reversal => Extras::default(),
    };
    let told = project.config.refund_rules.operation_description;
    CallbackBody {
        project_id: project.config.id,
        payment: PaymentPart::of(payment, operation.merchant_refund_id.as_deref()),
        account: AccountPart::of(payment),
        customer: CustomerPart::of(payment, operation),
        operation: Some(OperationPart::of(operation, payment.purchase.method)),
        errors: &[],
        extras,
        operation_description: operation
            .refund
            .as_ref()
            .filter(|_| told)
            .map(|state| state.wish.description.as_str()),
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
        operation_description: None,
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
        if wishes.disabled && !kind.is_prescriptive() {
            self.record(key, now, Event::CallbackNotSent, SWITCHED_OFF);
            return;
        }
        let url = operation_address(project, payment, operation);
        let Some(url) = url else {
            self.record(key, now, Event::CallbackNotSent, NO_ADDRESS);
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
        if wishes.disabled {
            self.record(key, now, Event::CallbackNotSent, SWITCHED_OFF);
            return;
        }
        let Some(url) = address(project, urls, OperationStatus::Processing) else {
            self.record(key, now, Event::CallbackNotSent, NO_ADDRESS);
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

/// Where the callback about an operation goes: where its own request says, else, for a refund,
/// to the address for all callbacks of the payment, else to the project's.
fn operation_address(
    project: &Project,
    payment: &Payment,
    operation: &Operation,
) -> Option<String> {
    own_address(&operation.callback_urls, operation.status)
        .or(payment.purchase.callback_urls.all.as_ref())
        .or(project.config.callback_url.as_ref())
        .cloned()
}

/// Where a callback goes that is about a request alone.
pub(super) fn address(
    project: &Project,
    urls: &CallbackUrls,
    status: OperationStatus,
) -> Option<String> {
    own_address(urls, status)
        .or(project.config.callback_url.as_ref())
        .cloned()
}

/// What a request says: a result goes to the address for that result, else, like everything else,
/// to the address for all callbacks.
fn own_address(urls: &CallbackUrls, status: OperationStatus) -> Option<&String> {
    let for_result = match status {
        OperationStatus::Success => urls.success.as_ref(),
        OperationStatus::Decline => urls.decline.as_ref(),
        _ => None,
    };
    for_result.or(urls.all.as_ref())
}
