//! The state of one payment: a fold over callbacks and status answers.
//!
//! # The algebra
//!
//! Callbacks overtake one another, come twice, come late or not at all, and a status answer can
//! tell the same once more. So the state is not "the last thing heard" but *everything known*,
//! in a form in which knowledge only grows:
//!
//! ```text
//! state = snapshots:  (payment.status, payment.sum)       -> latest payment.date
//!       x stages:     (operation id, type, status, sum)   -> what was told of it
//!       x refusals:   set of refused requests (status `error`)
//!       x hand-off:   latest data for an open payment
//! ```
//!
//! Every part is a join semilattice: it has a join `∨` that is commutative, associative and
//! idempotent. A value of a total order joins by maximum (an absent one is least); a map joins key
//! by key; a set joins by union; a product joins part by part. Each document is turned into the
//! small state it proves by itself, and applying it is a join like any other. Hence
//!
//! ```text
//! a ∨ b = b ∨ a      (a ∨ b) ∨ c = a ∨ (b ∨ c)      a ∨ a = a
//! ```
//!
//! so that every order, every repetition and every way of merging partial states of two processes
//! gives one result. No rule looks at the order of arrival, because there is none to look at.
//!
//! # What is derived
//!
//! Everything a merchant asks is a function of that knowledge, computed when asked for:
//!
//! * The **current snapshot** is the greatest by: has a result > has none; later date; further
//!   in the life of a payment; smaller sum. So a late `awaiting …` never undoes a result,
//!   and two refunds of one second are in their right order.
//! * The **sum paid** is the payment's sum in `success`: in that status nothing has been returned.
//!   A payment first heard of in a refund callback has been paid at least what is left and what is
//!   known to be returned.
//! * The **sum returned** comes from two sides: successful `refund` and `reversal` operations (less
//!   `refund reverse`), and the sum that is left by the current snapshot. The side that knows of
//!   more returned money is right, for the other has not heard of everything yet. A refund
//!   that is declined or under way counts for nothing, and so does an operation without id, which
//!   cannot be told from another one; what is left tells of it all the same.
//! * `error` is the end of a *request*: it stands only while nothing else is known. The same
//!   payment id may be used again, and a refused refund leaves a paid payment paid.
//! * **Conflicts** are facts that cannot both be true, such as two results of one operation. Both
//!   are kept and reported ([`PaymentState::conflicts`]); the derived values stay the same for
//!   every order, and [`PaymentState::next`] asks for a person.
//!
//! "Not known" (codes 3061 and 3062 with the status `error`) is no fact and changes nothing.
//!
//! The state grows with what happens to a payment (statuses, refunds, refused requests), not with
//! the number of documents: a repetition only moves a date.

mod amounts;
mod conflict;
mod derive;
mod fact;
mod hand_off;
mod join;
mod operation;

use std::collections::BTreeSet;

use ecommpay_model::{
    ErrorItem, OperationInfo, PaymentId, PaymentInfo, PaymentStatus, PaymentStatusBody, ProjectId,
    Timestamp,
};
use serde::{Deserialize, Serialize};

pub use self::amounts::{Amounts, PaidSum};
pub use self::conflict::{Conflict, OperationResult};
pub use self::derive::{Standing, Transition};
pub use self::operation::OperationState;

use self::fact::{OperationDetail, OperationStage, Refusal, Seen, Snapshot, time};
use self::hand_off::HandOff;
use self::join::{Join, JoinMap};
use crate::Callback;
use crate::next::Openings;
use crate::phase::Phase;

/// Everything known about one payment, the same for every order and repetition of what was heard.
///
/// What it keeps and what it derives is written at the head of [this module](self).
///
/// Serialisable, so that a store can keep it beside the callbacks; the stored form belongs to this
/// crate. It holds the redirect data of the customer, which `Debug` does not show.
///
/// ```
/// use ecommpay_callback::{CallbackVerifier, Change, NextAction, PaymentState, Standing};
/// use ecommpay_model::{PaymentId, ProjectId};
/// use ecommpay_signature::{KeyRing, SecretKey, exact};
///
/// fn signed(body: &str, key: &SecretKey) -> Result<String, Box<dyn std::error::Error>> {
///     let signature = exact::sign(body.as_bytes(), key)?;
///     Ok(body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1))
/// }
///
/// let key = SecretKey::new("test-secret")?;
/// let paid = signed(
///     r#"{"project_id":386,"payment":{"id":"order-1","status":"success",
///         "date":"2019-03-04T11:07:22+0000","sum":{"amount":1370,"currency":"RUB"}}}"#,
///     &key,
/// )?;
/// let refunded = signed(
///     r#"{"project_id":386,"payment":{"id":"order-1","status":"partially refunded",
///         "date":"2019-03-04T11:16:29+0000","sum":{"amount":370,"currency":"RUB"}},
///         "operation":{"id":633,"type":"refund","status":"success",
///         "sum_initial":{"amount":1000,"currency":"RUB"}}}"#,
///     &key,
/// )?;
/// let verifier = CallbackVerifier::new(KeyRing::new(key));
///
/// // The refund overtakes the payment, and comes twice.
/// let mut state = PaymentState::new(ProjectId::new(386)?, PaymentId::new("order-1")?);
/// for body in [&refunded, &paid, &refunded] {
///     state.apply_callback(&verifier.verify(body.as_str())?.parse()?)?;
/// }
///
/// assert_eq!(state.standing(), Standing::PartiallyRefunded);
/// let amounts = state.amounts();
/// assert_eq!(amounts.returned().map(|sum| sum.to_string()).as_deref(), Some("10.00 RUB"));
/// assert_eq!(amounts.remaining().map(|sum| sum.to_string()).as_deref(), Some("3.70 RUB"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentState {
    project_id: ProjectId,
    payment_id: PaymentId,
    snapshots: JoinMap<Snapshot, Seen>,
    stages: JoinMap<OperationStage, OperationDetail>,
    refusals: BTreeSet<Refusal>,
    hand_off: Option<HandOff>,
}

/// Whether something new was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Change {
    /// The state knows more than before.
    Learned,
    /// Everything was known already.
    Nothing,
}

impl Change {
    fn from_learned(learned: bool) -> Self {
        if learned {
            Self::Learned
        } else {
            Self::Nothing
        }
    }
}

/// A document about another payment, or about none; the state is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} is not that of the payment of this state; look the state up by both ids first")]
pub struct ForeignPayment {
    field: &'static str,
}

impl ForeignPayment {
    /// The member that does not fit: `project_id` or `payment.id`.
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.field
    }
}

impl PaymentState {
    /// A payment of which nothing is known yet.
    #[must_use]
    pub fn new(project_id: ProjectId, payment_id: PaymentId) -> Self {
        Self {
            project_id,
            payment_id,
            snapshots: JoinMap::new(),
            stages: JoinMap::new(),
            refusals: BTreeSet::new(),
            hand_off: None,
        }
    }

    /// The project of the payment.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// The payment; of several spellings that came together by merging, the least one.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        &self.payment_id
    }

    /// Adds what a callback tells.
    ///
    /// A callback without a project is taken to be of this one: its signature was made with the
    /// project's own key.
    ///
    /// # Errors
    ///
    /// [`ForeignPayment`] for a callback of another project or about another payment.
    pub fn apply_callback(&mut self, callback: &Callback) -> Result<Change, ForeignPayment> {
        self.same_payment(callback.project_id(), callback.payment_id())?;
        let body = callback.body();
        Ok(self.learn(&Observation {
            payment: &body.payment,
            operations: body.operation.as_slice(),
            errors: &body.errors,
            openings: Openings::of(body),
        }))
    }

    /// Adds what the answer to a status request by payment id tells; its signature has been checked
    /// by whoever received it.
    ///
    /// # Errors
    ///
    /// [`ForeignPayment`] for an answer of another project or about another payment.
    pub fn apply_status(&mut self, answer: &PaymentStatusBody) -> Result<Change, ForeignPayment> {
        self.same_payment(answer.project_id, answer.payment.id.as_ref())?;
        Ok(self.learn(&Observation {
            payment: &answer.payment,
            operations: &answer.operations,
            errors: &answer.errors,
            openings: Openings {
                redirect_data: answer.redirect_data.as_ref(),
                display_data: &answer.display_data,
                clarification_fields: answer.clarification_fields.as_ref(),
                ..Openings::default()
            },
        }))
    }

    /// Adds what another state of the same payment knows.
    ///
    /// # Errors
    ///
    /// [`ForeignPayment`] for the state of another payment.
    pub fn merge(&mut self, other: &Self) -> Result<Change, ForeignPayment> {
        self.same_payment(Some(other.project_id), Some(&other.payment_id))?;
        Ok(Change::from_learned(self.join(other)))
    }

    /// What was wrong with the latest request that was refused (`payment.status` = `error`).
    ///
    /// That can be a refused refund of a paid payment as well.
    #[must_use]
    pub fn latest_errors(&self) -> &[ErrorItem] {
        self.refusals.last().map_or(&[], |refusal| &refusal.errors)
    }

    fn same_payment(
        &self,
        project_id: Option<ProjectId>,
        payment_id: Option<&PaymentId>,
    ) -> Result<(), ForeignPayment> {
        if project_id.is_some_and(|seen| seen != self.project_id) {
            return Err(ForeignPayment {
                field: "project_id",
            });
        }
        match payment_id {
            Some(seen) if seen.same_payment(&self.payment_id) => Ok(()),
            _ => Err(ForeignPayment {
                field: "payment.id",
            }),
        }
    }

    /// Joins the state that one document proves by itself.
    fn learn(&mut self, observation: &Observation<'_>) -> Change {
        let mut proved = Self::new(self.project_id, self.payment_id.clone());
        observation.record(&mut proved);
        Change::from_learned(self.join(&proved))
    }
}

impl Join for PaymentState {
    fn join(&mut self, other: &Self) -> bool {
        // Spellings of one payment id differ in case only; any rule will do that is a join.
        let spelling = other.payment_id < self.payment_id;
        if spelling {
            self.payment_id.clone_from(&other.payment_id);
        }
        let snapshots = self.snapshots.join(&other.snapshots);
        let stages = self.stages.join(&other.stages);
        let before = self.refusals.len();
        self.refusals.extend(other.refusals.iter().cloned());
        let refusals = self.refusals.len() > before;
        let hand_off = join::raise(&mut self.hand_off, &other.hand_off);
        spelling || snapshots || stages || refusals || hand_off
    }
}

/// What a callback and a status answer have in common.
struct Observation<'a> {
    payment: &'a PaymentInfo,
    operations: &'a [OperationInfo],
    errors: &'a [ErrorItem],
    openings: Openings<'a>,
}

impl Observation<'_> {
    fn record(&self, state: &mut PaymentState) {
        let status = self.payment.status.as_ref();
        if status == Some(&PaymentStatus::Error) {
            if self.tells_not_known() {
                return;
            }
            state
                .refusals
                .insert(Refusal::of(self.payment, self.errors));
        }
        if let Some((snapshot, seen)) = Snapshot::of(self.payment) {
            state.snapshots.record(snapshot, seen);
        }
        for operation in self.operations {
            if let Some((stage, detail)) = OperationStage::of(operation, self.refund_id(operation))
            {
                state.stages.record(stage, detail);
            }
        }
        if let Some(status) = status.filter(|status| !Phase::of(status).is_settled()) {
            state.hand_off = HandOff::of(self.date(), status, &self.openings);
        }
    }

    /// Codes 3061 (not found) and 3062 (no details yet): neither paid nor failed, ask again later.
    fn tells_not_known(&self) -> bool {
        self.errors
            .iter()
            .filter_map(|error| error.code.as_ref())
            .any(|code| matches!(code.as_str(), "3061" | "3062"))
    }

    /// The platform writes the refund's identifier into the payment. It belongs to the one
    /// operation of a refund callback; in a status answer nothing says to which.
    fn refund_id(&self, operation: &OperationInfo) -> Option<&str> {
        let is_refund = operation
            .kind
            .as_ref()
            .is_some_and(|kind| kind.gives_money_back());
        let id = self.payment.merchant_refund_id.as_ref()?;
        (is_refund && self.operations.len() == 1).then(|| id.as_str())
    }

    /// When the latest operation changed, else when the payment did.
    fn date(&self) -> Option<Timestamp> {
        let operations = self
            .operations
            .iter()
            .filter_map(|it| time(it.date.as_ref()))
            .max();
        operations.or_else(|| time(self.payment.date.as_ref()))
    }
}
