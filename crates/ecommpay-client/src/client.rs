//! The client: one operation in, one reply or one honest error out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_gate::{Merchant, Operation, Prepared};
use ecommpay_transport::{FailureKind, FailureStage, Reply, SharedTransport, TransportError};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, info, info_span};

use crate::attempt::{attempt, millis};
use crate::call::{Call, Failure};
use crate::repeat::{Backoff, RetryAfter, may_repeat, retry_after};
use crate::{BaseUrl, ClientBuilder, Clock, EnvironmentError, ExecuteError, Randomness};

/// Executes operations of one project over one transport; clones share everything.
///
/// See the [crate's documentation](crate) for an example, and for what is repeated and what is not.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Settings>);

pub(crate) struct Settings {
    pub(crate) merchant: Merchant,
    pub(crate) base_url: BaseUrl,
    pub(crate) transport: SharedTransport,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) call_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) retries: u32,
    pub(crate) backoff: Backoff,
    pub(crate) resolve_timeout: Duration,
    pub(crate) resolve_backoff: Backoff,
}

/// How long and how often one call may try.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// By the client's clock.
    pub(crate) deadline: Duration,
    pub(crate) retries: u32,
}

impl Client {
    /// Starts with this project, the address of ecommpay and the default settings.
    pub fn builder(merchant: Merchant) -> ClientBuilder {
        ClientBuilder::new(merchant, BaseUrl::ecommpay())
    }

    /// Starts with project, key and base URL from the environment.
    ///
    /// Reads `ECOMMPAY_PROJECT_ID`, `ECOMMPAY_SECRET_KEY` and, if it is set, `ECOMMPAY_BASE_URL`.
    ///
    /// ```no_run
    /// use ecommpay_client::Client;
    /// use ecommpay_transport_hyper::HyperTransport;
    ///
    /// let client = Client::from_environment()?.transport(HyperTransport::new()?).build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`EnvironmentError`] names the variable that is missing or unusable, never its value.
    pub fn from_environment() -> Result<ClientBuilder, EnvironmentError> {
        let (merchant, base_url) = crate::environment::settings(|name| std::env::var(name).ok())?;
        Ok(ClientBuilder::new(merchant, base_url))
    }

    /// The project and its keys.
    #[must_use]
    pub fn merchant(&self) -> &Merchant {
        &self.0.merchant
    }

    /// Sends the operation and reads its reply, within the call's time-out.
    ///
    /// When the future is dropped before it ends, the request may have been sent: ask
    /// [`resolve_payment`](Client::resolve_payment).
    ///
    /// # Errors
    ///
    /// [`ExecuteError`]; its [`money_may_have_moved`](ExecuteError::money_may_have_moved) says what may have happened.
    pub async fn execute<O>(&self, operation: &O) -> Result<O::Reply, ExecuteError>
    where
        O: Operation + Sync,
    {
        let started = self.0.clock.now();
        let deadline = started.saturating_add(self.0.call_timeout);
        self.execute_within(
            operation,
            Budget {
                deadline,
                retries: self.0.retries,
            },
        )
        .await
    }

    pub(crate) async fn execute_within<O>(
        &self,
        operation: &O,
        budget: Budget,
    ) -> Result<O::Reply, ExecuteError>
    where
        O: Operation + Sync,
    {
        let span = info_span!(
            "ecommpay.execute",
            operation = %operation.kind(),
            path = %operation.path(),
            attempts = Empty,
            outcome = Empty,
            duration_ms = Empty,
        );
        async {
            let started = self.0.clock.now();
            let result = self.run(operation, budget).await;
            let span = Span::current();
            span.record("outcome", outcome(result.as_ref().err()));
            span.record(
                "duration_ms",
                millis(self.0.clock.now().saturating_sub(started)),
            );
            info!("call ended");
            result
        }
        .instrument(span)
        .await
    }

    async fn run<O>(&self, operation: &O, budget: Budget) -> Result<O::Reply, ExecuteError>
    where
        O: Operation + Sync,
    {
        let call = Call::prepare(operation, &self.0.merchant)?;
        let mut attempts: u32 = 0;
        loop {
            attempts = attempts.saturating_add(1);
            let requested_at = self.0.clock.since_epoch();
            let failure = match self
                .send_once(call.prepared(), attempts, budget.deadline)
                .await
            {
                Err(failure) => Failure::Transport(failure),
                Ok(reply) => {
                    let asked = retry_after(reply.status(), reply.header("retry-after"));
                    match operation.decode(&self.0.merchant, reply.status(), reply.body()) {
                        Ok(answer) => {
                            Span::current().record("attempts", attempts);
                            return Ok(answer);
                        }
                        Err(error) => Failure::Reply(error, asked),
                    }
                }
            };
            let Some(pause) = self.pause_before_repeat(&call, &failure, attempts, budget) else {
                Span::current().record("attempts", attempts);
                return Err(call.give_up(failure, attempts, requested_at));
            };
            self.0.clock.sleep(pause).await;
        }
    }

    async fn send_once(
        &self,
        prepared: &Prepared,
        number: u32,
        deadline: Duration,
    ) -> Result<Reply, TransportError> {
        let Settings {
            transport,
            clock,
            base_url,
            ..
        } = &*self.0;
        let left = deadline.saturating_sub(clock.now());
        if left.is_zero() {
            return Err(TransportError::new(
                FailureStage::BeforeSend,
                FailureKind::TotalTimeout,
            ));
        }
        let limit = left.min(self.0.attempt_timeout);
        attempt(transport, &**clock, base_url, prepared, number, limit).await
    }

    /// The pause before the next attempt, if there may be one and the pause ends before the deadline.
    fn pause_before_repeat(
        &self,
        call: &Call<'_>,
        failure: &Failure,
        attempts: u32,
        budget: Budget,
    ) -> Option<Duration> {
        let (ended, asked) = failure.ended();
        if attempts > budget.retries || !may_repeat(call.repeat(), ended) {
            return None;
        }
        let backoff = self.0.backoff.pause(attempts, &*self.0.randomness);
        let pause = match asked {
            RetryAfter::Unsaid => backoff,
            RetryAfter::Pause(asked) => backoff.max(asked),
            RetryAfter::Later => return None,
        };
        (self.0.clock.now().saturating_add(pause) < budget.deadline).then_some(pause)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("project_id", &self.0.merchant.project_id())
            .field("base_url", &self.0.base_url)
            .field("transport", &self.0.transport)
            .field("call_timeout", &self.0.call_timeout)
            .field("attempt_timeout", &self.0.attempt_timeout)
            .field("retries", &self.0.retries)
            .finish_non_exhaustive()
    }
}

/// The stable name of how a call ended.
fn outcome(error: Option<&ExecuteError>) -> &'static str {
    match error {
        None => "answered",
        Some(ExecuteError::Build(_) | ExecuteError::NoPaymentId(_)) => "not_built",
        Some(ExecuteError::NotSent(_)) => "not_sent",
        Some(ExecuteError::Refused(_)) => "refused",
        Some(ExecuteError::OutcomeUnknown(_)) => "outcome_unknown",
        Some(ExecuteError::Unanswered(_)) => "unanswered",
    }
}
