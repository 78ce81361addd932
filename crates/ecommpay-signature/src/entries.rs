//! The lines of a canonical string: `path:text`, and the order in which they are fed to a MAC.
//!
//! Paths stand one after another in one buffer; values stay where they are in the document unless
//! they had to be unescaped or printed. Nothing is allocated once the buffers are large enough.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::ambiguity::holds_line;
use crate::json::{SyntaxRule, Text};
use crate::siblings::{Before, Name, Siblings};

/// A part of the document, of the texts made beside it, or of [`FLAGS`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    start: u32,
    bytes: u32,
    source: Source,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    Document,
    Made,
    Flags,
}

/// What is signed for `true` and `false`.
const FLAGS: &str = "10";

impl Span {
    pub(crate) const EMPTY: Self = Self::of_flags(0, 0);
    pub(crate) const TRUE: Self = Self::of_flags(0, 1);
    pub(crate) const FALSE: Self = Self::of_flags(1, 1);

    const fn of_flags(start: u32, bytes: u32) -> Self {
        Self {
            start,
            bytes,
            source: Source::Flags,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes as usize
    }

    /// `bytes` bytes of the document from `start`; documents are shorter than 4 GiB.
    pub(crate) fn of_document(start: usize, bytes: usize) -> Self {
        Self {
            start: short(start),
            bytes: short(bytes),
            source: Source::Document,
        }
    }
}

/// One line of the canonical string.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Where `;path:` begins among the paths.
    line: u32,
    path_bytes: u32,
    value: Span,
}

/// Number of an entry, in the order of the document.
pub(crate) type EntryNumber = u32;

/// The lines of one document.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    list: Vec<Entry>,
    paths: String,
    texts: String,
    canonical_bytes: usize,
    /// The entries that are signed, in the order they are.
    siblings: Siblings,
}

/// A line that is complete, and where the name of its value stands in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinePath<'p> {
    /// `;path:`
    pub(crate) text: &'p str,
    /// Bytes of it before the last name.
    pub(crate) outside: usize,
    /// Whether there are digits in the last name.
    pub(crate) digits: bool,
    /// Whether it is the name of a member, not the index of an element.
    pub(crate) member: bool,
}

impl Entries {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.paths.clear();
        self.texts.clear();
        self.siblings.clear();
        self.canonical_bytes = 0;
    }

    /// Makes room for the lines of a document of so many bytes, as most documents have them.
    pub(crate) fn make_room(&mut self, bytes: usize) {
        /// A body much longer than any callback need not be believed.
        const LONGEST_EXPECTED: usize = 16 * 1024;
        /// What a short line takes in a document.
        const BYTES_OF_A_LINE: usize = 24;
        let bytes = bytes.min(LONGEST_EXPECTED);
        self.list.reserve(bytes / BYTES_OF_A_LINE);
        self.siblings.make_room(bytes / BYTES_OF_A_LINE);
        self.paths.reserve(bytes);
    }

    /// Adds a line behind those there are.
    ///
    /// Fails if the canonical string would have more than `limit` bytes.
    #[inline]
    pub(crate) fn push(
        &mut self,
        path: &LinePath<'_>,
        value: Span,
        limit: usize,
    ) -> Result<(), SyntaxRule> {
        self.canonical_bytes += path.text.len() + value.bytes as usize;
        if self.canonical_bytes > limit {
            return Err(SyntaxRule::CanonicalTooLong(limit));
        }
        let line = short(self.paths.len());
        self.paths.push_str(path.text);
        let before = self.siblings.before();
        self.siblings.line(short(self.list.len()));
        self.list.push(Entry {
            line,
            path_bytes: short(path.text.len() - 2),
            value,
        });
        if path.member {
            let name = Name {
                start: line + short(path.outside),
                bytes: short(path.text.len() - 1 - path.outside),
                digits: path.digits,
            };
            let paths = self.paths.as_bytes();
            self.siblings
                .member(before, name, &paths[..paths.len() - 1]);
        }
        Ok(())
    }

    /// Adds a line of this path; the order of such lines is set later.
    pub(crate) fn push_unordered(
        &mut self,
        path: &str,
        value: Span,
        limit: usize,
    ) -> Result<(), SyntaxRule> {
        self.canonical_bytes += path.len() + value.bytes as usize + 2;
        if self.canonical_bytes > limit {
            return Err(SyntaxRule::CanonicalTooLong(limit));
        }
        let line = short(self.paths.len());
        self.paths.extend([";", path, ":"]);
        self.list.push(Entry {
            line,
            path_bytes: short(path.len()),
            value,
        });
        Ok(())
    }

    /// What is there when a container begins.
    pub(crate) fn before(&self) -> Before {
        self.siblings.before()
    }

    /// Orders the lines of an object that ends.
    pub(crate) fn end_object(&mut self, before: Before) {
        self.siblings.end_object(before, &self.paths);
    }

    /// Makes the lines of a container that has ended those of a member, if there are any.
    pub(crate) fn end_member(&mut self, before: Before, path: &LinePath<'_>) {
        let Some(first) = self.siblings.first_since(before) else {
            return;
        };
        let name = Name {
            start: self.list[first as usize].line + short(path.outside),
            bytes: short(path.text.len() - path.outside),
            digits: path.digits,
        };
        self.siblings.member(before, name, path.text.as_bytes());
    }

    /// The span of a string that begins with its quote at `offset`.
    pub(crate) fn string(&mut self, offset: usize, text: &Text<'_>) -> Span {
        match text.as_plain() {
            Some(plain) => Span::of_document(offset + 1, plain.len()),
            None => self.make(|texts| text.push_to(texts)),
        }
    }

    /// A text made beside the document.
    pub(crate) fn make(&mut self, write: impl FnOnce(&mut String)) -> Span {
        let start = self.texts.len();
        write(&mut self.texts);
        Span {
            start: short(start),
            bytes: short(self.texts.len() - start),
            source: Source::Made,
        }
    }

    /// Whether a text made beside the document holds a byte.
    pub(crate) fn texts_hold(&self, byte: u8) -> bool {
        self.texts.as_bytes().contains(&byte)
    }

    pub(crate) fn path(&self, entry: EntryNumber) -> &str {
        path_of(&self.paths, &self.list[entry as usize])
    }

    pub(crate) fn value<'a>(&'a self, entry: EntryNumber, document: &'a str) -> &'a str {
        self.resolve(self.list[entry as usize].value, document)
    }

    pub(crate) fn resolve<'a>(&'a self, span: Span, document: &'a str) -> &'a str {
        &self.source(span, document)[span.start as usize..][..span.bytes as usize]
    }

    /// As [`resolve`](Self::resolve), for what takes bytes: that no character is cut need not be found out.
    #[inline]
    pub(crate) fn resolve_bytes<'a>(&'a self, span: Span, document: &'a str) -> &'a [u8] {
        let source = self.source(span, document).as_bytes();
        &source[span.start as usize..][..span.bytes as usize]
    }

    #[inline]
    fn source<'a>(&'a self, span: Span, document: &'a str) -> &'a str {
        match span.source {
            Source::Document => document,
            Source::Made => &self.texts,
            Source::Flags => FLAGS,
        }
    }

    /// The entries that are signed, in the order they are.
    pub(crate) fn order(&self) -> &[EntryNumber] {
        self.siblings.order()
    }

    pub(crate) fn set_order(&mut self, new: impl Iterator<Item = EntryNumber>) {
        let order = self.siblings.order_mut();
        order.clear();
        order.extend(new);
    }

    /// Orders all entries by their paths; equal ones stay in the order of the document.
    pub(crate) fn order_by(&mut self, compare: impl Fn(&[u8], &[u8]) -> Ordering) {
        let Self {
            list,
            paths,
            siblings,
            ..
        } = self;
        let path = |entry: EntryNumber| path_of(paths, &list[entry as usize]).as_bytes();
        let order = siblings.order_mut();
        order.clear();
        order.extend(0..short(list.len()));
        order.sort_unstable_by(|a, b| compare(path(*a), path(*b)).then(a.cmp(b)));
    }

    /// Hands out the canonical string piece by piece.
    pub(crate) fn for_each_piece(&self, document: &str, mut take: impl FnMut(&[u8])) {
        let mut separator = 1;
        for entry in self.order() {
            let entry = &self.list[*entry as usize];
            let line = entry.line as usize;
            take(
                &self.paths.as_bytes()[line + separator..]
                    [..entry.path_bytes as usize + 2 - separator],
            );
            take(self.resolve_bytes(entry.value, document));
            separator = 0;
        }
    }

    /// Whether a value that is signed holds a `;` and behind it something that reads as a line.
    pub(crate) fn holds_lines(&self, document: &str) -> bool {
        // Nearly no document holds a `;` anywhere.
        let semicolon = document.as_bytes().contains(&b';') || self.texts.contains(';');
        semicolon
            && self
                .order()
                .iter()
                .any(|entry| holds_line(self.value(*entry, document)))
    }

    /// Length of the canonical string in bytes, at most.
    pub(crate) fn canonical_bytes(&self) -> usize {
        self.canonical_bytes
    }
}

fn path_of<'a>(paths: &'a str, entry: &Entry) -> &'a str {
    &paths[entry.line as usize + 1..][..entry.path_bytes as usize]
}

/// Documents are below 4 GiB and canonical strings below 256 MiB, so that nothing is cut here.
fn short(length: usize) -> u32 {
    debug_assert!(u32::try_from(length).is_ok());
    length as u32
}
