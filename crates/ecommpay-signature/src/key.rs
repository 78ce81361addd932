//! Secret keys: kept as prepared MAC states, wiped when dropped, never shown.

use alloc::vec::Vec;
use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use crate::Signature;

/// The secret key of a project.
///
/// Only the two hash states behind the key block are kept, and wiped when the key is dropped. There
/// is no way to read the secret back, to copy the key or to compare it.
///
/// ```
/// use ecommpay_signature::SecretKey;
///
/// let key = SecretKey::new("secret")?;
/// assert_eq!(format!("{key:?}"), "SecretKey([redacted])");
/// # Ok::<(), ecommpay_signature::EmptySecret>(())
/// ```
pub struct SecretKey {
    mac: Hmac<Sha512>,
}

impl SecretKey {
    /// A key of the bytes of `secret`, as they are: not trimmed, not decoded.
    ///
    /// # Errors
    ///
    /// [`EmptySecret`] if there are no bytes, which is nearly always a setting nobody has made.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, EmptySecret> {
        if secret.as_ref().is_empty() {
            return Err(EmptySecret);
        }
        Ok(Self::danger_possibly_empty(secret))
    }

    /// A key that may be empty; the platform's language signs with one, everybody can forge it.
    #[must_use]
    pub fn danger_possibly_empty(secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref();
        // HMAC begins with a block made of the key; made here, so that it can be wiped.
        let mut block = Zeroizing::new([0; BLOCK_BYTES]);
        if secret.len() > BLOCK_BYTES {
            let digest = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(secret)));
            block[..digest.len()].copy_from_slice(digest.as_slice());
        } else {
            block[..secret.len()].copy_from_slice(secret);
        }
        Self {
            mac: Hmac::new((&*block).into()),
        }
    }

    /// The MAC of a whole string.
    pub(crate) fn tag(&self, canonical: &[u8]) -> Signature {
        let mut mac = self.mac.clone();
        mac.update(canonical);
        signature(mac)
    }

    /// A MAC to which nothing has been fed yet.
    pub(crate) fn begin(&self) -> RunningMac {
        RunningMac {
            mac: self.mac.clone(),
            staged: [0; STAGED_BYTES],
            used: 0,
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey([redacted])")
    }
}

/// A secret without any bytes; set the secret key of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret key is empty; set the secret key of the project")]
pub struct EmptySecret;

/// Length of a block of SHA-512.
const BLOCK_BYTES: usize = 128;

/// Pieces of a canonical string are short; so many bytes of them go into the MAC at once.
const STAGED_BYTES: usize = 512;

/// HMAC-SHA-512 of a canonical string that arrives piece by piece.
pub(crate) struct RunningMac {
    mac: Hmac<Sha512>,
    staged: [u8; STAGED_BYTES],
    used: usize,
}

impl RunningMac {
    #[inline]
    pub(crate) fn feed(&mut self, piece: &[u8]) {
        if let Some(place) = self.staged.get_mut(self.used..self.used + piece.len()) {
            place.copy_from_slice(piece);
            self.used += piece.len();
            return;
        }
        self.mac.update(&self.staged[..self.used]);
        self.used = 0;
        if piece.len() >= STAGED_BYTES {
            self.mac.update(piece);
        } else {
            self.feed(piece);
        }
    }

    pub(crate) fn finish(mut self) -> Signature {
        self.mac.update(&self.staged[..self.used]);
        signature(self.mac)
    }
}

fn signature(mac: Hmac<Sha512>) -> Signature {
    Signature::from_bytes(mac.finalize().into_bytes().into())
}

/// The keys of a project in the order of their age: the current one, then those it has replaced.
///
/// The current key signs; all of them verify, so that callbacks signed before a change of keys
/// still arrive.
///
/// ```
/// use ecommpay_signature::{KeyRing, SecretKey};
///
/// let keys = KeyRing::new(SecretKey::new("new")?).with_previous(SecretKey::new("old")?);
/// assert_eq!(keys.len(), 2);
/// # Ok::<(), ecommpay_signature::EmptySecret>(())
/// ```
#[derive(Debug)]
pub struct KeyRing {
    current: SecretKey,
    previous: Vec<SecretKey>,
}

impl KeyRing {
    /// A ring of one key.
    #[must_use]
    pub fn new(current: SecretKey) -> Self {
        Self {
            current,
            previous: Vec::new(),
        }
    }

    /// The ring with one older key behind those it has.
    #[must_use]
    pub fn with_previous(mut self, key: SecretKey) -> Self {
        self.previous.push(key);
        self
    }

    /// The key that signs.
    #[must_use]
    pub fn current(&self) -> &SecretKey {
        &self.current
    }

    /// Number of keys, at least 1.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // a ring is never empty
    pub fn len(&self) -> usize {
        1 + self.previous.len()
    }

    /// The keys with their places, the current one first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (KeyPosition, &SecretKey)> {
        core::iter::once(&self.current)
            .chain(&self.previous)
            .enumerate()
            .map(|(index, key)| (KeyPosition { index }, key))
    }
}

impl From<SecretKey> for KeyRing {
    fn from(current: SecretKey) -> Self {
        Self::new(current)
    }
}

/// Which key of a [`KeyRing`] a signature was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyPosition {
    index: usize,
}

impl KeyPosition {
    /// 0 for the current key, 1 for the one it replaced, and so on.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }
}
