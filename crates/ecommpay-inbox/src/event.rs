//! What a handler is told, and the order guard before it.

use ecommpay_callback::{
    Change, Conflict, ExpectedOrder, Mismatch, NextAction, PaymentState, Verdict,
};
use ecommpay_model::{Money, PaymentId, ProjectId};

use crate::{Document, Entry, EntryId, Learned, ParkReason, Parking, PaymentRecord};

/// Something has been heard of a payment: the document, the order it was held against, and
/// everything known of the payment with it.
#[derive(Debug, Clone)]
pub struct Event {
    entry_id: EntryId,
    document: Document,
    order: ExpectedOrder,
    verdict: Verdict,
    state: PaymentState,
    change: Change,
    disagreement: Vec<Conflict>,
}

impl Event {
    /// The entry; its number is one key for "already done" in a store of the shop's own.
    #[must_use]
    pub fn entry_id(&self) -> EntryId {
        self.entry_id
    }

    /// The project.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.order.project_id()
    }

    /// The payment, spelled as in the order.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        self.order.payment_id()
    }

    /// The callback or status answer that came.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The order it was held against.
    #[must_use]
    pub fn order(&self) -> &ExpectedOrder {
        &self.order
    }

    /// Everything known of the payment, this document included.
    #[must_use]
    pub fn state(&self) -> &PaymentState {
        &self.state
    }

    /// Whether the document told something new.
    #[must_use]
    pub fn change(&self) -> Change {
        self.change
    }

    /// How what was paid stands to the order.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// What the shop does next, by everything known.
    #[must_use]
    pub fn next(&self) -> NextAction {
        self.state.next()
    }

    /// The sum, if the payment is paid, with the sum of the order, and nothing contradicts it.
    ///
    /// It says so with every document that comes while this is the state: ship once, by a mark on
    /// the order that is set in the same transaction.
    #[must_use]
    pub fn paid(&self) -> Option<Money> {
        match (self.verdict, self.state.next()) {
            (Verdict::Matches, NextAction::Paid { sum }) => sum,
            _ => None,
        }
    }

    /// Contradictions that this document has brought up, such as a status answer that says
    /// otherwise than a callback did. A person has to look.
    #[must_use]
    pub fn disagreement(&self) -> &[Conflict] {
        &self.disagreement
    }
}

/// A document that passed the guard.
pub(crate) struct Passed {
    pub(crate) event: Event,
    pub(crate) learned: Learned,
}

/// Holds a document against its order and against what is known of the payment.
///
/// Whether a document is folded depends on nothing but itself and the order, so that any order of
/// arrival makes the same state. A callback that cannot follow what is known is folded, which makes
/// the contradiction visible, and laid aside.
pub(crate) fn judge(
    entry: &Entry,
    document: Document,
    known: Option<&PaymentRecord>,
    order: ExpectedOrder,
) -> Result<Box<Passed>, Parking> {
    let mismatch = |mismatch: Mismatch| Parking::new(ParkReason::Mismatch, &mismatch.to_string());
    let learned = prove(entry, &document, &order)?;
    let before = match known {
        Some(record) => record.state().clone(),
        None => PaymentState::new(order.project_id(), order.payment_id().clone()),
    };
    let mut state = before.clone();
    let change = state
        .merge(learned.state())
        .map_err(|error| Parking::new(ParkReason::Mismatch, &error.to_string()))?;
    if let Document::Callback(callback) = &document {
        order
            .check_against(&before, callback)
            .map_err(|error| mismatch(error).with_learned(learned.clone()))?;
    }
    let verdict = order
        .check_state(&state)
        .map_err(|error| mismatch(error).with_learned(learned.clone()))?;
    let disagreement = brought_up(&before, &state);
    Ok(Box::new(Passed {
        event: Event {
            entry_id: entry.id(),
            document,
            order,
            verdict,
            state,
            change,
            disagreement,
        },
        learned,
    }))
}

/// The contradictions that a document has brought up, by the states before and after it.
fn brought_up(before: &PaymentState, after: &PaymentState) -> Vec<Conflict> {
    let known = before.conflicts();
    let mut found = after.conflicts();
    found.retain(|conflict| !known.contains(conflict));
    found
}

/// Whether a document that is laid aside and folded all the same contradicts what is known.
pub(crate) fn contradicts(known: Option<&PaymentRecord>, learned: &Learned) -> bool {
    let Some(record) = known else {
        return false;
    };
    let mut after = record.state().clone();
    after.merge(learned.state()).is_ok() && !brought_up(record.state(), &after).is_empty()
}

/// What a document proves of the payment of the order, if it is for it.
fn prove(entry: &Entry, document: &Document, order: &ExpectedOrder) -> Result<Learned, Parking> {
    let aside = |text: String| Parking::new(ParkReason::Mismatch, &text);
    if entry.project_id() != order.project_id() {
        return Err(aside(
            "project_id is not that of the keys it was signed with".to_owned(),
        ));
    }
    let (project_id, payment_id) = (order.project_id(), order.payment_id());
    let heard_at = entry.received_at();
    match document {
        Document::Callback(callback) => {
            order
                .check(callback)
                .map_err(|error| aside(error.to_string()))?;
            Learned::from_callback(project_id, payment_id, callback, heard_at)
                .map_err(|error| aside(error.to_string()))
        }
        Document::StatusAnswer(answer) => {
            let learned = Learned::from_status_answer(project_id, payment_id, answer, heard_at)
                .map_err(|error| aside(error.to_string()))?;
            order
                .check_state(learned.state())
                .map_err(|error| aside(error.to_string()))?;
            Ok(learned)
        }
    }
}
