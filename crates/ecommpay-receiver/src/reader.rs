//! From a request to a verified callback; no store is needed.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ecommpay_callback::VerifiedCallback;
use ecommpay_clock::{Clock, TokioClock};
use ecommpay_model::ProjectId;
use ecommpay_signature::VerifyPolicy;
use futures_core::Stream;

use crate::body::{self, BodyLimits, Room};
use crate::forwarded::{Origin, Proxies};
use crate::{ForwardingHeader, Networks, Projects, Refusal, RequestHead, content, signals};

/// Reads callbacks out of requests: checks where they come from, takes the body in, verifies it.
///
/// Everything but the projects has a default. One reader serves any number of requests at once.
///
/// ```
/// use std::time::Duration;
///
/// use ecommpay_model::ProjectId;
/// use ecommpay_receiver::{CallbackReader, ForwardingHeader, Networks, Projects};
/// use ecommpay_signature::{KeyRing, SecretKey};
///
/// let keys = KeyRing::new(SecretKey::new("test-secret")?);
/// let reader = CallbackReader::new(Projects::new(ProjectId::new(201)?, keys))
///     .body_time_limit(Duration::from_secs(5))
///     .allow_only(Networks::parse(["198.51.100.0/24"])?) // ask support for the platform's addresses
///     .behind_proxies(Networks::parse(["10.0.0.0/8"])?, ForwardingHeader::XForwardedFor);
/// # let _ = reader;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CallbackReader {
    projects: Projects,
    policy: VerifyPolicy,
    body_time: Duration,
    room: Room,
    allowed: Option<Networks>,
    proxies: Option<Proxies>,
    clock: Arc<dyn Clock>,
}

impl CallbackReader {
    /// A reader of callbacks of these projects, from everywhere.
    #[must_use]
    pub fn new(projects: Projects) -> Self {
        Self {
            projects,
            policy: VerifyPolicy::strict(),
            body_time: Duration::from_secs(10),
            room: Room::new(32 * 1024 * 1024),
            allowed: None,
            proxies: None,
            clock: Arc::new(TokioClock::new()),
        }
    }

    /// The rules of verifying. Their [`Limits::bytes`](ecommpay_signature::json::Limits::bytes) is the
    /// size limit of a body, counted while it comes in: 256 KiB by default.
    #[must_use]
    pub fn policy(mut self, policy: VerifyPolicy) -> Self {
        self.projects = self.projects.with_policy(&policy);
        self.policy = policy;
        self
    }

    /// How long a body may take to come in; 10 seconds by default.
    #[must_use]
    pub fn body_time_limit(mut self, limit: Duration) -> Self {
        self.body_time = limit;
        self
    }

    /// How many bytes all bodies together may hold while they come in; 32 MiB by default. Beyond that
    /// the sender is told to come again.
    #[must_use]
    pub fn room_for_bodies(mut self, bytes: usize) -> Self {
        self.room = Room::new(bytes);
        self
    }

    /// Takes callbacks from these networks only. The platform's support tells which are theirs.
    ///
    /// The signature protects against forged callbacks without this; it keeps others from making work.
    #[must_use]
    pub fn allow_only(mut self, networks: Networks) -> Self {
        self.allowed = Some(networks);
        self
    }

    /// Proxies of one's own stand before the shop, and write in this header where a request came from.
    ///
    /// The header is believed only if the connection comes from one of these networks, and is read
    /// from the right, past addresses of these networks, so that a sender cannot choose its address.
    /// All proxies on the way have to write the same header.
    #[must_use]
    pub fn behind_proxies(mut self, networks: Networks, header: ForwardingHeader) -> Self {
        self.proxies = Some(Proxies { networks, header });
        self
    }

    /// The clock; that of tokio by default.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Reads a callback whose body comes in chunks.
    ///
    /// # Errors
    ///
    /// [`Refusal`]: answer with [`Answer::refusing`](crate::Answer::refusing). The rest of the body is
    /// not read.
    pub async fn read<S, C, E>(
        &self,
        head: &RequestHead<'_>,
        body: S,
    ) -> Result<ReceivedCallback, Refusal>
    where
        S: Stream<Item = Result<C, E>>,
        C: AsRef<[u8]>,
    {
        let read = self.take_in(head, body).await;
        read.inspect_err(signals::refused)
    }

    /// Reads a callback whose body is there.
    ///
    /// # Errors
    ///
    /// [`Refusal`], as [`read`](Self::read).
    pub fn read_whole(
        &self,
        head: &RequestHead<'_>,
        body: Vec<u8>,
    ) -> Result<ReceivedCallback, Refusal> {
        let read = self.admit(head).and_then(|from| {
            body::check_announced(u64::try_from(body.len()).ok(), self.limits())?;
            self.verify(head, from, body)
        });
        read.inspect_err(signals::refused)
    }

    async fn take_in<S, C, E>(
        &self,
        head: &RequestHead<'_>,
        body: S,
    ) -> Result<ReceivedCallback, Refusal>
    where
        S: Stream<Item = Result<C, E>>,
        C: AsRef<[u8]>,
    {
        let from = self.admit(head)?;
        let (announced, limits) = (head.content_length, self.limits());
        let body = body::collect(announced, body, limits, &self.room, &*self.clock).await?;
        self.verify(head, from, body)
    }

    /// Looks at everything that is known before the body.
    fn admit(&self, head: &RequestHead<'_>) -> Result<Option<IpAddr>, Refusal> {
        let origin = Origin::of(head, self.proxies.as_ref());
        if let Some(allowed) = &self.allowed {
            match origin {
                Origin::Address(address) if allowed.contains(address) => {}
                Origin::Address(_) | Origin::Unreadable => return Err(Refusal::SourceNotAllowed),
                Origin::NoPeer => return Err(Refusal::SourceUnknown),
            }
        }
        content::check(head)?;
        body::check_announced(head.content_length, self.limits())?;
        Ok(origin.address())
    }

    fn verify(
        &self,
        head: &RequestHead<'_>,
        remote_address: Option<IpAddr>,
        body: Vec<u8>,
    ) -> Result<ReceivedCallback, Refusal> {
        let received_at = self.clock.since_epoch();
        body::check_not_empty(head.content_length, &body)?;
        let (project_id, callback) = self.projects.verify(head.project_id, &self.policy, body)?;
        Ok(ReceivedCallback {
            project_id,
            callback,
            remote_address,
            received_at,
        })
    }

    fn limits(&self) -> BodyLimits {
        BodyLimits {
            bytes: self.policy.limits().bytes(),
            time: self.body_time,
        }
    }

    #[cfg(feature = "inbox")]
    pub(crate) fn the_clock(&self) -> &dyn Clock {
        &*self.clock
    }
}

/// A callback whose signature is right, with what was known when it came.
#[derive(Debug, Clone)]
pub struct ReceivedCallback {
    project_id: ProjectId,
    callback: VerifiedCallback,
    remote_address: Option<IpAddr>,
    received_at: Duration,
}

impl ReceivedCallback {
    /// The project whose keys it was verified with; what the body says of itself is compared with
    /// the order later.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// The callback.
    #[must_use]
    pub fn callback(&self) -> &VerifiedCallback {
        &self.callback
    }

    /// The callback by itself.
    #[must_use]
    pub fn into_callback(self) -> VerifiedCallback {
        self.callback
    }

    /// Where it came from, as far as the proxies tell.
    #[must_use]
    pub fn remote_address(&self) -> Option<IpAddr> {
        self.remote_address
    }

    /// When the whole of it was there, since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn received_at(&self) -> Duration {
        self.received_at
    }
}
