//! Queries of the Data API: one query in, one verified report or one error out.

use std::time::Duration;

use ecommpay_data_api::{DataQuery, LARGEST_REPORT_BYTES, OperationsQuery, ReportError};
use ecommpay_gate::{Repeat, SignedReply};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, info, info_span};

use crate::attempt::record_duration;
use crate::repeat::RetryAfter;
use crate::sending::{Allowance, Budget, Exhausted, Failure, Sending};
use crate::{Client, OperationPages, QueryError};

/// The one period in which the Data API counts requests, as far as its documentation goes.
const COUNTING_PERIOD: Duration = Duration::from_secs(10);

impl Client {
    /// Asks the Data API and reads its report, within the client's
    /// [`data_timeout`](crate::ClientBuilder::data_timeout).
    ///
    /// A query changes nothing at the platform, so it is repeated after any failure that another
    /// attempt may mend: no answer, HTTP 408, 429 and 5xx. After 429 the client waits as long as
    /// `Retry-After` asks, or 10 seconds. Dropping the future is safe at any time.
    ///
    /// ```no_run
    /// use ecommpay_client::Client;
    /// use ecommpay_data_api::BalanceQuery;
    /// use ecommpay_transport_hyper::HyperTransport;
    ///
    /// # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
    /// // with ECOMMPAY_DATA_TOKEN and ECOMMPAY_DATA_SECRET_KEY in the environment
    /// let client = Client::from_environment()?.transport(HyperTransport::new()?).build()?;
    /// let report = client.query(&BalanceQuery::new()).await?;
    /// for balance in &report.body().balances {
    ///     println!("{:?}: {:?}", balance.name, balance.sums);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`QueryError`]; none of them means that anything was changed.
    pub async fn query<Q>(&self, query: &Q) -> Result<SignedReply<Q::Report>, QueryError>
    where
        Q: DataQuery + Sync,
    {
        self.query_within(query, self.0.data.timeout).await
    }

    /// As [`query`](Client::query), within a limit of this call's own.
    ///
    /// # Errors
    ///
    /// As [`query`](Client::query).
    pub async fn query_within<Q>(
        &self,
        query: &Q,
        limit: Duration,
    ) -> Result<SignedReply<Q::Report>, QueryError>
    where
        Q: DataQuery + Sync,
    {
        let span = info_span!(
            "ecommpay.query",
            path = query.path(),
            attempts = Empty,
            outcome = Empty,
            duration_ms = Empty,
        );
        async {
            let started = self.0.clock.now();
            let result = self.ask_data_api(query, started, limit).await;
            let span = Span::current();
            span.record("outcome", outcome(result.as_ref().err()));
            record_duration(&span, &*self.0.clock, started);
            info!("query ended");
            result
        }
        .instrument(span)
        .await
    }

    /// All operations a query finds, page by page.
    ///
    /// The query's `limit` is the size of a page, 1000 if it is not set. The platform gives no
    /// count; a page that is not full is the last. What the list does between two pages is told at
    /// [`OperationsQuery::next_page`].
    ///
    /// ```no_run
    /// use ecommpay_client::Client;
    /// use ecommpay_data_api::{Interval, OperationsQuery};
    ///
    /// # async fn ask(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let day = Interval::between(
    ///     "2024-08-01T00:00:00Z".parse()?,
    ///     "2024-08-01T23:59:59Z".parse()?,
    /// );
    /// let mut pages = client.operations(OperationsQuery::of(day));
    /// while let Some(page) = pages.next().await? {
    ///     for operation in &page.body().operations {
    ///         println!("{:?} {:?}", operation.payment_id, operation.status);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn operations(&self, query: OperationsQuery) -> OperationPages {
        OperationPages::new(self.clone(), query)
    }

    async fn ask_data_api<Q>(
        &self,
        query: &Q,
        started: Duration,
        limit: Duration,
    ) -> Result<SignedReply<Q::Report>, QueryError>
    where
        Q: DataQuery + Sync,
    {
        let data = &self.0.data;
        let token = data.token.as_ref().ok_or(QueryError::NoToken)?;
        let prepared = query.prepare(token).map_err(QueryError::Build)?;
        let (path, body) = prepared.into_parts();
        let sending = Sending {
            base_url: &data.base_url,
            path: &path,
            body: body.into(),
            repeat: Repeat::Harmless,
            budget: Budget {
                deadline: started.saturating_add(limit),
                attempt_timeout: limit,
                retries: self.0.retries,
            },
            allowance: Allowance {
                silence: limit,
                reply_bytes: LARGEST_REPORT_BYTES,
                pause_when_crowded: COUNTING_PERIOD,
            },
        };
        self.send(sending, |status, body| query.decode(token, status, body))
            .await
            .map_err(given_up)
    }
}

/// The error that the last attempt's failure leaves.
fn given_up(exhausted: Exhausted<ReportError>) -> QueryError {
    let attempts = exhausted.attempts;
    match exhausted.failure {
        Failure::Transport(source) => QueryError::NoAnswer { attempts, source },
        Failure::Reply {
            error: ReportError::Refused(refusal),
            retry_after,
            ..
        } => QueryError::Refused {
            refusal: Box::new(refusal),
            retry_after: match retry_after {
                RetryAfter::Pause(pause) => Some(pause),
                RetryAfter::Unsaid | RetryAfter::Later => None,
            },
        },
        Failure::Reply { error, .. } => QueryError::NoReport {
            attempts,
            source: Box::new(error),
        },
    }
}

/// The stable name of how a query ended.
fn outcome(error: Option<&QueryError>) -> &'static str {
    match error {
        None => "answered",
        Some(QueryError::NoToken | QueryError::Build(_)) => "not_built",
        Some(QueryError::Refused { .. }) => "refused",
        Some(QueryError::NoAnswer { .. } | QueryError::NoReport { .. }) => "unanswered",
    }
}
