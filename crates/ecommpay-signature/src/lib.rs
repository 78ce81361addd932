//! Signing and verifying ecommpay requests, callbacks and Payment Page parameters.
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
mod sign;
mod signature;
mod verify;

pub use ambiguity::{Ambiguity, AmbiguityKind};
pub use key::{EmptySecret, KeyPosition, KeyRing, SecretKey};
pub use policy::{SigningPolicy, VerifyPolicy};
pub use sign::{
    ParameterValue, SignError, SignaturePlace, sign_json, sign_parameters, signed_body,
};
pub use signature::{MalformedSignature, Signature};
pub use verify::{Scratch, Verified, Verifier, VerifyError};
