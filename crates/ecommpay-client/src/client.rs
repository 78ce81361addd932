//! The client: one operation in, one reply or one honest error out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_clock::Backoff;
use ecommpay_data_api::DataToken;
use ecommpay_gate::{Merchant, Operation};
use ecommpay_transport::SharedTransport;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, info, info_span};

use crate::attempt::record_duration;
use crate::call::Call;
use crate::sending::{Allowance, Budget, Sending};
use crate::{BaseUrl, ClientBuilder, Clock, EnvironmentError, ExecuteError, Randomness};

/// Executes operations of one project, and queries of the Data API, over one transport; clones share
/// everything.
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
    pub(crate) data: DataSettings,
}

/// How the Data API is reached.
pub(crate) struct DataSettings {
    pub(crate) token: Option<DataToken>,
    pub(crate) base_url: BaseUrl,
    pub(crate) timeout: Duration,
}

impl Client {
    /// Starts with this project, the address of ecommpay and the default settings.
    pub fn builder(merchant: Merchant) -> ClientBuilder {
        ClientBuilder::new(merchant, BaseUrl::ecommpay())
    }

    /// Starts with project, keys and base URLs from the environment.
    ///
    /// | variable | |
    /// |---|---|
    /// | `ECOMMPAY_PROJECT_ID` | required |
    /// | `ECOMMPAY_SECRET_KEY` | required: the key of the project |
    /// | `ECOMMPAY_BASE_URL` | Gate of another brand or of the sandbox |
    /// | `ECOMMPAY_DATA_TOKEN` | for [`query`](Client::query) and [`operations`](Client::operations): a token of the Data API |
    /// | `ECOMMPAY_DATA_SECRET_KEY` | required with a token: the key that was shown with it |
    /// | `ECOMMPAY_DATA_BASE_URL` | required with a token if `ECOMMPAY_BASE_URL` is not ecommpay's: the Data API of that brand |
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
        crate::environment::builder(|name| std::env::var(name).ok())
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
            started,
            Budget {
                deadline,
                attempt_timeout: self.0.attempt_timeout,
                retries: self.0.retries,
            },
        )
        .await
    }

    pub(crate) async fn execute_within<O>(
        &self,
        operation: &O,
        started: Duration,
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
            let result = self.run(operation, budget).await;
            let span = Span::current();
            span.record("outcome", outcome(result.as_ref().err()));
            record_duration(&span, &*self.0.clock, started);
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
        let merchant = &self.0.merchant;
        let call = Call::prepare(operation, merchant)?;
        let sending = Sending {
            base_url: &self.0.base_url,
            path: call.path(),
            body: call.body().clone(),
            repeat: call.repeat(),
            budget,
            allowance: Allowance::default(),
        };
        self.send(sending, |status, body| {
            operation.decode(merchant, status, body)
        })
        .await
        .map_err(|exhausted| call.give_up(exhausted))
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
            .field("data_base_url", &self.0.data.base_url)
            .field("data_token", &self.0.data.token)
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
