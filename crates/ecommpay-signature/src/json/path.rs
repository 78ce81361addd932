//! Where in a document something is, in words: `payment.sum.amount`, `operations.3.id`.
//!
//! Used only when something is to be reported; the readers themselves know nothing but offsets.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::{Duplicates, Limits, SyntaxError, Text, Token, TokenBuffers, Tokens};

/// Longest path that is reported, in bytes.
const LONGEST: usize = 256;

/// One step from a container to what is in it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'a> {
    /// In an object; `None` before its first member.
    Member(Option<Text<'a>>),
    /// In a list; `None` before its first element.
    Element(Option<usize>),
}

/// A tokenizer that knows where it is.
#[derive(Debug)]
pub(crate) struct PathTokens<'a> {
    tokens: Tokens<'a>,
    /// One step for every open container: to the member or element that was pulled last.
    steps: Vec<Step<'a>>,
}

impl<'a> PathTokens<'a> {
    /// Duplicate names are let through.
    pub(crate) fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, SyntaxError> {
        let tokens = Tokens::reusing(bytes, limits, Duplicates::Noted, TokenBuffers::default())?;
        Ok(Self {
            tokens,
            steps: Vec::new(),
        })
    }

    /// The next token; [`steps`](Self::steps) lead to it, and for a closing bracket to its container.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, SyntaxError> {
        let token = self.tokens.next()?;
        match &token {
            Some(Token::Key(key)) => {
                if let Some(step) = self.steps.last_mut() {
                    *step = Step::Member(Some(*key));
                }
            }
            Some(Token::ObjectEnd | Token::ListEnd) => {
                self.steps.pop();
            }
            Some(_) => {
                if let Some(Step::Element(index)) = self.steps.last_mut() {
                    *index = Some(index.map_or(0, |index| index + 1));
                }
            }
            None => {}
        }
        Ok(token)
    }

    /// Goes into the container that was pulled last.
    pub(crate) fn enter(&mut self, token: &Token<'a>) {
        match token {
            Token::ObjectStart => self.steps.push(Step::Member(None)),
            Token::ListStart => self.steps.push(Step::Element(None)),
            _ => {}
        }
    }

    /// Steps over the rest of the value that was pulled last.
    pub(crate) fn skip_rest(&mut self, first: &Token<'a>) -> Result<(), SyntaxError> {
        self.tokens.skip_rest(first)
    }

    pub(crate) fn noted_duplicate(&self) -> Option<usize> {
        self.tokens.noted_duplicate()
    }

    pub(crate) fn offset(&self) -> usize {
        self.tokens.offset()
    }

    pub(crate) fn steps(&self) -> &[Step<'a>] {
        &self.steps
    }

    /// The path of the value or name pulled last, in words.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.steps {
            let before = path.len();
            if before > 0 {
                path.push('.');
            }
            match step {
                Step::Member(Some(key)) => {
                    for character in key.chars() {
                        if character.is_control() {
                            path.extend(character.escape_default());
                        } else {
                            path.push(character);
                        }
                    }
                }
                Step::Element(Some(index)) => {
                    // A string takes whatever is written to it.
                    let _ = write!(path, "{index}");
                }
                Step::Member(None) | Step::Element(None) => path.truncate(before),
            }
        }
        shorten(&mut path);
        path
    }
}

/// The path of whatever stands at `offset` of a document, empty for the top level.
pub(crate) fn path_at(bytes: &[u8], offset: usize) -> String {
    // Only what has been read before is read again, so that no limit of the caller is passed.
    let Ok(mut tokens) = PathTokens::new(bytes, &Limits::UNBOUNDED) else {
        return String::new();
    };
    while let Ok(Some(token)) = tokens.next() {
        if tokens.offset() >= offset {
            break;
        }
        tokens.enter(&token);
    }
    tokens.path()
}

fn shorten(path: &mut String) {
    if path.len() <= LONGEST {
        return;
    }
    let mut end = LONGEST;
    while !path.is_char_boundary(end) {
        end -= 1;
    }
    path.truncate(end);
    path.push('…');
}
