//! The smallest program that tells a genuine callback from a forged one.
//!
//! `ECOMMPAY_SECRET_KEY=... cargo run -p ecommpay-callback --example verify < body.json`
//!
//! Ends with 0 for a genuine body, 1 for any other, 2 if there is no key or no body. `cargo xtask
//! bench --only build` weighs it.

use std::io::Read as _;
use std::process::ExitCode;

use ecommpay_callback::CallbackVerifier;
use ecommpay_signature::{KeyRing, SecretKey};

fn main() -> ExitCode {
    let (verifier, body) = match (verifier(), body()) {
        (Ok(verifier), Ok(body)) => (verifier, body),
        (Err(problem), _) | (_, Err(problem)) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    match verifier.verify(body) {
        Ok(verified) => {
            eprintln!("genuine, {} bytes", verified.bytes().len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn verifier() -> Result<CallbackVerifier, String> {
    let secret = std::env::var("ECOMMPAY_SECRET_KEY").map_err(|_| "ECOMMPAY_SECRET_KEY?")?;
    let key = SecretKey::new(secret).map_err(|error| error.to_string())?;
    Ok(CallbackVerifier::new(KeyRing::new(key)))
}

fn body() -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    std::io::stdin()
        .read_to_end(&mut body)
        .map_err(|error| error.to_string())?;
    Ok(body)
}
