//! Numbers of a document, kept as they are written.

/// A number literal of JSON; it is an integer or a double by the way it is written.
///
/// Integers that fit 64 bits are exact; everything else is a double, as in the platform's
/// language (`protocol/signature.md`, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'a> {
    text: &'a str,
    fractional: bool,
}

impl<'a> Number<'a> {
    pub(crate) fn new(text: &'a str, fractional: bool) -> Self {
        Self { text, fractional }
    }

    /// The literal as it stands in the document.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Whether the literal has neither a fraction nor an exponent; it may still be beyond 64 bits.
    #[must_use]
    pub fn is_integer_literal(&self) -> bool {
        !self.fractional
    }

    /// The value if it is an integer that fits 64 bits with a sign; `-0` is 0.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        if self.fractional {
            None
        } else {
            self.text.parse().ok()
        }
    }

    /// The nearest double; infinite beyond the range of doubles.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        // Every literal of JSON is one for `f64` as well.
        self.text.parse().unwrap_or(f64::NAN)
    }
}
