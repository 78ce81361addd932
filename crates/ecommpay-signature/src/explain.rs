//! What was signed, line by line, and which other reading of the rule would have matched.
//!
//! A diagnostic for people who look for the reason of a wrong signature. It accepts nothing, and
//! never shows the signature that would have been right.
//!
//! ```
//! use ecommpay_signature::{SecretKey, explain};
//!
//! let key = SecretKey::new("secret")?;
//! let body = br#"{"payment":{"id":"X","amount":1000},"signature":"made up"}"#;
//! let explanation = explain::callback(body, &key)?;
//! assert_eq!(explanation.masked().to_string(), "payment:amount:[4 bytes]\npayment:id:[1 byte]\n");
//! assert_eq!(*explanation.outcome(), explain::Outcome::Malformed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::document::{self, Document, Found, Manner, Memory, Purpose};
use crate::double::Precision;
use crate::entries::{Entries, EntryNumber};
use crate::json::{Duplicates, Limits, SyntaxError};
use crate::orders::Order;
use crate::written::Doubles;
use crate::{SecretKey, Signature, exact};

/// The lines of a body that is to be signed.
///
/// # Errors
///
/// What [`exact::canonical`] does not read.
pub fn request(body: &[u8]) -> Result<Explanation, SyntaxError> {
    let mut memory = Memory::default();
    let manner = manner(Purpose::Signing, PLATFORM.doubles.manner());
    let document = document::read(body, &manner, &mut memory)?;
    let lines = lines(&document, &memory.entries);
    Ok(Explanation {
        lines,
        outcome: Outcome::NothingToCheck,
    })
}

/// The lines a callback was signed over, and what can be said of its signature.
///
/// # Errors
///
/// What [`exact::canonical_callback`] does not read.
pub fn callback(body: &[u8], key: &SecretKey) -> Result<Explanation, SyntaxError> {
    let mut memory = Memory::default();
    let manner = manner(Purpose::Checking, PLATFORM.doubles.manner());
    let document = document::read(body, &manner, &mut memory)?;
    let lines = lines(&document, &memory.entries);
    let outcome = match document.signature {
        Found::Nothing | Found::Blank => Outcome::NoSignature,
        Found::Foreign => Outcome::Malformed,
        Found::Text(text) => match Signature::from_text(&text) {
            Err(_) => Outcome::Malformed,
            Ok(claimed) if claimed == exact::tag(key, &document, &memory) => Outcome::Matches,
            Ok(claimed) => Outcome::from_readings(other_readings(body, key, claimed)?),
        },
    };
    Ok(Explanation { lines, outcome })
}

/// Lines in the order they are signed, and the outcome of the check.
#[derive(Clone)]
pub struct Explanation {
    lines: Vec<Line>,
    outcome: Outcome,
}

impl Explanation {
    /// The lines in the order they are signed.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What can be said of the signature.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The lines for eyes that may not see the values: each shows how long its value is.
    #[must_use]
    pub fn masked(&self) -> Masked<'_> {
        Masked { lines: &self.lines }
    }
}

/// Prints lines with the lengths of their values in the place of these.
#[derive(Debug, Clone, Copy)]
pub struct Masked<'e> {
    lines: &'e [Line],
}

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Line { path, value } in self.lines {
            let unit = if value.len() == 1 { "byte" } else { "bytes" };
            writeln!(f, "{path}:[{} {unit}]", value.len())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("lines", &self.lines.len())
            .field("outcome", &self.outcome)
            .finish()
    }
}

/// One line of the canonical string.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    path: String,
    value: String,
}

impl Line {
    /// The path as it is signed: names joined with `:`, colons in names doubled.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The value as it is signed; may be personal data.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({}, {} bytes)", self.path, self.value.len())
    }
}

/// What can be said of a signature.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The body was explained as one that is still to be signed.
    NothingToCheck,
    /// Neither place of a signature holds one.
    NoSignature,
    /// The signature is not written as one: 88 characters of standard base64 with padding.
    Malformed,
    /// The signature is that of the lines. Only a [`Verifier`](crate::Verifier) accepts.
    Matches,
    /// The signature is that of the same body, read in another way. Whoever signed it does not
    /// follow the platform; these readings are nearest to it.
    MatchesOtherReading(Vec<OtherReading>),
    /// No reading that is known matches: another key, or another body.
    MatchesNothing,
}

impl Outcome {
    fn from_readings(readings: Vec<OtherReading>) -> Self {
        if readings.is_empty() {
            Self::MatchesNothing
        } else {
            Self::MatchesOtherReading(readings)
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingToCheck => f.write_str("there is no signature to check"),
            Self::NoSignature => f.write_str("the body carries no signature"),
            Self::Malformed => f.write_str(
                "the signature is not written as one: 88 characters of base64 with padding",
            ),
            Self::Matches => f.write_str("the signature is that of these lines"),
            Self::MatchesOtherReading(readings) => {
                f.write_str("the signature is that of another reading: ")?;
                for (index, reading) in readings.iter().enumerate() {
                    let before = if index == 0 { "" } else { "; or " };
                    write!(f, "{before}{reading}")?;
                }
                Ok(())
            }
            Self::MatchesNothing => f.write_str(
                "no known reading matches; the key is another one, or the body was changed",
            ),
        }
    }
}

/// How lines are ordered.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineOrder {
    /// By their paths, in natural order: the platform's.
    Natural,
    /// By the bytes of their paths.
    PathBytes,
    /// By the bytes of whole lines.
    WholeLine,
    /// Each level by itself.
    PerLevel,
}

/// How a colon in a name is written.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameColons {
    /// Twice: the platform's way.
    Doubled,
    /// Once.
    Single,
}

/// How a number with a fraction is written.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoubleText {
    /// With the digits that a setting of the platform's language asks for; 14 by default.
    Printed(Precision),
    /// As the literal stands in the body.
    AsWritten,
}

impl DoubleText {
    fn manner(self) -> Doubles {
        match self {
            Self::Printed(precision) => Doubles::Printed(precision),
            Self::AsWritten => Doubles::AsWritten,
        }
    }
}

/// A reading of the rule that differs from the platform's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherReading {
    order: LineOrder,
    colons: NameColons,
    doubles: DoubleText,
}

const PLATFORM: OtherReading = OtherReading {
    order: LineOrder::Natural,
    colons: NameColons::Doubled,
    doubles: DoubleText::Printed(Precision::Fourteen),
};

impl OtherReading {
    /// How its lines are ordered.
    #[must_use]
    pub fn order(&self) -> LineOrder {
        self.order
    }

    /// How it writes a colon in a name.
    #[must_use]
    pub fn colons(&self) -> NameColons {
        self.colons
    }

    /// How it writes a number with a fraction.
    #[must_use]
    pub fn doubles(&self) -> DoubleText {
        self.doubles
    }

    /// In how many points it differs from the platform's.
    fn distance(&self) -> usize {
        usize::from(self.order != PLATFORM.order)
            + usize::from(self.colons != PLATFORM.colons)
            + usize::from(self.doubles != PLATFORM.doubles)
    }
}

impl fmt::Display for OtherReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self.order {
            LineOrder::Natural => None,
            LineOrder::PathBytes => Some("paths ordered by their bytes"),
            LineOrder::WholeLine => Some("whole lines ordered by their bytes"),
            LineOrder::PerLevel => Some("each level ordered by itself"),
        };
        let colons = match self.colons {
            NameColons::Doubled => None,
            NameColons::Single => Some("colons in names not doubled"),
        };
        let doubles = match self.doubles {
            DoubleText::Printed(Precision::Fourteen) => None,
            DoubleText::Printed(Precision::Seventeen) => Some("doubles with 17 digits"),
            DoubleText::Printed(Precision::Shortest) => Some("doubles with the fewest digits"),
            DoubleText::AsWritten => Some("doubles as they are written"),
        };
        let mut before = "";
        for words in [order, colons, doubles].into_iter().flatten() {
            write!(f, "{before}{words}")?;
            before = ", ";
        }
        Ok(())
    }
}

/// The readings that give the signature claimed, as near to the platform's as any of them is.
fn other_readings(
    body: &[u8],
    key: &SecretKey,
    claimed: Signature,
) -> Result<Vec<OtherReading>, SyntaxError> {
    let mut matching: Vec<OtherReading> = Vec::new();
    let doubles = [
        PLATFORM.doubles,
        DoubleText::Printed(Precision::Seventeen),
        DoubleText::Printed(Precision::Shortest),
        DoubleText::AsWritten,
    ];
    for doubles in doubles {
        let mut memory = Memory::default();
        let manner = manner(Purpose::Checking, doubles.manner());
        let document = document::read(body, &manner, &mut memory)?;
        let entries = &memory.entries;
        for order in [
            LineOrder::Natural,
            LineOrder::PathBytes,
            LineOrder::WholeLine,
            LineOrder::PerLevel,
        ] {
            let list = match order {
                LineOrder::Natural => entries.order().to_vec(),
                LineOrder::PathBytes => Order::PathBytes.sorted(entries, document.text),
                LineOrder::WholeLine => Order::LineBytes.sorted(entries, document.text),
                LineOrder::PerLevel => Order::Levels.sorted(entries, document.text),
            };
            for colons in [NameColons::Doubled, NameColons::Single] {
                let reading = OtherReading {
                    order,
                    colons,
                    doubles,
                };
                if reading.tag(key, &document, entries, &list) == claimed {
                    matching.push(reading);
                }
            }
        }
    }
    let nearest = matching.iter().map(OtherReading::distance).min();
    matching.retain(|reading| Some(reading.distance()) == nearest);
    Ok(matching)
}

impl OtherReading {
    fn tag(
        &self,
        key: &SecretKey,
        document: &Document<'_>,
        entries: &Entries,
        list: &[EntryNumber],
    ) -> Signature {
        let mut mac = key.begin();
        let mut separator = "";
        for entry in list {
            mac.feed(separator.as_bytes());
            match self.colons {
                NameColons::Doubled => mac.feed(entries.path(*entry).as_bytes()),
                NameColons::Single => mac.feed(entries.path(*entry).replace("::", ":").as_bytes()),
            }
            mac.feed(b":");
            mac.feed(entries.value(*entry, document.text).as_bytes());
            separator = ";";
        }
        mac.finish()
    }
}

fn lines(document: &Document<'_>, entries: &Entries) -> Vec<Line> {
    let line = |entry: &EntryNumber| Line {
        path: entries.path(*entry).to_owned(),
        value: entries.value(*entry, document.text).to_owned(),
    };
    entries.order().iter().map(line).collect()
}

fn manner(purpose: Purpose, doubles: Doubles) -> Manner {
    Manner {
        purpose,
        doubles,
        limits: Limits::PLATFORM,
        duplicates: Duplicates::Noted,
    }
}
