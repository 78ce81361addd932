//! The running sandbox: a thread with a listening socket, stopped when it is dropped.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::config::{Fault, ProjectConfig, SandboxConfig};
use crate::delivery::{Courier, Sender};
use crate::error::SandboxError;
use crate::expectation::{Expectation, Unmet};
use crate::http::{self, Shared};
use crate::platform::data_api::{KnowsDataToken, PutDataToken};
use crate::platform::faults::{
    AddFault, AnyFaultAdded, ClearFaults, FaultView, RemoveFault, ShowFaults,
};
use crate::platform::payment::PaymentKey;
use crate::platform::timeline::TimelineEntry;
use crate::platform::view::{KnowsProject, PaymentView, ShowPayment, ShowPayments};
use crate::platform::{ListenAt, Platform, PutProject, deliveries};
#[cfg(feature = "db")]
use crate::store::Journal;
use crate::store::Store;

/// A sandbox that listens on loopback until it is stopped or dropped.
///
/// It runs in a thread of its own, so it works from any test, with or without an async runtime.
///
/// ```
/// use ecommpay_sandbox::{ProjectConfig, SandboxConfig, SandboxServer};
///
/// let config = SandboxConfig::new().project(ProjectConfig::new(239, "project secret"));
/// let sandbox = SandboxServer::start(config)?;
/// assert!(sandbox.uri().starts_with("http://127.0.0.1:"));
/// # Ok::<(), ecommpay_sandbox::SandboxError>(())
/// ```
#[derive(Debug)]
pub struct SandboxServer {
    uri: String,
    store: Arc<Store>,
    courier: Courier,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SandboxServer {
    /// Starts listening. Returns as soon as connections are accepted.
    ///
    /// # Errors
    /// [`SandboxError::Project`], [`SandboxError::DataToken`] and [`SandboxError::Fault`] for settings
    /// that contradict the rules, [`SandboxError::Database`] for a database file that cannot be used,
    /// [`SandboxError::Listen`] and [`SandboxError::Thread`] when the system refuses.
    pub fn start(config: SandboxConfig) -> Result<Self, SandboxError> {
        let listen = |source| SandboxError::Listen {
            address: config.bind,
            source,
        };
        let listener = TcpListener::bind(config.bind).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let uri = format!("http://{address}");

        let store = Arc::new(open_store(&config)?);
        store.apply_at_start(ListenAt { uri: uri.clone() });
        for project in config.projects {
            if !store.look(KnowsProject(project.id)) {
                store.apply_at_start(PutProject(project))?;
            }
        }
        for token in config.data_tokens {
            if !store.look(KnowsDataToken(token.token.clone())) {
                store.apply_at_start(PutDataToken(token))?;
            }
        }
        if !store.look(AnyFaultAdded) {
            for fault in config.faults {
                store.apply_at_start(AddFault(fault))?;
            }
        }
        let courier = Courier::new(store.clone(), Sender::new(config.allowed_hosts.clone()));
        let shared = Shared::new(
            store.clone(),
            courier.clone(),
            address,
            config.allowed_hosts,
        );

        let thread_error = |source| SandboxError::Thread { source };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(thread_error)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let worker = courier.clone();
        let serve = async move {
            let background = async {
                if shared.store.is_virtual() {
                    std::future::pending::<()>().await;
                }
                worker.work().await;
                // Requests still come and hear what is wrong.
                std::future::pending::<()>().await;
            };
            tokio::select! {
                _ = http::serve(listener, shared.clone()) => {}
                () = background => {}
                _ = stopped => {}
            }
        };
        let thread = std::thread::Builder::new()
            .name("ecommpay-sandbox".to_owned())
            .spawn(move || {
                runtime.block_on(serve);
                // A host name that is still being looked up must not hold up the end.
                runtime.shutdown_background();
            })
            .map_err(thread_error)?;
        Ok(Self {
            uri,
            store,
            courier,
            runtime: handle,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `http://` with address and port, without a slash at the end.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Moves the clock on. Timers and callbacks due until then happen in order of time; each
    /// callback has been answered, or has failed, when this returns. With a virtual clock nothing
    /// is sent at any other time: `advance(Duration::ZERO)` sends what is due already.
    ///
    /// Under the default [`Pace`](crate::Pace) one second after a request or a customer's action is
    /// enough for everything that follows from it.
    ///
    /// # Errors
    /// [`SandboxError::Stopped`] when the sandbox has stopped, [`SandboxError::NotKept`] when its
    /// database file cannot be written.
    pub async fn advance(&self, by: Duration) -> Result<(), SandboxError> {
        let courier = self.courier.clone();
        let advanced = self
            .runtime
            .spawn(async move { courier.advance(by).await })
            .await;
        advanced.map_err(|_| SandboxError::Stopped)??;
        Ok(())
    }

    /// The clock's time in seconds since the Unix epoch.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.store.now().unix_seconds()
    }

    /// Adds a project, or gives an existing one new settings; its payments stay.
    ///
    /// # Errors
    /// [`SandboxError::Project`] for settings that contradict the rules,
    /// [`SandboxError::NotKept`] when the database file cannot be written.
    pub async fn add_project(&self, project: ProjectConfig) -> Result<(), SandboxError> {
        self.store.apply(PutProject(project)).await?
    }

    /// A payment with its operations, callbacks and timeline; `None` if its id was never seen.
    #[must_use]
    pub fn payment(&self, project: u32, payment_id: &str) -> Option<PaymentView> {
        self.store.look(ShowPayment {
            project,
            payment_id: payment_id.to_owned(),
        })
    }

    /// All payments of a project, in order of their ids.
    #[must_use]
    pub fn payments(&self, project: u32) -> Vec<PaymentView> {
        self.store
            .look(ShowPayments { project })
            .unwrap_or_default()
    }

    /// What happened to a payment, oldest first; empty if its id was never seen.
    #[must_use]
    pub fn timeline(&self, project: u32, payment_id: &str) -> Vec<TimelineEntry> {
        self.payment(project, payment_id)
            .map(|payment| payment.timeline)
            .unwrap_or_default()
    }

    /// Compares an expectation with what happened so far.
    ///
    /// # Errors
    /// [`Unmet`] says what was expected and what was seen.
    pub fn check(&self, expectation: &Expectation) -> Result<(), Unmet> {
        check(&self.store, expectation)
    }

    /// Returns as soon as an expectation is met, at most after `limit` of real time.
    ///
    /// For sandboxes with a real clock, or when another program turns the clock: it waits for what
    /// has to come. What must not come is checked after the time in which it would have come, on a
    /// virtual clock after [`advance`](Self::advance).
    ///
    /// # Errors
    /// [`Unmet`] says what was expected and what was seen when the time was over.
    pub async fn wait_for(&self, expectation: &Expectation, limit: Duration) -> Result<(), Unmet> {
        let (store, expected) = (self.store.clone(), expectation.clone());
        // In the sandbox's own runtime, so that any executor can wait here.
        let met = self.runtime.spawn(async move {
            let mut changes = store.watch();
            let met = async {
                while check(&store, &expected).is_err() {
                    if changes.changed().await.is_err() {
                        return;
                    }
                }
            };
            // Whether the time is over, the check below tells.
            let _ = tokio::time::timeout(limit, met).await;
        });
        // A sandbox that has stopped changes no more.
        let _ = met.await;
        self.check(expectation)
    }

    /// Sends the newest callback of a payment once more; tells whether there was one.
    ///
    /// # Errors
    /// [`SandboxError::NotKept`] when the database file cannot be written.
    pub async fn resend_callback(
        &self,
        project: u32,
        payment_id: &str,
    ) -> Result<bool, SandboxError> {
        let payment = PaymentKey::new(project, payment_id);
        Ok(self
            .store
            .apply(deliveries::Resend {
                payment,
                callback: None,
            })
            .await?)
    }

    /// Adds a rule to the fault desk, behind those in force, and gives its number.
    ///
    /// # Errors
    /// [`SandboxError::Fault`] for a rule that contradicts itself or a limit,
    /// [`SandboxError::NotKept`] when the database file cannot be written.
    pub async fn add_fault(&self, fault: Fault) -> Result<u64, SandboxError> {
        self.store.apply(AddFault(fault)).await?
    }

    /// Removes a rule by its number; tells whether there was one. A callback that it holds back
    /// stays held back until the payment's next one or its time is over.
    ///
    /// # Errors
    /// [`SandboxError::NotKept`] when the database file cannot be written.
    pub async fn remove_fault(&self, id: u64) -> Result<bool, SandboxError> {
        Ok(self.store.apply(RemoveFault { id }).await?)
    }

    /// Removes all rules.
    ///
    /// # Errors
    /// [`SandboxError::NotKept`] when the database file cannot be written.
    pub async fn clear_faults(&self) -> Result<(), SandboxError> {
        Ok(self.store.apply(ClearFaults).await?)
    }

    /// The rules in force with what they did so far, oldest first.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultView> {
        self.store.look(ShowFaults)
    }

    /// Runs until the sandbox's thread ends, which it does only when it is stopped.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // The thread runs no code that panics; if it did, there is nothing left to wait for.
            let _ = thread.join();
        }
    }

    /// Stops listening and forgets everything. Dropping does the same.
    pub fn stop(self) {}
}

fn check(store: &Store, expectation: &Expectation) -> Result<(), Unmet> {
    let payment = store.look(ShowPayment {
        project: expectation.project(),
        payment_id: expectation.payment_id().to_owned(),
    });
    expectation.check(payment.as_ref())
}

#[cfg(feature = "db")]
fn open_store(config: &SandboxConfig) -> Result<Store, SandboxError> {
    let (seed, pace, clock) = (config.seed, config.pace, Clock::new(config.clock));
    let Some(path) = &config.database else {
        return Ok(Store::new(Platform::new(seed, pace), clock, None));
    };
    let (journal, platform, clock) = Journal::open(path, seed, pace, clock)?;
    Ok(Store::new(platform, clock, Some(journal)))
}

#[cfg(not(feature = "db"))]
fn open_store(config: &SandboxConfig) -> Result<Store, SandboxError> {
    let platform = Platform::new(config.seed, config.pace);
    Ok(Store::new(platform, Clock::new(config.clock), None))
}

impl Drop for SandboxServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone when the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
