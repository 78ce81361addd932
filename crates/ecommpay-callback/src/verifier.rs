//! From raw bytes to a verified callback: the only door.

use std::sync::{Mutex, PoisonError};

use ecommpay_signature::{KeyRing, Scratch, Verifier, VerifyError, VerifyPolicy};

use crate::VerifiedCallback;

/// Checks the signatures of callbacks of one project.
///
/// It holds the keys of the project: the current one and those it has replaced. One verifier
/// serves any number of threads. It keeps the memory of its readings, for as many as were under way
/// at a time, at most 32 of them; callbacks whose members were seen before are verified faster.
///
/// ```
/// use ecommpay_callback::CallbackVerifier;
/// use ecommpay_signature::{KeyRing, SecretKey, exact};
///
/// let key = SecretKey::new("test-secret")?;
/// let body = r#"{"project_id":201,"payment":{"id":"order-1","status":"success"}}"#;
/// let signature = exact::sign(body.as_bytes(), &key)?;
/// let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
///
/// let verifier = CallbackVerifier::new(KeyRing::new(key));
/// let verified = verifier.verify(raw)?;
/// assert_eq!(verified.matched_key().index(), 0);
/// assert!(verifier.verify(body).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CallbackVerifier {
    verifier: Verifier,
    // Each is taken and put back for every callback: only a pointer is moved.
    #[allow(clippy::vec_box)]
    scratches: Mutex<Vec<Box<Scratch>>>,
}

/// More than threads verify at a time on most machines; each may grow to a few times the largest body.
const MOST_SCRATCHES: usize = 32;

impl CallbackVerifier {
    /// A strict verifier that tries the keys of a ring in their order.
    #[must_use]
    pub fn new(keys: KeyRing) -> Self {
        Self {
            verifier: Verifier::new(keys),
            scratches: Mutex::default(),
        }
    }

    /// The verifier with other rules, such as limits.
    #[must_use]
    pub fn with_policy(self, policy: VerifyPolicy) -> Self {
        Self {
            verifier: self.verifier.with_policy(policy),
            scratches: Mutex::default(),
        }
    }

    /// Checks a body exactly as it was received: before any decoding, trimming or re-encoding.
    ///
    /// The body is kept whole. An unknown status, type or member never stops it here.
    ///
    /// # Errors
    ///
    /// [`VerifyError`]: answer none of them with HTTP 200. A wrong signature is one error, whatever
    /// was wrong with it.
    pub fn verify(&self, raw: impl Into<Vec<u8>>) -> Result<VerifiedCallback, VerifyError> {
        let bytes = raw.into();
        let mut scratch = self.take_scratch();
        let outcome = self.verifier.verify_and_digest(&bytes, &mut scratch);
        self.put_back(scratch);
        let (verified, content_digest) = outcome?;
        let matched_key = verified.matched_key();
        let ambiguities = verified.ambiguities().to_vec();
        let limits = *self.verifier.policy().limits();
        Ok(VerifiedCallback {
            bytes,
            limits,
            matched_key,
            ambiguities,
            content_digest,
        })
    }

    fn take_scratch(&self) -> Box<Scratch> {
        // Nothing is left half done in a scratch: it is cleared before each reading.
        let mut scratches = self
            .scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        scratches.pop().unwrap_or_default()
    }

    fn put_back(&self, scratch: Box<Scratch>) {
        let mut scratches = self
            .scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if scratches.len() < MOST_SCRATCHES {
            scratches.push(scratch);
        }
    }
}
