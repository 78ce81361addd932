//! The one thread that writes: many callers, one transaction, one sync of the disk.
//!
//! Everything that waits is written in one transaction and answered after its commit. While the
//! disk syncs, the next callers gather; so the more come at once, the fewer syncs each costs. After
//! many came at once, the writer waits for the tenth of a millisecond rather than sync for a few.
//!
//! After a failed commit nobody knows what the disk holds. The connection is dropped, every caller
//! of the batch gets an error, and the next batch opens the file anew, which brings the WAL file
//! into the database before anything is answered from it.

use std::iter::Peekable;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::vec::IntoIter;

use ecommpay_inbox::{Arrival, EntryId, InboxError, Put, WaitingBytes};
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::checkpoint::Checkpoints;
use crate::lately::Lately;
use crate::{connection, put};

/// Most jobs of one transaction.
const MOST_IN_BATCH: usize = 256;

/// So often a batch waits for others, if it is less than half as long as the one before.
const MOST_PAUSES: u32 = 2;

const PAUSE: Duration = Duration::from_micros(50);

/// Something to be written.
pub(crate) enum Job {
    /// Store an arrival.
    Put(PutJob),
    /// Run a closure in the transaction, undone alone if it fails.
    Work(Work),
    /// Finish what waits and end.
    Close(oneshot::Sender<()>),
}

/// An arrival and who waits for it to be stored.
pub(crate) struct PutJob {
    pub(crate) arrival: Box<Arrival>,
    pub(crate) caller: oneshot::Sender<Result<Put, InboxError>>,
}

/// A closure for the transaction, which keeps its answer until the commit.
pub(crate) type Work = Box<dyn FnOnce(&mut Transaction<'_>) -> Worked + Send>;

/// Tells a caller how the commit has ended.
pub(crate) type Tell = Box<dyn FnOnce(Result<(), InboxError>) + Send>;

/// What a closure has done, and how its caller is told once the commit has ended.
pub(crate) struct Worked {
    /// Whether its changes stay.
    pub(crate) keep: Keep,
    /// What others have to know of it.
    pub(crate) news: News,
    /// Called after the commit.
    pub(crate) tell: Tell,
}

/// What others have to know of a change once it is committed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    Nothing,
    /// An entry may be leased now that could not be before.
    WorkIsWaiting,
    /// Entries were purged: their content would be new.
    EntriesAreGone,
}

impl News {
    pub(crate) fn work_if(is_waiting: bool) -> Self {
        if is_waiting {
            Self::WorkIsWaiting
        } else {
            Self::Nothing
        }
    }
}

/// Whether the changes of a closure stay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Changes,
    Nothing,
}

/// The thread's own state.
pub(crate) struct Writer {
    pub(crate) path: PathBuf,
    pub(crate) connection: Option<Connection>,
    pub(crate) jobs: mpsc::Receiver<Job>,
    pub(crate) waiting_bytes: WaitingBytes,
    pub(crate) work: Arc<Notify>,
    pub(crate) lately: Arc<Lately>,
    pub(crate) checkpoints: Checkpoints,
}

/// Callers of a batch, told after its commit.
#[derive(Default)]
struct Callers {
    puts: Vec<(PutJob, Put)>,
    works: Vec<Tell>,
    bytes: usize,
    wakes: bool,
    purges: bool,
}

impl Writer {
    /// Writes until it is closed or nobody is left who could send.
    pub(crate) fn run(mut self) {
        let mut batch = Vec::with_capacity(MOST_IN_BATCH);
        let mut closing = Vec::new();
        let mut last = 0;
        while let Some(first) = self.jobs.blocking_recv() {
            sort_in(first, &mut batch, &mut closing);
            self.gather(&mut batch, &mut closing, last / 2);
            last = batch.len();
            if !closing.is_empty() {
                self.jobs.close();
            }
            if !batch.is_empty() {
                self.write(&mut batch);
            }
        }
        drop(self.connection.take());
        self.checkpoints.close();
        for closed in closing {
            // Who asked may be gone.
            let _ = closed.send(());
        }
    }

    /// Takes what waits, and pauses a little for more while that is less than wanted.
    ///
    /// Callers of one commit come again together, but for one who is the fastest: without a pause it
    /// would have a sync of its own, while the others wait for it.
    fn gather(
        &mut self,
        batch: &mut Vec<Job>,
        closing: &mut Vec<oneshot::Sender<()>>,
        wanted: usize,
    ) {
        for pause in 0..=MOST_PAUSES {
            while batch.len() < MOST_IN_BATCH
                && let Ok(job) = self.jobs.try_recv()
            {
                sort_in(job, batch, closing);
            }
            if batch.len() >= wanted || !closing.is_empty() || pause == MOST_PAUSES {
                return;
            }
            thread::sleep(PAUSE);
        }
    }

    /// Writes a batch and tells its callers. Those whose job was not reached learn of the failure
    /// by the end of their channel.
    fn write(&mut self, batch: &mut Vec<Job>) {
        let mut callers = Callers::default();
        let waiting_bytes = self.waiting_bytes.clone();
        let result = self.commit(batch.drain(..), &mut callers, &waiting_bytes);
        match &result {
            Ok(()) if callers.purges => self.lately.forget(),
            Ok(()) => self.lately.learn(callers.new_entries()),
            Err(failure) if is_busy(failure) => {}
            Err(_) => {
                self.connection = None;
                self.lately.forget();
            }
        }
        let (bytes, wakes) = (callers.bytes, callers.wakes);
        callers.tell(result.map_err(|error| error.to_string()));
        if wakes {
            self.work.notify_waiters();
            // And whoever is about to wait.
            self.work.notify_one();
        }
        if let Some(connection) = &self.connection {
            self.checkpoints.after_commit(connection, bytes);
        }
    }

    fn commit(
        &mut self,
        batch: impl Iterator<Item = Job>,
        callers: &mut Callers,
        waiting_bytes: &WaitingBytes,
    ) -> Result<(), Failure> {
        // Every job leaves the queue here, whatever becomes of it.
        let mut jobs: Peekable<IntoIter<Job>> = batch
            .inspect(|job| {
                if let Job::Put(job) = job {
                    waiting_bytes.leave(job.arrival.bytes().len());
                }
            })
            .collect::<Vec<_>>()
            .into_iter()
            .peekable();
        let connection = match &mut self.connection {
            Some(connection) => connection,
            closed => closed.insert(connection::open_writer(&self.path)?),
        };
        let mut transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut numbers = put::Numbers::default();
        while let Some(job) = jobs.next() {
            match job {
                Job::Put(first) => {
                    let mut statements = put::Statements::of(&transaction)?;
                    let mut next = Some(first);
                    while let Some(job) = next {
                        let put = statements.put(&transaction, &mut numbers, &job.arrival)?;
                        callers.note(job, put);
                        next = next_put(&mut jobs);
                    }
                }
                Job::Work(work) => {
                    let worked = run_work(&mut transaction, work)?;
                    // A guess that is good enough for when to make checkpoints.
                    callers.bytes += 2048;
                    callers.wakes |= worked.news == News::WorkIsWaiting;
                    callers.purges |= worked.news == News::EntriesAreGone;
                    callers.works.push(worked.tell);
                }
                Job::Close(_) => {}
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

fn sort_in(job: Job, batch: &mut Vec<Job>, closing: &mut Vec<oneshot::Sender<()>>) {
    match job {
        Job::Close(closed) => closing.push(closed),
        job => batch.push(job),
    }
}

/// The next job, if it is one of storing as well.
fn next_put(jobs: &mut Peekable<IntoIter<Job>>) -> Option<PutJob> {
    match jobs.next_if(|job| matches!(job, Job::Put(_)))? {
        Job::Put(job) => Some(job),
        Job::Work(_) | Job::Close(_) => None,
    }
}

/// Runs a closure inside a savepoint.
fn run_work(transaction: &mut Transaction<'_>, work: Work) -> Result<Worked, Failure> {
    transaction
        .prepare_cached("SAVEPOINT ecommpay_inbox_work")?
        .execute([])?;
    // The shop's own code may run inside. If it panics, its caller's channel ends.
    let worked = catch_unwind(AssertUnwindSafe(|| work(transaction)));
    if transaction.is_autocommit() {
        return Err(Failure::TransactionEnded);
    }
    let worked = worked.unwrap_or_else(|_| Worked {
        keep: Keep::Nothing,
        news: News::Nothing,
        tell: Box::new(|_| ()),
    });
    if worked.keep == Keep::Nothing {
        transaction
            .prepare_cached("ROLLBACK TO ecommpay_inbox_work")?
            .execute([])?;
    }
    transaction
        .prepare_cached("RELEASE ecommpay_inbox_work")?
        .execute([])?;
    Ok(worked)
}

impl Callers {
    fn note(&mut self, job: PutJob, put: Put) {
        self.bytes += job.arrival.bytes().len();
        self.wakes |= matches!(put, Put::New(_));
        self.puts.push((job, put));
    }

    fn new_entries(&self) -> impl Iterator<Item = (&Arrival, EntryId)> {
        self.puts.iter().filter_map(|(job, put)| match put {
            Put::New(id) => Some((&*job.arrival, *id)),
            _ => None,
        })
    }

    fn tell(self, result: Result<(), String>) {
        let outcome = || {
            result
                .clone()
                .map_err(|error| InboxError::unavailable("committing", error))
        };
        for (job, put) in self.puts {
            // A caller that is gone does not want to know.
            let _ = job.caller.send(outcome().map(|()| put));
        }
        for tell in self.works {
            tell(outcome());
        }
    }
}

/// Why a batch failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0}")]
    Open(#[from] crate::OpenError),
    #[error("the transaction has ended by itself, or a write of the shop has ended it")]
    TransactionEnded,
}

/// Whether only the lock of another process was in the way.
fn is_busy(failure: &Failure) -> bool {
    match failure {
        Failure::Sqlite(error) => error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy),
        _ => false,
    }
}
