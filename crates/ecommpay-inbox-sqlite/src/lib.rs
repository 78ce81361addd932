//! A durable inbox for verified callbacks in one SQLite file. No server.
//!
//! ```
//! use ecommpay_inbox::{Arrival, Inbox, LeaseRequest, Moment, Put};
//! use ecommpay_inbox_sqlite::SqliteInbox;
//! # use std::time::Duration;
//! # use ecommpay_callback::CallbackVerifier;
//! # use ecommpay_model::ProjectId;
//! # use ecommpay_signature::{KeyRing, SecretKey, exact};
//! # let key = SecretKey::new("test-secret")?;
//! # let body = r#"{"project_id":201,"payment":{"id":"order-1","status":"success"}}"#;
//! # let signature = exact::sign(body.as_bytes(), &key)?;
//! # let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
//! # let verifier = CallbackVerifier::new(KeyRing::new(key));
//! # let now = Moment::from_unix_millis(1_700_000_000_000);
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("inbox.db");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn run(path: std::path::PathBuf, raw: String, verifier: CallbackVerifier, now: Moment)
//! #     -> Result<(), Box<dyn std::error::Error>> {
//!
//! let inbox = SqliteInbox::open(path)?;
//!
//! // When a callback comes: verify it, put it, and answer 200 once `put` has answered.
//! let arrival = Arrival::callback(ProjectId::new(201)?, verifier.verify(raw)?, now);
//! assert!(matches!(inbox.put(arrival.clone()).await?, Put::New(_)));
//! assert!(matches!(inbox.put(arrival).await?, Put::SeenBefore(_)));
//!
//! // Elsewhere, usually in a worker: take it, handle it, finish it.
//! let request = LeaseRequest::new("worker-1", 10, Duration::from_secs(60));
//! for leased in inbox.lease(now, request).await? {
//!     println!("{:?}", leased.entry().read()?);
//!     inbox.acknowledge(leased.lease(), now, None).await?;
//! }
//! # Ok(())
//! # }
//! # run(path, raw, verifier, now)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What durable means here
//!
//! The file is in WAL mode with `synchronous=FULL`: a commit has ended when the WAL file is synced.
//! One thread writes. Whatever waits is written in one transaction and answered after its commit, so
//! that many callbacks share one sync.
//!
//! | the process ends | what is there afterwards |
//! |---|---|
//! | before the sync of a commit | the entry or not; its sender got no answer and repeats it |
//! | after the sync, before the answer | the entry; the repetition is seen before |
//! | while the WAL file is copied into the database | everything: the WAL file is the record until the copy is synced |
//! | while tables are brought to a new version | the old version; opening goes on from there |
//!
//! A commit or sync that failed is answered with an error, the connection is dropped, and the file
//! is opened anew. Opening brings the WAL file into the database before anything is answered from
//! it: what can be read after a failure need not be on disk yet.
//!
//! # Repetitions
//!
//! What came lately is known without the file: at least the last 28 672 contents, in at most 4 MiB. A
//! repetition of one is answered `SeenBefore` at once, also while the queue is full. Only what was
//! committed is known, and nothing beyond the time within which nobody may purge it
//! ([`Retention::LEAST`](ecommpay_inbox::Retention::LEAST)).
//!
//! # Limits
//!
//! One process on a local disk; others may look into the file at the same time. By default 10 000
//! arrivals of 32 MiB may wait; beyond that `put` answers [`InboxError::Full`]. For several
//! instances of a shop there is `ecommpay-inbox-postgres`.
//!
//! [`InboxError::Full`]: ecommpay_inbox::InboxError::Full

#![forbid(unsafe_code)]

mod checkpoint;
mod connection;
mod doctor;
mod error;
mod inbox;
mod keeping;
mod lately;
mod payments;
mod put;
mod queue;
mod reader;
mod rows;
mod schema;
mod write;
mod writer;

pub use ecommpay_inbox::Room;

pub use crate::doctor::{Report, doctor};
pub use crate::error::OpenError;
pub use crate::inbox::SqliteInbox;
pub use crate::write::SqliteWrite;

/// The examples of the README are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
