//! A request whose outcome is unknown, and how to recognise it in a later status answer.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use ecommpay_gate::OperationKind;
use ecommpay_model::{
    Json, OperationInfo, PaymentId, PaymentStatus, PaymentStatusBody, ReceivedDate,
};
use ecommpay_signature::json::{self, Limits};

use crate::{MoneyMoved, NoAnswer};

/// How far the platform's clock may be behind ours.
const CLOCK_MARGIN: Duration = Duration::from_secs(60);

/// A request that may have been carried out: nobody knows yet.
///
/// Do not repeat it. [`Client::resolve`](crate::Client::resolve) asks the platform what became of
/// it; a callback may bring the answer as well.
///
/// `Display` names the operation and the payment. `source()` is what came instead of an answer.
#[must_use = "money may have moved: resolve it before anything is repeated"]
pub struct OutcomeUnknown(Box<Details>);

struct Details {
    kind: OperationKind,
    payment_id: PaymentId,
    requested_at: Duration,
    attempts: u32,
    refund: RefundTrace,
    cause: NoAnswer,
}

/// What a refund request said of itself, read back from the bytes that were sent.
#[derive(Default)]
struct RefundTrace {
    merchant_refund_id: Option<String>,
    amount: Option<i64>,
}

impl OutcomeUnknown {
    pub(crate) fn new(
        kind: OperationKind,
        payment_id: PaymentId,
        sent_body: &[u8],
        requested_at: Duration,
        attempts: u32,
        cause: NoAnswer,
    ) -> Self {
        let refund = match kind {
            OperationKind::Refund => RefundTrace::read(sent_body),
            _ => RefundTrace::default(),
        };
        OutcomeUnknown(Box::new(Details {
            kind,
            payment_id,
            requested_at,
            attempts,
            refund,
            cause,
        }))
    }

    /// The payment the request was about.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        &self.0.payment_id
    }

    /// What the request was.
    #[must_use]
    pub fn kind(&self) -> OperationKind {
        self.0.kind
    }

    /// When the last attempt was sent, since 1970-01-01T00:00:00Z by this machine's clock.
    #[must_use]
    pub fn requested_at(&self) -> Duration {
        self.0.requested_at
    }

    /// How many attempts were made; all but the last one certainly sent nothing.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What came instead of an answer.
    #[must_use]
    pub fn cause(&self) -> &NoAnswer {
        &self.0.cause
    }

    /// Whether money may have moved: a code resend moves none, everything else may have.
    #[must_use]
    pub fn money_may_have_moved(&self) -> MoneyMoved {
        match self.0.kind {
            OperationKind::CodeResend | OperationKind::StatusQuery => MoneyMoved::Never,
            _ => MoneyMoved::Maybe,
        }
    }

    /// Looks for the request's trace in what the platform knows of the payment now.
    pub(crate) fn look_in(&self, answer: &PaymentStatusBody) -> Found {
        if self.0.kind == OperationKind::Refund {
            return self.look_for_refund(answer);
        }
        let payment = &answer.payment;
        let may_be_an_earlier_try = payment.status == Some(PaymentStatus::Error)
            && !self.may_have_made(payment.date.as_ref());
        if may_be_an_earlier_try {
            Found::Nothing
        } else {
            Found::Payment
        }
    }

    fn look_for_refund(&self, answer: &PaymentStatusBody) -> Found {
        let shown = answer
            .payment
            .merchant_refund_id
            .as_ref()
            .map(|id| id.as_str());
        let sought = self.0.refund.merchant_refund_id.as_deref();
        if sought.is_some() && shown.is_some() && sought != shown {
            return Found::Nothing;
        }
        let mut candidates = answer
            .operations
            .iter()
            .enumerate()
            .filter(|(_, operation)| self.may_be_the_refund(operation))
            .map(|(position, _)| position);
        match (candidates.next(), candidates.next()) {
            (Some(only), None) => Found::Operation(only),
            _ => Found::Nothing,
        }
    }

    fn may_be_the_refund(&self, operation: &OperationInfo) -> bool {
        let gives_back = operation
            .kind
            .as_ref()
            .is_some_and(|kind| kind.gives_money_back());
        let amount = operation.sum_initial.as_ref().and_then(|sum| sum.amount);
        let same_amount = match (self.0.refund.amount, amount) {
            (Some(sought), Some(amount)) => sought == amount,
            // a full refund names no amount
            (None, _) => true,
            (Some(_), None) => false,
        };
        // `date` moves with every change of an operation's status, so it proves no beginning
        gives_back && same_amount && self.may_have_made(operation.created_date.as_ref())
    }

    /// Whether something of this date can come from the request.
    fn may_have_made(&self, date: Option<&ReceivedDate>) -> bool {
        let earliest = self.0.requested_at.saturating_sub(CLOCK_MARGIN).as_secs();
        date.and_then(ReceivedDate::timestamp)
            .and_then(|time| u64::try_from(time.unix_seconds()).ok())
            .is_some_and(|seconds| seconds >= earliest)
    }
}

/// What a status answer shows of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing that is certainly its doing.
    Nothing,
    /// The payment it was about.
    Payment,
    /// The operation it made, by its place in `operations`.
    Operation(usize),
}

impl RefundTrace {
    /// Reads the body we made ourselves; what is not in it is not sought.
    fn read(body: &[u8]) -> Self {
        let Ok(sent) = json::from_slice::<Json>(body, &Limits::STRICT) else {
            return RefundTrace::default();
        };
        let member = |name| {
            sent.member("payment")
                .and_then(|payment| payment.member(name))
        };
        RefundTrace {
            merchant_refund_id: member("merchant_refund_id")
                .and_then(Json::as_str)
                .map(str::to_owned),
            amount: member("amount").and_then(Json::as_i64),
        }
    }
}

impl fmt::Debug for OutcomeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutcomeUnknown")
            .field("kind", &self.0.kind)
            .field("payment_id", &self.0.payment_id)
            .field("requested_at", &self.0.requested_at)
            .field("attempts", &self.0.attempts)
            .field("cause", &self.0.cause)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for OutcomeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the outcome of the {} of payment {} is unknown, ask for the status before repeating it",
            self.0.kind, self.0.payment_id
        )
    }
}

impl Error for OutcomeUnknown {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0.cause)
    }
}
