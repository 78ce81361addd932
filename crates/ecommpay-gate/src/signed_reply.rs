//! A reply that is believed: its signature held over the very bytes it was read from.

use std::fmt;

use ecommpay_signature::{Ambiguity, KeyPosition, Verified};

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

impl<B> SignedReply<B> {
    pub(crate) fn new(verified: &Verified<'_>, body: B) -> Self {
        SignedReply {
            matched_key: verified.matched_key(),
            ambiguities: verified.ambiguities().to_vec(),
            bytes: verified.bytes().to_vec(),
            body,
        }
    }

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
