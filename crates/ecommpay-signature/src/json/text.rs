//! Strings of a document, borrowed as they are written, unescaped only when somebody asks.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::str::Chars;

/// A string or member name whose escapes are known to be right.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Text<'a> {
    /// `raw` is what stands between the quotes and has been checked by the tokenizer.
    pub(crate) fn new(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// The string as it is written, without its quotes.
    pub(crate) fn raw(&self) -> &'a str {
        self.raw
    }

    /// The string itself if it is written without escapes.
    #[must_use]
    pub fn as_plain(&self) -> Option<&'a str> {
        (!self.escaped).then_some(self.raw)
    }

    /// The string, borrowed from the document where it holds no escapes.
    #[must_use]
    pub fn to_str(&self) -> Cow<'a, str> {
        if self.escaped {
            Cow::Owned(self.chars().collect())
        } else {
            Cow::Borrowed(self.raw)
        }
    }

    /// Appends the string to `buffer`.
    pub fn push_to(&self, buffer: &mut String) {
        if self.escaped {
            buffer.extend(self.chars());
        } else {
            buffer.push_str(self.raw);
        }
    }

    /// The characters of the string.
    pub(crate) fn chars(&self) -> Unescaped<'a> {
        Unescaped {
            rest: self.raw.chars(),
            escaped: self.escaped,
        }
    }

    /// Length of the string in bytes, after unescaping.
    #[must_use]
    pub fn len(&self) -> usize {
        if self.escaped {
            self.chars().map(char::len_utf8).sum()
        } else {
            self.raw.len()
        }
    }

    /// Whether the string has no characters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// Whether the string reads `other`.
    #[must_use]
    #[inline]
    pub fn is(&self, other: &str) -> bool {
        if self.escaped {
            self.chars().eq(other.chars())
        } else {
            self.raw == other
        }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Strings of a callback are personal data; only their size is shown.
        write!(f, "Text({} bytes)", self.raw.len())
    }
}

/// Characters of a [`Text`] with the escapes resolved.
#[derive(Clone)]
pub(crate) struct Unescaped<'a> {
    rest: Chars<'a>,
    escaped: bool,
}

impl Unescaped<'_> {
    fn four_digits(&mut self) -> u32 {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.rest.next().and_then(|c| c.to_digit(16));
            unit = unit * 16 + digit.unwrap_or(0);
        }
        unit
    }
}

impl Iterator for Unescaped<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let plain = self.rest.next()?;
        if plain != '\\' || !self.escaped {
            return Some(plain);
        }
        Some(match self.rest.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.four_digits();
                let code = if (0xD800..0xDC00).contains(&first) {
                    self.rest.next();
                    self.rest.next();
                    let second = self.four_digits();
                    0x10000 + ((first - 0xD800) << 10) + (second & 0x3FF)
                } else {
                    first
                };
                // The tokenizer has refused every code that is not a character.
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            itself => itself,
        })
    }
}
