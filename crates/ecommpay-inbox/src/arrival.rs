//! What comes into the inbox: a verified callback or an answer to a status request.

use std::fmt;
use std::net::IpAddr;

use ecommpay_callback::VerifiedCallback;
use ecommpay_model::{PaymentId, PaymentStatusBody, ProjectId};
use ecommpay_signature::json;
use sha2::{Digest, Sha256};

use crate::filing::{Filing, Glance};
use crate::{EntryKind, Moment};

/// Something to be put into an [`Inbox`](crate::Inbox), with what was known when it came.
///
/// ```
/// # use ecommpay_callback::CallbackVerifier;
/// # use ecommpay_signature::{KeyRing, SecretKey, exact};
/// use ecommpay_inbox::{Arrival, Moment};
/// use ecommpay_model::ProjectId;
///
/// # let key = SecretKey::new("test-secret")?;
/// # let body = r#"{"project_id":201,"payment":{"id":"Order-1","status":"success"}}"#;
/// # let signature = exact::sign(body.as_bytes(), &key)?;
/// # let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
/// # let verifier = CallbackVerifier::new(KeyRing::new(key));
/// let now = Moment::from_unix_millis(1_700_000_000_000);
/// let arrival = Arrival::callback(ProjectId::new(201)?, verifier.verify(raw)?, now)
///     .from_address("192.0.2.7".parse()?);
/// assert_eq!(arrival.payment_id().map(|id| id.as_str()), Some("Order-1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Arrival {
    kind: EntryKind,
    project_id: ProjectId,
    payment_id: Option<PaymentId>,
    digest: [u8; 32],
    filing: Filing,
    received_at: Moment,
    remote_address: Option<IpAddr>,
    key_index: Option<u32>,
    bytes: Vec<u8>,
}

impl Arrival {
    /// A callback that was verified with the keys of this project.
    ///
    /// The project is that of the keys, not what the body says of itself: the order guard compares
    /// the two.
    #[must_use]
    pub fn callback(
        project_id: ProjectId,
        verified: VerifiedCallback,
        received_at: Moment,
    ) -> Self {
        let glance = Glance::at(&verified);
        Self {
            kind: EntryKind::Callback,
            project_id,
            payment_id: glance.payment_id,
            digest: verified.content_digest(),
            filing: glance.filing,
            received_at,
            remote_address: None,
            key_index: u32::try_from(verified.matched_key().index()).ok(),
            bytes: verified.into_bytes(),
        }
    }

    /// The answer to a status request by payment id, whose signature the client has checked.
    ///
    /// It goes the way of the callbacks: the same guard, the same fold, the same handler. The same
    /// answer twice is one entry.
    ///
    /// # Errors
    ///
    /// [`UnwritableAnswer`] if the answer cannot be written as JSON again.
    pub fn status_answer(
        project_id: ProjectId,
        answer: &PaymentStatusBody,
        received_at: Moment,
    ) -> Result<Self, UnwritableAnswer> {
        let mut unsigned = answer.clone();
        unsigned.signature = None;
        let bytes = json::to_vec(&unsigned).map_err(|_| UnwritableAnswer)?;
        let mut hash = Sha256::new();
        // A callback can never have this digest: its canonical string begins otherwise.
        hash.update(b"\nstatus answer\n");
        hash.update(&bytes);
        let date = answer.payment.date.as_ref();
        Ok(Self {
            kind: EntryKind::StatusAnswer,
            project_id,
            payment_id: answer.payment.id.clone().filter(is_regular),
            digest: hash.finalize().into(),
            filing: Filing::by_date(date.and_then(|date| date.timestamp())),
            received_at,
            remote_address: None,
            key_index: None,
            bytes,
        })
    }

    /// The arrival with the address it came from.
    #[must_use]
    pub fn from_address(mut self, address: IpAddr) -> Self {
        self.remote_address = Some(address);
        self
    }

    /// Whether it is a callback or a status answer.
    #[must_use]
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The project whose keys it was verified with.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// The payment it is about, if it names one by the rules for payment ids.
    #[must_use]
    pub fn payment_id(&self) -> Option<&PaymentId> {
        self.payment_id.as_ref()
    }

    /// SHA-256 of the content. Together with the project it tells whether it came before.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Where a store looks for the digest, so that its index grows at one end.
    #[must_use]
    pub fn filing(&self) -> &Filing {
        &self.filing
    }

    /// When it came.
    #[must_use]
    pub fn received_at(&self) -> Moment {
        self.received_at
    }

    /// Where it came from, if the adapter knows.
    #[must_use]
    pub fn remote_address(&self) -> Option<IpAddr> {
        self.remote_address
    }

    /// Which key of the ring the signature was made with: 0 is the current one. Status answers
    /// have none.
    #[must_use]
    pub fn key_index(&self) -> Option<u32> {
        self.key_index
    }

    /// The raw bytes of a callback; the JSON of a status answer.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Whether the id keeps the rules for what is sent, so that it can be made again from a store.
pub(crate) fn is_regular(id: &PaymentId) -> bool {
    PaymentId::new(id.as_str()).is_ok()
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrival")
            .field("kind", &self.kind)
            .field("project_id", &self.project_id)
            .field("payment_id", &self.payment_id)
            .field("received_at", &self.received_at)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// A status answer that holds something JSON cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the status answer cannot be written as JSON; ask for the status again")]
pub struct UnwritableAnswer;
