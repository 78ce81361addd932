//! Signing bodies and parameters under a [`SigningPolicy`].

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::ambiguity::{self, Ambiguity, AmbiguityKind};
use crate::document::{self, Document, Manner, Memory, ObjectEnd, Purpose};
use crate::exact;
use crate::json::{self, Duplicates, EncodeError, SyntaxError, SyntaxRule, path_at};
use crate::lint::{self, Finding, Severity};
use crate::marks::Marks;
use crate::policy::{Rule, SigningPolicy};
use crate::scratch::Scratch;
use crate::shapes::Ends;
use crate::written::Doubles;
use crate::{SecretKey, Signature};

/// Where a body carries its signature.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignaturePlace {
    /// The member `signature` of the body itself.
    TopLevel,
    /// The member `signature` of its object `general`.
    General,
}

/// The value of a Payment Page parameter.
#[non_exhaustive]
#[derive(Clone, Copy)]
pub enum ParameterValue<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A flag, signed as `1` or `0`.
    Flag(bool),
}

impl fmt::Debug for ParameterValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Parameters are personal data; only the kind is shown.
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Integer(_) => "Integer",
            Self::Flag(_) => "Flag",
        })
    }
}

/// Signs a body that carries no signature yet.
///
/// ```
/// use ecommpay_signature::{SecretKey, SigningPolicy, sign_json};
///
/// let key = SecretKey::new("secret")?;
/// let body = br#"{"general":{"project_id":42},"payment":{"amount":1000}}"#;
/// let signature = sign_json(body, &key, &SigningPolicy::default())?;
/// assert_eq!(signature.to_base64().len(), 88);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`SignError`] with the path of what the policy refuses.
pub fn sign_json(
    body: &[u8],
    key: &SecretKey,
    policy: &SigningPolicy,
) -> Result<Signature, SignError> {
    let mut memory = Memory::default();
    let document = read(body, &manner(policy), policy, &mut memory)?;
    Ok(exact::tag(key, &document, &memory))
}

/// As [`sign_json`], in memory that is kept from one body to the next: once it is large enough,
/// nothing is allocated for a body without oddities, and one with the members of a body before it
/// is signed faster.
///
/// ```
/// use ecommpay_signature::{Scratch, SecretKey, SigningPolicy, sign_json, sign_json_with};
///
/// let (key, policy) = (SecretKey::new("secret")?, SigningPolicy::default());
/// let mut scratch = Scratch::default();
/// for body in [r#"{"payment":{"amount":1000}}"#, r#"{"payment":{"amount":2500}}"#] {
///     let signature = sign_json_with(body.as_bytes(), &key, &policy, &mut scratch)?;
///     assert_eq!(signature, sign_json(body.as_bytes(), &key, &policy)?);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`sign_json`].
pub fn sign_json_with(
    body: &[u8],
    key: &SecretKey,
    policy: &SigningPolicy,
    scratch: &mut Scratch,
) -> Result<Signature, SignError> {
    sign_known(body, key, policy, scratch).map(|(signature, _)| signature)
}

/// Writes a value as JSON and puts the signature of it into `place`, as the last member there.
///
/// The value is written once; what is signed are the bytes that are returned.
///
/// ```
/// use std::collections::BTreeMap;
/// use ecommpay_signature::{SecretKey, SignaturePlace, SigningPolicy, signed_body};
///
/// let key = SecretKey::new("secret")?;
/// let query = BTreeMap::from([("project_id", 42)]);
/// let body = signed_body(&query, SignaturePlace::TopLevel, &key, &SigningPolicy::default())?;
/// assert!(body.starts_with(br#"{"project_id":42,"signature":""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`SignError`] with the path of what the policy refuses, or if there is no object to put the
/// signature into, or one already.
pub fn signed_body<T: Serialize + ?Sized>(
    value: &T,
    place: SignaturePlace,
    key: &SecretKey,
    policy: &SigningPolicy,
) -> Result<Vec<u8>, SignError> {
    let mut body = json::to_vec(value).map_err(SignError::Encode)?;
    let mut memory = Memory::default();
    let document = read(&body, &manner(policy), policy, &mut memory)?;
    let end = end_at(place, ends_of_unsigned(&document))?;
    let signature = exact::tag(key, &document, &memory);
    insert(&signature, end, &mut body);
    Ok(body)
}

/// As [`signed_body`], in memory that is kept from one body to the next, as
/// [`sign_json_with`] keeps it.
///
/// # Errors
///
/// As [`signed_body`].
pub fn signed_body_with<T: Serialize + ?Sized>(
    value: &T,
    place: SignaturePlace,
    key: &SecretKey,
    policy: &SigningPolicy,
    scratch: &mut Scratch,
) -> Result<Vec<u8>, SignError> {
    let mut body = json::to_vec(value).map_err(SignError::Encode)?;
    let (signature, ends) = sign_known(&body, key, policy, scratch)?;
    let end = end_at(place, ends)?;
    insert(&signature, end, &mut body);
    Ok(body)
}

/// Signs a body by its shape if that is known, and learns it otherwise; returns where a signature may be
/// put, if there is none yet.
fn sign_known(
    body: &[u8],
    key: &SecretKey,
    policy: &SigningPolicy,
    scratch: &mut Scratch,
) -> Result<(Signature, Option<Ends>), SignError> {
    let Scratch {
        memory,
        signed,
        canonical,
        ..
    } = scratch;
    let manner = manner(policy);
    if let Some(ends) = signed.recognise_unsigned(body, &manner, &mut memory.entries, canonical) {
        return Ok((key.tag(canonical), Some(ends)));
    }
    let document = read(body, &manner, policy, memory)?;
    signed.learn(&document, &manner, &memory.entries);
    let signature = exact::tag(key, &document, memory);
    Ok((signature, ends_of_unsigned(&document)))
}

/// The objects of a body that may carry its signature; `None` if one does already.
fn ends_of_unsigned(document: &Document<'_>) -> Option<Ends> {
    (!document.marks.holds_any(Marks::SIGNATURE)).then_some(Ends {
        end: document.end,
        general_end: document.general_end,
    })
}

fn end_at(place: SignaturePlace, ends: Option<Ends>) -> Result<ObjectEnd, SignError> {
    let ends = ends.ok_or(SignError::AlreadySigned)?;
    match place {
        SignaturePlace::TopLevel => ends.end.ok_or(SignError::NotAnObject),
        SignaturePlace::General => ends.general_end.ok_or(SignError::NoGeneral),
    }
}

/// Puts a signature into a body as the last member of the object that ends there.
fn insert(signature: &Signature, end: ObjectEnd, body: &mut Vec<u8>) {
    let behind = body.len();
    let name: &[u8] = if end.empty {
        br#""signature":""#
    } else {
        br#","signature":""#
    };
    let member = [name, &signature.to_base64_bytes(), b"\""];
    body.reserve(member.iter().map(|part| part.len()).sum());
    for part in member {
        body.extend_from_slice(part);
    }
    body[end.offset..].rotate_left(behind - end.offset);
}

/// Signs the parameters that open the Payment Page; `frame_mode` is not signed.
///
/// ```
/// use ecommpay_signature::{ParameterValue, SecretKey, SigningPolicy, sign_parameters};
///
/// let key = SecretKey::new("secret")?;
/// let parameters = [
///     ("project_id", ParameterValue::Integer(42)),
///     ("payment_currency", ParameterValue::Text("CNY")),
///     ("close_on_missclick", ParameterValue::Flag(true)),
/// ];
/// let signature = sign_parameters(parameters, &key, &SigningPolicy::default())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`SignError`] with the name of the parameter the policy refuses, or that is there twice.
pub fn sign_parameters<'a>(
    parameters: impl IntoIterator<Item = (&'a str, ParameterValue<'a>)>,
    key: &SecretKey,
    policy: &SigningPolicy,
) -> Result<Signature, SignError> {
    let parameters = parameters.into_iter().collect();
    let members = json::to_vec(&Members(parameters)).map_err(SignError::Encode)?;
    sign_json(&members, key, policy)
}

/// Parameters are signed as the members of an object are.
struct Members<'a>(Vec<(&'a str, ParameterValue<'a>)>);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            match value {
                ParameterValue::Text(text) => members.serialize_entry(name, text)?,
                ParameterValue::Integer(number) => members.serialize_entry(name, number)?,
                ParameterValue::Flag(flag) => members.serialize_entry(name, flag)?,
            }
        }
        members.end()
    }
}

/// Data that was not signed.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The value cannot be written as JSON.
    #[error("the value cannot be written as JSON")]
    Encode(#[source] EncodeError),
    /// The body is not strict JSON or beyond the limits.
    #[error("the body cannot be read")]
    Unreadable(#[source] SyntaxError),
    /// A member name or parameter is there twice.
    #[error("{path}: the name is there twice")]
    DuplicateKey {
        /// The place, as `payment.sum`.
        path: String,
    },
    /// The body is a list or a scalar; the platform takes objects.
    #[error("the body is not an object")]
    NotAnObject,
    /// Other readers would sign the data differently.
    #[error("refused to sign: {0}")]
    Refused(Finding),
    /// The signature would hold for another document as well.
    #[error("refused to sign an ambiguous text: {0}")]
    Ambiguous(Ambiguity),
    /// The body has no object `general` to put the signature into.
    #[error("the body has no object `general` to put the signature into")]
    NoGeneral,
    /// The body carries a signature already.
    #[error("the body carries a signature already")]
    AlreadySigned,
}

/// How a body that is to be signed is read.
fn manner(policy: &SigningPolicy) -> Manner {
    Manner {
        purpose: Purpose::Signing,
        doubles: Doubles::Printed(policy.precision),
        limits: policy.limits,
        duplicates: match policy.findings {
            Rule::Holds => Duplicates::Refused,
            Rule::GivenUp => Duplicates::Noted,
        },
    }
}

/// Reads what is to be signed and holds it against the policy.
fn read<'a>(
    body: &'a [u8],
    manner: &Manner,
    policy: &SigningPolicy,
    memory: &mut Memory,
) -> Result<Document<'a>, SignError> {
    let document = document::read(body, manner, memory).map_err(|error| match error.rule() {
        SyntaxRule::DuplicateKey => SignError::DuplicateKey {
            path: path_at(body, error.offset()),
        },
        SyntaxRule::TopLevelScalar => SignError::NotAnObject,
        _ => SignError::Unreadable(error),
    })?;
    if policy.findings == Rule::Holds {
        refuse_findings(body, &document)?;
    }
    if policy.ambiguity == Rule::Holds {
        refuse_ambiguity(&document, memory)?;
    }
    Ok(document)
}

fn refuse_findings(body: &[u8], document: &Document<'_>) -> Result<(), SignError> {
    if document.marks.holds_any(Marks::TOP_LIST) {
        return Err(SignError::NotAnObject);
    }
    if !document.marks.may_be_refused() {
        return Ok(());
    }
    let findings = lint::request(body).map_err(SignError::Unreadable)?;
    match findings
        .into_iter()
        .find(|finding| finding.severity() == Severity::Error)
    {
        Some(finding) => Err(SignError::Refused(finding)),
        None => Ok(()),
    }
}

fn refuse_ambiguity(document: &Document<'_>, memory: &Memory) -> Result<(), SignError> {
    let named = document.marks.holds_any(Marks::SEMICOLON_IN_NAME);
    if !named && !memory.entries.holds_lines(document.text) {
        return Ok(());
    }
    let found = ambiguity::find(document, Purpose::Signing).map_err(SignError::Unreadable)?;
    let line = |a: &Ambiguity| {
        matches!(
            a.kind(),
            AmbiguityKind::LineInName | AmbiguityKind::LineInValue
        )
    };
    match found.into_iter().find(line) {
        Some(ambiguity) => Err(SignError::Ambiguous(ambiguity)),
        None => Ok(()),
    }
}
