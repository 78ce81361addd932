//! What the log of the store is made of.
//!
//! ```text
//! log    = frame*
//! frame  = length of the record (u32, little endian), CRC-32 of the record, record
//! record = one committed change, as postcard writes it
//! ```
//!
//! A frame whose length or checksum does not fit ends the log: it was being written when the process
//! or the power ended, and nobody was told that it holds.

use ecommpay_inbox::{
    Asking, Entry, EntryId, EntryKind, InboxError, IndexedPayment, Moment, PaymentRecord,
    StoredEntry, StoredPayment, asking_of, payment_key,
};
use ecommpay_model::{PaymentId, ProjectId};
use serde::{Deserialize, Serialize};

use super::queue::PaymentKey;
use super::shop_rows::ShopChange;

/// A committed change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Record {
    /// An arrival was stored.
    Stored(EntryRow),
    /// Entries were handed out.
    Leased { leases: Vec<LeaseRow>, until: i64 },
    /// An entry is done, with what was learned and what the shop wrote.
    Finished {
        entry: i64,
        payment: Option<PaymentRow>,
        changes: Vec<ShopChange>,
    },
    /// An entry comes again.
    ComesAgain { entry: i64, at: i64, error: String },
    /// An entry was laid aside.
    Parked {
        entry: i64,
        parking: ParkingRow,
        payment: Option<PaymentRow>,
    },
    /// Entries that were laid aside are back.
    Released {
        entries: Vec<i64>,
        at: i64,
        payment: Option<PaymentRow>,
    },
    /// An entry that was laid aside needs no handling.
    Dismissed { entry: i64 },
    /// A payment is to be asked about at another time.
    Asked {
        payment: (u32, String),
        asking: i16,
        ask_at: Option<i64>,
    },
    /// Old things are gone.
    Purged {
        entries: Vec<i64>,
        payments: Vec<(u32, String)>,
    },
    /// The shop wrote something of its own.
    Shop(Vec<ShopChange>),
}

/// An entry as the log keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EntryRow {
    id: i64,
    is_status_answer: bool,
    project: u32,
    payment: Option<String>,
    digest: [u8; 32],
    received_at: i64,
    remote_address: Option<std::net::IpAddr>,
    key_index: Option<u32>,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

/// One lease of an entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LeaseRow {
    pub(crate) entry: i64,
    pub(crate) token: i64,
    pub(crate) attempt: u32,
}

/// Why and until when an entry is laid aside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ParkingRow {
    pub(crate) reason: String,
    pub(crate) detail: String,
    pub(crate) at: i64,
    pub(crate) again_at: Option<i64>,
}

/// A payment as the log keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PaymentRow {
    project: u32,
    /// The payment id in lower case.
    key: String,
    #[serde(with = "serde_bytes")]
    state_json: Vec<u8>,
    method: Option<String>,
    since: i64,
    heard_at: Option<i64>,
    asking: i16,
    ask_at: Option<i64>,
}

/// A record that does not say what a record says.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnreadableRecord {
    #[error("a record of the log cannot be written")]
    Written(#[source] postcard::Error),
    #[error("a record of the log cannot be read although its checksum is right")]
    Read(#[source] postcard::Error),
    #[error("a record of the log names no {0} by the rules")]
    Value(&'static str),
}

impl From<UnreadableRecord> for InboxError {
    fn from(error: UnreadableRecord) -> Self {
        Self::damaged("log", error)
    }
}

const HEAD: usize = 8;

/// The frame of a record.
pub(crate) fn frame(record: &Record) -> Result<Vec<u8>, UnreadableRecord> {
    let mut frame = vec![0; HEAD];
    frame = postcard::to_extend(record, frame).map_err(UnreadableRecord::Written)?;
    let length = u32::try_from(frame.len() - HEAD).unwrap_or(u32::MAX);
    let checksum = crc32fast::hash(&frame[HEAD..]);
    frame[..4].copy_from_slice(&length.to_le_bytes());
    frame[4..HEAD].copy_from_slice(&checksum.to_le_bytes());
    Ok(frame)
}

/// The first record of a log with the length of its frame; nothing where the log ends.
pub(crate) fn first_record(log: &[u8]) -> Result<Option<(Record, usize)>, UnreadableRecord> {
    let Some((head, rest)) = log.split_first_chunk::<HEAD>() else {
        return Ok(None);
    };
    let number =
        |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let length = number(0) as usize;
    // An empty record does not exist, but a stretch of zeros has the checksum of one.
    let Some(record) = rest.get(..length).filter(|_| length > 0) else {
        return Ok(None);
    };
    if crc32fast::hash(record) != number(4) {
        return Ok(None);
    }
    let record = postcard::from_bytes(record).map_err(UnreadableRecord::Read)?;
    Ok(Some((record, HEAD + length)))
}

impl EntryRow {
    pub(crate) fn of(entry: &Entry) -> Self {
        Self {
            id: entry.id().value(),
            is_status_answer: entry.kind() == EntryKind::StatusAnswer,
            project: entry.project_id().value(),
            payment: entry.payment_id().map(|id| id.as_str().to_owned()),
            digest: *entry.digest(),
            received_at: entry.received_at().unix_millis(),
            remote_address: entry.remote_address(),
            key_index: entry.key_index(),
            bytes: entry.bytes().to_vec(),
        }
    }

    /// The bytes that came.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn into_entry(self) -> Result<Entry, UnreadableRecord> {
        let kind = if self.is_status_answer {
            EntryKind::StatusAnswer
        } else {
            EntryKind::Callback
        };
        Ok(Entry::from(StoredEntry {
            id: EntryId::new(self.id),
            kind,
            project_id: project(self.project)?,
            payment_id: self.payment.map(payment).transpose()?,
            digest: self.digest,
            received_at: Moment::from_unix_millis(self.received_at),
            remote_address: self.remote_address,
            key_index: self.key_index,
            bytes: self.bytes,
        }))
    }
}

impl PaymentRow {
    pub(crate) fn of(record: &PaymentRecord) -> Result<Self, InboxError> {
        let state_json = record
            .state_json()
            .map_err(|error| InboxError::damaged("payment", error))?;
        let indexed = IndexedPayment::of(record);
        Ok(Self {
            project: record.project_id().value(),
            key: payment_key(record.payment_id()),
            state_json,
            method: record.method().map(|method| method.as_str().to_owned()),
            since: record.since().unix_millis(),
            heard_at: record.heard_at().map(Moment::unix_millis),
            asking: indexed.asking,
            ask_at: indexed.ask_at.map(Moment::unix_millis),
        })
    }

    /// Sets when the payment is asked about.
    pub(crate) fn ask(&mut self, asking: i16, ask_at: Option<i64>) {
        (self.asking, self.ask_at) = (asking, ask_at);
    }

    /// By what the payment is found.
    pub(crate) fn key(&self) -> PaymentKey {
        (self.project, self.key.clone())
    }

    pub(crate) fn into_record(self) -> Result<PaymentRecord, InboxError> {
        let asking: Asking = asking_of(self.asking, self.ask_at.map(Moment::from_unix_millis));
        PaymentRecord::from_stored(StoredPayment {
            state_json: self.state_json,
            method: self.method,
            since: Moment::from_unix_millis(self.since),
            heard_at: self.heard_at.map(Moment::from_unix_millis),
            asking,
        })
        .map_err(|error| InboxError::damaged("payment", error))
    }
}

pub(crate) fn project(number: u32) -> Result<ProjectId, UnreadableRecord> {
    ProjectId::new(number).map_err(|_| UnreadableRecord::Value("project"))
}

pub(crate) fn payment(id: String) -> Result<PaymentId, UnreadableRecord> {
    PaymentId::new(id).map_err(|_| UnreadableRecord::Value("payment"))
}
