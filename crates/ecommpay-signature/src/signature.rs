//! The signature itself: 64 bytes, written as 88 characters of base64.

use alloc::string::String;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

use crate::json::Text;

/// An HMAC-SHA-512 tag; compares in constant time.
///
/// ```
/// use ecommpay_signature::Signature;
///
/// let text = "SyA3cx/dmFrwjRcpbnwEK9zaklWKR9buIfTctQob/EHUTutFLpI0zWpSDFEWEwbZt/04i83395RCdEhtUMw83A==";
/// let signature = Signature::from_base64(text)?;
/// assert_eq!(signature.to_base64(), text);
/// # Ok::<(), ecommpay_signature::MalformedSignature>(())
/// ```
#[derive(Clone, Copy)]
pub struct Signature {
    bytes: [u8; Signature::BYTES],
}

impl Signature {
    /// Length in bytes.
    pub const BYTES: usize = 64;

    /// Length of the text form: standard base64 with padding.
    pub const CHARACTERS: usize = 88;

    pub(crate) fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self { bytes }
    }

    /// Reads standard base64 with padding, exactly [`Self::CHARACTERS`] characters of it.
    ///
    /// # Errors
    ///
    /// [`MalformedSignature`] for every other text, other alphabets, blanks around it and set bits
    /// behind the last byte among them; the platform compares the text byte for byte.
    pub fn from_base64(text: &str) -> Result<Self, MalformedSignature> {
        let mut bytes = [0; Self::BYTES];
        if text.len() != Self::CHARACTERS {
            return Err(MalformedSignature);
        }
        match STANDARD.decode_slice(text, &mut bytes) {
            Ok(Self::BYTES) => Ok(Self { bytes }),
            _ => Err(MalformedSignature),
        }
    }

    /// Reads a string of a document; nothing is allocated for one that holds escapes.
    pub(crate) fn from_text(text: &Text<'_>) -> Result<Self, MalformedSignature> {
        if let Some(plain) = text.as_plain() {
            return Self::from_base64(plain);
        }
        let mut unescaped = [0; Self::CHARACTERS];
        let mut places = unescaped.iter_mut();
        for character in text.chars() {
            let place = places.next().ok_or(MalformedSignature)?;
            *place = u8::try_from(character).map_err(|_| MalformedSignature)?;
        }
        let text = core::str::from_utf8(&unescaped).map_err(|_| MalformedSignature)?;
        Self::from_base64(text)
    }

    /// The text form, as it stands in a body.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.bytes)
    }
}

impl Signature {
    /// All bytes, eight at a time: the constant-time comparison stops for each item of its own.
    fn words(&self) -> [u64; Self::BYTES / 8] {
        let (words, _) = self.bytes.as_chunks();
        core::array::from_fn(|index| u64::from_ne_bytes(words[index]))
    }

    /// The text form without an allocation; it is ASCII.
    #[must_use]
    pub fn to_base64_bytes(&self) -> [u8; Self::CHARACTERS] {
        let mut text = [b'='; Self::CHARACTERS];
        // 64 bytes always have this length.
        let written = STANDARD.encode_slice(self.bytes, &mut text);
        debug_assert_eq!(written, Ok(Self::CHARACTERS));
        text
    }
}

impl PartialEq for Signature {
    fn eq(&self, other: &Self) -> bool {
        self.words().ct_eq(&other.words()).into()
    }
}

impl Eq for Signature {}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A signature that was expected, printed beside a wrong one, would be a forgery aid.
        f.write_str("Signature([redacted])")
    }
}

/// A text that is not 88 characters of standard base64 with padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signature is 88 characters of standard base64 with padding")]
pub struct MalformedSignature;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_counts() {
        let signature = Signature::from_bytes(core::array::from_fn(|index| index as u8));
        assert_eq!(signature, Signature::from_bytes(signature.bytes));
        for bit in 0..8 * Signature::BYTES {
            let mut bytes = signature.bytes;
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(signature, Signature::from_bytes(bytes), "{bit}");
        }
    }
}
