//! Reading the words of JSON: strings, numbers and literals, byte by byte.

use super::{Number, SyntaxError, SyntaxRule, Text, Token};

/// A place in a text.
///
/// What reads a word returns nothing where the text breaks a rule, and leaves the rule in `failure`: an
/// error in every result would be written to memory and read again for each word.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
    pub(super) failure: Option<SyntaxError>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            position: 0,
            failure: None,
        }
    }

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

    /// Ends the reading: the text breaks a rule at this byte.
    #[cold]
    pub(super) fn fail<T>(&mut self, offset: usize, rule: SyntaxRule) -> Option<T> {
        self.failure = Some(SyntaxError::new(offset, rule));
        None
    }

    /// Ends the reading: the current byte is not as `rule` has it.
    #[cold]
    pub(super) fn broken<T>(&mut self, rule: SyntaxRule) -> Option<T> {
        let at_end = self.position >= self.text.len();
        let rule = if at_end {
            SyntaxRule::UnexpectedEnd
        } else {
            rule
        };
        self.fail(self.position, rule)
    }

    pub(super) fn literal(&mut self, word: &str) -> Option<()> {
        if !self.text.as_bytes()[self.position..].starts_with(word.as_bytes()) {
            return self.fail(self.position, SyntaxRule::ExpectedValue);
        }
        self.position += word.len();
        Some(())
    }

    /// Steps over a number; says whether it has a fraction or an exponent.
    #[inline]
    pub(super) fn number(&mut self) -> Option<bool> {
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
                self.broken(SyntaxRule::Number)
            }
            _ => Some(fractional),
        }
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.position;
        while let Some(b'0'..=b'9') = self.peek() {
            self.position += 1;
        }
        if self.position == start {
            self.broken(SyntaxRule::Number)
        } else {
            Some(())
        }
    }

    /// Steps over a string from quote to quote; says whether it holds escapes.
    #[inline]
    pub(super) fn string(&mut self) -> Option<bool> {
        self.position += 1;
        let mut escaped = false;
        loop {
            let Some((run, end)) = plain_run(self.text.as_bytes(), self.position) else {
                return self.fail(self.text.len(), SyntaxRule::UnexpectedEnd);
            };
            self.position = run;
            match end {
                b'"' => {
                    self.position += 1;
                    return Some(escaped);
                }
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return self.broken(SyntaxRule::ControlCharacter),
            }
        }
    }

    /// One escape sequence; the current byte is its backslash.
    fn escape(&mut self) -> Option<()> {
        self.position += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.position += 1;
                Some(())
            }
            Some(b'u') => {
                let start = self.position - 1;
                match self.code_unit()? {
                    0xDC00..=0xDFFF => self.fail(start, SyntaxRule::LoneSurrogate),
                    0xD800..=0xDBFF => {
                        if !self.text.as_bytes()[self.position..].starts_with(b"\\u") {
                            return self.fail(start, SyntaxRule::LoneSurrogate);
                        }
                        self.position += 1;
                        match self.code_unit()? {
                            0xDC00..=0xDFFF => Some(()),
                            _ => self.fail(start, SyntaxRule::LoneSurrogate),
                        }
                    }
                    _ => Some(()),
                }
            }
            _ => self.broken(SyntaxRule::Escape),
        }
    }

    /// The four digits of a `\u` escape; the current byte is the `u`.
    fn code_unit(&mut self) -> Option<u32> {
        self.position += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16));
            let Some(digit) = digit else {
                return self.broken(SyntaxRule::Escape);
            };
            unit = unit * 16 + digit;
            self.position += 1;
        }
        Some(unit)
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
            scanner: Scanner::new(text),
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
                let escaped = self.scanner.string()?;
                let raw = &self.scanner.text[start + 1..self.scanner.position - 1];
                Token::String(Text::new(raw, escaped))
            }
            b'-' | b'0'..=b'9' => {
                let fractional = self.scanner.number()?;
                let literal = &self.scanner.text[start..self.scanner.position];
                Token::Number(Number::new(literal, fractional))
            }
            b't' => {
                self.scanner.literal("true")?;
                Token::Bool(true)
            }
            b'f' => {
                self.scanner.literal("false")?;
                Token::Bool(false)
            }
            _ => {
                self.scanner.literal("null")?;
                Token::Null
            }
        })
    }
}

/// The first byte from `at` on that ends a string, escapes something or may not be in it, and its place.
#[inline]
fn plain_run(bytes: &[u8], mut at: usize) -> Option<(usize, u8)> {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // Eight bytes at once: a borrow into the high bit of a byte means that the byte, or one before
    // it, is below what was subtracted. The first one found is exact, which is all that counts.
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*word);
        let below = |limit: u8, word: u64| word.wrapping_sub(LOW * u64::from(limit)) & !word;
        let equal = |byte: u8| below(1, word ^ (LOW * u64::from(byte)));
        let met = (below(0x20, word) | equal(b'"') | equal(b'\\')) & HIGH;
        if met != 0 {
            let before = met.trailing_zeros() & !7;
            return Some((at + before as usize / 8, (word >> before) as u8));
        }
        at += 8;
    }
    let rest = bytes.get(at..)?;
    let run = rest
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | ..=0x1F))?;
    Some((at + run, rest[run]))
}
