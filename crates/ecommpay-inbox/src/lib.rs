//! A durable inbox: no callback lost, none applied twice.
//!
//! The platform repeats a callback until it is answered 200, in any order, and for eleven days. So
//! the shop stores first and works later:
//!
//! ```text
//! raw bytes --verify--> VerifiedCallback --put--> on disk --> answer 200
//!                                                   |
//!                      Worker: lease, read, order guard, fold, handler, acknowledge
//!                                                   |
//!                            payments view: what is known of each payment
//! ```
//!
//! This crate has the trait ([`Inbox`]) with its laws, the [`Worker`], and a double for tests
//! ([`doubles`]). Stores are crates of their own: `ecommpay-inbox-sqlite` is one file and needs no
//! server, `ecommpay-inbox-postgres` serves several instances. The feature `contract` has the laws
//! as functions that check any implementation.
//!
//! # Where the fold happens
//!
//! A payment's state is updated together with the acknowledgement, not when the callback comes. A
//! callback counts only after the order guard has passed it, and the guard needs the shop. So what
//! lies in the payments view has been held against its order; and taking in a callback stays one
//! append.
//!
//! # Status answers
//!
//! An answer to a status request is put into the inbox like a callback. It passes the same guard,
//! changes the same fold and reaches the same handler, so that a payment whose callbacks were lost
//! is handled like any other.
//!
//! # Secrets and personal data
//!
//! Entries hold the platform's bytes, with personal data. `Debug`, errors and traces show none of it.

mod arrival;
#[cfg(feature = "contract")]
pub mod contract;
pub mod doubles;
mod entry;
mod error;
mod event;
mod export;
mod filing;
mod handler;
mod inbox;
mod indexed;
mod lease;
mod moment;
mod payment;
mod retention;
mod room;
mod worker;

pub use async_trait::async_trait;

pub use crate::arrival::{Arrival, UnwritableAnswer};
pub use crate::entry::{Document, Entry, EntryId, EntryKind, StoredEntry, UnreadableEntry};
pub use crate::error::{BoxError, InboxError};
pub use crate::event::Event;
pub use crate::export::{ExportError, write_jsonl};
pub use crate::filing::Filing;
pub use crate::handler::{Handler, HandlerError, Orders};
pub use crate::inbox::{AcknowledgeWith, Inbox, Put};
pub use crate::indexed::{IndexedPayment, asking_of, status_text};
pub use crate::lease::{
    Backlog, Lease, LeaseRequest, Leased, MOST_DETAIL, ParkReason, Parked, Parking, shortened,
};
pub use crate::moment::Moment;
pub use crate::payment::{
    Asking, DamagedState, ExpectedPayment, Lateness, Learned, OverduePayment, PaymentQuery,
    PaymentRecord, StoredPayment, WaitingTime, WaitingTimes, payment_key,
};
pub use crate::retention::{Purged, Retention, RetentionTooShort};
pub use crate::room::{Room, WaitingBytes};
pub use crate::worker::{Worker, WorkerBuilder};

/// The examples of the README are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
