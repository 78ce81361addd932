//! Canonicalisation without policy: byte for byte what the platform's language does.
//!
//! Everything the language signs is signed here, and everything it accepts is accepted, quirks
//! included (`protocol/signature.md`, sections 2 to 6). Programs of merchants want
//! [`sign_json`](crate::sign_json) and [`Verifier`](crate::Verifier) instead; this is for
//! conformance tests, diagnostics and sandboxes.

use alloc::string::String;
use core::cmp::Ordering;

pub use crate::double::Precision;

use crate::document::{self, Document, Found, Manner, Memory, Purpose};
use crate::double;
use crate::json::{Duplicates, Limits, SyntaxError};
use crate::written::Doubles;
use crate::{SecretKey, Signature, php_oddities};

/// The canonical string of a body that is to be signed; members named `signature` count.
///
/// ```
/// use ecommpay_signature::exact;
///
/// let body = br#"{"payment":{"currency":"CNY","amount":1000}}"#;
/// assert_eq!(exact::canonical(body)?, "payment:amount:1000;payment:currency:CNY");
/// # Ok::<(), ecommpay_signature::json::SyntaxError>(())
/// ```
///
/// # Errors
///
/// What the platform's language does not decode: anything but strict JSON, a scalar at the top
/// level, more than 511 nested containers.
pub fn canonical(body: &[u8]) -> Result<String, SyntaxError> {
    canonical_with(body, Precision::default())
}

/// As [`canonical`], with doubles printed in another way.
///
/// # Errors
///
/// As [`canonical`].
pub fn canonical_with(body: &[u8], precision: Precision) -> Result<String, SyntaxError> {
    join(body, Purpose::Signing, precision)
}

/// The canonical string a callback was signed over: members named `signature` are removed at
/// every depth, unless they are `null`.
///
/// # Errors
///
/// As [`canonical`].
pub fn canonical_callback(body: &[u8]) -> Result<String, SyntaxError> {
    canonical_callback_with(body, Precision::default())
}

/// As [`canonical_callback`], with doubles printed in another way.
///
/// # Errors
///
/// As [`canonical`].
pub fn canonical_callback_with(body: &[u8], precision: Precision) -> Result<String, SyntaxError> {
    join(body, Purpose::Checking, precision)
}

/// Signs a body as it stands; members named `signature` are signed along.
///
/// # Errors
///
/// As [`canonical`].
pub fn sign(body: &[u8], key: &SecretKey) -> Result<Signature, SyntaxError> {
    sign_with(body, key, Precision::default())
}

/// As [`sign`], with doubles printed in another way.
///
/// # Errors
///
/// As [`canonical`].
pub fn sign_with(
    body: &[u8],
    key: &SecretKey,
    precision: Precision,
) -> Result<Signature, SyntaxError> {
    sign_as(body, Purpose::Signing, key, precision)
}

/// The signature a callback has to carry: members named `signature` are removed first, at every
/// depth, unless they are `null`.
///
/// # Errors
///
/// As [`canonical`].
pub fn sign_callback(body: &[u8], key: &SecretKey) -> Result<Signature, SyntaxError> {
    sign_callback_with(body, key, Precision::default())
}

/// As [`sign_callback`], with doubles printed in another way.
///
/// # Errors
///
/// As [`canonical`].
pub fn sign_callback_with(
    body: &[u8],
    key: &SecretKey,
    precision: Precision,
) -> Result<Signature, SyntaxError> {
    sign_as(body, Purpose::Checking, key, precision)
}

/// The signature of a canonical string that the caller has written, for those who know the order of
/// their members beforehand.
///
/// ```
/// use ecommpay_signature::{SecretKey, exact};
///
/// let key = SecretKey::new("secret")?;
/// let body = br#"{"payment":{"currency":"CNY","amount":1000}}"#;
/// let signature = exact::sign_canonical(b"payment:amount:1000;payment:currency:CNY", &key);
/// assert_eq!(signature, exact::sign(body, &key)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn sign_canonical(canonical: &[u8], key: &SecretKey) -> Signature {
    key.tag(canonical)
}

/// Whether the platform's language accepts a callback: it decodes, holds a signature in one of the
/// two places, and that is the signature of the rest.
#[must_use]
pub fn verify(body: &[u8], key: &SecretKey) -> bool {
    verify_with(body, key, Precision::default())
}

/// As [`verify`], with doubles printed in another way.
#[must_use]
pub fn verify_with(body: &[u8], key: &SecretKey, precision: Precision) -> bool {
    let mut memory = Memory::default();
    let manner = manner(Purpose::Checking, precision);
    let Ok(document) = document::read(body, &manner, &mut memory) else {
        return false;
    };
    let Found::Text(text) = document.signature else {
        return false;
    };
    match Signature::from_text(&text) {
        Ok(signature) => signature == tag(key, &document, &memory),
        Err(_) => false,
    }
}

/// The natural comparison by which the platform's language orders paths; a weak order, under which
/// different names may be equal.
///
/// ```
/// use core::cmp::Ordering;
/// use ecommpay_signature::exact::natural_order;
///
/// assert_eq!(natural_order(b"items:9", b"items:10"), Ordering::Less);
/// assert_eq!(natural_order(b"a b", b"ab"), Ordering::Equal);
/// ```
#[must_use]
pub fn natural_order(x: &[u8], y: &[u8]) -> Ordering {
    php_oddities::compare(x, y)
}

/// A double as the platform's language prints it; `INF` and `-INF` for the infinities that
/// literals beyond the range give.
///
/// ```
/// use ecommpay_signature::exact::{self, Precision};
///
/// assert_eq!(exact::double_text(1e20, Precision::Fourteen), "1.0E+20");
/// ```
#[must_use]
pub fn double_text(value: f64, precision: Precision) -> String {
    let mut text = String::new();
    double::print(value, precision, &mut text);
    text
}

fn manner(purpose: Purpose, precision: Precision) -> Manner {
    Manner {
        purpose,
        doubles: Doubles::Printed(precision),
        limits: Limits::PLATFORM,
        duplicates: Duplicates::Noted,
    }
}

fn join(body: &[u8], purpose: Purpose, precision: Precision) -> Result<String, SyntaxError> {
    let mut memory = Memory::default();
    let document = document::read(body, &manner(purpose, precision), &mut memory)?;
    let entries = &memory.entries;
    let mut canonical = String::with_capacity(entries.canonical_bytes());
    for entry in entries.order() {
        if !canonical.is_empty() {
            canonical.push(';');
        }
        canonical.push_str(entries.path(*entry));
        canonical.push(':');
        canonical.push_str(entries.value(*entry, document.text));
    }
    Ok(canonical)
}

fn sign_as(
    body: &[u8],
    purpose: Purpose,
    key: &SecretKey,
    precision: Precision,
) -> Result<Signature, SyntaxError> {
    let mut memory = Memory::default();
    let document = document::read(body, &manner(purpose, precision), &mut memory)?;
    Ok(tag(key, &document, &memory))
}

/// The signature of a document that has been read into `memory`.
pub(crate) fn tag(key: &SecretKey, document: &Document<'_>, memory: &Memory) -> Signature {
    let mut mac = key.begin();
    memory
        .entries
        .for_each_piece(document.text, |piece| mac.feed(piece));
    mac.finish()
}
