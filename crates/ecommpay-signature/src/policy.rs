//! What is signed and what is accepted: strict unless a risk is named.

use crate::exact::Precision;
use crate::json::Limits;

/// Whether a rule holds or has been given up by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Holds,
    GivenUp,
}

/// Rules for data that is to be signed.
///
/// By default everything is refused that [`lint`](crate::lint) calls an error, and every text that
/// makes the canonical string ambiguous.
///
/// ```
/// use ecommpay_signature::{SecretKey, SigningPolicy, sign_json};
///
/// let key = SecretKey::new("secret")?;
/// let body = br#"{"description":"tea;payment:amount:1"}"#;
/// assert!(sign_json(body, &key, &SigningPolicy::default()).is_err());
/// # Ok::<(), ecommpay_signature::EmptySecret>(())
/// ```
#[derive(Debug, Clone)]
pub struct SigningPolicy {
    pub(crate) limits: Limits,
    pub(crate) precision: Precision,
    pub(crate) findings: Rule,
    pub(crate) ambiguity: Rule,
}

impl SigningPolicy {
    /// The default: strict.
    #[must_use]
    pub const fn strict() -> Self {
        Self {
            limits: Limits::STRICT,
            precision: Precision::Fourteen,
            findings: Rule::Holds,
            ambiguity: Rule::Holds,
        }
    }

    /// The policy with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Signs what only the platform's language reads this way: doubles, printed with `precision`
    /// digits, and documents with odd or repeated names, of which it may sign only a part.
    #[must_use]
    pub fn danger_sign_what_others_read_differently(mut self, precision: Precision) -> Self {
        self.findings = Rule::GivenUp;
        self.precision = precision;
        self
    }

    /// Signs texts that read as further lines of the canonical string: the signature then holds
    /// for another document as well.
    #[must_use]
    pub fn danger_sign_ambiguous_texts(mut self) -> Self {
        self.ambiguity = Rule::GivenUp;
        self
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}

impl Default for SigningPolicy {
    fn default() -> Self {
        Self::strict()
    }
}

/// Rules for bodies that come with a signature.
///
/// By default member names that occur twice are refused and [`Limits::STRICT`] hold.
#[derive(Debug, Clone)]
pub struct VerifyPolicy {
    pub(crate) limits: Limits,
    pub(crate) precision: Precision,
    pub(crate) duplicates: Rule,
}

impl VerifyPolicy {
    /// The default: strict.
    #[must_use]
    pub const fn strict() -> Self {
        Self {
            limits: Limits::STRICT,
            precision: Precision::Fourteen,
            duplicates: Rule::Holds,
        }
    }

    /// The policy with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The policy for a platform that prints doubles in another way than by default.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// Accepts objects that name a member twice: everything but the last value is not signed, so
    /// that anybody may have put it there. Reading such a body into a type still fails.
    #[must_use]
    pub fn danger_accept_repeated_names(mut self) -> Self {
        self.duplicates = Rule::GivenUp;
        self
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}

impl Default for VerifyPolicy {
    fn default() -> Self {
        Self::strict()
    }
}
