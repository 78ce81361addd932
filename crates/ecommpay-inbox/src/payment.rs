//! The payments view: what is known of each payment, and which ones need asking about.

use std::time::Duration;

use ecommpay_callback::{Callback, Change, ForeignPayment, PaymentState};
use ecommpay_model::{MethodCode, PaymentId, PaymentStatus, PaymentStatusBody, ProjectId};
use ecommpay_signature::json::{self, Limits};

use crate::Moment;

/// The text under which a payment is found: the platform compares payment ids without regard to
/// case.
///
/// ```
/// use ecommpay_inbox::payment_key;
/// use ecommpay_model::PaymentId;
///
/// assert_eq!(payment_key(&PaymentId::new("Order-17")?), "order-17");
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[must_use]
pub fn payment_key(id: &PaymentId) -> String {
    id.as_str().to_lowercase()
}

/// What one document proves about a payment, ready to be folded into its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    state: PaymentState,
    method: Option<MethodCode>,
    heard_at: Moment,
}

impl Learned {
    /// What a callback proves by itself.
    ///
    /// # Errors
    ///
    /// [`ForeignPayment`] if the callback names another project or payment.
    pub fn from_callback(
        project_id: ProjectId,
        payment_id: &PaymentId,
        callback: &Callback,
        heard_at: Moment,
    ) -> Result<Self, ForeignPayment> {
        let mut state = PaymentState::new(project_id, payment_id.clone());
        state.apply_callback(callback)?;
        Ok(Self {
            state,
            method: callback.body().payment.method.clone(),
            heard_at,
        })
    }

    /// What an answer to a status request by payment id proves by itself.
    ///
    /// # Errors
    ///
    /// [`ForeignPayment`] if the answer names another project or payment.
    pub fn from_status_answer(
        project_id: ProjectId,
        payment_id: &PaymentId,
        answer: &PaymentStatusBody,
        heard_at: Moment,
    ) -> Result<Self, ForeignPayment> {
        let mut state = PaymentState::new(project_id, payment_id.clone());
        state.apply_status(answer)?;
        Ok(Self {
            state,
            method: answer.payment.method.clone(),
            heard_at,
        })
    }

    /// The small state that the document proves.
    #[must_use]
    pub fn state(&self) -> &PaymentState {
        &self.state
    }

    /// When the document came.
    #[must_use]
    pub fn heard_at(&self) -> Moment {
        self.heard_at
    }
}

/// A payment that the shop has begun, before anything is heard of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedPayment {
    project_id: ProjectId,
    payment_id: PaymentId,
    method: Option<MethodCode>,
    since: Moment,
}

impl ExpectedPayment {
    /// A payment begun at this moment.
    #[must_use]
    pub fn new(project_id: ProjectId, payment_id: PaymentId, since: Moment) -> Self {
        Self {
            project_id,
            payment_id,
            method: None,
            since,
        }
    }

    /// With the method it is paid with, if that is known already.
    #[must_use]
    pub fn by_method(mut self, method: MethodCode) -> Self {
        self.method = Some(method);
        self
    }

    /// The project.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// The payment.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        &self.payment_id
    }

    /// When it was begun.
    #[must_use]
    pub fn since(&self) -> Moment {
        self.since
    }
}

/// When the platform is to be asked about an open payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asking {
    /// When the base time of its method has passed; so it begins.
    AfterBaseTime,
    /// At this moment: it has been asked about before.
    At(Moment),
    /// No more: it has been given up, or a person has it in hand.
    Never,
}

/// What the inbox knows of one payment.
///
/// A record only learns: the same documents in any order, any number of times, make the same one.
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentRecord {
    state: PaymentState,
    method: Option<MethodCode>,
    since: Moment,
    heard_at: Option<Moment>,
    asking: Asking,
}

/// A [`PaymentRecord`] as a store keeps it.
#[derive(Debug, Clone)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores build it member by member"
)]
pub struct StoredPayment {
    /// What [`PaymentRecord::state_json`] gave.
    pub state_json: Vec<u8>,
    /// Code of the method.
    pub method: Option<String>,
    /// When the payment was begun or first heard of.
    pub since: Moment,
    /// When it was last heard of.
    pub heard_at: Option<Moment>,
    /// When the platform is asked about it.
    pub asking: Asking,
}

/// A stored state that cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the state of a payment cannot be {doing} as JSON ({rule}); restore the store from a copy")]
pub struct DamagedState {
    doing: &'static str,
    rule: String,
}

impl PaymentRecord {
    /// A payment that was begun, or first heard of, at this moment.
    #[must_use]
    pub fn new(project_id: ProjectId, payment_id: PaymentId, since: Moment) -> Self {
        Self {
            state: PaymentState::new(project_id, payment_id),
            method: None,
            since,
            heard_at: None,
            asking: Asking::AfterBaseTime,
        }
    }

    /// The record a store has kept.
    ///
    /// # Errors
    ///
    /// [`DamagedState`] if the JSON of the state is not what was stored.
    pub fn from_stored(stored: StoredPayment) -> Result<Self, DamagedState> {
        let state = json::from_slice(&stored.state_json, &Limits::PLATFORM);
        Ok(Self {
            state: state.map_err(|error| DamagedState {
                doing: "read",
                rule: format!("at `{}`", error.path()),
            })?,
            method: stored.method.map(MethodCode::from),
            since: stored.since,
            heard_at: stored.heard_at,
            asking: stored.asking,
        })
    }

    /// The state for storing; it holds redirect data of the customer.
    ///
    /// # Errors
    ///
    /// [`DamagedState`] if the state holds something JSON cannot say.
    pub fn state_json(&self) -> Result<Vec<u8>, DamagedState> {
        json::to_vec(&self.state).map_err(|error| DamagedState {
            doing: "written",
            rule: error.to_string(),
        })
    }

    /// Folds in what a document proves.
    ///
    /// # Errors
    ///
    /// [`ForeignPayment`] if it is about another payment.
    pub fn learn(&mut self, learned: &Learned) -> Result<Change, ForeignPayment> {
        let change = self.state.merge(&learned.state)?;
        self.method = self.method.take().max(learned.method.clone());
        self.since = self.since.min(learned.heard_at);
        self.heard_at = self.heard_at.max(Some(learned.heard_at));
        Ok(change)
    }

    /// Takes over what the shop says of a payment it has begun.
    pub fn expect(&mut self, expected: &ExpectedPayment) {
        self.method = self.method.take().max(expected.method.clone());
        self.since = self.since.min(expected.since);
    }

    /// Sets when the platform is asked about it.
    pub fn ask(&mut self, asking: Asking) {
        self.asking = asking;
    }

    /// The project.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.state.project_id()
    }

    /// The payment.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        self.state.payment_id()
    }

    /// Everything known of it.
    #[must_use]
    pub fn state(&self) -> &PaymentState {
        &self.state
    }

    /// The status in the platform's words; nothing before one was heard.
    #[must_use]
    pub fn status(&self) -> Option<&PaymentStatus> {
        self.state.status()
    }

    /// The method paid with, as far as that is known.
    #[must_use]
    pub fn method(&self) -> Option<&MethodCode> {
        self.method.as_ref()
    }

    /// When the payment was begun, or first heard of if that was earlier.
    #[must_use]
    pub fn since(&self) -> Moment {
        self.since
    }

    /// When the last document about it came.
    #[must_use]
    pub fn heard_at(&self) -> Option<Moment> {
        self.heard_at
    }

    /// When the platform is asked about it.
    #[must_use]
    pub fn asking(&self) -> Asking {
        self.asking
    }

    /// Whether it has no result yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.state.standing().is_final()
    }
}

/// Which payments to list: all of those that fit, the oldest first.
///
/// ```
/// use ecommpay_inbox::{Moment, PaymentQuery};
/// use ecommpay_model::{MethodCode, PaymentStatus};
///
/// let declined_alipay_payments = PaymentQuery::new(50)
///     .status(PaymentStatus::Decline)
///     .method(MethodCode::Alipay)
///     .since_from(Moment::from_unix_millis(1_700_000_000_000));
/// assert_eq!(declined_alipay_payments.limit(), 50);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentQuery {
    project_id: Option<ProjectId>,
    status: Option<PaymentStatus>,
    method: Option<MethodCode>,
    since_from: Option<Moment>,
    since_before: Option<Moment>,
    limit: usize,
}

impl PaymentQuery {
    /// At most this many payments of any kind.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            project_id: None,
            status: None,
            method: None,
            since_from: None,
            since_before: None,
            limit,
        }
    }

    /// Only those of this project.
    #[must_use]
    pub fn project(mut self, project_id: ProjectId) -> Self {
        self.project_id = Some(project_id);
        self
    }

    /// Only those in this status.
    #[must_use]
    pub fn status(mut self, status: PaymentStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Only those paid with this method.
    #[must_use]
    pub fn method(mut self, method: MethodCode) -> Self {
        self.method = Some(method);
        self
    }

    /// Only those begun at this moment or later.
    #[must_use]
    pub fn since_from(mut self, moment: Moment) -> Self {
        self.since_from = Some(moment);
        self
    }

    /// Only those begun before this moment.
    #[must_use]
    pub fn since_before(mut self, moment: Moment) -> Self {
        self.since_before = Some(moment);
        self
    }

    /// The project asked for.
    #[must_use]
    pub fn wanted_project(&self) -> Option<ProjectId> {
        self.project_id
    }

    /// The status asked for.
    #[must_use]
    pub fn wanted_status(&self) -> Option<&PaymentStatus> {
        self.status.as_ref()
    }

    /// The method asked for.
    #[must_use]
    pub fn wanted_method(&self) -> Option<&MethodCode> {
        self.method.as_ref()
    }

    /// The first moment asked for.
    #[must_use]
    pub fn first(&self) -> Option<Moment> {
        self.since_from
    }

    /// The moment before which a payment must have begun.
    #[must_use]
    pub fn end(&self) -> Option<Moment> {
        self.since_before
    }

    /// How many at most.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Whether a record is asked for.
    #[must_use]
    pub fn fits(&self, record: &PaymentRecord) -> bool {
        let since = record.since();
        self.project_id
            .is_none_or(|wanted| wanted == record.project_id())
            && self
                .status
                .as_ref()
                .is_none_or(|wanted| Some(wanted) == record.status())
            && self
                .method
                .as_ref()
                .is_none_or(|wanted| Some(wanted) == record.method())
            && self.since_from.is_none_or(|from| since >= from)
            && self.since_before.is_none_or(|before| since < before)
    }
}

/// How long results of payments usually take, and how long they can take at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingTime {
    base: Duration,
    threshold: Duration,
}

impl WaitingTime {
    /// Ask for the status after the base time; after the threshold time somebody has to look.
    /// A threshold below the base time is taken for the base time.
    #[must_use]
    pub fn new(base: Duration, threshold: Duration) -> Self {
        Self {
            base,
            threshold: threshold.max(base),
        }
    }

    /// After which time the platform is asked.
    #[must_use]
    pub fn base(&self) -> Duration {
        self.base
    }

    /// After which time asking helps no more.
    #[must_use]
    pub fn threshold(&self) -> Duration {
        self.threshold
    }
}

/// Waiting times, one for each method and one for all others.
///
/// ```
/// use std::time::Duration;
/// use ecommpay_inbox::{WaitingTime, WaitingTimes};
/// use ecommpay_model::MethodCode;
///
/// let minutes = |n: u64| Duration::from_secs(n * 60);
/// let times = WaitingTimes::new(WaitingTime::new(minutes(15), minutes(60)))
///     .with(MethodCode::AlfaClick, WaitingTime::new(minutes(30), minutes(7 * 24 * 60)));
/// assert_eq!(times.of(Some(&MethodCode::Alipay)).base(), minutes(15));
/// assert_eq!(times.of(Some(&MethodCode::AlfaClick)).base(), minutes(30));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingTimes {
    by_default: WaitingTime,
    by_method: Vec<(MethodCode, WaitingTime)>,
}

impl WaitingTimes {
    /// The same times for all methods, known or not.
    #[must_use]
    pub fn new(by_default: WaitingTime) -> Self {
        Self {
            by_default,
            by_method: Vec::new(),
        }
    }

    /// With other times for one method.
    #[must_use]
    pub fn with(mut self, method: MethodCode, time: WaitingTime) -> Self {
        self.by_method.retain(|(known, _)| *known != method);
        self.by_method.push((method, time));
        self
    }

    /// The times of a method.
    #[must_use]
    pub fn of(&self, method: Option<&MethodCode>) -> WaitingTime {
        self.by_method
            .iter()
            .find(|(known, _)| Some(known) == method)
            .map_or(self.by_default, |(_, time)| *time)
    }

    /// How a payment stands to its times; nothing if it is not to be asked about now.
    #[must_use]
    pub fn judge(&self, record: &PaymentRecord, now: Moment) -> Option<Lateness> {
        let time = self.of(record.method());
        let is_due = record.is_open()
            && match record.asking() {
                Asking::AfterBaseTime => now >= record.since().plus(time.base),
                Asking::At(moment) => now >= moment,
                Asking::Never => false,
            };
        let past_threshold = now >= record.since().plus(time.threshold);
        is_due.then_some(if past_threshold {
            Lateness::PastThreshold
        } else {
            Lateness::PastBase
        })
    }
}

/// How late the result of a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Lateness {
    /// The base time has passed: ask for the status.
    PastBase,
    /// The threshold time has passed: ask once more, then let a person look.
    PastThreshold,
}

/// An open payment to ask about now.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores build it member by member"
)]
pub struct OverduePayment {
    /// The payment.
    pub record: PaymentRecord,
    /// How late it is.
    pub lateness: Lateness,
}
