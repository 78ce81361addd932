//! What lies in the inbox.

use std::fmt;
use std::net::IpAddr;

use ecommpay_callback::Callback;
use ecommpay_model::{PaymentId, PaymentStatusBody, ProjectId};
use ecommpay_signature::json::{self, Limits};

use crate::{Arrival, Moment};

/// The number of an entry, in the order of storing. A number is never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(i64);

impl EntryId {
    /// The entry with this number.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> i64 {
        self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What kind of document an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EntryKind {
    /// A callback of the platform.
    Callback,
    /// An answer to a status request.
    StatusAnswer,
}

impl EntryKind {
    /// `callback` or `status answer`, for stores and exports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Callback => "callback",
            Self::StatusAnswer => "status answer",
        }
    }
}

/// A stored arrival; it is never changed.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry(StoredEntry);

/// The parts of an [`Entry`] as a store keeps them.
#[derive(Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores build it member by member"
)]
pub struct StoredEntry {
    /// Number of the entry.
    pub id: EntryId,
    /// Kind of the document.
    pub kind: EntryKind,
    /// The project whose keys it was verified with.
    pub project_id: ProjectId,
    /// The payment, as [`Arrival::payment_id`] gave it.
    pub payment_id: Option<PaymentId>,
    /// SHA-256 of the content.
    pub digest: [u8; 32],
    /// When it came.
    pub received_at: Moment,
    /// Where it came from.
    pub remote_address: Option<IpAddr>,
    /// Which key it was signed with.
    pub key_index: Option<u32>,
    /// The raw bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for StoredEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredEntry")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl From<StoredEntry> for Entry {
    fn from(stored: StoredEntry) -> Self {
        Self(stored)
    }
}

impl Entry {
    /// The entry that an arrival becomes when it is stored under this number.
    #[must_use]
    pub fn of(id: EntryId, arrival: &Arrival) -> Self {
        Self(StoredEntry {
            id,
            kind: arrival.kind(),
            project_id: arrival.project_id(),
            payment_id: arrival.payment_id().cloned(),
            digest: *arrival.digest(),
            received_at: arrival.received_at(),
            remote_address: arrival.remote_address(),
            key_index: arrival.key_index(),
            bytes: arrival.bytes().to_vec(),
        })
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.0.id
    }

    /// Whether it is a callback or a status answer.
    #[must_use]
    pub fn kind(&self) -> EntryKind {
        self.0.kind
    }

    /// The project whose keys it was verified with.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.0.project_id
    }

    /// The payment it is about, if it names one by the rules for payment ids.
    #[must_use]
    pub fn payment_id(&self) -> Option<&PaymentId> {
        self.0.payment_id.as_ref()
    }

    /// SHA-256 of the content.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.0.digest
    }

    /// When it came for the first time.
    #[must_use]
    pub fn received_at(&self) -> Moment {
        self.0.received_at
    }

    /// Where it came from.
    #[must_use]
    pub fn remote_address(&self) -> Option<IpAddr> {
        self.0.remote_address
    }

    /// Which key of the ring it was signed with: 0 was the current one.
    #[must_use]
    pub fn key_index(&self) -> Option<u32> {
        self.0.key_index
    }

    /// The raw bytes of a callback; the JSON of a status answer. Holds personal data.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Reads the document. It was verified before it was stored.
    ///
    /// # Errors
    ///
    /// [`UnreadableEntry`] with the path of the member that is not as it should be.
    pub fn read(&self) -> Result<Document, UnreadableEntry> {
        match self.0.kind {
            EntryKind::Callback => Callback::danger_from_stored(&self.0.bytes)
                .map(|callback| Document::Callback(Box::new(callback)))
                .map_err(|error| UnreadableEntry {
                    path: error.path().to_owned(),
                }),
            EntryKind::StatusAnswer => json::from_slice(&self.0.bytes, &Limits::PLATFORM)
                .map(|answer| Document::StatusAnswer(Box::new(answer)))
                .map_err(|error| UnreadableEntry {
                    path: error.path().to_owned(),
                }),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("id", &self.0.id)
            .field("kind", &self.0.kind)
            .field("project_id", &self.0.project_id)
            .field("payment_id", &self.0.payment_id)
            .field("received_at", &self.0.received_at)
            .field("bytes", &self.0.bytes.len())
            .finish_non_exhaustive()
    }
}

/// An entry, read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Document {
    /// A callback.
    Callback(Box<Callback>),
    /// An answer to a status request by payment id.
    StatusAnswer(Box<PaymentStatusBody>),
}

/// An entry that is genuine but not readable as a type; its bytes are kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be read at `{path}`; look at its bytes")]
pub struct UnreadableEntry {
    path: String,
}

impl UnreadableEntry {
    /// Where the document is not as it should be, as `payment.sum.amount`; empty for the top level.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}
