//! Why the inbox could not do something.

use std::error::Error;

/// Why the inbox could not do what it was asked.
///
/// Whatever the error: nothing was promised. An adapter answers a failed `put` with HTTP 503, and
/// the platform repeats the callback.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InboxError {
    /// More waits to be written than the inbox takes; try again soon. Nothing was stored.
    #[error("the inbox is full: writes wait already in the number allowed")]
    Full,
    /// The inbox has been closed.
    #[error("the inbox is closed")]
    Closed,
    /// The store cannot be reached or a write failed.
    ///
    /// After a failed commit nobody knows whether it holds. The same arrival may be put again; an
    /// acknowledgement that did hold makes the next one a lost lease.
    #[error("the store of the inbox failed while it was {doing}")]
    Unavailable {
        /// What was being done.
        doing: &'static str,
        /// What the store said.
        #[source]
        source: BoxError,
    },
    /// The lease ran out, or the entry is in other hands or finished: the result does not count.
    #[error("the lease is over: the entry may be in other hands")]
    LeaseLost,
    /// The merchant's own write failed; the acknowledgement was undone with it.
    #[error("the write of the shop failed and was undone together with the acknowledgement")]
    WriteFailed {
        /// What the write said.
        #[source]
        source: BoxError,
    },
    /// Something stored is not as the inbox wrote it.
    #[error("the store holds something damaged: {what}")]
    Damaged {
        /// What it is.
        what: &'static str,
        /// What is wrong with it.
        #[source]
        source: BoxError,
    },
}

/// The error of a store or of a shop.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;

impl InboxError {
    /// The store failed while doing something.
    pub fn unavailable(doing: &'static str, source: impl Into<BoxError>) -> Self {
        Self::Unavailable {
            doing,
            source: source.into(),
        }
    }

    /// Something stored cannot be read.
    pub fn damaged(what: &'static str, source: impl Into<BoxError>) -> Self {
        Self::Damaged {
            what,
            source: source.into(),
        }
    }
}
