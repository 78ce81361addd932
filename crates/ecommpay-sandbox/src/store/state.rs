//! The state in memory: one lock, one command at a time, on the sandbox's clock.
//!
//! With a journal a command is appended to it under the same lock, so that both have one order,
//! and its reply is given only when the journal is on disk that far. Callbacks leave under the
//! same rule. What was acknowledged or sent is therefore found again after any end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, broadcast, watch};

use super::{Journal, Kept, Record, StoreError};
use crate::clock::Clock;
use crate::platform::deliveries::Send;
use crate::platform::moment::Moment;
use crate::platform::news::PaymentStep;
use crate::platform::{Command, Platform, Query};

/// How many events a reader may be behind.
const READER_LAG: usize = 256;

/// Something that happened, for those who watch.
#[derive(Debug)]
pub(crate) enum Notice {
    Step(PaymentStep),
    ClockTurned,
}

/// The platform, its clock and the callbacks that wait to be sent.
#[derive(Debug)]
pub(crate) struct Store {
    inner: Mutex<Inner>,
    changed: Notify,
    /// Counts whatever may have changed the platform, for those who wait for something to come.
    changes: watch::Sender<u64>,
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Inner {
    platform: Platform,
    clock: Clock,
    journal: Option<Journal>,
    notices: broadcast::Sender<Arc<Notice>>,
}

/// What is to do next.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) sends: Vec<Send>,
    /// How long until the next timer; `None` when nothing is set or time stands still.
    pub(crate) wait: Option<Duration>,
    end: u64,
}

impl Inner {
    fn keep(&mut self, at: Moment, record: Record) {
        if let Some(journal) = &mut self.journal {
            journal.append(at, record);
        }
    }

    /// Where the journal ends now.
    fn end(&self) -> u64 {
        self.journal.as_ref().map_or(0, Journal::end)
    }

    fn keep_clock(&mut self) {
        let (now, setting) = (self.clock.now(), self.clock.setting());
        self.keep(now, Record::Clock(setting));
        self.tell(Notice::ClockTurned);
    }

    fn tell(&self, notice: Notice) {
        // Nobody has to listen.
        let _ = self.notices.send(Arc::new(notice));
    }

    /// Tells those who watch what has happened; when all have gone, nothing is noted any more.
    fn tell_news(&mut self) {
        for step in self.platform.take_news() {
            self.tell(Notice::Step(step));
        }
        if self.notices.receiver_count() == 0 {
            self.platform.watch(false);
        }
    }
}

impl Store {
    pub(crate) fn new(platform: Platform, clock: Clock, journal: Option<Journal>) -> Self {
        Self {
            kept: journal.as_ref().map(Journal::watch),
            inner: Mutex::new(Inner {
                platform,
                clock,
                journal,
                notices: broadcast::Sender::new(READER_LAG),
            }),
            changed: Notify::new(),
            changes: watch::Sender::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Commands leave no half-made change behind that a later one could trip over.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries a command out now, and replies when it is kept.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be written.
    pub(crate) async fn apply<C: Command>(&self, command: C) -> Result<C::Reply, StoreError> {
        let (reply, end) = self.apply_unkept(command);
        self.kept_through(end).await?;
        Ok(reply)
    }

    /// Carries a command out now, before anybody could wait for it: while the sandbox starts.
    pub(crate) fn apply_at_start<C: Command>(&self, command: C) -> C::Reply {
        self.apply_unkept(command).0
    }

    fn apply_unkept<C: Command>(&self, command: C) -> (C::Reply, u64) {
        let mut inner = self.lock();
        let now = inner.clock.now();
        if inner.journal.is_some()
            && let Some(entry) = command.entry()
        {
            inner.keep(now, Record::Command(Box::new(entry)));
        }
        let reply = inner.platform.apply(command, now);
        inner.tell_news();
        let end = inner.end();
        drop(inner);
        self.changed.notify_one();
        self.count_change();
        (reply, end)
    }

    /// Gives what happens from now on. A reader who falls behind hears so.
    pub(crate) fn notices(&self) -> broadcast::Receiver<Arc<Notice>> {
        let mut inner = self.lock();
        let notices = inner.notices.subscribe();
        inner.platform.watch(true);
        notices
    }

    /// Answers a question about what is kept.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be written.
    pub(crate) async fn ask<Q: Query>(&self, query: Q) -> Result<Q::Reply, StoreError> {
        let (reply, end) = {
            let mut inner = self.lock();
            let now = inner.clock.now();
            let reply = inner.platform.ask(query, now);
            inner.tell_news();
            (reply, inner.end())
        };
        self.kept_through(end).await?;
        Ok(reply)
    }

    /// Answers a question about the state as it is in memory.
    pub(crate) fn look<Q: Query>(&self, query: Q) -> Q::Reply {
        let mut inner = self.lock();
        let now = inner.clock.now();
        let reply = inner.platform.ask(query, now);
        inner.tell_news();
        reply
    }

    async fn kept_through(&self, end: u64) -> Result<(), StoreError> {
        match self.kept.clone() {
            Some(mut kept) => kept.through(end).await,
            None => Ok(()),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        self.lock().clock.now()
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.lock().clock.is_virtual()
    }

    /// Whether time goes by itself.
    pub(crate) fn clock_runs(&self) -> bool {
        self.lock().clock.runs()
    }

    /// Stops the time, or lets it go on.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be written.
    pub(crate) async fn pause_clock(&self, paused: bool) -> Result<(), StoreError> {
        let end = {
            let mut inner = self.lock();
            inner.clock.pause(paused);
            inner.keep_clock();
            inner.end()
        };
        self.changed.notify_one();
        self.kept_through(end).await
    }

    /// Lets time pass until now; gives what is to be sent and when to look again.
    pub(crate) fn due(&self) -> Due {
        let mut inner = self.lock();
        let now = inner.clock.now();
        inner.platform.pass_time(now);
        inner.tell_news();
        let sends = inner.platform.take_sends();
        let next = inner.platform.next_due();
        let wait = next.and_then(|due| inner.clock.wait_for(due));
        let end = inner.end();
        drop(inner);
        self.count_change();
        Due { sends, wait, end }
    }

    /// Returns when everything that led to what is due is kept.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be written.
    pub(crate) async fn kept(&self, due: &Due) -> Result<(), StoreError> {
        self.kept_through(due.end).await
    }

    /// Moves the clock to the next timer, but not beyond `limit`, and lets it happen. `None` when
    /// nothing is left to do until `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be written.
    pub(crate) async fn step_towards(
        &self,
        limit: Moment,
    ) -> Result<Option<Vec<Send>>, StoreError> {
        let (sends, end) = {
            let mut inner = self.lock();
            let sends = inner.step_towards(limit);
            (sends, inner.end())
        };
        if sends.is_none() {
            // Whoever sleeps until the next timer has to look at the clock again.
            self.changed.notify_one();
        }
        self.count_change();
        self.kept_through(end).await?;
        Ok(sends)
    }

    /// Tells of every change of the platform from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn count_change(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Returns when a command may have changed what is due.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }
}

impl Inner {
    fn step_towards(&mut self, limit: Moment) -> Option<Vec<Send>> {
        let waiting = self.platform.take_sends();
        if !waiting.is_empty() {
            return Some(waiting);
        }
        let next = self.platform.next_due().filter(|due| *due <= limit);
        self.clock.move_to(next.unwrap_or(limit));
        if next.is_none() {
            self.keep_clock();
            return None;
        }
        let now = self.clock.now();
        self.platform.pass_time(now);
        self.tell_news();
        Some(self.platform.take_sends())
    }
}
