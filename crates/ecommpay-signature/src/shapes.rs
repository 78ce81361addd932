//! Shapes of bodies seen before: what stands between their values, and the order of their lines.
//!
//! Callbacks of one kind differ in their values only. Of a body whose signature was right the text
//! between the values is remembered, piece by piece, in a tree: after each value stand the pieces
//! that may follow. A body that walks down this tree to an end, byte for byte, has the members of
//! the one that made the branch, so that names, duplicates, depth and order are known and only the
//! values are read. Every other body, and every value that is printed in a way of its own, takes
//! the road of [`document::read`](crate::document::read).
//!
//! Nothing is learned from bodies that were refused, and what is kept is bounded: after
//! [`MOST_SHAPES`] or [`MOST_BYTES`] no shape is learned until [`FORGETTING_AFTER`] bodies were unknown;
//! then everything is forgotten.

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::{Found, Manner, Purpose};
use crate::entries::{Entries, Span};
use crate::json::{Duplicates, ScalarScanner, SyntaxError, Token, TokenBuffers, Tokens};
use crate::written::write_scalar;

const MOST_SHAPES: usize = 64;
const MOST_BYTES: usize = 128 * 1024;
/// Bodies of unknown shape, counted once there is no room for theirs.
const FORGETTING_AFTER: usize = 16 * 1024;
/// After so many bodies of unknown shape in a row only every so many is looked up.
const STRANGERS: usize = 8;

/// Marks the end of a list of pieces.
const NONE: u32 = u32::MAX;

/// A text between two values, or between a value and the end.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// In the texts.
    start: u32,
    bytes: u32,
    /// The next piece that may stand here instead.
    sibling: u32,
    then: Then,
}

#[derive(Debug, Clone, Copy)]
enum Then {
    /// A value; the first of the pieces that may follow it.
    Value(u32),
    /// Nothing; the number of the shape.
    End(u32),
}

#[derive(Debug, Clone, Copy)]
struct Shape {
    first_line: u32,
    lines: u32,
    /// Which value is the signature.
    signature: u32,
    /// Length of all paths, with their colons and semicolons.
    path_bytes: usize,
}

/// A line of a canonical string: `;path:` among the texts, and the number of its value.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: u32,
    bytes: u32,
    value: u32,
}

/// What is remembered, and the memory of the last walk.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    /// The manner in which all of it was read.
    manner: Option<Manner>,
    /// The first pieces of all bodies.
    pieces: Vec<Piece>,
    shapes: Vec<Shape>,
    lines: Vec<Line>,
    texts: String,
    /// Bodies of unknown shape since everything was forgotten, and those that came in a row.
    unknown: usize,
    in_a_row: usize,
    values: Vec<Value>,
}

/// A value of the body that is walked.
#[derive(Debug, Clone, Copy)]
struct Value {
    /// Where it begins in the document.
    offset: u32,
    signed: Span,
}

impl Shapes {
    /// Reads a body of a known shape; returns the signature it carries and leaves its canonical string
    /// in `canonical`. Such a body is not ambiguous.
    pub(crate) fn recognise<'a>(
        &mut self,
        document: &'a str,
        manner: &Manner,
        entries: &mut Entries,
        canonical: &mut Vec<u8>,
    ) -> Option<Found<'a>> {
        if self.pieces.is_empty() || self.manner.as_ref() != Some(manner) {
            return None;
        }
        // A `;` in a value may make the canonical string ambiguous.
        if document.len() > manner.limits.bytes() || document.as_bytes().contains(&b';') {
            return None;
        }
        if self.in_a_row >= STRANGERS && !self.in_a_row.is_multiple_of(STRANGERS) {
            self.meet_stranger();
            return None;
        }
        entries.clear();
        let Some(shape) = self.walk(document, manner, entries) else {
            self.meet_stranger();
            return None;
        };
        self.in_a_row = 0;
        let shape = *self.shapes.get(shape as usize)?;
        if entries.texts_hold(b';') {
            return None;
        }
        self.write(&shape, document, manner, entries, canonical)?;
        let signature = self.values.get(shape.signature as usize)?;
        let mut scanner = ScalarScanner::new(document);
        scanner.skip(signature.offset as usize);
        match scanner.scalar()? {
            // Of any other kind it might be signed itself.
            text @ Token::String(_) => Some(Found::from_token(&text)),
            _ => None,
        }
    }

    fn meet_stranger(&mut self) {
        self.unknown = self.unknown.saturating_add(1);
        self.in_a_row = self.in_a_row.saturating_add(1);
    }

    /// Walks down the tree and notes the values on the way; returns the shape at the end.
    fn walk(&mut self, document: &str, manner: &Manner, entries: &mut Entries) -> Option<u32> {
        self.values.clear();
        let mut scanner = ScalarScanner::new(document);
        let mut candidate = 0;
        loop {
            let piece = self.pieces.get(candidate as usize)?;
            let text = &self.texts[piece.start as usize..][..piece.bytes as usize];
            let rest = &document.as_bytes()[scanner.position()..];
            let fits = rest.starts_with(text.as_bytes());
            match (fits, piece.then) {
                (true, Then::End(shape)) if rest.len() == text.len() => return Some(shape),
                (true, Then::Value(next)) if begins_scalar(rest.get(text.len())) => {
                    scanner.skip(text.len());
                    let offset = scanner.position();
                    let scalar = scanner.scalar()?;
                    let (signed, _) = write_scalar(entries, offset, &scalar, manner.doubles);
                    self.values.push(Value {
                        offset: offset as u32,
                        signed,
                    });
                    candidate = next;
                }
                _ => candidate = piece.sibling,
            }
        }
    }

    fn write(
        &self,
        shape: &Shape,
        document: &str,
        manner: &Manner,
        entries: &Entries,
        canonical: &mut Vec<u8>,
    ) -> Option<()> {
        canonical.clear();
        let value_bytes: usize = self.values.iter().map(|value| value.signed.len()).sum();
        // As the reader of unknown shapes counts, but for the signature.
        if shape.path_bytes + value_bytes > manner.limits.canonical_bytes() {
            return None;
        }
        canonical.reserve(shape.path_bytes + value_bytes);
        let lines = self
            .lines
            .get(shape.first_line as usize..)?
            .get(..shape.lines as usize)?;
        let mut separator = 1;
        for line in lines {
            let path =
                &self.texts[line.start as usize + separator..][..line.bytes as usize - separator];
            canonical.extend_from_slice(path.as_bytes());
            let value = self.values.get(line.value as usize)?;
            canonical.extend_from_slice(entries.resolve(value.signed, document).as_bytes());
            separator = 0;
        }
        Some(())
    }

    /// Remembers the shape of a body that was read into `entries` and whose signature was right.
    pub(crate) fn learn(&mut self, document: &str, manner: &Manner, entries: &Entries) {
        if self.manner.as_ref() != Some(manner) {
            self.forget();
            self.manner = Some(*manner);
        }
        if self.shapes.len() >= MOST_SHAPES || self.texts.len() + 4 * document.len() > MOST_BYTES {
            if self.unknown < FORGETTING_AFTER {
                return;
            }
            self.forget();
            self.manner = Some(*manner);
        }
        // The body was read without an error just now.
        let Ok(Some(plan)) = Plan::of(document, manner) else {
            return;
        };
        if self.knows(&plan, document) {
            return;
        }
        let Some(shape) = self.add_lines(&plan, entries) else {
            return;
        };
        let number = self.shapes.len() as u32;
        self.shapes.push(shape);
        self.add_branch(&plan, document, number);
    }

    fn forget(&mut self) {
        self.pieces.clear();
        self.shapes.clear();
        self.lines.clear();
        self.texts.clear();
        self.unknown = 0;
        self.in_a_row = 0;
    }

    fn add_lines(&mut self, plan: &Plan, entries: &Entries) -> Option<Shape> {
        let first_line = self.lines.len() as u32;
        let mut path_bytes = 0;
        for entry in entries.order() {
            let path = entries.path(*entry);
            path_bytes += path.len() + 2;
            let start = self.texts.len() as u32;
            self.texts.extend([";", path, ":"]);
            // Every value but the signature has an entry, in the order of the document.
            let behind_signature = u32::from(*entry >= plan.signature);
            self.lines.push(Line {
                start,
                bytes: path.len() as u32 + 2,
                value: entry + behind_signature,
            });
        }
        let lines = self.lines.len() as u32 - first_line;
        (lines as usize + 1 == plan.pieces.len() - 1).then_some(Shape {
            first_line,
            lines,
            signature: plan.signature,
            path_bytes,
        })
    }

    fn knows(&self, plan: &Plan, document: &str) -> bool {
        let mut list = 0;
        for (index, (start, end)) in plan.pieces.iter().enumerate() {
            let last = index + 1 == plan.pieces.len();
            match self.find(list, &document[*start..*end], last) {
                Some(next) => list = next,
                None => return false,
            }
        }
        true
    }

    /// Adds what is new of the pieces of a body to the tree.
    fn add_branch(&mut self, plan: &Plan, document: &str, shape: u32) {
        let mut list = 0;
        for (index, (start, end)) in plan.pieces.iter().enumerate() {
            let last = index + 1 == plan.pieces.len();
            let text = &document[*start..*end];
            match self.find(list, text, last) {
                Some(next) => list = next,
                None => list = self.add_piece(list, text, last.then_some(shape)),
            }
        }
    }

    /// The list behind a piece that is in a list already.
    fn find(&self, mut candidate: u32, text: &str, last: bool) -> Option<u32> {
        while let Some(piece) = self.pieces.get(candidate as usize) {
            let same = &self.texts[piece.start as usize..][..piece.bytes as usize] == text;
            match piece.then {
                Then::Value(next) if same && !last => return Some(next),
                Then::End(_) if same && last => return Some(NONE),
                _ => candidate = piece.sibling,
            }
        }
        None
    }

    /// Adds a piece behind those of a list; returns the list of those that follow it.
    fn add_piece(&mut self, list: u32, text: &str, ends: Option<u32>) -> u32 {
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        let number = self.pieces.len() as u32;
        // The list behind a value begins with the piece that is added next.
        let then = ends.map_or(Then::Value(number + 1), Then::End);
        self.pieces.push(Piece {
            start,
            bytes: text.len() as u32,
            sibling: NONE,
            then,
        });
        let mut before = list;
        while before < number {
            let sibling = self.pieces[before as usize].sibling;
            if sibling == NONE {
                self.pieces[before as usize].sibling = number;
                break;
            }
            before = sibling;
        }
        number + 1
    }
}

fn begins_scalar(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n'))
}

/// The pieces of a body, and which of its values is the signature.
struct Plan {
    /// Begin and end of each text that is no value.
    pieces: Vec<(usize, usize)>,
    signature: u32,
}

impl Plan {
    /// `None` for a body with none or several members that may be its signature.
    fn of(document: &str, manner: &Manner) -> Result<Option<Self>, SyntaxError> {
        if manner.purpose != Purpose::Checking || manner.duplicates != Duplicates::Refused {
            return Ok(None);
        }
        let (bytes, buffers) = (document.as_bytes(), TokenBuffers::default());
        let mut tokens = Tokens::reusing(bytes, &manner.limits, manner.duplicates, buffers)?;
        let (mut pieces, mut signatures) = (Vec::new(), Vec::new());
        let (mut end, mut is_signature) = (0, false);
        while let Some(token) = tokens.next()? {
            let length = match token {
                Token::String(text) => text.raw().len() + 2,
                Token::Number(number) => number.text().len(),
                Token::Bool(true) | Token::Null => 4,
                Token::Bool(false) => 5,
                Token::Key(name) => {
                    is_signature = name.is("signature");
                    continue;
                }
                _ => continue,
            };
            if is_signature {
                signatures.push(pieces.len() as u32);
            }
            is_signature = false;
            pieces.push((end, tokens.offset()));
            end = tokens.offset() + length;
        }
        pieces.push((end, document.len()));
        Ok(match signatures.as_slice() {
            [signature] => Some(Self {
                pieces,
                signature: *signature,
            }),
            _ => None,
        })
    }
}
