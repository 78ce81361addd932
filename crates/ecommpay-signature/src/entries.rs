//! The lines of a canonical string: `path:text`, and the order in which they are fed to a MAC.
//!
//! Paths stand one after another in one buffer; values stay where they are in the document unless
//! they had to be unescaped or printed. Nothing is allocated once the buffers are large enough.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::ambiguity::holds_line;
use crate::json::{SyntaxRule, Text};
use crate::natural;

/// A part of the document, or of the texts made beside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    start: u32,
    bytes: u32,
    made: bool,
}

impl Span {
    pub(crate) const EMPTY: Self = Self {
        start: 0,
        bytes: 0,
        made: true,
    };

    pub(crate) fn len(&self) -> usize {
        self.bytes as usize
    }

    /// `bytes` bytes of the document from `start`; documents are shorter than 4 GiB.
    pub(crate) fn of_document(start: usize, bytes: usize) -> Self {
        Self {
            start: short(start),
            bytes: short(bytes),
            made: false,
        }
    }
}

/// One line of the canonical string.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Where `;path:` begins among the paths.
    line: u32,
    path_bytes: u32,
    /// Whether there are digits in the path.
    digits: bool,
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
    order: Vec<EntryNumber>,
    heads: Vec<Head>,
}

/// The beginning of a path, large enough to tell most paths apart.
#[derive(Debug, Clone, Copy)]
struct Head {
    bytes: u128,
    entry: EntryNumber,
    digits: bool,
}

impl Head {
    fn of(paths: &[u8], entry: &Entry, number: EntryNumber) -> Self {
        let start = entry.line as usize + 1;
        let length = entry.path_bytes as usize;
        let bytes = match paths[start..].first_chunk() {
            // What is behind the path is cut off.
            Some(chunk) if length < 16 => {
                u128::from_be_bytes(*chunk) & !(u128::MAX >> (8 * length))
            }
            Some(chunk) => u128::from_be_bytes(*chunk),
            None => paths[start..][..length]
                .iter()
                .zip([120, 112, 104, 96, 88, 80, 72, 64, 56, 48, 40, 32, 24, 16, 8])
                .fold(0, |head, (byte, shift)| head | u128::from(*byte) << shift),
        };
        Self {
            bytes,
            entry: number,
            digits: entry.digits,
        }
    }
}

impl Entries {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.paths.clear();
        self.texts.clear();
        self.order.clear();
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
        self.heads.reserve(bytes / BYTES_OF_A_LINE);
        self.order.reserve(bytes / BYTES_OF_A_LINE);
        self.paths.reserve(bytes);
    }

    /// Adds a line behind those there are.
    ///
    /// Fails if the canonical string would have more than `limit` bytes.
    #[inline]
    pub(crate) fn push(
        &mut self,
        path: &str,
        digits: bool,
        value: Span,
        limit: usize,
    ) -> Result<(), SyntaxRule> {
        self.canonical_bytes += path.len() + value.bytes as usize + 2;
        if self.canonical_bytes > limit {
            return Err(SyntaxRule::CanonicalTooLong(limit));
        }
        let line = short(self.paths.len());
        self.paths.push(';');
        self.paths.push_str(path);
        self.paths.push(':');
        self.list.push(Entry {
            line,
            path_bytes: short(path.len()),
            digits,
            value,
        });
        Ok(())
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
            made: true,
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
        let source = if span.made {
            self.texts.as_str()
        } else {
            document
        };
        &source[span.start as usize..][..span.bytes as usize]
    }

    /// The entries that are signed, in the order they are.
    pub(crate) fn order(&self) -> &[EntryNumber] {
        &self.order
    }

    pub(crate) fn set_order(&mut self, order: impl Iterator<Item = EntryNumber>) {
        self.order.clear();
        self.order.extend(order);
    }

    /// Orders all entries by their paths; for paths that [`natural::compare`] is made for.
    pub(crate) fn order_naturally(&mut self) {
        let Self {
            list, paths, heads, ..
        } = self;
        let path = |entry: EntryNumber| path_of(paths, &list[entry as usize]);
        heads.clear();
        let numbered = (0..).zip(list.iter());
        heads.extend(numbered.map(|(number, entry)| Head::of(paths.as_bytes(), entry, number)));
        heads.sort_unstable_by(|a, b| {
            // Digits are only read as numbers where both paths have some.
            let by_bytes = !(a.digits && b.digits);
            if by_bytes && a.bytes != b.bytes {
                return a.bytes.cmp(&b.bytes);
            }
            natural::compare(path(a.entry).as_bytes(), path(b.entry).as_bytes())
                .then(a.entry.cmp(&b.entry))
        });
        self.order.clear();
        self.order.extend(self.heads.iter().map(|head| head.entry));
    }

    /// Orders all entries by their paths; equal ones stay in the order of the document.
    pub(crate) fn order_by(&mut self, compare: impl Fn(&[u8], &[u8]) -> Ordering) {
        let Self {
            list, paths, order, ..
        } = self;
        let path = |entry: EntryNumber| path_of(paths, &list[entry as usize]).as_bytes();
        order.clear();
        order.extend(0..short(list.len()));
        order.sort_unstable_by(|a, b| compare(path(*a), path(*b)).then(a.cmp(b)));
    }

    /// Hands out the canonical string piece by piece.
    pub(crate) fn for_each_piece(&self, document: &str, mut take: impl FnMut(&str)) {
        let mut separator = 1;
        for entry in &self.order {
            let entry = &self.list[*entry as usize];
            let line = entry.line as usize;
            take(&self.paths[line + separator..line + entry.path_bytes as usize + 2]);
            take(self.resolve(entry.value, document));
            separator = 0;
        }
    }

    /// Whether a value that is signed holds a `;` and behind it something that reads as a line.
    pub(crate) fn holds_lines(&self, document: &str) -> bool {
        // Nearly no document holds a `;` anywhere.
        let semicolon = document.as_bytes().contains(&b';') || self.texts.contains(';');
        semicolon
            && self
                .order
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
    u32::try_from(length).unwrap_or(u32::MAX)
}
