//! The one task that stores arrivals: many callers, one transaction, one commit.
//!
//! Everything that waits is stored in one transaction and answered after its commit. While the
//! server syncs its disk, the next callers gather; so the more come at once, the fewer commits each
//! costs.
//!
//! After a failed commit nobody knows whether it holds. The connection is dropped and every caller of
//! the batch gets an error.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Client, Pool};
use ecommpay_inbox::{Arrival, InboxError, Put, WaitingBytes};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::connection::{self, Locks};
use crate::error::no_connection;
use crate::listen::wake;
use crate::put;
use crate::schema::NUMBERS_IN_BLOCK;

/// Most arrivals of one transaction: each has a number of its block.
const MOST_IN_BATCH: usize = NUMBERS_IN_BLOCK;

/// How long a batch may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a batch waits to become as large as the one before.
const GATHERING: Duration = Duration::from_millis(1);

/// Something for the task.
pub(crate) enum Job {
    /// Store an arrival.
    Put(Box<Arrival>, oneshot::Sender<Result<Put, InboxError>>),
    /// Finish what waits and end.
    Close(oneshot::Sender<()>),
}

/// The task's own state.
pub(crate) struct Writer {
    pub(crate) pool: Pool,
    pub(crate) locks: Locks,
    pub(crate) jobs: mpsc::Receiver<Job>,
    pub(crate) waiting: WaitingBytes,
    /// Wakes the workers of this instance.
    pub(crate) work: Arc<Notify>,
    /// Asks for those of other instances to be woken.
    pub(crate) tell_others: Arc<Notify>,
}

/// An arrival and who waits for it.
type Waiting = (Box<Arrival>, oneshot::Sender<Result<Put, InboxError>>);

impl Writer {
    /// Writes until it is closed or nobody is left who could send.
    pub(crate) async fn run(mut self) {
        let mut jobs = Vec::with_capacity(MOST_IN_BATCH);
        let mut closing = Vec::new();
        let mut last = 0;
        while self.jobs.recv_many(&mut jobs, MOST_IN_BATCH).await > 0 {
            self.gather(&mut jobs, last).await;
            last = jobs.len();
            let mut batch: Vec<Waiting> = Vec::with_capacity(jobs.len());
            for job in jobs.drain(..) {
                match job {
                    Job::Put(arrival, caller) => {
                        self.waiting.leave(arrival.bytes().len());
                        batch.push((arrival, caller));
                    }
                    Job::Close(closed) => {
                        self.jobs.close();
                        closing.push(closed);
                    }
                }
            }
            if !batch.is_empty() {
                self.write(batch).await;
            }
        }
        self.pool.close();
        for closed in closing {
            // Who asked may be gone.
            let _ = closed.send(());
        }
    }

    /// Waits a moment for as many as came last time. Right after a commit its callers are about to
    /// bring their next ones, and a commit for the first of them alone would make the others wait for
    /// it. One caller alone never waits.
    async fn gather(&mut self, jobs: &mut Vec<Job>, as_many: usize) {
        let gathering = async {
            while jobs.len() < as_many {
                let room = MOST_IN_BATCH - jobs.len();
                if self.jobs.recv_many(jobs, room).await == 0 {
                    return;
                }
            }
        };
        // What has been received by then stays.
        let _ = tokio::time::timeout(GATHERING, gathering).await;
    }

    /// Stores a batch and tells its callers.
    async fn write(&self, batch: Vec<Waiting>) {
        let (arrivals, callers): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        let arrivals: Vec<&Arrival> = arrivals.iter().map(|it| &**it).collect();
        match self.commit(&arrivals).await {
            Ok(puts) => {
                let has_new = puts.iter().any(|put| matches!(put, Put::New(_)));
                for (caller, put) in callers.into_iter().zip(puts) {
                    // A caller that is gone does not want to know.
                    let _ = caller.send(Ok(put));
                }
                if has_new {
                    wake(&self.work);
                    self.tell_others.notify_one();
                }
            }
            Err(failure) => {
                for caller in callers {
                    let _ = caller.send(Err(failure.again()));
                }
            }
        }
    }

    async fn commit(&self, arrivals: &[&Arrival]) -> Result<Vec<Put>, Failure> {
        let mut client = connection::client(&self.pool)
            .await
            .map_err(|error| Failure::of(&no_connection(&error)))?;
        let put = put::put(&mut client, self.locks, arrivals);
        let problem = match tokio::time::timeout(PATIENCE, put).await {
            Ok(Ok(puts)) => return Ok(puts),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it took too long".to_owned(),
        };
        // Whatever state the connection is in, nobody uses it again.
        drop(Client::take(client));
        Err(Failure(problem))
    }
}

/// Why a batch failed, for each of its callers.
struct Failure(String);

impl Failure {
    fn of(error: &InboxError) -> Self {
        let source = std::error::Error::source(error);
        Self(source.map_or_else(|| error.to_string(), ToString::to_string))
    }

    fn again(&self) -> InboxError {
        InboxError::unavailable("storing callbacks", self.0.clone())
    }
}
