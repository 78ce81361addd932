//! Who asks: a token of the Dashboard and the secret key that belongs to it.

use std::fmt;

use ecommpay_gate::{BuildError, Prepared};
use ecommpay_model::JsonObject;
use ecommpay_signature::json::Limits;
use ecommpay_signature::{
    KeyRing, SecretKey, SignaturePlace, SigningPolicy, Verifier, VerifyPolicy, signed_body,
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use zeroize::Zeroizing;

/// The longest report that is read, in bytes. A page of 1000 operations with every member that can
/// be asked for has some 3 MB.
pub const LARGEST_REPORT_BYTES: usize = 16 * 1024 * 1024;

/// Reports hold far more values than callbacks: 1000 operations of up to 55 members.
const REPORT_LIMITS: Limits = Limits::STRICT
    .with_bytes(LARGEST_REPORT_BYTES)
    .with_values(200_000)
    .with_canonical_bytes(32 * 1024 * 1024);

/// A token of the Data API with its secret key; both are wiped when dropped and never shown.
///
/// A user of Dashboard with the right to manage API tokens makes both (My profile, API Tokens); the
/// key is shown once. The token inherits the rights of its user, does not expire, and only the
/// newest one of a user is valid. Its key is not the key of a project.
///
/// The bytes of a prepared query hold the token in plain text, as the interface wants it.
///
/// ```
/// use ecommpay_data_api::DataToken;
/// use ecommpay_signature::SecretKey;
///
/// let token = DataToken::new("WKiarERJ5pcceNerpM9R5TNnyPTQMl", SecretKey::new("secret")?)?;
/// assert_eq!(format!("{token:?}"), "DataToken([redacted])");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DataToken {
    token: Zeroizing<String>,
    verifier: Verifier,
}

impl DataToken {
    /// Takes a token and the key that was shown with it.
    ///
    /// Tokens have 30 characters today; another length is taken as well.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`] for an empty text, a blank or a control character.
    pub fn new(token: impl Into<String>, key: SecretKey) -> Result<Self, InvalidToken> {
        let token = Zeroizing::new(token.into());
        if token.is_empty() {
            return Err(InvalidToken::Empty);
        }
        let misplaced = |c: char| c.is_whitespace() || c.is_control();
        if let Some(index) = token.chars().position(misplaced) {
            let position = index + 1;
            return Err(InvalidToken::Character { position });
        }
        let policy = VerifyPolicy::strict().with_limits(REPORT_LIMITS);
        Ok(DataToken {
            token,
            verifier: Verifier::new(KeyRing::new(key)).with_policy(policy),
        })
    }

    /// Checks reports with the key of the token.
    pub(crate) fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Puts the token to these members and signs the whole, the signature at the root.
    pub(crate) fn sign(
        &self,
        path: &'static str,
        members: &JsonObject,
    ) -> Result<Prepared, BuildError> {
        let root = Root {
            members,
            token: &self.token,
        };
        let key = self.verifier.keys().current();
        signed_body(
            &root,
            SignaturePlace::TopLevel,
            key,
            &SigningPolicy::default(),
        )
        .map(|body| Prepared::new(path, body))
        .map_err(BuildError::Unsignable)
    }
}

impl fmt::Debug for DataToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DataToken([redacted])")
    }
}

/// The root object of a request, written without another copy of the token.
struct Root<'a> {
    members: &'a JsonObject,
    token: &'a str,
}

impl Serialize for Root<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut root = serializer.serialize_map(None)?;
        for (name, value) in self.members.iter() {
            root.serialize_entry(name, value)?;
        }
        root.serialize_entry("token", self.token)?;
        root.end()
    }
}

/// A text that cannot be a token of the Data API; it is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// There is nothing.
    #[error("the Data API token is empty; make one in Dashboard, My profile, API Tokens")]
    Empty,
    /// There is a blank or a control character in it.
    #[error(
        "character {position} of the Data API token is a blank or control character; copy it anew"
    )]
    Character {
        /// Which character, counted from 1.
        position: usize,
    },
}
