//! The texts between the values of known bodies, as a tree: after each value stand the pieces that
//! may follow.

use alloc::string::String;
use alloc::vec::Vec;

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

/// What follows a piece.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// A value; the first of the pieces that may follow it.
    Value(u32),
    /// Nothing; the number of the shape.
    End(u32),
}

/// What follows the pieces that were passed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Passed {
    /// A value, so many bytes on; the list of pieces behind it.
    Value { bytes: usize, list: u32 },
    /// The end of the body; the number of its shape.
    End(u32),
}

/// The pieces of all known bodies.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pieces: Vec<Piece>,
    texts: String,
}

impl Tree {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn clear(&mut self) {
        self.pieces.clear();
        self.texts.clear();
    }

    /// The piece of a list that the rest of a body begins with.
    #[inline]
    pub(super) fn pass(&self, list: u32, rest: &[u8]) -> Option<Passed> {
        let mut candidate = list;
        loop {
            let piece = self.pieces.get(candidate as usize)?;
            let text = self.text(piece).as_bytes();
            if rest.starts_with(text) {
                match piece.then {
                    Then::End(shape) if rest.len() == text.len() => {
                        return Some(Passed::End(shape));
                    }
                    Then::Value(list) if begins_scalar(rest.get(text.len())) => {
                        let bytes = text.len();
                        return Some(Passed::Value { bytes, list });
                    }
                    _ => {}
                }
            }
            candidate = piece.sibling;
        }
    }

    /// Whether the tree holds all these pieces in this order.
    pub(super) fn holds<'t>(&self, pieces: impl ExactSizeIterator<Item = &'t str>) -> bool {
        let (mut list, mut left) = (0, pieces.len());
        for text in pieces {
            left -= 1;
            match self.find(list, text, left == 0) {
                Some(next) => list = next,
                None => return false,
            }
        }
        true
    }

    /// Adds what is new of the pieces of a body of this shape.
    pub(super) fn add<'t>(&mut self, pieces: impl ExactSizeIterator<Item = &'t str>, shape: u32) {
        let (mut list, mut left) = (0, pieces.len());
        for text in pieces {
            left -= 1;
            let last = left == 0;
            list = match self.find(list, text, last) {
                Some(next) => next,
                None => self.add_piece(list, text, last.then_some(shape)),
            };
        }
    }

    fn text(&self, piece: &Piece) -> &str {
        &self.texts[piece.start as usize..][..piece.bytes as usize]
    }

    /// The list behind a piece that is in a list already.
    fn find(&self, mut candidate: u32, text: &str, last: bool) -> Option<u32> {
        while let Some(piece) = self.pieces.get(candidate as usize) {
            let same = self.text(piece) == text;
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
