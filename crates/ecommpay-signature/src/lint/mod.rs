//! Findings about data that is to be signed, or that has come signed.
//!
//! The rule of the signature is exact, but six SDKs read it in six ways, and the platform's own
//! reading depends on settings for some documents (`protocol/signature.md`, sections 8 to 10). What
//! is found here is data on which they part.
//!
//! ```
//! use ecommpay_signature::lint::{self, Severity};
//!
//! let findings = lint::request(br#"{"payment":{"amount":10.5}}"#)?;
//! assert_eq!(findings[0].severity(), Severity::Error);
//! assert_eq!(findings[0].path(), "payment.amount");
//! # Ok::<(), ecommpay_signature::json::SyntaxError>(())
//! ```

mod finding;
mod order;
mod walk;

use alloc::vec::Vec;

pub use finding::{Finding, Reason, Sdk, Severity};

use finding::Findings;

use crate::document::{self, Manner, Memory, Purpose};
use crate::double::Precision;
use crate::json::{Duplicates, Limits, SyntaxError};
use crate::written::Doubles;

/// Findings about a body that is to be signed, the gravest first, of each reason at most 100.
///
/// # Errors
///
/// What [`exact::canonical`](crate::exact::canonical) does not read.
pub fn request(body: &[u8]) -> Result<Vec<Finding>, SyntaxError> {
    find(body, Purpose::Signing)
}

/// Findings about a body that has come signed; errors of requests are warnings here, because the
/// sender has decided already.
///
/// # Errors
///
/// What [`exact::canonical_callback`](crate::exact::canonical_callback) does not read.
pub fn callback(body: &[u8]) -> Result<Vec<Finding>, SyntaxError> {
    let mut findings = find(body, Purpose::Checking)?;
    for finding in &mut findings {
        finding.soften();
    }
    Ok(findings)
}

fn find(body: &[u8], purpose: Purpose) -> Result<Vec<Finding>, SyntaxError> {
    let manner = Manner {
        purpose,
        doubles: Doubles::Printed(Precision::default()),
        limits: Limits::PLATFORM,
        duplicates: Duplicates::Noted,
    };
    let mut memory = Memory::default();
    let document = document::read(body, &manner, &mut memory)?;
    let mut findings = Findings::default();
    walk::find(&document, purpose, &mut findings)?;
    order::find(&document, &memory.entries, &mut findings);
    Ok(findings.into_sorted())
}
