//! The lines of a canonical string: `path:text`, in order, ready to be fed to a MAC.
//!
//! Paths stand one after another in one buffer; values stay where they are in the document unless
//! they had to be unescaped or printed. Nothing is allocated once the buffers are large enough.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::ambiguity::holds_line;
use crate::json::{SyntaxRule, Text};

/// A part of the document, or of the texts made beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// `bytes` bytes of the document from `start`; documents are shorter than 4 GiB.
    pub(crate) fn of_document(start: usize, bytes: usize) -> Self {
        Self {
            start: short(start),
            bytes: short(bytes),
            made: false,
        }
    }

    pub(crate) fn len(self) -> usize {
        self.bytes as usize
    }
}

/// One line of the canonical string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Where `;path:` begins among the paths; grows with the place in the document.
    line: u32,
    path_bytes: u32,
    value: Span,
}

/// The lines of one document.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    list: Vec<Entry>,
    paths: String,
    texts: String,
    canonical_bytes: usize,
}

impl Entries {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.paths.clear();
        self.texts.clear();
        self.canonical_bytes = 0;
    }

    pub(crate) fn list(&self) -> &[Entry] {
        &self.list
    }

    /// Adds a line behind those there are.
    ///
    /// Fails if the canonical string would have more than `limit` bytes.
    pub(crate) fn push(&mut self, path: &str, value: Span, limit: usize) -> Result<(), SyntaxRule> {
        self.canonical_bytes += path.len() + value.len() + 2;
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

    pub(crate) fn path(&self, entry: &Entry) -> &str {
        path_of(&self.paths, entry)
    }

    pub(crate) fn value<'a>(&'a self, entry: &Entry, document: &'a str) -> &'a str {
        self.resolve(entry.value, document)
    }

    pub(crate) fn resolve<'a>(&'a self, span: Span, document: &'a str) -> &'a str {
        let source = if span.made {
            self.texts.as_str()
        } else {
            document
        };
        &source[span.start as usize..][..span.bytes as usize]
    }

    /// Puts the lines in the order of their paths; equal paths keep the order of the document.
    pub(crate) fn sort(&mut self, compare: impl Fn(&[u8], &[u8]) -> Ordering) {
        let paths = self.paths.as_str();
        self.list.sort_unstable_by(|a, b| {
            compare(path_of(paths, a).as_bytes(), path_of(paths, b).as_bytes())
                .then(a.line.cmp(&b.line))
        });
    }

    /// Puts other lines in the place of those there are.
    pub(crate) fn replace(&mut self, list: Vec<Entry>) {
        self.list = list;
    }

    /// Hands out the canonical string piece by piece.
    pub(crate) fn for_each_piece(&self, document: &str, mut take: impl FnMut(&str)) {
        let mut separator = 1;
        for entry in &self.list {
            let line = entry.line as usize;
            take(&self.paths[line + separator..line + entry.path_bytes as usize + 2]);
            take(self.resolve(entry.value, document));
            separator = 0;
        }
    }

    /// Whether a value may hold a `;` and behind it something that reads as a line.
    pub(crate) fn holds_lines(&self, document: &str) -> bool {
        self.list
            .iter()
            .any(|entry| holds_line(self.resolve(entry.value, document)))
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
