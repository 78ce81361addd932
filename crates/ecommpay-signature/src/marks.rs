//! What is unusual about a document, noticed in passing while it is read.

use core::ops::{BitOr, BitOrAssign};

use crate::document::Purpose;

/// Whether a name is nothing but letters, `_` and their like, as nearly every one is: no blank, digit,
/// colon or semicolon, which are all below this byte.
fn is_usual(name: &[u8]) -> bool {
    const ABOVE_THE_UNUSUAL: u8 = b';' + 1;
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let (words, rest) = name.as_chunks::<8>();
    // A borrow into the high bit of a byte means that the byte, or one before it, is below.
    let words_are_usual = words.iter().all(|word| {
        let word = u64::from_le_bytes(*word);
        word.wrapping_sub(LOW * u64::from(ABOVE_THE_UNUSUAL)) & !word & HIGH == 0
    });
    words_are_usual && rest.iter().all(|byte| *byte >= ABOVE_THE_UNUSUAL)
}

/// A set of observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks(u16);

impl Marks {
    pub(crate) const NONE: Self = Self(0);
    /// A member name occurs twice in one object.
    pub(crate) const DUPLICATE: Self = Self(1);
    /// The top level is a list.
    pub(crate) const TOP_LIST: Self = Self(1 << 1);
    /// A container at the top level is named `0` or has the empty name.
    pub(crate) const VANISHING_PREFIX: Self = Self(1 << 2);
    /// A member name is empty, or begins or ends with a colon: two paths may read the same.
    pub(crate) const COLLIDING_PATHS: Self = Self(1 << 3);
    /// A scalar at the top level has a name that reads as an integer.
    pub(crate) const INTEGER_NAME: Self = Self(1 << 4);
    /// There is a container at the top level.
    pub(crate) const TOP_CONTAINER: Self = Self(1 << 5);
    /// A member name holds a blank.
    pub(crate) const BLANK_IN_NAME: Self = Self(1 << 6);
    /// A run of digits in a member name begins with a needless zero.
    pub(crate) const LEADING_ZERO: Self = Self(1 << 7);
    /// A number that is printed as a double.
    pub(crate) const DOUBLE: Self = Self(1 << 8);
    /// A member `frame_mode`, which is not signed.
    pub(crate) const FRAME_MODE: Self = Self(1 << 9);
    /// A member `signature` in one of the two places for it.
    pub(crate) const SIGNATURE: Self = Self(1 << 10);
    /// A member `signature` anywhere else.
    pub(crate) const STRAY_SIGNATURE: Self = Self(1 << 11);
    /// A `;` in a member name.
    pub(crate) const SEMICOLON_IN_NAME: Self = Self(1 << 12);

    /// A `:` in a member name.
    pub(crate) const COLON_IN_NAME: Self = Self(1 << 13);
    /// A digit in a member name.
    pub(crate) const DIGIT_IN_NAME: Self = Self(1 << 14);

    /// The order of the paths needs the whole comparison of the platform's language.
    const ODD_ORDER: Self = Self(Self::BLANK_IN_NAME.0 | Self::LEADING_ZERO.0);

    pub(crate) fn holds_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the entries are not simply the values in the order of the document.
    pub(crate) fn odd_entries(self) -> bool {
        let odd = Self::DUPLICATE | Self::TOP_LIST | Self::VANISHING_PREFIX | Self::COLLIDING_PATHS;
        self.holds_any(odd) || self.renumbers()
    }

    /// Whether names at the top level are numbered anew.
    pub(crate) fn renumbers(self) -> bool {
        self.holds_any(Self::INTEGER_NAME) && self.holds_any(Self::TOP_CONTAINER)
    }

    /// Whether the order of the entries is not simply that of bytes and numbers.
    pub(crate) fn odd_order(self) -> bool {
        self.holds_any(Self::ODD_ORDER)
    }

    /// Whether the lint may have found an error.
    pub(crate) fn may_be_refused(self) -> bool {
        let suspicious = Self::DOUBLE | Self::SIGNATURE | Self::STRAY_SIGNATURE | Self::ODD_ORDER;
        self.odd_entries() || self.holds_any(suspicious)
    }

    /// Whether there may be places that the signature does not pin down.
    pub(crate) fn may_be_ambiguous(self) -> bool {
        self.odd_entries()
            || self.holds_any(Self::FRAME_MODE | Self::STRAY_SIGNATURE | Self::SEMICOLON_IN_NAME)
    }

    /// Whether names and values are as in nearly every document of this purpose, so that its shape is
    /// worth remembering: nothing in it is refused or ambiguous.
    pub(crate) fn are_ordinary(self, purpose: Purpose) -> bool {
        let names = Self::TOP_CONTAINER | Self::COLON_IN_NAME | Self::DIGIT_IN_NAME;
        let ordinary = match purpose {
            Purpose::Signing => names,
            Purpose::Checking => names | Self::SIGNATURE | Self::DOUBLE,
        };
        self.0 & !ordinary.0 == 0
    }

    /// What a member name tells by itself.
    pub(crate) fn of_name(name: &str) -> Self {
        if !name.is_empty() && is_usual(name.as_bytes()) {
            return Self::NONE;
        }
        let mut marks = Self::NONE;
        if name.is_empty() || name.starts_with(':') || name.ends_with(':') {
            marks |= Self::COLLIDING_PATHS;
        }
        let mut before = 0;
        let mut before_that = 0;
        for byte in name.bytes() {
            match byte {
                b'\t'..=b'\r' | b' ' => marks |= Self::BLANK_IN_NAME,
                b';' => marks |= Self::SEMICOLON_IN_NAME,
                b':' => marks |= Self::COLON_IN_NAME,
                b'0'..=b'9' => {
                    marks |= Self::DIGIT_IN_NAME;
                    if before == b'0' && !u8::is_ascii_digit(&before_that) {
                        marks |= Self::LEADING_ZERO;
                    }
                }
                _ => {}
            }
            before_that = before;
            before = byte;
        }
        marks
    }
}

impl BitOr for Marks {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}
