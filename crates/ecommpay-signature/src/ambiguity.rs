//! Places of a document that its signature does not pin down.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::document::{Document, Purpose};
use crate::json::{Limits, PathTokens, Step, SyntaxError, Text, Token, path_at};
use crate::php_oddities::integer_slot;

/// Hostile documents may hold ambiguities without number; so many of each kind tell enough.
const MOST_OF_A_KIND: usize = 16;

/// A place where the document could read otherwise under the same signature.
///
/// Not listed is what holds for every document: numbers and their texts, `true` and `1`, `null` and
/// the empty text are signed alike, empty containers leave no trace, and a `:` in a value could be
/// one of a path. Reading the body into types settles these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguity {
    kind: AmbiguityKind,
    path: String,
}

/// In which way a place is not pinned down.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmbiguityKind {
    /// A value holds a `;` and behind it something that reads as a line of its own.
    LineInValue,
    /// A member name holds a `;`.
    LineInName,
    /// A member that is not signed, whatever it holds: `frame_mode`, or a `signature` that is not
    /// the one of the document.
    NotSigned,
    /// A name that the platform's language may take for another path: it is empty, `0` or another
    /// integer at the top level, or begins or ends with a colon.
    OddName,
    /// A value that is not signed, because a later one has the same path or the same name.
    Overwritten,
}

impl Ambiguity {
    /// In which way the place is not pinned down.
    #[must_use]
    pub fn kind(&self) -> AmbiguityKind {
        self.kind
    }

    /// The place, as `payment.description`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Ambiguity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.kind {
            AmbiguityKind::LineInValue => {
                "the value holds `;` and then a line of its own; write it without `;` or `:`"
            }
            AmbiguityKind::LineInName => "the name holds `;`; give the member another name",
            AmbiguityKind::NotSigned => "the member is not signed",
            AmbiguityKind::OddName => "the name may stand for another path",
            AmbiguityKind::Overwritten => "the value is not signed, a later one has the same path",
        };
        let path = if self.path.is_empty() {
            "top level"
        } else {
            &self.path
        };
        write!(f, "{path}: {words}")
    }
}

/// Whether `text` holds a `;` and behind it a `:`, so that a line may begin in it.
pub(crate) fn holds_line(text: &str) -> bool {
    text.split_once(';')
        .is_some_and(|(_, rest)| rest.contains(':'))
}

/// All ambiguities of a document that has been read before, in the manner of `purpose`.
pub(crate) fn find(
    document: &Document<'_>,
    purpose: Purpose,
) -> Result<Vec<Ambiguity>, SyntaxError> {
    let bytes = document.text.as_bytes();
    let mut search = Search {
        tokens: PathTokens::new(bytes, &Limits::UNBOUNDED)?,
        purpose,
        overwritten: &document.overwritten,
        found: Vec::new(),
        renumbers: document.marks.renumbers(),
    };
    while let Some(token) = search.tokens.next()? {
        match token {
            Token::Key(name) => search.member(&name)?,
            value => search.value(&value),
        }
    }
    if let Some(offset) = search.tokens.noted_duplicate() {
        let path = path_at(bytes, offset);
        search.found.push(Ambiguity {
            kind: AmbiguityKind::Overwritten,
            path,
        });
    }
    Ok(search.found)
}

struct Search<'a, 'd> {
    tokens: PathTokens<'a>,
    purpose: Purpose,
    /// In rising order.
    overwritten: &'d [usize],
    /// Whether names that read as integers are numbered anew.
    renumbers: bool,
    found: Vec<Ambiguity>,
}

impl<'a> Search<'a, '_> {
    fn report(&mut self, kind: AmbiguityKind) {
        if self.found.iter().filter(|found| found.kind == kind).count() < MOST_OF_A_KIND {
            let path = self.tokens.path();
            self.found.push(Ambiguity { kind, path });
        }
    }

    fn member(&mut self, key: &Text<'a>) -> Result<(), SyntaxError> {
        let name = key.to_str();
        let Some(value) = self.tokens.next()? else {
            return Ok(());
        };
        let removed = name == "signature"
            && self.purpose == Purpose::Checking
            && !matches!(value, Token::Null);
        if name == "frame_mode" || (removed && !self.place_of_signature()) {
            self.report(AmbiguityKind::NotSigned);
        }
        if name == "frame_mode" || removed {
            return self.tokens.skip_rest(&value);
        }
        if name.contains(';') {
            self.report(AmbiguityKind::LineInName);
        }
        if name.is_empty() || name.starts_with(':') || name.ends_with(':') {
            self.report(AmbiguityKind::OddName);
        } else if self.tokens.steps().len() == 1 {
            let container = matches!(value, Token::ObjectStart | Token::ListStart);
            let renumbered = self.renumbers && !container && integer_slot(&name).is_some();
            if renumbered || (container && name == "0") {
                self.report(AmbiguityKind::OddName);
            }
        }
        self.value(&value);
        Ok(())
    }

    fn value(&mut self, value: &Token<'a>) {
        if self
            .overwritten
            .binary_search(&self.tokens.offset())
            .is_ok()
        {
            self.report(AmbiguityKind::Overwritten);
        }
        if let Token::String(text) = value
            && holds_line(&text.to_str())
        {
            self.report(AmbiguityKind::LineInValue);
        }
        self.tokens.enter(value);
    }

    /// Whether the member pulled last is in one of the two places of a signature.
    fn place_of_signature(&self) -> bool {
        match self.tokens.steps() {
            [_] => true,
            [Step::Member(Some(outer)), Step::Member(_)] => outer.is("general"),
            _ => false,
        }
    }
}
