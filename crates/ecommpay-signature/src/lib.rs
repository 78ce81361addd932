//! Signing and verifying ecommpay requests, callbacks and Payment Page parameters.
//!
//! What is signed is not the JSON but a canonical string made of it: every value as `path:text`, in
//! natural order of the paths, joined with `;`. Its HMAC-SHA-512 in base64 is the member
//! `signature` of the body.
//!
//! ```text
//! raw bytes -> json::Tokens -> lines (path, text) -> ordered -> HMAC-SHA-512 -> Signature
//!                   |
//!                   +-> json::from_slice -> your types      (the same reader, the same bytes)
//! ```
//!
//! There are two layers. [`exact`] does byte for byte what the platform's language does, quirks
//! included, and knows no policy. Everything at the top of this crate stands above it and is strict
//! by default: [`sign_json`], [`signed_body`] and [`sign_parameters`] refuse what other readers
//! would sign differently and texts that could pass for further lines; [`Verifier`] refuses
//! repeated names and unbounded bodies, and reports what a signature does not pin down.
//!
//! ```
//! use ecommpay_signature::{KeyRing, SecretKey, Verifier};
//! use serde::Deserialize;
//!
//! #[derive(Deserialize)]
//! struct Callback<'a> {
//!     #[serde(borrow)]
//!     payment: Payment<'a>,
//! }
//!
//! #[derive(Deserialize)]
//! struct Payment<'a> {
//!     id: &'a str,
//!     status: &'a str,
//! }
//!
//! fn receive(verifier: &Verifier, body: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//!     let verified = match verifier.verify(body) {
//!         Ok(verified) => verified,
//!         // Answer with an error; the platform repeats the callback.
//!         Err(error) => return Err(error.into()),
//!     };
//!     if !verified.ambiguities().is_empty() {
//!         return Err("the callback could be read in two ways".into());
//!     }
//!     let callback: Callback<'_> = verified.decode()?;
//!     println!("payment {} is {}", callback.payment.id, callback.payment.status);
//!     Ok(())
//! }
//!
//! let keys = KeyRing::new(SecretKey::new("secret")?);
//! let body = br#"{"payment":{"id":"test-payment","status":"success"},"signature":"forged"}"#;
//! assert!(receive(&Verifier::new(keys), body).is_err());
//! # Ok::<(), ecommpay_signature::EmptySecret>(())
//! ```
//!
//! Not here: sending, storing, HTTP, time. The crate does without std; it needs an allocator. There
//! are no features to choose.
//!
//! [`lint`] says on which data the official SDKs part; [`explain`] shows what was signed, line by
//! line, and which other reading would have matched. Sections are those of
//! `protocol/signature.md`, the description of the rule this crate follows.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod ambiguity;
mod document;
mod double;
mod entries;
pub mod exact;
pub mod explain;
pub mod json;
mod key;
pub mod lint;
mod marks;
mod natural;
mod orders;
mod php_oddities;
mod policy;
mod scratch;
mod shapes;
mod siblings;
mod sign;
mod signature;
mod verify;
mod written;

pub use ambiguity::{Ambiguity, AmbiguityKind};
pub use key::{EmptySecret, KeyPosition, KeyRing, SecretKey};
pub use policy::{SigningPolicy, VerifyPolicy};
pub use scratch::Scratch;
pub use sign::{
    ParameterValue, SignError, SignaturePlace, sign_json, sign_json_with, sign_parameters,
    signed_body, signed_body_with,
};
pub use signature::{MalformedSignature, Signature};
pub use verify::{Verified, Verifier, VerifyError};
