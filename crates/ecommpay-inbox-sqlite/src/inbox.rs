//! The inbox over its threads.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use async_trait::async_trait;
use ecommpay_inbox::{
    AcknowledgeWith, Arrival, Asking, Backlog, Entry, EntryId, ExpectedPayment, Inbox, InboxError,
    Learned, Lease, LeaseRequest, Leased, Moment, OverduePayment, Parked, Parking, PaymentQuery,
    PaymentRecord, Purged, Put, Retention, Room, WaitingBytes, WaitingTimes, payment_key,
};
use ecommpay_model::{PaymentId, ProjectId};
use rusqlite::{Connection, Transaction};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::checkpoint::Checkpoints;
use crate::error::unavailable;
use crate::lately::Lately;
use crate::queue::Released;
use crate::reader::{self, Questions};
use crate::writer::{Job, Keep, News, PutJob, Worked, Writer};
use crate::{OpenError, SqliteWrite, connection, keeping, payments, queue};

/// An inbox in one SQLite file.
///
/// Clones share the inbox. See the head of [the crate](crate) for an example.
#[derive(Clone)]
pub struct SqliteInbox {
    path: Arc<Path>,
    jobs: mpsc::Sender<Job>,
    questions: Questions,
    work: Arc<Notify>,
    lately: Arc<Lately>,
    waiting_bytes: WaitingBytes,
}

impl SqliteInbox {
    /// Opens a file, which is made if it is not there; the folder must be.
    ///
    /// Blocks while the file is opened, its tables are brought to the newest version, and its WAL
    /// file is brought into the database.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what to do.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with(path, Room::default())
    }

    /// As [`open`](Self::open), with room for another number of waiting arrivals.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what to do.
    pub fn open_with(path: impl AsRef<Path>, room: Room) -> Result<Self, OpenError> {
        let path: PathBuf = path.as_ref().to_owned();
        let connection = connection::open_writer(&path)?;
        let (jobs, waiting) = mpsc::channel(room.arrivals());
        let (questions, reader) = reader::channel(path.clone());
        let inbox = Self {
            path: path.clone().into(),
            jobs,
            questions,
            work: Arc::default(),
            lately: Arc::default(),
            waiting_bytes: WaitingBytes::new(room),
        };
        let writer = Writer {
            path: path.clone(),
            connection: Some(connection),
            jobs: waiting,
            waiting_bytes: inbox.waiting_bytes.clone(),
            work: Arc::clone(&inbox.work),
            lately: Arc::clone(&inbox.lately),
            checkpoints: Checkpoints::start(path)?,
        };
        start("ecommpay-inbox-writer", move || writer.run())?;
        start("ecommpay-inbox-reader", move || reader.run())?;
        Ok(inbox)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes what waits, closes the file and returns. Whatever is asked of the inbox, or of a
    /// clone, afterwards is answered [`InboxError::Closed`].
    pub async fn close(&self) {
        let (caller, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(caller)).await.is_ok() {
            // An end of the thread is an end as well.
            let _ = closed.await;
        }
    }

    fn send_arrival(&self, job: Job, bytes: usize) -> Result<(), InboxError> {
        self.waiting_bytes.enter(bytes)?;
        self.jobs.try_send(job).map_err(|error| {
            self.waiting_bytes.leave(bytes);
            match error {
                mpsc::error::TrySendError::Full(_) => InboxError::Full,
                mpsc::error::TrySendError::Closed(_) => InboxError::Closed,
            }
        })
    }

    /// Runs a closure in the transaction of the next batch and waits for its commit; `news` says of
    /// its result what others have to know.
    async fn write<T: Send + 'static>(
        &self,
        news: impl FnOnce(&T) -> News + Send + 'static,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, InboxError> + Send + 'static,
    ) -> Result<T, InboxError> {
        let (caller, answer) = oneshot::channel();
        let work = Box::new(move |transaction: &mut Transaction<'_>| {
            let result = work(transaction);
            let keep = if result.is_ok() {
                Keep::Changes
            } else {
                Keep::Nothing
            };
            let news = result.as_ref().map_or(News::Nothing, news);
            let tell = Box::new(move |committed: Result<(), InboxError>| {
                // A caller that is gone does not want to know.
                let _ = caller.send(committed.and(result));
            });
            Worked { keep, news, tell }
        });
        self.jobs
            .send(Job::Work(work))
            .await
            .map_err(|_| InboxError::Closed)?;
        answer.await.unwrap_or_else(|_| Err(not_reached()))
    }

    /// Runs a closure that ends a lease, and wakes the workers if others were waiting behind it.
    async fn release(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<Released, InboxError> + Send + 'static,
    ) -> Result<(), InboxError> {
        let news = |released: &Released| News::work_if(*released == Released::Something);
        self.write(news, work).await.map(drop)
    }

    async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, InboxError> {
        let answer =
            move |connection: &Connection| question(connection).map_err(unavailable(doing));
        self.questions.ask(answer).await
    }

    async fn finish(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
        write: Option<SqliteWrite>,
    ) -> Result<(), InboxError> {
        let lease = lease.clone();
        self.release(move |transaction| {
            let run = |transaction: &Transaction<'_>| match write {
                Some(write) => write.run(transaction),
                None => Ok(()),
            };
            queue::acknowledge(transaction, &lease, now, learned.as_ref(), run)
        })
        .await
    }
}

fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map(drop)
        .map_err(|source| OpenError::Thread { source })
}

/// The batch failed before this job was reached, or in it.
fn not_reached() -> InboxError {
    InboxError::unavailable("writing", "the transaction failed and was undone")
}

#[async_trait]
impl Inbox for SqliteInbox {
    async fn put(&self, arrival: Arrival) -> Result<Put, InboxError> {
        if self.jobs.is_closed() {
            return Err(InboxError::Closed);
        }
        if let Some(id) = self.lately.find(&arrival) {
            return Ok(Put::SeenBefore(id));
        }
        let (caller, answer) = oneshot::channel();
        let bytes = arrival.bytes().len();
        let arrival = Box::new(arrival);
        self.send_arrival(Job::Put(PutJob { arrival, caller }), bytes)?;
        answer.await.unwrap_or_else(|_| Err(not_reached()))
    }

    async fn lease(&self, now: Moment, request: LeaseRequest) -> Result<Vec<Leased>, InboxError> {
        let given = self
            .write(
                |_| News::Nothing,
                move |transaction| queue::lease(transaction, now, &request),
            )
            .await?;
        if given.is_empty() {
            return Ok(Vec::new());
        }
        // Nobody else changes these while the leases run, so they are read beside the writer.
        let load = move |connection: &Connection| {
            let mut leased = Vec::with_capacity(given.len());
            for one in given {
                let number = one.lease.entry_id().value();
                let entry = keeping::entry(connection, number)
                    .map_err(unavailable("reading an entry"))?
                    .ok_or_else(|| InboxError::damaged("queue", "an entry is missing"))?;
                let payment = match one.payment {
                    Some((project, key)) => payments::find(connection, project, &key)?,
                    None => None,
                };
                leased.push(Leased::new(one.lease, entry, one.attempt, payment));
            }
            Ok(leased)
        };
        self.questions.ask(load).await
    }

    async fn acknowledge(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
    ) -> Result<(), InboxError> {
        self.finish(lease, now, learned, None).await
    }

    async fn retry_later(
        &self,
        lease: &Lease,
        now: Moment,
        at: Moment,
        error: &str,
    ) -> Result<(), InboxError> {
        let (lease, error) = (lease.clone(), error.to_owned());
        self.release(move |transaction| queue::retry_later(transaction, &lease, now, at, &error))
            .await
    }

    async fn park(&self, lease: &Lease, now: Moment, parking: Parking) -> Result<(), InboxError> {
        let lease = lease.clone();
        self.release(move |transaction| queue::park(transaction, &lease, now, &parking))
            .await
    }

    async fn wait_for_work(&self) {
        self.work.notified().await;
    }

    async fn entry(&self, id: EntryId) -> Result<Option<Entry>, InboxError> {
        self.read("reading an entry", move |connection| {
            keeping::entry(connection, id.value())
        })
        .await
    }

    async fn entries(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Entry>, InboxError> {
        let after = after.map_or(0, EntryId::value);
        self.read("reading entries", move |connection| {
            keeping::entries(connection, after, limit)
        })
        .await
    }

    async fn parked(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Parked>, InboxError> {
        let after = after.map_or(0, EntryId::value);
        self.read("reading parked entries", move |connection| {
            queue::parked(connection, after, limit)
        })
        .await
    }

    async fn replay(&self, id: EntryId, now: Moment) -> Result<bool, InboxError> {
        let failed = unavailable("replaying an entry");
        self.write(
            |is_replayed| News::work_if(*is_replayed),
            move |transaction| queue::replay(transaction, id, now).map_err(failed),
        )
        .await
    }

    async fn dismiss(&self, id: EntryId) -> Result<bool, InboxError> {
        let failed = unavailable("dismissing an entry");
        self.write(
            |_| News::Nothing,
            move |transaction| queue::dismiss(transaction, id).map_err(failed),
        )
        .await
    }

    async fn backlog(&self) -> Result<Backlog, InboxError> {
        self.read("counting what is to be done", queue::backlog)
            .await
    }

    async fn expect_payment(
        &self,
        expected: ExpectedPayment,
        now: Moment,
    ) -> Result<u64, InboxError> {
        self.write(
            |released| News::work_if(*released > 0),
            move |transaction| payments::expect(transaction, &expected, now),
        )
        .await
    }

    async fn payment(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
    ) -> Result<Option<PaymentRecord>, InboxError> {
        let (project, key) = (project_id.value(), payment_key(payment_id));
        self.questions
            .ask(move |connection| payments::find(connection, project, &key))
            .await
    }

    async fn payments(&self, query: &PaymentQuery) -> Result<Vec<PaymentRecord>, InboxError> {
        let query = query.clone();
        self.read("reading payments", move |connection| {
            payments::list(connection, &query)
        })
        .await
    }

    async fn overdue(
        &self,
        now: Moment,
        times: &WaitingTimes,
        limit: usize,
    ) -> Result<Vec<OverduePayment>, InboxError> {
        let times = times.clone();
        self.read("looking for overdue payments", move |connection| {
            payments::overdue(connection, now, &times, limit)
        })
        .await
    }

    async fn ask_again(
        &self,
        project_id: ProjectId,
        payment_id: &PaymentId,
        seen: Asking,
        next: Asking,
    ) -> Result<bool, InboxError> {
        let id = payment_id.clone();
        self.write(
            |_| News::Nothing,
            move |transaction| payments::ask_again(transaction, project_id, &id, seen, next),
        )
        .await
    }

    async fn purge(
        &self,
        now: Moment,
        retention: &Retention,
        limit: usize,
    ) -> Result<Purged, InboxError> {
        let (retention, failed) = (*retention, unavailable("purging"));
        self.write(
            |purged: &Purged| match purged.entries {
                0 => News::Nothing,
                _ => News::EntriesAreGone,
            },
            move |transaction| keeping::purge(transaction, now, &retention, limit).map_err(failed),
        )
        .await
    }
}

#[async_trait]
impl AcknowledgeWith<SqliteWrite> for SqliteInbox {
    async fn acknowledge_with(
        &self,
        lease: &Lease,
        now: Moment,
        learned: Option<Learned>,
        write: SqliteWrite,
    ) -> Result<(), InboxError> {
        self.finish(lease, now, learned, Some(write)).await
    }
}

impl fmt::Debug for SqliteInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteInbox")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
