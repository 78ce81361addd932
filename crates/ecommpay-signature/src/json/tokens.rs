//! The one reader of JSON: a pull tokenizer that is strict, bounded and never copies.

use alloc::vec::Vec;

use super::keys::{KeySpan, Seen, repeated, repeated_in_large};
use super::scan::Scanner;
use super::{Limits, Number, SyntaxError, SyntaxRule, Text};

/// One piece of a document.
#[non_exhaustive]
#[derive(Debug, Clone, Copy)]
pub enum Token<'a> {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ListStart,
    /// `]`
    ListEnd,
    /// The name of a member; its value is next.
    Key(Text<'a>),
    /// A string.
    String(Text<'a>),
    /// A number.
    Number(Number<'a>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// A [`Token`] without what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    ObjectStart,
    ObjectEnd,
    ListStart,
    ListEnd,
    Key,
    String,
    Number,
    True,
    False,
    Null,
    DocumentEnd,
}

/// What the grammar allows next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    FirstKeyOrEnd,
    FirstElementOrEnd,
    CommaOrEnd,
    DocumentEnd,
}

/// Whether an object may name a member twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duplicates {
    Refused,
    Noted,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    object: bool,
    first_key: usize,
    seen: Seen,
}

/// Memory of a tokenizer, kept to read one document after another without allocating.
#[derive(Debug, Default)]
pub(crate) struct TokenBuffers {
    open: Vec<Open>,
    keys: Vec<KeySpan>,
}

impl TokenBuffers {
    /// Makes room for so many open containers and the names in them.
    pub(crate) fn make_room(&mut self, depth: usize) {
        const NAMES: usize = 4;
        self.open.reserve(depth);
        self.keys.reserve(depth * NAMES);
    }
}

/// Pulls one [`Token`] after another out of a text.
///
/// Refuses everything RFC 8259 does not allow, names that occur twice in one object, and documents
/// beyond the [`Limits`]. After an error it has to be dropped.
///
/// ```
/// use ecommpay_signature::json::{Limits, Token, Tokens};
///
/// let mut tokens = Tokens::new(br#"{"amount": 1000}"#, &Limits::STRICT)?;
/// assert!(matches!(tokens.next()?, Some(Token::ObjectStart)));
/// assert!(matches!(tokens.next()?, Some(Token::Key(key)) if key.is("amount")));
/// assert!(matches!(tokens.next()?, Some(Token::Number(n)) if n.to_i64() == Some(1000)));
/// assert!(matches!(tokens.next()?, Some(Token::ObjectEnd)));
/// assert!(tokens.next()?.is_none());
/// # Ok::<(), ecommpay_signature::json::SyntaxError>(())
/// ```
#[derive(Debug)]
pub struct Tokens<'a> {
    scanner: Scanner<'a>,
    expect: Expect,
    /// The token pulled last: where it begins, where its content ends, and whether that holds
    /// escapes or a fraction.
    token_start: usize,
    content_end: usize,
    remarkable: bool,
    limits: Limits,
    values: usize,
    duplicates: Duplicates,
    duplicate: Option<usize>,
    buffers: TokenBuffers,
}

impl<'a> Tokens<'a> {
    /// A tokenizer at the beginning of `bytes`.
    ///
    /// # Errors
    ///
    /// [`SyntaxRule::TooLarge`] and [`SyntaxRule::NotUtf8`]; everything else is found on the way.
    pub fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, SyntaxError> {
        Self::reusing(bytes, limits, Duplicates::Refused, TokenBuffers::default())
    }

    /// As [`new`](Self::new), but member names that occur twice are let through, for readers that
    /// follow the platform's language: there the last value counts, in the place of the first.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn noting_duplicates(bytes: &'a [u8], limits: &Limits) -> Result<Self, SyntaxError> {
        Self::reusing(bytes, limits, Duplicates::Noted, TokenBuffers::default())
    }

    pub(crate) fn reusing(
        bytes: &'a [u8],
        limits: &Limits,
        duplicates: Duplicates,
        mut buffers: TokenBuffers,
    ) -> Result<Self, SyntaxError> {
        if bytes.len() > limits.bytes() {
            let rule = SyntaxRule::TooLarge(limits.bytes());
            return Err(SyntaxError::new(limits.bytes(), rule));
        }
        let text = core::str::from_utf8(bytes)
            .map_err(|e| SyntaxError::new(e.valid_up_to(), SyntaxRule::NotUtf8))?;
        buffers.open.clear();
        buffers.keys.clear();
        Ok(Self {
            scanner: Scanner::new(text),
            expect: Expect::Value,
            token_start: 0,
            content_end: 0,
            remarkable: false,
            limits: *limits,
            values: 0,
            duplicates,
            duplicate: None,
            buffers,
        })
    }

    /// The text that is read.
    pub(crate) fn text(&self) -> &'a str {
        self.scanner.text
    }

    /// Byte of a member name that its object has had before, if such names are only noted; known
    /// for certain when the object is closed.
    #[must_use]
    pub fn noted_duplicate(&self) -> Option<usize> {
        self.duplicate
    }

    pub(crate) fn into_buffers(self) -> TokenBuffers {
        self.buffers
    }

    /// Byte where the token pulled last begins.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.token_start
    }

    /// The next token, or `None` behind the last one.
    ///
    /// # Errors
    ///
    /// The first rule the text breaks, with its place.
    #[allow(clippy::should_implement_trait)] // the errors make it no iterator
    #[inline]
    pub fn next(&mut self) -> Result<Option<Token<'a>>, SyntaxError> {
        let kind = self.step()?;
        Ok(self.token(kind))
    }

    /// The token pulled last, of the kind that [`step`](Self::step) has told.
    ///
    /// The kind comes in a register; a whole token would be copied on each of its ways.
    #[inline(always)]
    pub(crate) fn token(&self, kind: Kind) -> Option<Token<'a>> {
        Some(match kind {
            Kind::ObjectStart => Token::ObjectStart,
            Kind::ObjectEnd => Token::ObjectEnd,
            Kind::ListStart => Token::ListStart,
            Kind::ListEnd => Token::ListEnd,
            Kind::Key => Token::Key(self.string()),
            Kind::String => Token::String(self.string()),
            Kind::Number => {
                let literal = &self.scanner.text[self.token_start..self.content_end];
                Token::Number(Number::new(literal, self.remarkable))
            }
            Kind::True => Token::Bool(true),
            Kind::False => Token::Bool(false),
            Kind::Null => Token::Null,
            Kind::DocumentEnd => return None,
        })
    }

    #[inline]
    pub(crate) fn string(&self) -> Text<'a> {
        let raw = &self.scanner.text[self.token_start + 1..self.content_end];
        Text::new(raw, self.remarkable)
    }

    /// Steps over the rest of the value that `first` has begun.
    pub(crate) fn skip_rest(&mut self, first: &Token<'a>) -> Result<(), SyntaxError> {
        if !matches!(first, Token::ObjectStart | Token::ListStart) {
            return Ok(());
        }
        self.skip_container()
    }

    /// Steps over the rest of the container that was begun last.
    pub(crate) fn skip_container(&mut self) -> Result<(), SyntaxError> {
        let outside = self.buffers.open.len() - 1;
        while self.buffers.open.len() > outside {
            self.step()?;
        }
        Ok(())
    }

    /// Begin and length of what is signed of the scalar pulled last, if it is a text or a short integer
    /// that is signed as it is written.
    #[inline]
    pub(crate) fn written_as_signed(&self, kind: Kind) -> Option<(usize, usize)> {
        /// Any integer of so many characters fits 64 bits.
        const SURELY_FITS: usize = 18;
        if self.remarkable {
            return None;
        }
        let start = self.token_start;
        match kind {
            Kind::String => Some((start + 1, self.content_end - start - 1)),
            Kind::Number => {
                let bytes = self.content_end - start;
                // `-0` is signed without its sign.
                (bytes != 2 && bytes <= SURELY_FITS).then_some((start, bytes))
            }
            _ => None,
        }
    }

    /// Pulls the next token and tells its kind.
    #[inline(always)]
    pub(crate) fn step(&mut self) -> Result<Kind, SyntaxError> {
        match self.advance() {
            Some(kind) => Ok(kind),
            None => Err(self.failure()),
        }
    }

    /// Pulls the token behind a key, which is or begins a value.
    #[inline(always)]
    pub(crate) fn step_to_value(&mut self) -> Result<Kind, SyntaxError> {
        debug_assert_eq!(self.expect, Expect::Value);
        self.scanner.skip_blanks();
        self.token_start = self.scanner.position;
        match self.value(self.scanner.peek()) {
            Some(kind) => Ok(kind),
            None => Err(self.failure()),
        }
    }

    #[cold]
    fn failure(&mut self) -> SyntaxError {
        let unexpected = SyntaxError::new(self.scanner.position, SyntaxRule::UnexpectedEnd);
        self.scanner.failure.take().unwrap_or(unexpected)
    }

    /// Pulls the next token; where there is none, [`failure`](Self::failure) says why.
    #[inline]
    fn advance(&mut self) -> Option<Kind> {
        self.scanner.skip_blanks();
        self.token_start = self.scanner.position;
        match (self.expect, self.scanner.peek()) {
            (Expect::CommaOrEnd, Some(b',')) => self.after_comma(),
            (Expect::CommaOrEnd, next) => self.end(next),
            (Expect::FirstKeyOrEnd, Some(b'}')) => self.close_empty(Kind::ObjectEnd),
            (Expect::FirstKeyOrEnd, _) => self.key(),
            (Expect::FirstElementOrEnd, Some(b']')) => self.close_empty(Kind::ListEnd),
            (Expect::FirstElementOrEnd | Expect::Value, first) => self.value(first),
            (Expect::DocumentEnd, None) => Some(Kind::DocumentEnd),
            (Expect::DocumentEnd, Some(_)) => self.scanner.broken(SyntaxRule::TrailingBytes),
        }
    }

    #[inline]
    fn in_object(&self) -> bool {
        self.buffers.open.last().is_some_and(|open| open.object)
    }

    #[inline]
    fn after_comma(&mut self) -> Option<Kind> {
        self.scanner.position += 1;
        self.scanner.skip_blanks();
        self.token_start = self.scanner.position;
        if self.in_object() {
            self.key()
        } else {
            self.value(self.scanner.peek())
        }
    }

    #[inline]
    fn end(&mut self, next: Option<u8>) -> Option<Kind> {
        match (next, self.in_object()) {
            (Some(b'}'), true) => self.close(Kind::ObjectEnd),
            (Some(b']'), false) => self.close(Kind::ListEnd),
            _ => self.scanner.broken(SyntaxRule::ExpectedCommaOrEnd),
        }
    }

    #[inline]
    fn value(&mut self, first: Option<u8>) -> Option<Kind> {
        let kind = match first {
            Some(b'{') => return self.open(Kind::ObjectStart, Expect::FirstKeyOrEnd),
            Some(b'[') => return self.open(Kind::ListStart, Expect::FirstElementOrEnd),
            Some(b'"') => {
                self.remarkable = self.scanner.string()?;
                self.content_end = self.scanner.position - 1;
                Kind::String
            }
            Some(b'-' | b'0'..=b'9') => {
                self.remarkable = self.scanner.number()?;
                self.content_end = self.scanner.position;
                Kind::Number
            }
            Some(b't') => {
                self.scanner.literal("true")?;
                Kind::True
            }
            Some(b'f') => {
                self.scanner.literal("false")?;
                Kind::False
            }
            Some(b'n') => {
                self.scanner.literal("null")?;
                Kind::Null
            }
            _ => return self.scanner.broken(SyntaxRule::ExpectedValue),
        };
        self.count_value()?;
        self.value_is_over();
        Some(kind)
    }

    #[inline]
    fn count_value(&mut self) -> Option<()> {
        self.values += 1;
        if self.values > self.limits.values() {
            let rule = SyntaxRule::TooManyValues(self.limits.values());
            return self.scanner.fail(self.token_start, rule);
        }
        Some(())
    }

    #[inline]
    fn value_is_over(&mut self) {
        let top = self.buffers.open.is_empty();
        self.expect = if top {
            Expect::DocumentEnd
        } else {
            Expect::CommaOrEnd
        };
    }

    #[inline]
    fn open(&mut self, kind: Kind, expect: Expect) -> Option<Kind> {
        if self.buffers.open.len() >= self.limits.depth() {
            let rule = SyntaxRule::TooDeep(self.limits.depth());
            return self.scanner.fail(self.token_start, rule);
        }
        let object = matches!(kind, Kind::ObjectStart);
        self.buffers.open.push(Open {
            object,
            first_key: self.buffers.keys.len(),
            seen: Seen::default(),
        });
        self.scanner.position += 1;
        self.expect = expect;
        Some(kind)
    }

    fn close_empty(&mut self, kind: Kind) -> Option<Kind> {
        self.count_value()?;
        self.close(kind)
    }

    #[inline]
    fn close(&mut self, kind: Kind) -> Option<Kind> {
        self.scanner.position += 1;
        if let Some(Open {
            object: true,
            first_key,
            ..
        }) = self.buffers.open.pop()
        {
            let keys = &mut self.buffers.keys[first_key..];
            let repeated = repeated_in_large(self.scanner.text, keys);
            self.meet_duplicate(repeated)?;
            self.buffers.keys.truncate(first_key);
        }
        self.value_is_over();
        Some(kind)
    }

    #[inline]
    fn key(&mut self) -> Option<Kind> {
        if self.scanner.peek() != Some(b'"') {
            return self.scanner.broken(SyntaxRule::ExpectedKey);
        }
        self.remarkable = self.scanner.string()?;
        self.content_end = self.scanner.position - 1;
        let start = self.token_start + 1;
        let limit = self.limits.key_bytes();
        if self.content_end - start > limit && self.string().len() > limit {
            return self
                .scanner
                .fail(self.token_start, SyntaxRule::KeyTooLong(limit));
        }
        let bytes = self.content_end - start;
        let key = KeySpan::new(self.scanner.text, start, bytes, self.remarkable);
        self.buffers.keys.push(key);
        if let Some(open) = self.buffers.open.last_mut()
            && open.seen.meet(&key)
        {
            let repeated = repeated(self.scanner.text, &self.buffers.keys[open.first_key..]);
            self.meet_duplicate(repeated)?;
        }
        self.scanner.skip_blanks();
        if self.scanner.peek() != Some(b':') {
            return self.scanner.broken(SyntaxRule::ExpectedColon);
        }
        self.scanner.position += 1;
        self.expect = Expect::Value;
        Some(Kind::Key)
    }

    fn meet_duplicate(&mut self, key: Option<usize>) -> Option<()> {
        match (key, self.duplicates) {
            (None, _) => {}
            (Some(key), Duplicates::Refused) => {
                return self.scanner.fail(key, SyntaxRule::DuplicateKey);
            }
            (Some(key), Duplicates::Noted) => {
                self.duplicate.get_or_insert(key);
            }
        }
        Some(())
    }
}
