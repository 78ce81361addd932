//! What the merchant does next: the one question behind every callback.

use ecommpay_model::authentication::Resend;
use ecommpay_model::{
    CallbackBody, ClarificationFields, DisplayItem, ErrorItem, Json, JsonObject, Money,
    OperationCode, OperationInfo, OperationStatus, OperationType, PaymentStatus, RedirectData, Sum,
    Timestamp,
};

use crate::phase::Phase;

/// What the merchant does next.
///
/// Decided by the statuses and kinds of the protocol alone (`payment.status`, `operation.type`,
/// `operation.status`); texts made for people are only passed on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum NextAction {
    /// Send the customer on, or show what the customer needs in order to pay.
    HandOver(HandOver),
    /// Send the missing data with a clarification request; declines after 30 minutes.
    SupplyData(DataRequest),
    /// Nothing: the result comes with a later callback, for a payment or for a refund of it.
    Wait,
    /// The payment is paid. Compare the sum with the order before anything is shipped:
    /// [`ExpectedOrder`](crate::ExpectedOrder).
    Paid {
        /// What was paid, which can differ from what was asked for.
        sum: Option<Money>,
    },
    /// The payment was rejected for good.
    Declined(Reason),
    /// A hold was released; no money was taken.
    Cancelled,
    /// Money was given back.
    Refunded(Returned),
    /// A refund was rejected; the payment is as it was.
    RefundDeclined(Reason),
    /// The request failed its checks and nothing was started; the same payment id may be used
    /// again. A refused refund of a paid payment looks the same:
    /// [`PaymentState::next`](crate::PaymentState::next) tells the two apart.
    Error(Vec<ErrorItem>),
    /// Keep the callback and let a person look: nothing here can be decided safely.
    Look(Unclear),
}

/// How the customer gets to the payment system.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum HandOver {
    /// Send the customer's browser there.
    Redirect(RedirectData),
    /// Show these: a QR code with what belongs to it.
    Display(Vec<DisplayItem>),
}

/// Data the platform is missing (`awaiting clarification`).
#[derive(Debug, Clone, PartialEq)]
pub struct DataRequest {
    fields: ClarificationFields,
    one_time_code: Option<OneTimeCode>,
}

impl DataRequest {
    /// The fields that are missing; [`ClarificationFields::wanted`] lists them.
    #[must_use]
    pub fn fields(&self) -> &ClarificationFields {
        &self.fields
    }

    /// Set when the data is a one-time code that the payment system has sent to the customer.
    #[must_use]
    pub fn one_time_code(&self) -> Option<&OneTimeCode> {
        self.one_time_code.as_ref()
    }
}

/// Limits of a one-time code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeCode {
    wanted_until: Option<Timestamp>,
    codes_left: Option<i64>,
}

impl OneTimeCode {
    /// Until when the code must have arrived (`new_attempt_time`).
    #[must_use]
    pub fn wanted_until(&self) -> Option<Timestamp> {
        self.wanted_until
    }

    /// How often a new code may still be asked for; nothing when no new one can be sent
    /// (`resend.available_attempts_number`).
    #[must_use]
    pub fn codes_left(&self) -> Option<i64> {
        self.codes_left
    }
}

/// Why something was rejected, in the platform's words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reason {
    code: Option<OperationCode>,
    message: Option<String>,
}

impl Reason {
    pub(crate) fn new(code: Option<OperationCode>, message: Option<String>) -> Self {
        Self { code, message }
    }

    /// The platform's code; [`OperationCode::known`] says what to do about it.
    #[must_use]
    pub fn code(&self) -> Option<&OperationCode> {
        self.code.as_ref()
    }

    /// The platform's text to the code, in English; not meant for customers.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

/// What was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub(crate) extent: Extent,
    pub(crate) sum: Option<Money>,
    pub(crate) remaining: Option<Money>,
}

impl Returned {
    /// Whether anything is left to be given back.
    #[must_use]
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// What was given back: of a callback by its operation, of a state in all.
    #[must_use]
    pub fn sum(&self) -> Option<Money> {
        self.sum
    }

    /// What can still be given back (`payment.sum` of a refund callback).
    #[must_use]
    pub fn remaining(&self) -> Option<Money> {
        self.remaining
    }
}

/// How much of a payment was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Extent {
    /// Everything.
    Full,
    /// A part.
    Partial,
}

/// Why a person has to look.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unclear {
    /// The document names no status of the payment.
    NoStatus,
    /// The status of the payment is unknown, or asks for something outside of this project, such as
    /// a capture or 3-D Secure.
    Status(PaymentStatus),
    /// The kind and status of the operation do not decide anything together with the payment's.
    Operation {
        /// `operation.type`.
        kind: Option<OperationType>,
        /// `operation.status`.
        status: Option<OperationStatus>,
    },
    /// Facts contradict each other: [`PaymentState::conflicts`](crate::PaymentState::conflicts).
    Conflict,
}

/// The members that tell how an open payment goes on, wherever they come from.
#[derive(Clone, Copy, Default)]
pub(crate) struct Openings<'a> {
    pub(crate) redirect_data: Option<&'a RedirectData>,
    pub(crate) display_data: &'a [DisplayItem],
    pub(crate) clarification_fields: Option<&'a ClarificationFields>,
    pub(crate) resend: Option<&'a Resend>,
    pub(crate) provider_extra_fields: Option<&'a JsonObject>,
}

impl<'a> Openings<'a> {
    pub(crate) fn of(body: &'a CallbackBody) -> Self {
        Self {
            redirect_data: body.redirect_data.as_ref(),
            display_data: &body.display_data,
            clarification_fields: body.clarification_fields.as_ref(),
            resend: body.resend.as_ref(),
            provider_extra_fields: Some(&body.provider_extra_fields),
        }
    }
}

/// Sorts one callback.
pub(crate) fn of_callback(body: &CallbackBody) -> NextAction {
    let openings = Openings::of(body);
    let Some(status) = &body.payment.status else {
        return NextAction::Look(Unclear::NoStatus);
    };
    match &body.operation {
        Some(operation) if is_return(operation) => of_refund(body, operation, &openings),
        operation => of_payment(body, status, operation.as_ref(), &openings),
    }
}

fn is_return(operation: &OperationInfo) -> bool {
    operation
        .kind
        .as_ref()
        .is_some_and(OperationType::gives_money_back)
}

/// A refund or reversal: its own status decides, for the payment's may stay as it was.
fn of_refund(
    body: &CallbackBody,
    operation: &OperationInfo,
    openings: &Openings<'_>,
) -> NextAction {
    match &operation.status {
        Some(OperationStatus::Success) => {
            let phase = body.payment.status.as_ref().map(Phase::of);
            let extent = match phase {
                Some(Phase::Returned) => Extent::Full,
                Some(Phase::PartlyReturned) => Extent::Partial,
                _ => return unclear(operation),
            };
            NextAction::Refunded(Returned {
                extent,
                sum: operation.sum_initial.as_ref().and_then(Sum::money),
                remaining: payment_sum(body),
            })
        }
        Some(OperationStatus::Decline | OperationStatus::Error) => {
            NextAction::RefundDeclined(reason(Some(operation), &body.errors))
        }
        Some(OperationStatus::Processing) => NextAction::Wait,
        Some(OperationStatus::AwaitingClarification) => supply_data(openings),
        _ => unclear(operation),
    }
}

fn of_payment(
    body: &CallbackBody,
    status: &PaymentStatus,
    operation: Option<&OperationInfo>,
    openings: &Openings<'_>,
) -> NextAction {
    match Phase::of(status) {
        Phase::Refused => NextAction::Error(body.errors.clone()),
        Phase::Declined => NextAction::Declined(reason(operation, &body.errors)),
        Phase::Cancelled => NextAction::Cancelled,
        Phase::Paid => match operation {
            Some(operation) if !confirms_payment(operation) => unclear(operation),
            _ => NextAction::Paid {
                sum: payment_sum(body),
            },
        },
        // A sale told once more after money went back, or a callback without its operation.
        Phase::PartlyReturned => returned(Extent::Partial, body),
        Phase::Returned => returned(Extent::Full, body),
        Phase::PartlyPaid => NextAction::Look(Unclear::Status(status.clone())),
        Phase::Working | Phase::Awaiting | Phase::Unplaced => of_open(status, openings),
    }
}

/// What an open payment waits for.
pub(crate) fn of_open(status: &PaymentStatus, openings: &Openings<'_>) -> NextAction {
    match status {
        PaymentStatus::Processing | PaymentStatus::AwaitingCustomer => NextAction::Wait,
        PaymentStatus::AwaitingRedirectResult | PaymentStatus::AwaitingCustomerAction => {
            hand_over(status, openings)
        }
        PaymentStatus::AwaitingClarification => supply_data(openings),
        _ => NextAction::Look(Unclear::Status(status.clone())),
    }
}

/// The two kinds of data never come together; if they did, the status would decide.
fn hand_over(status: &PaymentStatus, openings: &Openings<'_>) -> NextAction {
    let redirect = openings
        .redirect_data
        .map(|data| HandOver::Redirect(data.clone()));
    let display = (!openings.display_data.is_empty())
        .then(|| HandOver::Display(openings.display_data.to_vec()));
    let hand_over = match status {
        PaymentStatus::AwaitingRedirectResult => redirect.or(display),
        _ => display.or(redirect),
    };
    // Without data the customer has what is needed already, or the merchant shows an instruction
    // of its own (the second scenario of Alfa-Click).
    hand_over.map_or(NextAction::Wait, NextAction::HandOver)
}

fn supply_data(openings: &Openings<'_>) -> NextAction {
    let in_extra_fields = openings
        .provider_extra_fields
        .and_then(|fields| fields.get("new_attempt_time"));
    let in_resend = openings.resend.and_then(|resend| resend.new_attempt_time);
    let is_one_time_code = in_extra_fields.is_some() || openings.resend.is_some();
    let wanted_until = in_extra_fields.and_then(whole_number).or(in_resend);
    NextAction::SupplyData(DataRequest {
        fields: openings.clarification_fields.cloned().unwrap_or_default(),
        one_time_code: is_one_time_code.then(|| OneTimeCode {
            wanted_until: wanted_until
                .and_then(|seconds| Timestamp::from_unix_seconds(seconds).ok()),
            codes_left: openings
                .resend
                .and_then(|resend| resend.available_attempts_number),
        }),
    })
}

/// The platform writes numbers now as numbers, now as texts.
fn whole_number(json: &Json) -> Option<i64> {
    json.to_text()?.parse().ok()
}

/// Whether the operation agrees with a payment that is called paid.
fn confirms_payment(operation: &OperationInfo) -> bool {
    let takes_money = !matches!(
        operation.kind,
        Some(OperationType::RefundReverse | OperationType::Cancel | OperationType::Payout)
    );
    takes_money && matches!(operation.status, None | Some(OperationStatus::Success))
}

fn returned(extent: Extent, body: &CallbackBody) -> NextAction {
    NextAction::Refunded(Returned {
        extent,
        sum: None,
        remaining: payment_sum(body),
    })
}

fn payment_sum(body: &CallbackBody) -> Option<Money> {
    body.payment.sum.as_ref().and_then(Sum::money)
}

/// The operation's own reason, else the first error of the request.
fn reason(operation: Option<&OperationInfo>, errors: &[ErrorItem]) -> Reason {
    match (operation, errors.first()) {
        (Some(operation), _) if operation.code.is_some() => {
            Reason::new(operation.code.clone(), operation.message.clone())
        }
        (_, Some(error)) => Reason::new(error.code.clone(), error.message.clone()),
        _ => Reason::default(),
    }
}

fn unclear(operation: &OperationInfo) -> NextAction {
    NextAction::Look(Unclear::Operation {
        kind: operation.kind.clone(),
        status: operation.status.clone(),
    })
}
