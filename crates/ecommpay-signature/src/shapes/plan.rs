//! A body cut into values and the pieces between them.

use alloc::vec::Vec;

use crate::document::{Manner, ObjectEnd, Purpose};
use crate::json::{Duplicates, SyntaxError, Token, TokenBuffers, Tokens};

/// The pieces of a body, and which of its values is the signature.
pub(super) struct Plan {
    /// Begin and end of each text that is no value.
    pub(super) pieces: Vec<(usize, usize)>,
    /// The number of the value that is the signature; `None` for bodies that are to be signed.
    pub(super) signature: Option<u32>,
}

impl Plan {
    /// `None` for a body of another kind than its purpose has: one that came signed has one member
    /// `signature`, one that is to be signed has none.
    pub(super) fn of(document: &str, manner: &Manner) -> Result<Option<Self>, SyntaxError> {
        if manner.duplicates != Duplicates::Refused {
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
        let signature = match (manner.purpose, signatures.as_slice()) {
            (Purpose::Checking, [signature]) => Some(*signature),
            (Purpose::Signing, []) => None,
            _ => return Ok(None),
        };
        Ok(Some(Self { pieces, signature }))
    }

    /// Number of values of the body.
    pub(super) fn values(&self) -> usize {
        self.pieces.len() - 1
    }

    /// Where an object ends, told so that it holds for every body of the same pieces.
    pub(super) fn closing(&self, end: ObjectEnd) -> Option<Closing> {
        let piece = self
            .pieces
            .iter()
            .position(|(_, piece_end)| end.offset < *piece_end)?;
        Some(Closing {
            behind: piece as u32,
            back: self.pieces[piece].1 - end.offset,
            empty: end.empty,
        })
    }
}

/// The place of a closing bracket: so many bytes before a value, or before the end of the body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closing {
    /// Number of the value that comes behind the bracket; that of no value is the end.
    behind: u32,
    back: usize,
    empty: bool,
}

impl Closing {
    /// The bracket in a body with values at these offsets.
    pub(super) fn place(&self, offsets: impl Fn(u32) -> Option<usize>, length: usize) -> ObjectEnd {
        let behind = offsets(self.behind).unwrap_or(length);
        ObjectEnd {
            offset: behind - self.back,
            empty: self.empty,
        }
    }
}
