//! The one reader of JSON: a pull tokenizer that is strict, bounded and never copies.

use alloc::vec::Vec;

use super::keys::{KeySpan, repeated, repeated_in_large};
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
}

/// Memory of a tokenizer, kept to read one document after another without allocating.
#[derive(Debug, Default)]
pub(crate) struct TokenBuffers {
    open: Vec<Open>,
    keys: Vec<KeySpan>,
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
    text: &'a str,
    position: usize,
    token_start: usize,
    expect: Expect,
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
            text,
            position: 0,
            token_start: 0,
            expect: Expect::Value,
            limits: *limits,
            values: 0,
            duplicates,
            duplicate: None,
            buffers,
        })
    }

    /// The text that is read.
    pub(crate) fn text(&self) -> &'a str {
        self.text
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
    pub fn next(&mut self) -> Result<Option<Token<'a>>, SyntaxError> {
        self.skip_blanks();
        self.token_start = self.position;
        match self.expect {
            Expect::Value => self.value(),
            Expect::FirstKeyOrEnd => match self.peek() {
                Some(b'}') => self.close_empty(Token::ObjectEnd),
                _ => self.key(),
            },
            Expect::FirstElementOrEnd => match self.peek() {
                Some(b']') => self.close_empty(Token::ListEnd),
                _ => self.value(),
            },
            Expect::CommaOrEnd => self.comma_or_end(),
            Expect::DocumentEnd => match self.peek() {
                None => Ok(None),
                Some(_) => Err(self.broken(SyntaxRule::TrailingBytes)),
            },
        }
    }

    /// Steps over the rest of the value that `first` has begun.
    pub(crate) fn skip_rest(&mut self, first: &Token<'a>) -> Result<(), SyntaxError> {
        if !matches!(first, Token::ObjectStart | Token::ListStart) {
            return Ok(());
        }
        let outside = self.buffers.open.len() - 1;
        while self.buffers.open.len() > outside {
            self.next()?;
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.position += 1;
        }
    }

    fn broken(&self, rule: SyntaxRule) -> SyntaxError {
        let rule = if self.position >= self.text.len() {
            SyntaxRule::UnexpectedEnd
        } else {
            rule
        };
        SyntaxError::new(self.position, rule)
    }

    fn comma_or_end(&mut self) -> Result<Option<Token<'a>>, SyntaxError> {
        let Some(open) = self.buffers.open.last().copied() else {
            return Err(self.broken(SyntaxRule::TrailingBytes));
        };
        match (self.peek(), open.object) {
            (Some(b','), _) => {
                self.position += 1;
                self.skip_blanks();
                self.token_start = self.position;
                if open.object {
                    self.key()
                } else {
                    self.value()
                }
            }
            (Some(b'}'), true) => self.close(Token::ObjectEnd),
            (Some(b']'), false) => self.close(Token::ListEnd),
            _ => Err(self.broken(SyntaxRule::ExpectedCommaOrEnd)),
        }
    }

    fn value(&mut self) -> Result<Option<Token<'a>>, SyntaxError> {
        let token = match self.peek() {
            Some(b'{') => return self.open(Token::ObjectStart, Expect::FirstKeyOrEnd),
            Some(b'[') => return self.open(Token::ListStart, Expect::FirstElementOrEnd),
            Some(b'"') => Token::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Token::Number(self.number()?),
            Some(b't') => self.literal("true", Token::Bool(true))?,
            Some(b'f') => self.literal("false", Token::Bool(false))?,
            Some(b'n') => self.literal("null", Token::Null)?,
            _ => return Err(self.broken(SyntaxRule::ExpectedValue)),
        };
        self.count_value()?;
        self.value_is_over();
        Ok(Some(token))
    }

    fn count_value(&mut self) -> Result<(), SyntaxError> {
        self.values += 1;
        if self.values > self.limits.values() {
            let rule = SyntaxRule::TooManyValues(self.limits.values());
            return Err(SyntaxError::new(self.token_start, rule));
        }
        Ok(())
    }

    fn value_is_over(&mut self) {
        self.expect = if self.buffers.open.is_empty() {
            Expect::DocumentEnd
        } else {
            Expect::CommaOrEnd
        };
    }

    fn open(&mut self, token: Token<'a>, expect: Expect) -> Result<Option<Token<'a>>, SyntaxError> {
        if self.buffers.open.len() >= self.limits.depth() {
            let rule = SyntaxRule::TooDeep(self.limits.depth());
            return Err(SyntaxError::new(self.position, rule));
        }
        let object = matches!(token, Token::ObjectStart);
        self.buffers.open.push(Open {
            object,
            first_key: self.buffers.keys.len(),
        });
        self.position += 1;
        self.expect = expect;
        Ok(Some(token))
    }

    fn close_empty(&mut self, token: Token<'a>) -> Result<Option<Token<'a>>, SyntaxError> {
        self.count_value()?;
        self.close(token)
    }

    fn close(&mut self, token: Token<'a>) -> Result<Option<Token<'a>>, SyntaxError> {
        self.position += 1;
        if let Some(Open {
            object: true,
            first_key,
        }) = self.buffers.open.pop()
        {
            let keys = &mut self.buffers.keys[first_key..];
            let repeated = repeated_in_large(self.text, keys);
            self.meet_duplicate(repeated)?;
            self.buffers.keys.truncate(first_key);
        }
        self.value_is_over();
        Ok(Some(token))
    }

    fn key(&mut self) -> Result<Option<Token<'a>>, SyntaxError> {
        if self.peek() != Some(b'"') {
            return Err(self.broken(SyntaxRule::ExpectedKey));
        }
        let key = self.string()?;
        let raw = self.position - self.token_start - 2;
        if raw > self.limits.key_bytes() && key.len() > self.limits.key_bytes() {
            let rule = SyntaxRule::KeyTooLong(self.limits.key_bytes());
            return Err(SyntaxError::new(self.token_start, rule));
        }
        self.buffers.keys.push(KeySpan::new(
            self.token_start + 1,
            raw,
            key.as_plain().is_none(),
        ));
        let first_key = self.buffers.open.last().map_or(0, |open| open.first_key);
        let repeated = repeated(self.text, &self.buffers.keys[first_key..]);
        self.meet_duplicate(repeated)?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return Err(self.broken(SyntaxRule::ExpectedColon));
        }
        self.position += 1;
        self.expect = Expect::Value;
        Ok(Some(Token::Key(key)))
    }

    fn meet_duplicate(&mut self, key: Option<usize>) -> Result<(), SyntaxError> {
        match (key, self.duplicates) {
            (None, _) => {}
            (Some(key), Duplicates::Refused) => {
                return Err(SyntaxError::new(key, SyntaxRule::DuplicateKey));
            }
            (Some(key), Duplicates::Noted) => {
                self.duplicate.get_or_insert(key);
            }
        }
        Ok(())
    }

    fn literal(&mut self, word: &str, token: Token<'a>) -> Result<Token<'a>, SyntaxError> {
        if self.text.as_bytes()[self.position..].starts_with(word.as_bytes()) {
            self.position += word.len();
            return Ok(token);
        }
        Err(SyntaxError::new(self.position, SyntaxRule::ExpectedValue))
    }

    fn number(&mut self) -> Result<Number<'a>, SyntaxError> {
        let start = self.position;
        if self.peek() == Some(b'-') {
            self.position += 1;
        }
        match self.peek() {
            Some(b'0') => self.position += 1,
            _ => self.digits()?,
        }
        let mut fractional = false;
        if self.peek() == Some(b'.') {
            fractional = true;
            self.position += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            fractional = true;
            self.position += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.position += 1;
            }
            self.digits()?;
        }
        // `01`, `1x` and `1.2.3` end here in the middle of something.
        if let Some(b'0'..=b'9' | b'.' | b'-' | b'+' | b'a'..=b'z' | b'A'..=b'Z') = self.peek() {
            return Err(self.broken(SyntaxRule::Number));
        }
        Ok(Number::new(&self.text[start..self.position], fractional))
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), SyntaxError> {
        let start = self.position;
        while let Some(b'0'..=b'9') = self.peek() {
            self.position += 1;
        }
        if self.position == start {
            Err(self.broken(SyntaxRule::Number))
        } else {
            Ok(())
        }
    }

    /// A string; the current byte is its opening quote.
    fn string(&mut self) -> Result<Text<'a>, SyntaxError> {
        self.position += 1;
        let start = self.position;
        let mut escaped = false;
        loop {
            let rest = &self.text.as_bytes()[self.position..];
            let Some(run) = plain_run(rest) else {
                return Err(SyntaxError::new(self.text.len(), SyntaxRule::UnexpectedEnd));
            };
            self.position += run;
            match rest[run] {
                b'"' => {
                    let raw = &self.text[start..self.position];
                    self.position += 1;
                    return Ok(Text::new(raw, escaped));
                }
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(self.broken(SyntaxRule::ControlCharacter)),
            }
        }
    }

    /// One escape sequence; the current byte is its backslash.
    fn escape(&mut self) -> Result<(), SyntaxError> {
        self.position += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.position += 1;
                Ok(())
            }
            Some(b'u') => {
                let start = self.position - 1;
                let lone = SyntaxError::new(start, SyntaxRule::LoneSurrogate);
                match self.code_unit()? {
                    0xDC00..=0xDFFF => Err(lone),
                    0xD800..=0xDBFF => {
                        if !self.text.as_bytes()[self.position..].starts_with(b"\\u") {
                            return Err(lone);
                        }
                        self.position += 1;
                        match self.code_unit()? {
                            0xDC00..=0xDFFF => Ok(()),
                            _ => Err(lone),
                        }
                    }
                    _ => Ok(()),
                }
            }
            _ => Err(self.broken(SyntaxRule::Escape)),
        }
    }

    /// The four digits of a `\u` escape; the current byte is the `u`.
    fn code_unit(&mut self) -> Result<u32, SyntaxError> {
        self.position += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.broken(SyntaxRule::Escape));
            };
            unit = unit * 16 + digit;
            self.position += 1;
        }
        Ok(unit)
    }
}

/// Bytes of a string up to the first that ends it, escapes something or may not be in it.
fn plain_run(bytes: &[u8]) -> Option<usize> {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let mut at = 0;
    // Eight bytes at once: a borrow into the high bit of a byte means that the byte, or one before
    // it, is below what was subtracted. The first one found is exact, which is all that counts.
    for chunk in bytes.chunks_exact(8) {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        let word = u64::from_le_bytes(word);
        let below = |limit: u8, word: u64| word.wrapping_sub(LOW * u64::from(limit)) & !word;
        let equal = |byte: u8| below(1, word ^ (LOW * u64::from(byte)));
        let met = (below(0x20, word) | equal(b'"') | equal(b'\\')) & HIGH;
        if met != 0 {
            return Some(at + met.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = bytes[at..]
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | ..=0x1F))?;
    Some(at + rest)
}
