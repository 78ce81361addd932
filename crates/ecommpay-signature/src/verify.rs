//! Verifying signed bodies under a [`VerifyPolicy`].

use alloc::string::String;
use alloc::vec::Vec;

use serde::de::Deserialize;
use sha2::{Digest, Sha256};

use crate::Signature;
use crate::ambiguity::{self, Ambiguity};
use crate::document::{self, Document, Found, Manner, Memory, Purpose};
use crate::exact;
use crate::json::{self, DecodeError, Duplicates, SyntaxError, SyntaxRule, path_at};
use crate::key::{KeyPosition, KeyRing, SecretKey};
use crate::marks::Marks;
use crate::policy::{Rule, VerifyPolicy};
use crate::scratch::Scratch;
use crate::written::Doubles;

/// Checks the signatures of callbacks and replies.
///
/// ```
/// use ecommpay_signature::{KeyRing, SecretKey, Verifier, VerifyError};
///
/// let verifier = Verifier::new(KeyRing::new(SecretKey::new("secret")?));
/// let forged = br#"{"payment":{"status":"success"},"signature":"c2lnbmF0dXJl"}"#;
/// assert_eq!(verifier.verify(forged).err(), Some(VerifyError::WrongSignature));
/// # Ok::<(), ecommpay_signature::EmptySecret>(())
/// ```
#[derive(Debug)]
pub struct Verifier {
    keys: KeyRing,
    policy: VerifyPolicy,
}

impl Verifier {
    /// A strict verifier that tries the keys of a ring in their order.
    #[must_use]
    pub fn new(keys: KeyRing) -> Self {
        Self {
            keys,
            policy: VerifyPolicy::default(),
        }
    }

    /// The verifier with other rules.
    #[must_use]
    pub fn with_policy(mut self, policy: VerifyPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The keys that are tried.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// The rules in force.
    #[must_use]
    pub fn policy(&self) -> &VerifyPolicy {
        &self.policy
    }

    /// Checks the signature of a body as it was received, byte for byte.
    ///
    /// # Errors
    ///
    /// [`VerifyError`]. Size, syntax and limits are checked first; what is wrong with a wrong
    /// signature is not told.
    pub fn verify<'b>(&self, body: &'b [u8]) -> Result<Verified<'b>, VerifyError> {
        // Nothing is learned for memory that is dropped.
        self.verify_in(body, &mut Memory::default())
            .map(|(verified, _)| verified)
    }

    /// As [`verify`](Self::verify), in memory that is kept from one body to the next: once it is
    /// large enough, nothing is allocated for a body without oddities.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub fn verify_with<'b>(
        &self,
        body: &'b [u8],
        scratch: &mut Scratch,
    ) -> Result<Verified<'b>, VerifyError> {
        let (verified, _) = self.verify_known(body, scratch)?;
        Ok(verified)
    }

    /// As [`verify_with`](Self::verify_with); returns the [digest](Verified::content_digest) of the
    /// content as well, made of what is at hand.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub fn verify_and_digest<'b>(
        &self,
        body: &'b [u8],
        scratch: &mut Scratch,
    ) -> Result<(Verified<'b>, [u8; 32]), VerifyError> {
        let (verified, road) = self.verify_known(body, scratch)?;
        let mut digest = Sha256::new();
        match road {
            Road::Recognised => digest.update(&scratch.canonical),
            Road::Read(text) => {
                let entries = &scratch.memory.entries;
                entries.for_each_piece(text, |piece| digest.update(piece));
            }
        }
        Ok((verified, digest.finalize().into()))
    }

    fn verify_known<'b>(
        &self,
        body: &'b [u8],
        scratch: &mut Scratch,
    ) -> Result<(Verified<'b>, Road<'b>), VerifyError> {
        let manner = self.manner();
        if let Some(matched_key) = self.recognise(body, &manner, scratch) {
            let verified = Verified {
                bytes: body,
                manner,
                matched_key,
                ambiguities: Vec::new(),
            };
            return Ok((verified, Road::Recognised));
        }
        let (verified, document) = self.verify_in(body, &mut scratch.memory)?;
        let entries = &scratch.memory.entries;
        scratch.checked.learn(&document, &manner, entries);
        Ok((verified, Road::Read(document.text)))
    }

    /// Verifies a body of any shape.
    fn verify_in<'b>(
        &self,
        body: &'b [u8],
        memory: &mut Memory,
    ) -> Result<(Verified<'b>, Document<'b>), VerifyError> {
        let manner = self.manner();
        let document = document::read(body, &manner, memory)
            .map_err(|error| VerifyError::from_syntax(body, &error))?;
        if document.marks.holds_any(Marks::TOP_LIST) {
            return Err(VerifyError::NotAnObject);
        }
        let tag = |key: &SecretKey| exact::tag(key, &document, memory);
        let matched_key = self.matching_key(document.signature, tag)?;
        let holds_lines = memory.entries.holds_lines(document.text);
        let ambiguities = if document.marks.may_be_ambiguous() || holds_lines {
            ambiguity::find(&document, Purpose::Checking)
                .map_err(|error| VerifyError::from_syntax(body, &error))?
        } else {
            Vec::new()
        };
        let verified = Verified {
            bytes: body,
            manner,
            matched_key,
            ambiguities,
        };
        Ok((verified, document))
    }

    /// The key that matches a body of a shape that was seen before. Whatever is not as it should be
    /// is left to the reader of any shape, to its end.
    fn recognise(
        &self,
        body: &[u8],
        manner: &Manner,
        scratch: &mut Scratch,
    ) -> Option<KeyPosition> {
        let Scratch {
            memory,
            checked,
            canonical,
            ..
        } = scratch;
        let signature = checked.recognise_signed(body, manner, &mut memory.entries, canonical)?;
        self.matching_key(signature, |key| key.tag(canonical)).ok()
    }

    fn manner(&self) -> Manner {
        Manner {
            purpose: Purpose::Checking,
            doubles: Doubles::Printed(self.policy.precision),
            limits: self.policy.limits,
            duplicates: match self.policy.duplicates {
                Rule::Holds => Duplicates::Refused,
                Rule::GivenUp => Duplicates::Noted,
            },
        }
    }

    /// The first key under which `tag` is the signature a document carries.
    fn matching_key(
        &self,
        signature: Found<'_>,
        tag: impl Fn(&SecretKey) -> Signature,
    ) -> Result<KeyPosition, VerifyError> {
        let claimed = match signature {
            Found::Nothing | Found::Blank => return Err(VerifyError::NoSignature),
            Found::Foreign => None,
            Found::Text(text) => Signature::from_text(&text).ok(),
        };
        // A text that is no signature takes the road of a wrong one, to its end.
        let compared = claimed.unwrap_or(Signature::from_bytes([0; Signature::BYTES]));
        let mut matching = None;
        for (position, key) in self.keys.iter() {
            if tag(key) == compared && matching.is_none() {
                matching = Some(position);
            }
        }
        matching
            .filter(|_| claimed.is_some())
            .ok_or(VerifyError::WrongSignature)
    }
}

/// How a body was read, and so where its canonical string is.
#[derive(Debug, Clone, Copy)]
enum Road<'b> {
    /// By its shape: joined in the scratch.
    Recognised,
    /// As any body, which has this text: as entries of the scratch.
    Read(&'b str),
}

/// A body whose signature is right.
#[derive(Clone)]
pub struct Verified<'b> {
    bytes: &'b [u8],
    manner: Manner,
    matched_key: KeyPosition,
    ambiguities: Vec<Ambiguity>,
}

impl<'b> Verified<'b> {
    /// The bytes that were verified.
    #[must_use]
    pub fn bytes(&self) -> &'b [u8] {
        self.bytes
    }

    /// Which key the signature was made with.
    #[must_use]
    pub fn matched_key(&self) -> KeyPosition {
        self.matched_key
    }

    /// Places that the signature does not pin down; empty for ordinary bodies.
    #[must_use]
    pub fn ambiguities(&self) -> &[Ambiguity] {
        &self.ambiguities
    }

    /// SHA-256 of the canonical string: the same for bodies that are signed alike, however they
    /// are written.
    #[must_use]
    pub fn content_digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        let mut memory = Memory::default();
        match document::read(self.bytes, &self.manner, &mut memory) {
            Ok(document) => {
                memory
                    .entries
                    .for_each_piece(document.text, |piece| digest.update(piece));
            }
            // It has been read before, in the same manner.
            Err(_) => digest.update(self.bytes),
        }
        digest.finalize().into()
    }

    /// Reads a type out of the very bytes that were verified, with the same reader and limits.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] with the path of the value that is not as the type wants it.
    pub fn decode<T: Deserialize<'b>>(&self) -> Result<T, DecodeError> {
        json::from_slice(self.bytes, &self.manner.limits)
    }
}

impl core::fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Verified")
            .field("bytes", &self.bytes.len())
            .field("matched_key", &self.matched_key)
            .field("ambiguities", &self.ambiguities)
            .finish()
    }
}

/// A body that was not accepted.
///
/// # Which to answer
///
/// None of them may be answered with success; all but [`WrongSignature`](Self::WrongSignature) tell
/// only about the form of the body.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The signature is not that of the rest of the body under any key. What was wrong with it is
    /// not told.
    #[error("wrong signature")]
    WrongSignature,
    /// Neither `signature` nor `general.signature` holds one.
    #[error("no signature; neither `signature` nor `general.signature` holds one")]
    NoSignature,
    /// The body is not strict JSON.
    #[error("not JSON at byte {offset}: {rule}")]
    NotJson {
        /// Byte of the body, counted from 0.
        offset: usize,
        /// The rule that was broken.
        rule: SyntaxRule,
    },
    /// The body is JSON, but a list or a scalar.
    #[error("the body is not an object")]
    NotAnObject,
    /// A member name occurs twice in one object.
    #[error("duplicate key at {path}")]
    DuplicateKey {
        /// The place, as `payment.sum`.
        path: String,
    },
    /// Containers are nested too deep.
    #[error("nested deeper than {limit} containers at {path}")]
    TooDeep {
        /// The place of the first container that is too deep.
        path: String,
        /// Containers that are allowed.
        limit: usize,
    },
    /// The body holds too many values.
    #[error("more than {limit} values")]
    TooManyValues {
        /// Values that are allowed.
        limit: usize,
    },
    /// The body is too long.
    #[error("the body has {bytes} bytes, at most {limit} are read")]
    TooLarge {
        /// Length of the body in bytes.
        bytes: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// A member name is too long.
    #[error("a member name has more than {limit} bytes, at byte {offset}")]
    KeyTooLong {
        /// Byte of the body where the name begins.
        offset: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// The names above the values add up to too long a canonical string.
    #[error("the canonical string has more than {limit} bytes")]
    CanonicalTooLong {
        /// Bytes that are allowed.
        limit: usize,
    },
}

impl VerifyError {
    fn from_syntax(body: &[u8], error: &SyntaxError) -> Self {
        let offset = error.offset();
        match error.rule() {
            SyntaxRule::TopLevelScalar => Self::NotAnObject,
            SyntaxRule::DuplicateKey => Self::DuplicateKey {
                path: path_at(body, offset),
            },
            SyntaxRule::TooDeep(limit) => Self::TooDeep {
                path: path_at(body, offset),
                limit,
            },
            SyntaxRule::TooManyValues(limit) => Self::TooManyValues { limit },
            SyntaxRule::TooLarge(limit) => Self::TooLarge {
                bytes: body.len(),
                limit,
            },
            SyntaxRule::KeyTooLong(limit) => Self::KeyTooLong { offset, limit },
            SyntaxRule::CanonicalTooLong(limit) => Self::CanonicalTooLong { limit },
            rule => Self::NotJson { offset, rule },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signed by the platform's own SDK (`callback-verify.jsonl`, `genuine/alipay`).
    const BODY: &str = r#"{"project_id":201,"payment":{"id":"ECT_TEST_1","type":"purchase","status":"success","date":"2019-02-27T16:01:25+0000","method":"alipay","sum":{"amount":1000,"currency":"CNY"},"description":""},"customer":{"id":"125"},"operation":{"id":20891000000045,"type":"sale","status":"success","code":"0","message":"Success","provider":{"id":1189,"payment_id":"Abe9","auth_code":""}},"signature":"451RggzWQaqBa0CLXmkBMHVe+2/Z+mc1VUrUy6txS9VgxG7makSRvmT3P1CuvNR1OzV6ZkRKue5mNuTUp5vRdg=="}"#;

    #[test]
    fn a_verified_shape_is_recognised_and_a_refused_one_is_not_learned() {
        let verifier = Verifier::new(KeyRing::new(SecretKey::new("k3y-201").unwrap()));
        let (manner, mut scratch) = (verifier.manner(), Scratch::default());
        let forged = BODY.replace("1000", "1001");
        assert!(
            verifier
                .verify_with(forged.as_bytes(), &mut scratch)
                .is_err()
        );
        let recognised = verifier.recognise(BODY.as_bytes(), &manner, &mut scratch);
        assert_eq!(recognised, None);
        assert!(verifier.verify_with(BODY.as_bytes(), &mut scratch).is_ok());
        let recognised = verifier.recognise(BODY.as_bytes(), &manner, &mut scratch);
        assert_eq!(recognised.map(|key| key.index()), Some(0));
        let recognised = verifier.recognise(forged.as_bytes(), &manner, &mut scratch);
        assert_eq!(recognised, None);
    }
}
