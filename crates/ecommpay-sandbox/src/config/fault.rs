//! Rules of the fault desk: what goes wrong, with which messages, how often.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Method;
use super::fault_text::FaultText;
use crate::error::SandboxError;

/// The longest time by which a callback is put off, in seconds of the sandbox's clock: 30 days.
const LONGEST_DELAY: u64 = 30 * 24 * 60 * 60;
/// The longest time an answer is kept back, in seconds of real time.
const LONGEST_WAIT: u64 = 300;
/// The largest number of additional copies of a callback.
const MOST_COPIES: u32 = 100;

/// Whether the request was carried out when its answer fails.
///
/// `After` is the case that decides whether a merchant's program is right: money may have moved,
/// and nobody told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum When {
    /// The request is not carried out.
    Before,
    /// The request is carried out; only its answer is lost.
    After,
}

/// Which messages a fault meets, more closely than its kind says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultPlace {
    /// Callbacks with `redirect_data` or `display_data`.
    Handoff,
    /// Callbacks that ask for additional data; or, for faults of answers, requests that bring
    /// them or ask for another one-time code.
    Clarification,
    /// Callbacks with the result of a sale or refund.
    Result,
    /// Callbacks about an acknowledged request that failed its further checks.
    Error,
    /// Callbacks about payment links; or, for faults of answers, requests that make or cancel one.
    PaymentLink,
    /// Sale requests.
    Sale,
    /// Refund requests.
    Refund,
    /// Status queries.
    Status,
    /// Requests to the Data API.
    DataApi,
}

/// What can happen to a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallbackFault {
    Delay { seconds: u64 },
    Duplicate { copies: u32 },
    Reorder { seconds: u64 },
    Drop,
    WrongSignature,
    UnknownStatus,
}

/// What can happen to the answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerFault {
    Http500 { status: u16, when: When },
    SlowAnswer { seconds: u64 },
    TimeOut { seconds: u64, when: When },
    ConnectionReset { when: When },
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    Callback(CallbackFault),
    Answer(AnswerFault),
}

/// How often a fault is applied to what it meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Often {
    EveryTime,
    First(u64),
    Percent(u8),
}

/// A rule of the fault desk: something that goes wrong on purpose.
///
/// Faults of callbacks happen to what the sandbox sends: [`delay`](Self::delay),
/// [`duplicate`](Self::duplicate), [`reorder`](Self::reorder),
/// [`drop_attempts`](Self::drop_attempts), [`wrong_signature`](Self::wrong_signature),
/// [`unknown_status`](Self::unknown_status). All that meet one callback are applied. Faults of
/// answers happen to what it says to Gate and Data API requests: [`http_500`](Self::http_500),
/// [`slow_answer`](Self::slow_answer), [`time_out`](Self::time_out),
/// [`connection_reset`](Self::connection_reset). The first one that is applied ends the search.
///
/// A rule meets every message of its side until it is narrowed down, and is applied every time
/// until it is told otherwise. The timeline of a payment tells what was done to it
/// (`fault_applied`).
///
/// ```
/// use ecommpay_sandbox::{Fault, FaultPlace, SandboxConfig, When};
///
/// // The first sale of order 17 is taken in, and its answer never arrives.
/// let lost = Fault::connection_reset(When::After)
///     .project(239)
///     .payment("order 17")
///     .at(FaultPlace::Sale)
///     .first(1);
/// // A quarter of all results comes twice.
/// let twice = Fault::duplicate(1).at(FaultPlace::Result).percent(25);
/// let config = SandboxConfig::new().fault(lost).fault(twice);
/// # drop(config);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "FaultText", into = "FaultText")]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) project: Option<u32>,
    pub(crate) payment: Option<String>,
    pub(crate) method: Option<Method>,
    pub(crate) place: Option<FaultPlace>,
    pub(crate) often: Often,
}

impl Fault {
    pub(super) fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            project: None,
            payment: None,
            method: None,
            place: None,
            often: Often::EveryTime,
        }
    }

    /// Callbacks set off so many seconds later, of the sandbox's clock: 1 to 2592000 (30 days).
    #[must_use]
    pub fn delay(seconds: u64) -> Self {
        Self::new(FaultKind::Callback(CallbackFault::Delay { seconds }))
    }

    /// Callbacks are sent with so many additional copies (1 to 100), each with a schedule of its
    /// own.
    #[must_use]
    pub fn duplicate(copies: u32) -> Self {
        Self::new(FaultKind::Callback(CallbackFault::Duplicate { copies }))
    }

    /// A callback is held back until the merchant has been sent the payment's next one, at most so
    /// many seconds of the sandbox's clock: 1 to 2592000. One callback of a payment at a time is
    /// held back.
    #[must_use]
    pub fn reorder(seconds: u64) -> Self {
        Self::new(FaultKind::Callback(CallbackFault::Reorder { seconds }))
    }

    /// Attempts to deliver a callback are lost on their way. They count, and the schedule goes on.
    #[must_use]
    pub fn drop_attempts() -> Self {
        Self::new(FaultKind::Callback(CallbackFault::Drop))
    }

    /// Callbacks are signed with a key that is not the project's.
    #[must_use]
    pub fn wrong_signature() -> Self {
        Self::new(FaultKind::Callback(CallbackFault::WrongSignature))
    }

    /// Callbacks tell a status that nobody documents, of payment and operation, rightly signed.
    /// The state of the payment is what it is: a status query tells it.
    #[must_use]
    pub fn unknown_status() -> Self {
        Self::new(FaultKind::Callback(CallbackFault::UnknownStatus))
    }

    /// Requests are answered with this HTTP status, 500 to 599.
    #[must_use]
    pub fn http_500(status: u16, when: When) -> Self {
        Self::new(FaultKind::Answer(AnswerFault::Http500 { status, when }))
    }

    /// Requests are carried out at once and answered so many seconds later, of real time whatever
    /// the sandbox's clock says: 1 to 300.
    #[must_use]
    pub fn slow_answer(seconds: u64) -> Self {
        Self::new(FaultKind::Answer(AnswerFault::SlowAnswer { seconds }))
    }

    /// Requests are never answered: the connection stays open until the client gives up, at most
    /// so many seconds of real time (1 to 300), and is reset then.
    #[must_use]
    pub fn time_out(seconds: u64, when: When) -> Self {
        Self::new(FaultKind::Answer(AnswerFault::TimeOut { seconds, when }))
    }

    /// The TCP connection is reset instead of an answer.
    #[must_use]
    pub fn connection_reset(when: When) -> Self {
        Self::new(FaultKind::Answer(AnswerFault::ConnectionReset { when }))
    }

    /// Only messages of this project.
    #[must_use]
    pub fn project(mut self, project: u32) -> Self {
        self.project = Some(project);
        self
    }

    /// Only messages that name this payment id, without regard to case.
    #[must_use]
    pub fn payment(mut self, payment_id: impl Into<String>) -> Self {
        self.payment = Some(payment_id.into());
        self
    }

    /// Only messages about payments of this method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Only these messages of the fault's side.
    #[must_use]
    pub fn at(mut self, place: FaultPlace) -> Self {
        self.place = Some(place);
        self
    }

    /// Only the first so many times that the rule meets a message.
    #[must_use]
    pub fn first(mut self, times: u64) -> Self {
        self.often = Often::First(times);
        self
    }

    /// In so many of a hundred cases (1 to 99), which the seed decides.
    #[must_use]
    pub fn percent(mut self, percent: u8) -> Self {
        self.often = Often::Percent(percent);
        self
    }

    /// Checks what the types cannot.
    pub(crate) fn check(&self) -> Result<(), SandboxError> {
        let refuse = |field, rule| Err(SandboxError::Fault { field, rule });
        let (seconds, longest) = match self.kind {
            FaultKind::Callback(
                CallbackFault::Delay { seconds } | CallbackFault::Reorder { seconds },
            ) => (Some(seconds), LONGEST_DELAY),
            FaultKind::Answer(
                AnswerFault::SlowAnswer { seconds } | AnswerFault::TimeOut { seconds, .. },
            ) => (Some(seconds), LONGEST_WAIT),
            _ => (None, 0),
        };
        if seconds.is_some_and(|seconds| !(1..=longest).contains(&seconds)) {
            return refuse(
                "seconds",
                "must be 1 to 2592000 for callbacks, 1 to 300 for answers",
            );
        }
        match self.kind {
            FaultKind::Callback(CallbackFault::Duplicate { copies })
                if !(1..=MOST_COPIES).contains(&copies) =>
            {
                return refuse("copies", "must be 1 to 100");
            }
            FaultKind::Answer(AnswerFault::Http500 { status, .. })
                if !(500..=599).contains(&status) =>
            {
                return refuse("status", "must be 500 to 599");
            }
            _ => {}
        }
        match self.often {
            Often::First(0) => return refuse("first", "must be at least 1"),
            Often::Percent(percent) if !(1..=99).contains(&percent) => {
                return refuse("percent", "must be 1 to 99");
            }
            _ => {}
        }
        if self.place.is_some_and(|place| !place.fits(self.kind)) {
            return refuse(
                "at",
                "must be handoff, clarification, result, error or payment_link for callbacks; sale, \
                 refund, clarification, status, payment_link or data_api for answers",
            );
        }
        Ok(())
    }
}

impl FaultPlace {
    fn fits(self, kind: FaultKind) -> bool {
        match self {
            Self::Handoff | Self::Result | Self::Error => matches!(kind, FaultKind::Callback(_)),
            Self::Sale | Self::Refund | Self::Status | Self::DataApi => {
                matches!(kind, FaultKind::Answer(_))
            }
            Self::Clarification | Self::PaymentLink => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_checked_and_named() {
        let cases = [
            (Fault::delay(0), "seconds"),
            (Fault::reorder(2_592_001), "seconds"),
            (Fault::slow_answer(301), "seconds"),
            (Fault::time_out(0, When::After), "seconds"),
            (Fault::duplicate(0), "copies"),
            (Fault::duplicate(101), "copies"),
            (Fault::http_500(499, When::Before), "status"),
            (Fault::drop_attempts().first(0), "first"),
            (Fault::drop_attempts().percent(100), "percent"),
            (Fault::drop_attempts().at(FaultPlace::Sale), "at"),
            (Fault::slow_answer(1).at(FaultPlace::Result), "at"),
        ];
        for (fault, member) in cases {
            let error = fault.check().unwrap_err().to_string();
            assert!(error.contains(&format!(" {member} ")), "{fault:?}: {error}");
        }
        for fault in [
            Fault::delay(2_592_000),
            Fault::slow_answer(300),
            Fault::duplicate(100).first(1),
            Fault::http_500(599, When::After).percent(99),
            Fault::wrong_signature().at(FaultPlace::Clarification),
            Fault::connection_reset(When::After).at(FaultPlace::Clarification),
        ] {
            fault.check().unwrap();
        }
    }
}
