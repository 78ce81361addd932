//! A token, and reports signed as the platform signs them.

#![allow(dead_code, reason = "each test program uses a part")]

use std::error::Error;

use ecommpay_data_api::DataToken;
use ecommpay_signature::{SecretKey, SignaturePlace, SigningPolicy, json::Limits, signed_body};
use serde_json::Value;

pub(crate) type TestResult = Result<(), Box<dyn Error>>;

/// The token printed in the platform's documentation, and the secret of its signature.
pub(crate) const TOKEN: &str = "WKiarERJ5pcceNerpM9R5TNnyPTQMl";
pub(crate) const SECRET: &str = "secret";

pub(crate) fn token() -> Result<DataToken, Box<dyn Error>> {
    Ok(DataToken::new(TOKEN, SecretKey::new(SECRET)?)?)
}

/// What the platform would send with this key.
pub(crate) fn report(body: &Value, secret: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let limits = Limits::STRICT
        .with_bytes(64 << 20)
        .with_values(1_000_000)
        .with_canonical_bytes(256 << 20);
    Ok(signed_body(
        body,
        SignaturePlace::TopLevel,
        &SecretKey::new(secret)?,
        &SigningPolicy::strict().with_limits(limits),
    )?)
}
