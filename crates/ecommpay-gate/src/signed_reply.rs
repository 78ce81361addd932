//! A reply that is believed: its signature held over the very bytes it was read from.

use std::fmt;

use ecommpay_signature::{Ambiguity, KeyPosition, Verifier, VerifyError};
use serde::de::DeserializeOwned;

use crate::{UnreadableReply, UnverifiedReply};

/// A reply whose signature held, with the bytes it was read from.
///
/// `Debug` shows the number of bytes and no content.
#[derive(Clone, PartialEq)]
pub struct SignedReply<B> {
    matched_key: KeyPosition,
    ambiguities: Vec<Ambiguity>,
    bytes: Vec<u8>,
    body: B,
}

impl<B: DeserializeOwned> SignedReply<B> {
    /// Checks the signature of a reply with HTTP 200 and reads it from the bytes it was checked on;
    /// there is no other way to make one.
    ///
    /// For authors of operations, who have an error type of their own.
    ///
    /// # Errors
    ///
    /// [`UnreadableReply`] if it is no JSON of this kind, [`UnverifiedReply`] if it carries no
    /// signature that holds.
    pub fn verify<E>(verifier: &Verifier, http_status: u16, body: &[u8]) -> Result<Self, E>
    where
        E: From<UnreadableReply> + From<UnverifiedReply>,
    {
        let verified = verifier.verify(body).map_err(|error| match error {
            VerifyError::NotJson { .. } | VerifyError::NotAnObject => {
                E::from(UnreadableReply::not_an_object(http_status, body))
            }
            error => E::from(UnverifiedReply::new(http_status, body, error)),
        })?;
        let read = verified
            .decode()
            .map_err(|error| UnreadableReply::not_json(http_status, body, error))?;
        Ok(SignedReply {
            matched_key: verified.matched_key(),
            ambiguities: verified.ambiguities().to_vec(),
            bytes: body.to_vec(),
            body: read,
        })
    }
}

impl<B> SignedReply<B> {
    /// What the reply says.
    #[must_use]
    pub fn body(&self) -> &B {
        &self.body
    }

    /// What the reply says, without a copy.
    #[must_use]
    pub fn into_body(self) -> B {
        self.body
    }

    /// The bytes that were verified and read. They may hold personal data.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Which key of the project signed it.
    #[must_use]
    pub fn matched_key(&self) -> KeyPosition {
        self.matched_key
    }

    /// Places of which the signature does not say everything: another document would have the same.
    #[must_use]
    pub fn ambiguities(&self) -> &[Ambiguity] {
        &self.ambiguities
    }
}

impl<B> fmt::Debug for SignedReply<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignedReply")
            .field("matched_key", &self.matched_key)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}
