//! Shapes of bodies seen before: what stands between their values, and the order of their lines.
//!
//! Bodies of one kind differ in their values only. Of a body whose signature was right, or that was
//! signed, the text between the values is remembered, piece by piece, in a tree. A body that walks
//! down this tree to an end, byte for byte, has the members of the one that made the branch, so that
//! names, duplicates, depth and order are known and only the values are read. Every other body, and
//! every value that is printed or judged in a way of its own, takes the road of
//! [`document::read`](crate::document::read).
//!
//! Nothing is learned from bodies that were refused, nothing that was learned in one manner counts in
//! another, and what is kept is bounded: after [`MOST_SHAPES`] or [`MOST_BYTES`] no shape is learned
//! until [`FORGETTING_AFTER`] bodies were unknown; then everything is forgotten.

mod plan;
mod tree;

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::{Document, Found, Manner, ObjectEnd, Purpose};
use crate::entries::{Entries, Span};
use crate::json::{ScalarScanner, Token};
use crate::marks::Marks;
use crate::written::write_scalar;

use plan::{Closing, Plan};
use tree::{Passed, Tree};

const MOST_SHAPES: usize = 64;
const MOST_BYTES: usize = 128 * 1024;
/// Bodies of unknown shape, counted once there is no room for theirs.
const FORGETTING_AFTER: usize = 16 * 1024;
/// After so many bodies of unknown shape in a row only every so many is looked up.
const STRANGERS: usize = 8;

#[derive(Debug, Clone, Copy)]
struct Shape {
    first_line: u32,
    lines: u32,
    /// Which value is the signature.
    signature: Option<u32>,
    /// Length of all paths, with their colons and semicolons.
    path_bytes: usize,
    end: Option<Closing>,
    general_end: Option<Closing>,
}

/// A line of a canonical string: `;path:` among the paths, and the number of its value.
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
    tree: Tree,
    shapes: Vec<Shape>,
    lines: Vec<Line>,
    paths: String,
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

/// The objects of a body of known shape that may carry its signature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    /// End of the top level.
    pub(crate) end: Option<ObjectEnd>,
    /// End of the member `general`.
    pub(crate) general_end: Option<ObjectEnd>,
}

impl Shapes {
    /// Reads a body of a known shape that came signed; returns the signature it carries and leaves
    /// its canonical string in `canonical`. Such a body is not ambiguous.
    pub(crate) fn recognise_signed<'a>(
        &mut self,
        body: &'a [u8],
        manner: &Manner,
        entries: &mut Entries,
        canonical: &mut Vec<u8>,
    ) -> Option<Found<'a>> {
        let (document, shape) = self.recognise(body, manner, entries, canonical)?;
        let signature = self.values.get(shape.signature? as usize)?;
        let mut scanner = ScalarScanner::new(document);
        scanner.skip(signature.offset as usize);
        match scanner.scalar()? {
            // Of any other kind it might be signed itself.
            text @ Token::String(_) => Some(Found::from_token(&text)),
            _ => None,
        }
    }

    /// Reads a body of a known shape that is to be signed; leaves its canonical string in
    /// `canonical`. No policy refuses such a body.
    pub(crate) fn recognise_unsigned(
        &mut self,
        body: &[u8],
        manner: &Manner,
        entries: &mut Entries,
        canonical: &mut Vec<u8>,
    ) -> Option<Ends> {
        let (document, shape) = self.recognise(body, manner, entries, canonical)?;
        let offset = |value: u32| Some(self.values.get(value as usize)?.offset as usize);
        let place = |closing: Closing| closing.place(offset, document.len());
        Some(Ends {
            end: shape.end.map(place),
            general_end: shape.general_end.map(place),
        })
    }

    fn recognise<'a>(
        &mut self,
        body: &'a [u8],
        manner: &Manner,
        entries: &mut Entries,
        canonical: &mut Vec<u8>,
    ) -> Option<(&'a str, Shape)> {
        if self.tree.is_empty() || self.manner.as_ref() != Some(manner) {
            return None;
        }
        if self.in_a_row >= STRANGERS && !self.in_a_row.is_multiple_of(STRANGERS) {
            self.meet_stranger();
            return None;
        }
        // A `;` in a value may make the canonical string ambiguous.
        if body.len() > manner.limits.bytes() || body.contains(&b';') {
            return None;
        }
        let document = core::str::from_utf8(body).ok()?;
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
        Some((document, shape))
    }

    fn meet_stranger(&mut self) {
        self.unknown = self.unknown.saturating_add(1);
        self.in_a_row = self.in_a_row.saturating_add(1);
    }

    /// Walks down the tree and notes the values on the way; returns the shape at the end.
    fn walk(&mut self, document: &str, manner: &Manner, entries: &mut Entries) -> Option<u32> {
        self.values.clear();
        let mut scanner = ScalarScanner::new(document);
        let mut list = 0;
        loop {
            let rest = &document.as_bytes()[scanner.position()..];
            match self.tree.pass(list, rest)? {
                Passed::End(shape) => return Some(shape),
                Passed::Value { bytes, list: next } => {
                    scanner.skip(bytes);
                    let offset = scanner.position();
                    let scalar = scanner.scalar()?;
                    let (signed, marks) = write_scalar(entries, offset, &scalar, manner.doubles);
                    // A double is an error in what is to be signed.
                    if marks != Marks::NONE && manner.purpose == Purpose::Signing {
                        return None;
                    }
                    self.values.push(Value {
                        offset: offset as u32,
                        signed,
                    });
                    list = next;
                }
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
            let path = &self.paths.as_bytes()[line.start as usize..][..line.bytes as usize];
            canonical.extend_from_slice(path.get(separator..)?);
            let value = self.values.get(line.value as usize)?;
            canonical.extend_from_slice(entries.resolve_bytes(value.signed, document));
            separator = 0;
        }
        Some(())
    }

    /// Remembers the shape of a body that was read into `entries` and was signed, or whose signature
    /// was right.
    pub(crate) fn learn(&mut self, document: &Document<'_>, manner: &Manner, entries: &Entries) {
        let text = document.text;
        if !document.marks.are_ordinary(manner.purpose) {
            return;
        }
        if self.manner.as_ref() != Some(manner) {
            self.forget();
            self.manner = Some(*manner);
        }
        let bytes = self.tree.bytes() + self.paths.len();
        if self.shapes.len() >= MOST_SHAPES || bytes + 4 * text.len() > MOST_BYTES {
            if self.unknown < FORGETTING_AFTER {
                return;
            }
            self.forget();
        }
        // The body was read without an error just now.
        let Ok(Some(plan)) = Plan::of(text, manner) else {
            return;
        };
        let pieces = || plan.pieces.iter().map(|(start, end)| &text[*start..*end]);
        if self.tree.holds(pieces()) {
            return;
        }
        let Some(mut shape) = self.add_lines(&plan, entries) else {
            return;
        };
        shape.end = document.end.and_then(|end| plan.closing(end));
        shape.general_end = document.general_end.and_then(|end| plan.closing(end));
        let number = self.shapes.len() as u32;
        self.shapes.push(shape);
        self.tree.add(pieces(), number);
    }

    fn forget(&mut self) {
        self.tree.clear();
        self.shapes.clear();
        self.lines.clear();
        self.paths.clear();
        self.unknown = 0;
        self.in_a_row = 0;
    }

    fn add_lines(&mut self, plan: &Plan, entries: &Entries) -> Option<Shape> {
        let first_line = self.lines.len();
        let unsigned = usize::from(plan.signature.is_some());
        // Every value but the signature has an entry, in the order of the document.
        if entries.order().len() + unsigned != plan.values() {
            return None;
        }
        let mut path_bytes = 0;
        for entry in entries.order() {
            let path = entries.path(*entry);
            path_bytes += path.len() + 2;
            let start = self.paths.len() as u32;
            self.paths.extend([";", path, ":"]);
            let behind_signature = plan.signature.is_some_and(|signature| *entry >= signature);
            self.lines.push(Line {
                start,
                bytes: path.len() as u32 + 2,
                value: entry + u32::from(behind_signature),
            });
        }
        Some(Shape {
            first_line: first_line as u32,
            lines: (self.lines.len() - first_line) as u32,
            signature: plan.signature,
            path_bytes,
            end: None,
            general_end: None,
        })
    }
}
