//! The receiving side: parameters of an opening out of a query or a form body, and their check.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use ecommpay_model::{Currency, CustomerId, InvalidValue, Money, PaymentId, ProjectId};
use ecommpay_signature::{KeyPosition, KeyRing, Verifier, VerifyError};

use crate::names;
use crate::query::{self, QueryError};
use crate::rule::Rule;
use crate::value::Value;
use crate::widget::Members;

/// Parameters as they came in, not verified yet.
///
/// Only the project can be asked for, because it chooses the key.
#[derive(Clone)]
pub struct ReceivedOpening {
    pairs: Vec<(String, String)>,
    signature: String,
}

impl ReceivedOpening {
    /// Reads the query of a GET request, without its `?`, or the body of a form post.
    ///
    /// `+` and `%20` are both a space, and hex digits may be of either case.
    ///
    /// # Errors
    /// [`ReceiveError`] if it is not strictly encoded, a name is there twice or would be renamed by
    /// receivers in the platform's language, or there is no signature.
    pub fn read(query: &[u8]) -> Result<Self, ReceiveError> {
        Self::from_pairs(query::decode(query).map_err(ReceiveError::Query)?)
    }

    /// Takes pairs that have been decoded elsewhere, for example from a widget configuration.
    ///
    /// # Errors
    /// [`ReceiveError`] as for [`read`](Self::read), but for the encoding.
    pub fn from_pairs(
        pairs: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ReceiveError> {
        let mut kept: Vec<(String, String)> = Vec::new();
        let mut signature = None;
        for (pair, (name, text)) in pairs.into_iter().enumerate() {
            if Rule::check_name(&name).is_err() {
                return Err(ReceiveError::Name { pair });
            }
            let twice = kept.iter().any(|(known, _)| *known == name);
            if twice || (name == names::SIGNATURE && signature.is_some()) {
                return Err(ReceiveError::Twice { parameter: name });
            }
            if name == names::SIGNATURE {
                signature = Some(text);
            } else {
                kept.push((name, text));
            }
        }
        match signature {
            Some(signature) => Ok(Self {
                pairs: kept,
                signature,
            }),
            None => Err(ReceiveError::NoSignature),
        }
    }

    /// The project that the opening claims to be of, to find its keys by. Trust it after
    /// [`OpeningVerifier::verify`].
    ///
    /// # Errors
    /// [`ReceiveError::Value`] if `project_id` is missing or no project.
    pub fn claimed_project(&self) -> Result<ProjectId, ReceiveError> {
        typed(&self.pairs, "project_id")
    }
}

/// Checks openings of one project.
///
/// ```
/// use ecommpay_payment_page::{OpeningVerifier, ReceivedOpening};
/// use ecommpay_signature::{KeyRing, SecretKey};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let query = "project_id=100&interface_type=%7B%22id%22%3A23%7D&payment_id=test+payment+id\
///     &payment_description=B%26W&signature=97JFQpAyJ4HPfGVedJh0M1MqQDOFt%2FMCbdh8VrsT7DdRyTBDAF2\
///     mvUOsDANx1ZPfbvZg0%2BVUbF43xJnq0jEeLA%3D%3D";
/// let verifier = OpeningVerifier::new(KeyRing::new(SecretKey::new("secret")?));
///
/// let opening = verifier.verify(ReceivedOpening::read(query.as_bytes())?)?;
/// assert_eq!(opening.value("payment_description"), Some("B&W"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct OpeningVerifier {
    verifier: Verifier,
}

impl OpeningVerifier {
    /// A verifier that accepts every key of the ring.
    #[must_use]
    pub fn new(keys: KeyRing) -> Self {
        Self {
            verifier: Verifier::new(keys),
        }
    }

    /// Checks the signature over the parameters as they stand.
    ///
    /// Texts are compared as they came in: an opening whose address says `true` where `1` was
    /// signed does not pass, because then the text that is read is not the text that was signed.
    ///
    /// # Errors
    /// [`ReceiveError::WrongSignature`] if no key fits; [`ReceiveError::Separator`] if a text holds
    /// a `;`, by which one signature would fit two sets of parameters.
    pub fn verify(&self, received: ReceivedOpening) -> Result<VerifiedOpening, ReceiveError> {
        self.verify_texts(received, |text| text)
    }

    /// As [`verify`](Self::verify); if that fails, `true` and `false` in any case of letters are
    /// read as 1 and 0.
    ///
    /// Several of the platform's own libraries sign 1 and 0 but write the words into the address.
    /// The values keep the words. A text that merely says `true` then fits a signature of 1 too:
    /// for emulators and diagnostics.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn danger_verify_boolean_words(
        &self,
        received: ReceivedOpening,
    ) -> Result<VerifiedOpening, ReceiveError> {
        match self.verify_texts(received.clone(), |text| text) {
            Err(ReceiveError::WrongSignature) => self.verify_texts(received, |text| {
                if text.eq_ignore_ascii_case("true") {
                    "1"
                } else if text.eq_ignore_ascii_case("false") {
                    "0"
                } else {
                    text
                }
            }),
            checked => checked,
        }
    }

    fn verify_texts(
        &self,
        received: ReceivedOpening,
        reading: impl Fn(&str) -> &str,
    ) -> Result<VerifiedOpening, ReceiveError> {
        let (signed, unsigned): (Vec<_>, Vec<_>) = received
            .pairs
            .into_iter()
            .partition(|(name, _)| names::is_signed(name));
        if let Some((parameter, _)) = signed.iter().find(|(_, text)| text.contains(';')) {
            return Err(ReceiveError::Separator {
                parameter: parameter.clone(),
            });
        }
        // An opening is signed as the body of a callback is: members in any order, the signature
        // beside them.
        let members: Vec<(String, Value)> = signed
            .iter()
            .map(|(name, text)| (name.clone(), Value::from(reading(text))))
            .collect();
        let body = Members::signed(&members, &received.signature).to_json();
        let verified = self
            .verifier
            .verify(body.as_bytes())
            .map_err(ReceiveError::from_verify)?;
        Ok(VerifiedOpening {
            key: verified.matched_key(),
            signed,
            unsigned,
        })
    }
}

/// Parameters that a project has signed.
#[derive(Clone)]
pub struct VerifiedOpening {
    key: KeyPosition,
    signed: Vec<(String, String)>,
    unsigned: Vec<(String, String)>,
}

impl VerifiedOpening {
    /// Which key of the ring fits.
    #[must_use]
    pub const fn matched_key(&self) -> KeyPosition {
        self.key
    }

    /// The text of a signed parameter.
    #[must_use]
    pub fn value(&self, parameter: &str) -> Option<&str> {
        find(&self.signed, parameter)
    }

    /// Name and text of each signed parameter, in the order received.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.signed
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Name and text of `frame_mode` and of names beginning with `_`: anybody may have written
    /// them.
    pub fn unsigned_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.unsigned
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The project (`project_id`).
    ///
    /// # Errors
    /// [`ReceiveError::Value`] if it is missing or breaks a rule.
    pub fn project(&self) -> Result<ProjectId, ReceiveError> {
        typed(&self.signed, "project_id")
    }

    /// The payment (`payment_id`).
    ///
    /// # Errors
    /// [`ReceiveError::Value`] if it is missing or breaks a rule.
    pub fn payment(&self) -> Result<PaymentId, ReceiveError> {
        typed(&self.signed, "payment_id")
    }

    /// The amount and its currency (`payment_amount`, `payment_currency`).
    ///
    /// # Errors
    /// [`ReceiveError::Value`] if either is missing or breaks a rule.
    pub fn money(&self) -> Result<Money, ReceiveError> {
        let currency: Currency = typed(&self.signed, "payment_currency")?;
        let parameter = "payment_amount";
        let minor = find(&self.signed, parameter)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .ok_or(ReceiveError::Value {
                parameter,
                source: None,
            })?;
        Money::new(minor, currency).map_err(|invalid| ReceiveError::Value {
            parameter,
            source: Some(invalid),
        })
    }

    /// The customer (`customer_id`).
    ///
    /// # Errors
    /// [`ReceiveError::Value`] if it is missing or breaks a rule.
    pub fn customer(&self) -> Result<CustomerId, ReceiveError> {
        typed(&self.signed, "customer_id")
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, text)| text.as_str())
}

fn typed<T: FromStr<Err = InvalidValue>>(
    pairs: &[(String, String)],
    parameter: &'static str,
) -> Result<T, ReceiveError> {
    let text = find(pairs, parameter).ok_or(ReceiveError::Value {
        parameter,
        source: None,
    })?;
    text.parse().map_err(|invalid| ReceiveError::Value {
        parameter,
        source: Some(invalid),
    })
}

macro_rules! debug_shows_names {
    ($($type:ident: $pairs:ident;)+) => { $(
        /// Texts are the customer's data, so `Debug` shows the names.
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                let names: Vec<&str> = self.$pairs.iter().map(|(name, _)| name.as_str()).collect();
                f.debug_struct(stringify!($type)).field("parameters", &names).finish_non_exhaustive()
            }
        }
    )+ };
}

debug_shows_names! {
    ReceivedOpening: pairs;
    VerifiedOpening: signed;
}

/// Why an opening is not accepted.
#[non_exhaustive]
#[derive(Debug)]
pub enum ReceiveError {
    /// The query or form body cannot be read.
    Query(QueryError),
    /// A name has characters that receivers in the platform's language rename, so that two names
    /// would become one.
    Name {
        /// Index of the pair, from 0.
        pair: usize,
    },
    /// A parameter is there twice.
    Twice {
        /// Its name.
        parameter: String,
    },
    /// A signed text holds a `;`, so that the signature would fit another set of parameters too.
    Separator {
        /// Name of the parameter.
        parameter: String,
    },
    /// There is no `signature`.
    NoSignature,
    /// The signature fits under no key. What is wrong with it is not told.
    WrongSignature,
    /// The parameters are more or longer than what is verified.
    Unverifiable(VerifyError),
    /// A parameter is missing or has no usable value.
    Value {
        /// Its name.
        parameter: &'static str,
        /// The rule that is broken, where there is a value.
        source: Option<InvalidValue>,
    },
}

impl ReceiveError {
    fn from_verify(error: VerifyError) -> Self {
        match error {
            VerifyError::WrongSignature => Self::WrongSignature,
            VerifyError::NoSignature => Self::NoSignature,
            other => Self::Unverifiable(other),
        }
    }
}

impl Display for ReceiveError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query(error) => error.fmt(f),
            Self::Name { pair } => write!(
                f,
                "parameter {pair} must have a name of Latin letters, digits, underscores or hyphens"
            ),
            Self::Twice { parameter } => write!(f, "{parameter} is there twice"),
            Self::Separator { parameter } => write!(f, "{parameter} must not hold a semicolon"),
            Self::NoSignature => f.write_str("there is no signature"),
            Self::WrongSignature => f.write_str("the signature is wrong"),
            Self::Unverifiable(_) => f.write_str("the parameters cannot be verified"),
            Self::Value { parameter, .. } => write!(f, "{parameter} has no usable value"),
        }
    }
}

impl std::error::Error for ReceiveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unverifiable(error) => Some(error),
            Self::Value {
                source: Some(invalid),
                ..
            } => Some(invalid),
            Self::Query(_)
            | Self::Name { .. }
            | Self::Twice { .. }
            | Self::Separator { .. }
            | Self::NoSignature
            | Self::WrongSignature
            | Self::Value { source: None, .. } => None,
        }
    }
}
