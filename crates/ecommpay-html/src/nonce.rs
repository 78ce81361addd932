//! The number used once that ties a page's own script and style to its security policy.

use std::fmt::{self, Display, Formatter};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A nonce of a content security policy: unguessable, and new for every response.
///
/// It is written into a header and into attributes, so only the characters of Base64 are let in:
/// nothing in it can end a quotation or begin another directive.
///
/// ```
/// use ecommpay_html::Nonce;
///
/// assert!(Nonce::new("mGcYc8y3qfJr1o0p5cUuWg==").is_ok());
/// assert!(Nonce::new("x' 'unsafe-inline").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

/// Sixteen bytes in Base64 without padding: the least a policy's nonce should have.
const SHORTEST: usize = 22;
const LONGEST: usize = 128;

impl Nonce {
    /// Takes a nonce that was made elsewhere, for example by the framework's own middleware.
    ///
    /// # Errors
    /// [`InvalidNonce`] if it has fewer than 22 or more than 128 characters, or one that is neither
    /// of Base64 nor of its URL-safe alphabet; `=` is let in at the end only.
    pub fn new(nonce: impl Into<String>) -> Result<Self, InvalidNonce> {
        let nonce = nonce.into();
        if !(SHORTEST..=LONGEST).contains(&nonce.len()) {
            return Err(InvalidNonce::Length {
                characters: nonce.chars().count(),
            });
        }
        let body = nonce
            .strip_suffix("==")
            .or(nonce.strip_suffix('='))
            .unwrap_or(&nonce);
        let foreign = body.bytes().position(|byte| {
            !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'))
        });
        match foreign {
            Some(position) => Err(InvalidNonce::Character { position }),
            None => Ok(Self(nonce)),
        }
    }

    /// Writes 16 bytes of a cryptographic random source as a nonce.
    pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
        Self(STANDARD.encode(bytes))
    }

    /// The nonce as it stands in the header and in the `nonce` attributes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Display for Nonce {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not a nonce.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNonce {
    /// It is too short to be unguessable, or absurdly long.
    #[error(
        "nonce must have 22 to 128 characters, this one has {characters}; encode 16 random bytes in Base64"
    )]
    Length {
        /// How many characters were given.
        characters: usize,
    },
    /// It holds a character that is not of Base64.
    #[error("nonce must consist of Base64 characters, byte {position} is another")]
    Character {
        /// Index of the byte, from 0.
        position: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::{InvalidNonce, Nonce};

    #[test]
    fn random_bytes_make_a_nonce_that_is_accepted_again() {
        let nonce = Nonce::from_random_bytes([0xff; 16]);
        assert_eq!(nonce.as_str(), "/////////////////////w==");
        assert_eq!(Nonce::new(nonce.as_str()), Ok(nonce));
    }

    #[test]
    fn what_could_end_a_quotation_is_refused() {
        for foreign in ["'", "\"", " ", ";", ",", "<", "\n", "é", "=a"] {
            let text = format!("mGcYc8y3qfJr1o0p5cUuWg{foreign}aa");
            assert!(
                matches!(
                    Nonce::new(text),
                    Err(InvalidNonce::Character { position: 22 })
                ),
                "{foreign:?}"
            );
        }
    }

    #[test]
    fn a_guessable_length_is_refused() {
        assert_eq!(
            Nonce::new("abc"),
            Err(InvalidNonce::Length { characters: 3 })
        );
        assert!(Nonce::new("a".repeat(129)).is_err());
    }
}
