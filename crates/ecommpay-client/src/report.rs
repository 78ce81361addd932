//! The text of an error with everything that caused it.

use std::error::Error;

/// An error and its whole chain of sources in one line, joined by `: `.
///
/// No error of this workspace holds a key, a signature, personal data or a body in its text.
///
/// ```
/// let inner = std::io::Error::other("no route");
/// assert_eq!(ecommpay_client::report(&inner), "no route");
/// ```
#[must_use]
pub fn report(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // a transparent wrapper says the same as what it wraps
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
