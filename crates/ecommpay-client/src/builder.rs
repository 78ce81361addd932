//! The settings of a client and what they are when nothing is said.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_clock::Backoff;
use ecommpay_data_api::DataToken;
use ecommpay_gate::Merchant;
use ecommpay_transport::{SharedTransport, Transport};

use crate::client::{DataSettings, Settings};
use crate::{BaseUrl, BaseUrlError, Client, Clock, Randomness, SystemRandomness, TokioClock};

/// Settings of a [`Client`].
///
/// | setting | default |
/// |---|---|
/// | [`base_url`](Self::base_url) | `https://api.ecommpay.com` |
/// | [`transport`](Self::transport) | none: has to be given |
/// | [`call_timeout`](Self::call_timeout) | 60 s |
/// | [`attempt_timeout`](Self::attempt_timeout) | 20 s |
/// | [`retries`](Self::retries) | 2 |
/// | [`backoff`](Self::backoff) | from 200 ms to 5 s |
/// | [`resolve_timeout`](Self::resolve_timeout) | 2 min |
/// | [`resolve_backoff`](Self::resolve_backoff) | from 2 s to 30 s |
/// | [`data_token`](Self::data_token) | none: needed for queries of the Data API |
/// | [`data_base_url`](Self::data_base_url) | `https://data.ecommpay.com/v1` |
/// | [`data_timeout`](Self::data_timeout) | 6 min |
#[must_use = "a client is made by build()"]
pub struct ClientBuilder {
    merchant: Merchant,
    base_url: Result<BaseUrl, BaseUrlError>,
    transport: Option<SharedTransport>,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    call_timeout: Duration,
    attempt_timeout: Duration,
    retries: u32,
    backoff: Backoff,
    resolve_timeout: Duration,
    resolve_backoff: Backoff,
    data_token: Option<DataToken>,
    data_base_url: Option<Result<BaseUrl, BaseUrlError>>,
    data_timeout: Duration,
}

impl ClientBuilder {
    pub(crate) fn new(merchant: Merchant, base_url: BaseUrl) -> Self {
        ClientBuilder {
            merchant,
            base_url: Ok(base_url),
            transport: None,
            clock: Arc::new(TokioClock::new()),
            randomness: Arc::new(SystemRandomness),
            call_timeout: Duration::from_secs(60),
            attempt_timeout: Duration::from_secs(20),
            retries: 2,
            backoff: Backoff::new(Duration::from_millis(200), Duration::from_secs(5)),
            resolve_timeout: Duration::from_secs(120),
            resolve_backoff: Backoff::new(Duration::from_secs(2), Duration::from_secs(30)),
            data_token: None,
            data_base_url: None,
            data_timeout: Duration::from_secs(6 * 60),
        }
    }

    /// Where the platform is: the address of another brand, of a proxy or of the sandbox.
    ///
    /// A text that cannot be one is refused by [`build`](Self::build).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = BaseUrl::new(url);
        self
    }

    /// What carries the requests.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(SharedTransport::new(transport));
        self
    }

    /// Limits one call of [`Client::execute`]: all attempts and the pauses between them.
    pub fn call_timeout(mut self, limit: Duration) -> Self {
        self.call_timeout = limit;
        self
    }

    /// Limits one attempt. The transport is told a tenth less, at most 100 ms less, so that it can
    /// say itself how far the exchange got.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// How often a call may be repeated after its first attempt; 0 means that it is sent once.
    pub fn retries(mut self, repeats: u32) -> Self {
        self.retries = repeats;
        self
    }

    /// The first and the longest pause before a repeat; pauses double in between, and each is
    /// shortened at random by up to its half.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.backoff = Backoff::new(first, longest);
        self
    }

    /// Limits [`Client::resolve`], the 10 seconds before its first question included.
    pub fn resolve_timeout(mut self, limit: Duration) -> Self {
        self.resolve_timeout = limit;
        self
    }

    /// The first and the longest pause between two questions of [`Client::resolve`], as for
    /// [`backoff`](Self::backoff).
    pub fn resolve_backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.resolve_backoff = Backoff::new(first, longest);
        self
    }

    /// Who asks the Data API.
    pub fn data_token(mut self, token: DataToken) -> Self {
        self.data_token = Some(token);
        self
    }

    /// Where the Data API is; has to be given with a token if the
    /// [`base_url`](Self::base_url) is not ecommpay's, so that no brand's token and no query meant
    /// for the sandbox goes to ecommpay.
    ///
    /// A text that cannot be one is refused by [`build`](Self::build).
    pub fn data_base_url(mut self, url: impl Into<String>) -> Self {
        self.data_base_url = Some(BaseUrl::new(url));
        self
    }

    /// Limits one call of [`Client::query`], or one page of [`Client::operations`]: all attempts and
    /// the pauses between them. One attempt may take all of it, for reports take up to five minutes.
    pub fn data_timeout(mut self, limit: Duration) -> Self {
        self.data_timeout = limit;
        self
    }

    /// The clock; a test brings one that is turned by hand.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The randomness of the pauses.
    pub fn randomness(mut self, randomness: impl Randomness) -> Self {
        self.randomness = Arc::new(randomness);
        self
    }

    /// Makes the client; sends nothing.
    ///
    /// # Errors
    ///
    /// [`ClientBuildError`] when a base URL is not one or missing, the transport is missing, or a
    /// time-out is zero.
    pub fn build(self) -> Result<Client, ClientBuildError> {
        let base_url = self.base_url.map_err(ClientBuildError::BaseUrl)?;
        let transport = self.transport.ok_or(ClientBuildError::NoTransport)?;
        let limits = [self.call_timeout, self.attempt_timeout, self.data_timeout];
        if limits.iter().any(Duration::is_zero) {
            return Err(ClientBuildError::NoTime);
        }
        let data_base_url = match self.data_base_url {
            Some(url) => url.map_err(ClientBuildError::DataBaseUrl)?,
            None if self.data_token.is_some() && base_url != BaseUrl::ecommpay() => {
                return Err(ClientBuildError::NoDataBaseUrl);
            }
            None => BaseUrl::ecommpay_data(),
        };
        Ok(Client(Arc::new(Settings {
            merchant: self.merchant,
            base_url,
            transport,
            clock: self.clock,
            randomness: self.randomness,
            call_timeout: self.call_timeout,
            attempt_timeout: self.attempt_timeout,
            retries: self.retries,
            backoff: self.backoff,
            resolve_timeout: self.resolve_timeout,
            resolve_backoff: self.resolve_backoff,
            data: DataSettings {
                token: self.data_token,
                base_url: data_base_url,
                timeout: self.data_timeout,
            },
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("project_id", &self.merchant.project_id())
            .field("base_url", &self.base_url)
            .field("call_timeout", &self.call_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retries", &self.retries)
            .field("data_base_url", &self.data_base_url)
            .field("data_token", &self.data_token)
            .finish_non_exhaustive()
    }
}

/// A client cannot be made from these settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientBuildError {
    /// The base URL is not one.
    #[error("the base URL cannot be used")]
    BaseUrl(#[source] BaseUrlError),
    /// The base URL of the Data API is not one.
    #[error("the base URL of the Data API cannot be used")]
    DataBaseUrl(#[source] BaseUrlError),
    /// There is a token, the base URL is not ecommpay's, and nobody said where the Data API is.
    #[error("with a Data API token and another base URL, data_base_url has to be given as well")]
    NoDataBaseUrl,
    /// There is nothing that carries requests.
    #[error("no transport was given; ecommpay-transport-hyper has one")]
    NoTransport,
    /// The time-out of a call, an attempt or a query is zero, so nothing could ever be sent.
    #[error("the time-outs of calls, attempts and queries must be longer than zero")]
    NoTime,
}
