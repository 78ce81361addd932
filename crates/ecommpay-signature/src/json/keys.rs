//! Finding a member name that occurs twice in one object.

use core::cmp::Ordering;

use super::Text;

/// Objects up to this size are compared name by name; larger ones are sorted first.
const SMALL_OBJECT: usize = 12;

/// Where a member name stands in the text, without its quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeySpan {
    start: usize,
    bytes: u32,
    escaped: bool,
}

impl KeySpan {
    pub(crate) fn new(start: usize, bytes: usize, escaped: bool) -> Self {
        // The tokenizer reads no texts of 4 GiB.
        Self {
            start,
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            escaped,
        }
    }

    fn text<'a>(&self, document: &'a str) -> Text<'a> {
        Text::new(
            &document[self.start..self.start + self.bytes as usize],
            self.escaped,
        )
    }
}

/// The opening quote of the first name found that an earlier member has already.
///
/// Changes the order of `keys`; stays near linear on any input.
pub(crate) fn first_duplicate(document: &str, keys: &mut [KeySpan]) -> Option<usize> {
    if keys.len() > SMALL_OBJECT {
        keys.sort_unstable_by(|a, b| compare(document, a, b).then(a.start.cmp(&b.start)));
        let twin = keys
            .windows(2)
            .find(|pair| compare(document, &pair[0], &pair[1]).is_eq())?;
        return Some(twin[1].start - 1);
    }
    for (index, key) in keys.iter().enumerate() {
        if keys[..index]
            .iter()
            .any(|earlier| same(document, earlier, key))
        {
            return Some(key.start - 1);
        }
    }
    None
}

fn same(document: &str, a: &KeySpan, b: &KeySpan) -> bool {
    if !a.escaped && !b.escaped && a.bytes != b.bytes {
        return false;
    }
    compare(document, a, b).is_eq()
}

fn compare(document: &str, a: &KeySpan, b: &KeySpan) -> Ordering {
    let (a, b) = (a.text(document), b.text(document));
    match (a.as_plain(), b.as_plain()) {
        (Some(a), Some(b)) => a.cmp(b),
        // Code points compare as their UTF-8 bytes do.
        _ => a.chars().cmp(b.chars()),
    }
}
