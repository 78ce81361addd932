//! The connections of one transport: kept while nobody uses them, for a time.
//!
//! A pool of our own, because the one of hyper-util says only by a channel made for each request
//! that it handed it over, and it copies itself for each.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use crate::alarm::after;
use crate::connection::{Connection, Http1};
use crate::http2::Http2;
use crate::target::Origin;

/// Hands a connection to one exchange at a time, or an HTTP/2 connection to many.
///
/// It opens none: whoever finds none kept opens one and leaves it here afterwards.
pub(crate) struct Pool {
    kept: Arc<Mutex<Kept>>,
    idle_timeout: Duration,
}

/// All that is kept; there are few origins, so they are searched in a row.
#[derive(Default)]
struct Kept {
    origins: Vec<ToOrigin>,
    /// Whether a task runs that drops what has been idle too long.
    swept: bool,
}

struct ToOrigin {
    origin: Origin,
    /// The last used one at the end, to be used first: so the others grow old.
    http1: Vec<Idle<Http1>>,
    http2: Option<Idle<Http2>>,
}

struct Idle<C> {
    connection: C,
    since: Instant,
}

impl Pool {
    pub(crate) fn new(idle_timeout: Duration) -> Self {
        Pool {
            kept: Arc::default(),
            idle_timeout,
        }
    }

    /// A connection to the origin that takes a request at once.
    pub(crate) fn take(&self, origin: &Origin, now: Instant) -> Option<Connection> {
        let mut kept = lock(&self.kept);
        let to_origin = kept.origins.iter_mut().find(|to| to.origin == *origin)?;
        if let Some(shared) = to_origin.shared(now, self.idle_timeout) {
            return Some(Connection::Http2(shared));
        }
        while let Some(last) = to_origin.http1.pop() {
            if last.is_usable(now, self.idle_timeout) {
                return Some(Connection::Http1(last.connection));
            }
        }
        None
    }

    /// Lets others use a new HTTP/2 connection; gives the one that is shared already, if there is
    /// one.
    pub(crate) fn share(&self, origin: &Origin, connection: Http2) -> Http2 {
        let mut kept = lock(&self.kept);
        let now = Instant::now();
        let to_origin = kept.place(origin);
        if let Some(shared) = to_origin.shared(now, self.idle_timeout) {
            return shared;
        }
        to_origin.http2 = Some(Idle {
            connection: connection.clone(),
            since: now,
        });
        self.sweep(kept);
        connection
    }

    /// Keeps a connection whose exchange is over.
    pub(crate) fn keep(&self, origin: &Origin, mut connection: Http1) {
        if connection.is_ready() {
            self.put(origin, connection);
        } else if !connection.is_closed() {
            // Its task has not come round yet, or the server answered before it had read all.
            let pool = self.clone();
            let origin = origin.clone();
            tokio::spawn(async move {
                if let Ok(Ok(())) = timeout(pool.idle_timeout, connection.ready()).await {
                    pool.put(&origin, connection);
                }
            });
        }
    }

    fn put(&self, origin: &Origin, connection: Http1) {
        let mut kept = lock(&self.kept);
        kept.place(origin).http1.push(Idle {
            connection,
            since: Instant::now(),
        });
        self.sweep(kept);
    }

    /// Sees to it that what is kept does not outlive its time.
    fn sweep(&self, mut kept: MutexGuard<'_, Kept>) {
        if !std::mem::replace(&mut kept.swept, true) {
            drop(kept);
            let sweeper = Sweeper(Arc::downgrade(&self.kept));
            tokio::spawn(sweeper.run(self.idle_timeout));
        }
    }
}

impl Clone for Pool {
    fn clone(&self) -> Self {
        Pool {
            kept: Arc::clone(&self.kept),
            idle_timeout: self.idle_timeout,
        }
    }
}

impl Kept {
    fn place(&mut self, origin: &Origin) -> &mut ToOrigin {
        let known = self.origins.iter().position(|to| to.origin == *origin);
        let position = known.unwrap_or_else(|| {
            self.origins.push(ToOrigin {
                origin: origin.clone(),
                http1: Vec::new(),
                http2: None,
            });
            self.origins.len() - 1
        });
        &mut self.origins[position]
    }

    /// Drops what is closed or has been idle too long; says since when the oldest of the rest is
    /// idle.
    fn drop_the_old(&mut self, idle_timeout: Duration) -> Option<Instant> {
        let now = Instant::now();
        for to_origin in &mut self.origins {
            to_origin
                .http1
                .retain(|idle| idle.is_usable(now, idle_timeout));
            let shared = to_origin.http2.take();
            to_origin.http2 = shared.filter(|idle| idle.is_usable(now, idle_timeout));
        }
        self.origins
            .retain(|to| !to.http1.is_empty() || to.http2.is_some());
        self.origins.iter().filter_map(ToOrigin::oldest).min()
    }
}

impl ToOrigin {
    /// The HTTP/2 connection, from now on idle for no time; forgotten if it cannot be used.
    fn shared(&mut self, now: Instant, idle_timeout: Duration) -> Option<Http2> {
        self.http2 = self
            .http2
            .take()
            .filter(|idle| idle.is_usable(now, idle_timeout));
        let shared = self.http2.as_mut()?;
        shared.since = now;
        Some(shared.connection.clone())
    }

    fn oldest(&self) -> Option<Instant> {
        let http1 = self.http1.iter().map(|idle| idle.since);
        http1.chain(self.http2.iter().map(|idle| idle.since)).min()
    }
}

impl Idle<Http1> {
    fn is_usable(&self, now: Instant, idle_timeout: Duration) -> bool {
        self.connection.is_ready() && now.duration_since(self.since) < idle_timeout
    }
}

impl Idle<Http2> {
    fn is_usable(&self, now: Instant, idle_timeout: Duration) -> bool {
        self.connection.is_ready() && now.duration_since(self.since) < idle_timeout
    }
}

/// The task that drops old connections, as long as there are any.
struct Sweeper(Weak<Mutex<Kept>>);

impl Sweeper {
    async fn run(mut self, idle_timeout: Duration) {
        let mut wait = idle_timeout;
        loop {
            sleep_until(after(Instant::now(), wait)).await;
            let Some(kept) = self.0.upgrade() else { return };
            let mut kept = lock(&kept);
            match kept.drop_the_old(idle_timeout) {
                Some(oldest) => wait = idle_timeout.saturating_sub(oldest.elapsed()),
                None => {
                    kept.swept = false;
                    // from here on another may run
                    self.0 = Weak::new();
                    return;
                }
            }
        }
    }
}

/// When the task is dropped with its runtime, whoever keeps something next starts another.
impl Drop for Sweeper {
    fn drop(&mut self) {
        if let Some(kept) = self.0.upgrade() {
            lock(&kept).swept = false;
        }
    }
}

/// Poisoned or not, what is kept is whole after each line that changes it.
fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
