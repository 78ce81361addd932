//! What a store keeps of a payment in columns of their own, so that it can be found.

use ecommpay_model::PaymentStatus;

use crate::{Asking, Moment, PaymentRecord};

/// The columns of a payment beside its state; most documents change none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores read it member by member")]
pub struct IndexedPayment {
    /// The status as [`status_text`] gives it; empty before one was heard.
    pub status: String,
    /// Code of the method; empty while it is not known.
    pub method: String,
    /// When the payment was begun or first heard of.
    pub since: Moment,
    /// Whether it has no result yet.
    pub is_open: bool,
    /// [`Asking`] as a number, for [`asking_of`].
    pub asking: i16,
    /// The moment of [`Asking::At`].
    pub ask_at: Option<Moment>,
}

impl IndexedPayment {
    /// The columns of a record.
    #[must_use]
    pub fn of(record: &PaymentRecord) -> Self {
        let (asking, ask_at) = match record.asking() {
            Asking::AfterBaseTime => (0, None),
            Asking::At(moment) => (1, Some(moment)),
            Asking::Never => (2, None),
        };
        Self {
            status: record
                .status()
                .map_or(String::new(), |status| status_text(status).to_owned()),
            method: record
                .method()
                .map_or(String::new(), |method| method.as_str().to_owned()),
            since: record.since(),
            is_open: record.is_open(),
            asking,
            ask_at,
        }
    }
}

/// The text a status is found by; the two spellings of one are one.
#[must_use]
pub fn status_text(status: &PaymentStatus) -> &str {
    match status {
        PaymentStatus::Cancelled(_) => "cancelled",
        other => other.as_str(),
    }
}

/// Reads the two columns of [`Asking`].
#[must_use]
pub fn asking_of(asking: i16, ask_at: Option<Moment>) -> Asking {
    match (asking, ask_at) {
        (0, _) => Asking::AfterBaseTime,
        (1, Some(moment)) => Asking::At(moment),
        _ => Asking::Never,
    }
}

#[cfg(test)]
mod tests {
    use ecommpay_model::{PaymentId, ProjectId};

    use super::*;

    #[test]
    fn asking_is_read_as_it_was_written() {
        let moment = Moment::from_unix_millis(7);
        let (project, id) = (ProjectId::new(201), PaymentId::new("p-1"));
        let mut record = PaymentRecord::new(project.unwrap(), id.unwrap(), moment);
        for asking in [Asking::AfterBaseTime, Asking::At(moment), Asking::Never] {
            record.ask(asking);
            let indexed = IndexedPayment::of(&record);
            assert_eq!(asking_of(indexed.asking, indexed.ask_at), asking);
            assert_eq!((indexed.status.as_str(), indexed.method.as_str()), ("", ""));
            assert!(indexed.is_open);
        }
    }
}
