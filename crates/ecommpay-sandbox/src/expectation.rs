//! What a test expects of a payment in the sandbox, as values that are checked.
//!
//! Nothing here panics: an expectation that is not met gives [`Unmet`], whose text says what was
//! expected and what was seen instead.

use std::fmt;

use serde_json::Value;

use crate::platform::deliveries::CallbackView;
use crate::platform::view::PaymentView;

/// Something that is true of a payment or not.
///
/// ```
/// # use ecommpay_sandbox::{ProjectConfig, SandboxConfig, SandboxServer};
/// use ecommpay_sandbox::{Callbacks, Expectation};
///
/// // One success callback was delivered.
/// let paid = Callbacks::of(239, "order 17").status("success").delivered().exactly(1);
/// // Nothing was sent for that one.
/// let silent = Callbacks::of(239, "order 18").never();
/// // Two attempts were refused by the shop, or lost.
/// let refused = Callbacks::of(239, "order 17").not_accepted_attempts(2);
/// let refunded = Expectation::payment_status(239, "order 17", "refunded");
///
/// # let config = SandboxConfig::new().project(ProjectConfig::new(239, "project secret"));
/// # let sandbox = SandboxServer::start(config)?;
/// sandbox.check(&silent)?;
/// let unmet = sandbox.check(&paid).unwrap_err();
/// assert_eq!(
///     unmet.to_string(),
///     "payment \"order 17\" of project 239: expected exactly 1 callback with status success, \
///      delivered; the sandbox has never seen this payment id"
/// );
/// # let _ = (refused, refunded);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an expectation is checked by the sandbox"]
pub struct Expectation {
    project: u32,
    payment_id: String,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Callbacks(Filter, Count),
    Attempts(Filter, usize),
    PaymentStatus(String),
    Step(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Exactly(usize),
    AtLeast(usize),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Filter {
    kind: Option<String>,
    status: Option<String>,
    operation: Option<String>,
    delivered: bool,
}

/// Callbacks of one payment, narrowed down until a number of them is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "say how many are expected"]
pub struct Callbacks {
    project: u32,
    payment_id: String,
    filter: Filter,
}

impl Callbacks {
    /// All callbacks of a payment, copies and repeated ones counted each.
    pub fn of(project: u32, payment_id: impl Into<String>) -> Self {
        Self {
            project,
            payment_id: payment_id.into(),
            filter: Filter::default(),
        }
    }

    /// Only those of this kind: `handoff`, `clarification`, `result` or `error`.
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.filter.kind = Some(kind.into());
        self
    }

    /// Only those that tell this `payment.status`.
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.filter.status = Some(status.into());
        self
    }

    /// Only those about an operation of this `operation.type`: `sale` or `refund`.
    pub fn operation(mut self, kind: impl Into<String>) -> Self {
        self.filter.operation = Some(kind.into());
        self
    }

    /// Only those that the merchant answered with 200.
    pub fn delivered(mut self) -> Self {
        self.filter.delivered = true;
        self
    }

    /// So many, no more and no less.
    pub fn exactly(self, number: usize) -> Expectation {
        self.count(Count::Exactly(number))
    }

    /// So many or more.
    pub fn at_least(self, number: usize) -> Expectation {
        self.count(Count::AtLeast(number))
    }

    /// None at all.
    pub fn never(self) -> Expectation {
        self.exactly(0)
    }

    /// Exactly so many attempts to deliver them ended without a 200: refused, not answered, lost.
    pub fn not_accepted_attempts(self, number: usize) -> Expectation {
        Expectation {
            project: self.project,
            payment_id: self.payment_id,
            what: What::Attempts(self.filter, number),
        }
    }

    fn count(self, count: Count) -> Expectation {
        Expectation {
            project: self.project,
            payment_id: self.payment_id,
            what: What::Callbacks(self.filter, count),
        }
    }
}

impl Expectation {
    /// The payment has this status on the platform, whatever callbacks told.
    pub fn payment_status(
        project: u32,
        payment_id: impl Into<String>,
        status: impl Into<String>,
    ) -> Self {
        Self {
            project,
            payment_id: payment_id.into(),
            what: What::PaymentStatus(status.into()),
        }
    }

    /// The payment's timeline has this step, for instance `customer_returned`.
    pub fn step(project: u32, payment_id: impl Into<String>, step: impl Into<String>) -> Self {
        Self {
            project,
            payment_id: payment_id.into(),
            what: What::Step(step.into()),
        }
    }

    pub(crate) fn project(&self) -> u32 {
        self.project
    }

    pub(crate) fn payment_id(&self) -> &str {
        &self.payment_id
    }

    /// Compares with the payment; `None` when its id was never seen.
    pub(crate) fn check(&self, payment: Option<&PaymentView>) -> Result<(), Unmet> {
        let callbacks = payment.map_or(&[][..], |payment| &payment.callbacks);
        let met = match &self.what {
            What::Callbacks(filter, count) => {
                let found = callbacks.iter().filter(|it| filter.fits(it)).count();
                match count {
                    Count::Exactly(number) => found == *number,
                    Count::AtLeast(number) => found >= *number,
                }
            }
            What::Attempts(filter, number) => {
                let fitting = callbacks.iter().filter(|it| filter.fits(it));
                fitting.map(not_accepted).sum::<usize>() == *number
            }
            What::PaymentStatus(status) => {
                payment.and_then(|payment| payment.status) == Some(status)
            }
            What::Step(step) => payment
                .is_some_and(|payment| payment.timeline.iter().any(|entry| entry.event == step)),
        };
        if met {
            return Ok(());
        }
        Err(Unmet {
            expected: self.to_string(),
            seen: match payment {
                None => "the sandbox has never seen this payment id".to_owned(),
                Some(payment) => self.what.seen(payment),
            },
        })
    }
}

impl What {
    fn seen(&self, payment: &PaymentView) -> String {
        match self {
            Self::Callbacks(..) | Self::Attempts(..) if payment.callbacks.is_empty() => {
                "it has no callback".to_owned()
            }
            Self::Callbacks(..) | Self::Attempts(..) => {
                let callbacks: Vec<String> = payment.callbacks.iter().map(describe).collect();
                format!("it has: {}", callbacks.join("; "))
            }
            Self::PaymentStatus(_) => match payment.status {
                Some(status) => format!("it has the status {status}"),
                None => "its id was seen, but no payment was made".to_owned(),
            },
            Self::Step(_) => {
                let steps: Vec<&str> = payment.timeline.iter().map(|entry| entry.event).collect();
                format!("its steps are: {}", steps.join(", "))
            }
        }
    }
}

/// How many attempts ended without a 200; the newest may still be under way.
fn not_accepted(callback: &CallbackView) -> usize {
    let ended = callback.attempts.iter().filter(|it| !it.answer.is_empty());
    ended.count().saturating_sub(callback.delivered.into())
}

fn describe(callback: &CallbackView) -> String {
    let body = serde_json::from_str::<Value>(&callback.body).unwrap_or_default();
    let text = |path| {
        body.pointer(path)
            .and_then(Value::as_str)
            .unwrap_or("none")
            .to_owned()
    };
    let state = match (callback.delivered, callback.attempts.last()) {
        (_, None) => "not sent yet".to_owned(),
        (true, _) => format!("delivered at attempt {}", callback.attempts.len()),
        (false, Some(last)) if last.answer.is_empty() => "under way".to_owned(),
        (false, Some(last)) => format!(
            "not delivered in {} attempts, the last: {}",
            callback.attempts.len(),
            last.answer
        ),
    };
    format!(
        "{} callback (status {}, operation {}), {state}",
        callback.kind,
        text("/payment/status"),
        text("/operation/type"),
    )
}

impl Filter {
    fn fits(&self, callback: &CallbackView) -> bool {
        if self.kind.as_ref().is_some_and(|kind| kind != callback.kind)
            || (self.delivered && !callback.delivered)
        {
            return false;
        }
        if self.status.is_none() && self.operation.is_none() {
            return true;
        }
        let body = serde_json::from_str::<Value>(&callback.body).unwrap_or_default();
        let is = |path, wanted: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| {
                body.pointer(path)
                    .is_some_and(|told| told == wanted.as_str())
            })
        };
        is("/payment/status", &self.status) && is("/operation/type", &self.operation)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = &self.kind {
            write!(f, " of kind {kind}")?;
        }
        if let Some(status) = &self.status {
            write!(f, " with status {status}")?;
        }
        if let Some(operation) = &self.operation {
            write!(f, " about a {operation}")?;
        }
        if self.delivered {
            f.write_str(", delivered")?;
        }
        Ok(())
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "payment {:?} of project {}: ",
            self.payment_id, self.project
        )?;
        let plural = |number: usize| if number == 1 { "" } else { "s" };
        match &self.what {
            What::Callbacks(filter, Count::Exactly(0)) => {
                write!(f, "expected no callback{filter}")
            }
            What::Callbacks(filter, Count::Exactly(number)) => {
                let s = plural(*number);
                write!(f, "expected exactly {number} callback{s}{filter}")
            }
            What::Callbacks(filter, Count::AtLeast(number)) => {
                let s = plural(*number);
                write!(f, "expected at least {number} callback{s}{filter}")
            }
            What::Attempts(filter, number) => {
                let s = plural(*number);
                write!(
                    f,
                    "expected exactly {number} attempt{s} without 200 to deliver callbacks{filter}"
                )
            }
            What::PaymentStatus(status) => write!(f, "expected the status {status}"),
            What::Step(step) => write!(f, "expected the step {step}"),
        }
    }
}

/// An expectation that is not met: what was expected and what was seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{expected}; {seen}")]
pub struct Unmet {
    expected: String,
    seen: String,
}

impl Unmet {
    /// What was expected, of which payment.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What was seen instead.
    #[must_use]
    pub fn seen(&self) -> &str {
        &self.seen
    }
}
