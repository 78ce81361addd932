//! What the platform's language does with documents nobody should send.

use core::cmp::Ordering;

use crate::document::{Found, Manner};
use crate::entries::Entries;
use crate::json::SyntaxError;

pub(crate) fn read<'a>(
    _bytes: &'a [u8],
    _manner: &Manner,
    entries: &mut Entries,
) -> Result<Found<'a>, SyntaxError> {
    entries.sort(compare);
    Ok(Found::Nothing)
}

/// The number a slot is, if its name is written as the language writes integers.
pub(crate) fn integer_slot(name: &str) -> Option<i64> {
    let digits = name.strip_prefix('-').unwrap_or(name);
    let plain = match digits.as_bytes() {
        [b'0'] => name.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if plain { name.parse().ok() } else { None }
}

/// The natural comparison of the platform's language, whole (`protocol/signature.md`, section 5).
pub(crate) fn compare(a: &[u8], b: &[u8]) -> Ordering {
    crate::natural::compare(a, b)
}
