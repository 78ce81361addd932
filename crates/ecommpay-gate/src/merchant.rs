//! Who calls: the project and the keys its requests are signed with.

use ecommpay_model::ProjectId;
use ecommpay_signature::{KeyRing, Verifier};

/// A project of the platform with its secret keys.
///
/// The first key of the ring signs every request; all of them are tried on signed replies, so that
/// a key can be changed without a gap. `Debug` shows no key.
///
/// ```
/// use ecommpay_gate::Merchant;
/// use ecommpay_model::ProjectId;
/// use ecommpay_signature::{KeyRing, SecretKey};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = KeyRing::new(SecretKey::new("new secret")?)
///     .with_previous(SecretKey::new("old secret")?);
/// let merchant = Merchant::new(ProjectId::new(12345)?, keys);
/// assert_eq!(merchant.project_id().value(), 12345);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Merchant {
    project_id: ProjectId,
    verifier: Verifier,
}

impl Merchant {
    /// The project with this identifier (`general.project_id`) and these keys.
    #[must_use]
    pub fn new(project_id: ProjectId, keys: KeyRing) -> Self {
        Merchant {
            project_id,
            verifier: Verifier::new(keys),
        }
    }

    /// The project's identifier.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// The project's keys.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        self.verifier.keys()
    }

    /// Checks signed replies with all keys of the project.
    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }
}
