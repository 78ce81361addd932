//! How names, indices and numbers are written in a canonical string.

use alloc::string::String;

use crate::double::{self, Precision};
use crate::entries::{Entries, Span};
use crate::json::{Number, Token};
use crate::marks::Marks;

/// What is signed for a double.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubles {
    /// Its text in the platform's language.
    Printed(Precision),
    /// The literal, as no platform but some SDKs do.
    AsWritten,
}

/// The text of a scalar that begins at `offset` of the document.
#[inline]
pub(crate) fn write_scalar(
    entries: &mut Entries,
    offset: usize,
    scalar: &Token<'_>,
    doubles: Doubles,
) -> (Span, Marks) {
    let span = match scalar {
        Token::String(text) => entries.string(offset, text),
        Token::Number(number) => return write_number(entries, offset, number, doubles),
        Token::Bool(true) => Span::TRUE,
        Token::Bool(false) => Span::FALSE,
        _ => Span::EMPTY,
    };
    (span, Marks::NONE)
}

/// The text of a number that begins at `offset` of the document.
fn write_number(
    entries: &mut Entries,
    offset: usize,
    number: &Number<'_>,
    doubles: Doubles,
) -> (Span, Marks) {
    /// Any integer of so many characters fits 64 bits.
    const SURELY_FITS: usize = 18;
    let text = number.text();
    if number.is_integer_literal() && (text.len() <= SURELY_FITS || number.to_i64().is_some()) {
        let span = match text {
            "-0" => Span::of_document(offset + 1, 1),
            _ => Span::of_document(offset, text.len()),
        };
        return (span, Marks::NONE);
    }
    let span = match doubles {
        Doubles::Printed(precision) => {
            entries.make(|texts| double::print(number.to_f64(), precision, texts))
        }
        Doubles::AsWritten => Span::of_document(offset, text.len()),
    };
    (span, Marks::DOUBLE)
}

/// Appends a member name as it stands in a path: with every colon doubled.
pub(crate) fn push_doubled(path: &mut String, name: &str) {
    if !name.as_bytes().contains(&b':') {
        path.push_str(name);
        return;
    }
    for character in name.chars() {
        path.push(character);
        if character == ':' {
            path.push(':');
        }
    }
}

/// Appends the index of a list element.
pub(crate) fn push_index(path: &mut String, index: usize) {
    if index >= 10 {
        push_index(path, index / 10);
    }
    path.push(char::from(b'0' + (index % 10) as u8));
}
