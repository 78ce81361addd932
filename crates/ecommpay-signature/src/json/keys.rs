//! Finding a member name that occurs twice in one object.

use core::cmp::Ordering;

use super::Text;

/// In objects up to this size each name is compared with those before it; names of larger ones are
/// sorted at their end.
const SMALL_OBJECT: usize = 12;

/// Where a member name stands in the text, without its quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeySpan {
    start: usize,
    bytes: u32,
    escaped: bool,
    /// Length and both ends of the name as it is written: what differs here differs.
    outline: u32,
}

impl KeySpan {
    pub(crate) fn new(document: &str, start: usize, bytes: usize, escaped: bool) -> Self {
        let name = &document.as_bytes()[start..][..bytes];
        let ends = [name.first(), name.last()].map(|end| end.copied().map_or(0, u32::from));
        // The tokenizer reads no texts of 4 GiB.
        Self {
            outline: (bytes as u32) << 16 | ends[0] << 8 | ends[1],
            start,
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            escaped,
        }
    }

    /// Which of the 64 bits of a [`Seen`] the name sets: nearly always another one for another outline.
    fn bit(&self) -> u64 {
        1 << (self.outline.wrapping_mul(0x9E37_79B1) >> 26)
    }

    fn text<'a>(&self, document: &'a str) -> Text<'a> {
        Text::new(
            &document[self.start..self.start + self.bytes as usize],
            self.escaped,
        )
    }
}

/// Outlines of the names of an object so far: tells most new names from them at once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen(u64);

impl Seen {
    /// Notes a name; says whether it may have been there before.
    #[inline]
    pub(crate) fn meet(&mut self, key: &KeySpan) -> bool {
        // A name with escapes may be equal to one of another outline.
        let bits = if key.escaped { u64::MAX } else { key.bit() };
        let before = self.0;
        self.0 |= bits;
        before & bits != 0
    }
}

/// The name pushed last, if its object is small and has it already: its opening quote.
pub(crate) fn repeated(document: &str, keys: &[KeySpan]) -> Option<usize> {
    let (last, earlier) = keys.split_last()?;
    let small = keys.len() <= SMALL_OBJECT;
    (small && earlier.iter().any(|key| same(document, key, last))).then(|| last.start - 1)
}

/// A name that occurs twice in an object that was not small when it came: its opening quote.
///
/// Changes the order of `keys`; near linear on any input.
pub(crate) fn repeated_in_large(document: &str, keys: &mut [KeySpan]) -> Option<usize> {
    if keys.len() <= SMALL_OBJECT {
        return None;
    }
    keys.sort_unstable_by(|a, b| compare(document, a, b).then(a.start.cmp(&b.start)));
    let twins = keys
        .windows(2)
        .find(|pair| compare(document, &pair[0], &pair[1]).is_eq())?;
    Some(twins[1].start - 1)
}

fn same(document: &str, a: &KeySpan, b: &KeySpan) -> bool {
    if !a.escaped && !b.escaped && a.outline != b.outline {
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
