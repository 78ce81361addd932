//! Reading the words of JSON: strings, numbers and literals, byte by byte.

use super::{Number, SyntaxError, SyntaxRule, Text, Token};

/// A place in a text.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
}

impl Scanner<'_> {
    /// The current byte.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    #[inline]
    pub(super) fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.position += 1;
        }
    }

    /// The error of a current byte that is not as `rule` has it.
    #[cold]
    pub(super) fn broken(&self, rule: SyntaxRule) -> SyntaxError {
        let at_end = self.position >= self.text.len();
        let rule = if at_end {
            SyntaxRule::UnexpectedEnd
        } else {
            rule
        };
        SyntaxError::new(self.position, rule)
    }

    pub(super) fn literal(&mut self, word: &str) -> Result<(), SyntaxError> {
        if !self.text.as_bytes()[self.position..].starts_with(word.as_bytes()) {
            return Err(SyntaxError::new(self.position, SyntaxRule::ExpectedValue));
        }
        self.position += word.len();
        Ok(())
    }

    /// Steps over a number; says whether it has a fraction or an exponent.
    #[inline]
    pub(super) fn number(&mut self) -> Result<bool, SyntaxError> {
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
        match self.peek() {
            Some(b'0'..=b'9' | b'.' | b'-' | b'+' | b'a'..=b'z' | b'A'..=b'Z') => {
                Err(self.broken(SyntaxRule::Number))
            }
            _ => Ok(fractional),
        }
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

    /// Steps over a string from quote to quote; says whether it holds escapes.
    #[inline]
    pub(super) fn string(&mut self) -> Result<bool, SyntaxError> {
        self.position += 1;
        let mut escaped = false;
        loop {
            let rest = &self.text.as_bytes()[self.position..];
            let Some(run) = plain_run(rest) else {
                return Err(SyntaxError::new(self.text.len(), SyntaxRule::UnexpectedEnd));
            };
            self.position += run;
            match rest[run] {
                b'"' => {
                    self.position += 1;
                    return Ok(escaped);
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

/// Reads single scalars where the caller knows that there is one.
#[derive(Debug)]
pub(crate) struct ScalarScanner<'a> {
    scanner: Scanner<'a>,
}

impl<'a> ScalarScanner<'a> {
    /// A scanner at the beginning of a text.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            scanner: Scanner { text, position: 0 },
        }
    }

    pub(crate) fn position(&self) -> usize {
        self.scanner.position
    }

    /// Goes on by so many bytes.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.scanner.position += bytes;
    }

    /// Steps over a scalar, as the tokenizer would; `None` if there is none.
    pub(crate) fn scalar(&mut self) -> Option<Token<'a>> {
        let start = self.scanner.position;
        Some(match self.scanner.peek()? {
            b'"' => {
                let escaped = self.scanner.string().ok()?;
                let raw = &self.scanner.text[start + 1..self.scanner.position - 1];
                Token::String(Text::new(raw, escaped))
            }
            b'-' | b'0'..=b'9' => {
                let fractional = self.scanner.number().ok()?;
                let literal = &self.scanner.text[start..self.scanner.position];
                Token::Number(Number::new(literal, fractional))
            }
            b't' => {
                self.scanner.literal("true").ok()?;
                Token::Bool(true)
            }
            b'f' => {
                self.scanner.literal("false").ok()?;
                Token::Bool(false)
            }
            _ => {
                self.scanner.literal("null").ok()?;
                Token::Null
            }
        })
    }
}

/// Bytes of a string up to the first that ends it, escapes something or may not be in it.
#[inline]
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
