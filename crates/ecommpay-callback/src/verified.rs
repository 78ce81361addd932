//! A callback whose signature is right, and what can be read out of its bytes.

use core::fmt;

use ecommpay_model::CallbackBody;
use ecommpay_signature::json::{self, Limits};
use ecommpay_signature::{Ambiguity, KeyPosition};
use serde::de::DeserializeOwned;

use crate::Callback;
use crate::envelope::{Envelope, UnreadableCallback};

/// The bytes of a callback whose signature is right.
///
/// Only [`CallbackVerifier::verify`](crate::CallbackVerifier::verify) makes one. It owns the bytes
/// as they were received, so that they can be stored first and read later, elsewhere; everything
/// that is read out of it comes from these bytes, with the reader and the limits of the
/// verification. `Debug` shows no content.
#[derive(Clone)]
pub struct VerifiedCallback {
    pub(crate) bytes: Vec<u8>,
    pub(crate) limits: Limits,
    pub(crate) matched_key: KeyPosition,
    pub(crate) ambiguities: Vec<Ambiguity>,
    pub(crate) content_digest: [u8; 32],
}

impl VerifiedCallback {
    /// The body exactly as it was received and verified.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The body, for storing.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Which key of the ring the signature was made with; not 0 means that the platform still signs
    /// with a key that was replaced.
    #[must_use]
    pub fn matched_key(&self) -> KeyPosition {
        self.matched_key
    }

    /// Places that the signature does not pin down; empty for ordinary callbacks.
    ///
    /// Not a reason to refuse: the callback is still compared with its order
    /// ([`ExpectedOrder`](crate::ExpectedOrder)). Worth a log line with the paths.
    #[must_use]
    pub fn ambiguities(&self) -> &[Ambiguity] {
        &self.ambiguities
    }

    /// SHA-256 of the content: of the canonical string that was signed.
    ///
    /// Two callbacks with one digest are one event, told twice. The order of members, white space,
    /// escapes and whatever is not signed have no part in it: signatures carry no time, so this
    /// is the defence against a body that is sent again with a blank more. Together with the
    /// project it makes the key of an inbox.
    #[must_use]
    pub fn content_digest(&self) -> [u8; 32] {
        self.content_digest
    }

    /// Reads the callback in the platform's default format.
    ///
    /// Unknown members and values are kept ([`CallbackBody::other`]); only a document in which
    /// something cannot be taken for JSON of this protocol at all is an error.
    ///
    /// # Errors
    ///
    /// [`UnreadableCallback`] with the path and with the envelope, if that can be read. The
    /// callback itself stays: store it and let a person look.
    ///
    /// ```
    /// # use ecommpay_callback::{CallbackVerifier, NextAction};
    /// # use ecommpay_signature::{KeyRing, SecretKey, exact};
    /// # let key = SecretKey::new("test-secret")?;
    /// # let body = r#"{"payment":{"id":"order-1","status":"processing"}}"#;
    /// # let signature = exact::sign(body.as_bytes(), &key)?;
    /// # let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
    /// # let verified = CallbackVerifier::new(KeyRing::new(key)).verify(raw)?;
    /// let callback = verified.parse()?;
    /// assert_eq!(callback.next(), NextAction::Wait);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(&self) -> Result<Callback, UnreadableCallback> {
        self.decode::<CallbackBody>().map(Callback::new)
    }

    /// Reads the callback into a type of the caller, for formats that support has set up for one
    /// project and for callbacks that are about no payment.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, UnreadableCallback> {
        json::from_slice(&self.bytes, &self.limits)
            .map_err(|source| UnreadableCallback::new(self.envelope(), source))
    }

    /// The limits it was verified under, for whoever reads a part of it with
    /// [`Tokens`](ecommpay_signature::json::Tokens).
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Which payment the callback is about, as far as that can be read.
    ///
    /// Does not depend on the rest of the document.
    #[must_use]
    pub fn envelope(&self) -> Envelope {
        Envelope::read(&self.bytes, &self.limits)
    }
}

impl fmt::Debug for VerifiedCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedCallback")
            .field("bytes", &self.bytes.len())
            .field("matched_key", &self.matched_key.index())
            .field("ambiguities", &self.ambiguities.len())
            .finish_non_exhaustive()
    }
}
