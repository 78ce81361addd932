//! From raw bytes to a verified callback: the only door.

use ecommpay_signature::{KeyRing, Verifier, VerifyError, VerifyPolicy};

use crate::VerifiedCallback;

/// Checks the signatures of callbacks of one project.
///
/// It holds the keys of the project: the current one and those it has replaced. One verifier
/// serves any number of threads.
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
}

impl CallbackVerifier {
    /// A strict verifier that tries the keys of a ring in their order.
    #[must_use]
    pub fn new(keys: KeyRing) -> Self {
        Self {
            verifier: Verifier::new(keys),
        }
    }

    /// The verifier with other rules, such as limits.
    #[must_use]
    pub fn with_policy(self, policy: VerifyPolicy) -> Self {
        Self {
            verifier: self.verifier.with_policy(policy),
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
        let verified = self.verifier.verify(&bytes)?;
        let matched_key = verified.matched_key();
        let ambiguities = verified.ambiguities().to_vec();
        let content_digest = verified.content_digest();
        let limits = *self.verifier.policy().limits();
        Ok(VerifiedCallback {
            bytes,
            limits,
            matched_key,
            ambiguities,
            content_digest,
        })
    }
}
