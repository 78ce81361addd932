//! What the shop brings: its orders, and what it does when something is heard of one.

use std::error::Error;
use std::fmt;

use async_trait::async_trait;
use ecommpay_callback::ExpectedOrder;
use ecommpay_model::{PaymentId, ProjectId};

use crate::Event;

/// The shop's orders.
#[async_trait]
pub trait Orders: Send + Sync + 'static {
    /// What the shop expects of a payment; nothing if it does not know the order (yet).
    ///
    /// Payment ids are compared without regard to case, as the platform does.
    ///
    /// # Errors
    ///
    /// Any error: the entry is tried again later.
    async fn expected(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<ExpectedOrder>, HandlerError>;
}

/// What the shop does when something is heard of a payment.
///
/// A handler is called again if its process dies before the acknowledgement, so its effects must
/// bear a repetition, or be a [`Write`](Self::Write) in the transaction of the acknowledgement:
/// then they happen exactly once.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// What is written in the transaction of the acknowledgement: `()` for nothing, or the write
    /// type of the store, such as `SqliteWrite`.
    type Write: Send + 'static;

    /// Handles an event. What it answers is written together with the acknowledgement.
    ///
    /// # Errors
    ///
    /// [`HandlerError`]: the event comes again after a pause, and is laid aside after too many
    /// attempts, or at once by [`HandlerError::give_up`].
    async fn handle(&self, event: &Event) -> Result<Self::Write, HandlerError>;
}

/// Why an event could not be handled.
///
/// Every error becomes one by `?`, with the texts of its causes. The text is kept in the store, where
/// people see it; it does not go into logs.
pub struct HandlerError {
    text: String,
    again: Again,
}

/// Whether trying again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    Later,
    Never,
}

impl HandlerError {
    /// The event is to come again after a pause.
    pub fn retry(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            again: Again::Later,
        }
    }

    /// Trying again will not help: lay the event aside for a person.
    pub fn give_up(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            again: Again::Never,
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn again(&self) -> Again {
        self.again
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HandlerError {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self::retry(text)
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerError")
            .field("again", &self.again)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_bring_their_causes() {
        let inner = std::io::Error::other("disk");
        let outer = crate::InboxError::unavailable("committing", inner);
        let error = HandlerError::from(outer);
        assert_eq!(
            error.text(),
            "the store of the inbox failed while it was committing: disk"
        );
        assert_eq!(error.again(), Again::Later);
        assert_eq!(HandlerError::give_up("no").again(), Again::Never);
        assert!(!format!("{error:?}").contains("disk"));
    }
}
