//! Orders in which other SDKs put the lines of a canonical string.
//!
//! Nothing is signed or accepted in these; they are for [`lint`](crate::lint) and
//! [`explain`](crate::explain) (`protocol/signature.md`, section 8).

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::entries::{Entries, EntryNumber};

/// An order of lines other than the platform's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Paths by their bytes.
    PathBytes,
    /// Whole lines, `path:text`, by their bytes.
    LineBytes,
    /// Whole lines by their UTF-16 units.
    LineUtf16,
    /// The names of one object by their bytes, the elements of a list by their index.
    Levels,
}

impl Order {
    /// The lines of a document that has been read, in this order.
    pub(crate) fn sorted(self, entries: &Entries, document: &str) -> Vec<EntryNumber> {
        let mut list = entries.order().to_vec();
        // Stable: equal lines stay in the order of the platform.
        list.sort_by(|a, b| {
            let (path_a, path_b) = (entries.path(*a), entries.path(*b));
            match self {
                Self::PathBytes => path_a.cmp(path_b),
                Self::Levels => compare_levels(path_a, path_b),
                Self::LineBytes => line(entries, document, *a).cmp(line(entries, document, *b)),
                Self::LineUtf16 => utf16(entries, document, *a).cmp(utf16(entries, document, *b)),
            }
        });
        list
    }
}

fn pieces<'a>(entries: &'a Entries, document: &'a str, entry: EntryNumber) -> [&'a str; 3] {
    [entries.path(entry), ":", entries.value(entry, document)]
}

fn line<'a>(
    entries: &'a Entries,
    document: &'a str,
    entry: EntryNumber,
) -> impl Iterator<Item = u8> + 'a {
    pieces(entries, document, entry)
        .into_iter()
        .flat_map(str::bytes)
}

fn utf16<'a>(
    entries: &'a Entries,
    document: &'a str,
    entry: EntryNumber,
) -> impl Iterator<Item = u16> + 'a {
    pieces(entries, document, entry)
        .into_iter()
        .flat_map(str::encode_utf16)
}

/// Compares two paths name by name.
fn compare_levels(a: &str, b: &str) -> Ordering {
    let (mut rest_a, mut rest_b) = (Some(a), Some(b));
    while let (Some(path_a), Some(path_b)) = (rest_a, rest_b) {
        let (name_a, next_a) = split_name(path_a);
        let (name_b, next_b) = split_name(path_b);
        let decided = compare_names(name_a, name_b);
        if decided.is_ne() {
            return decided;
        }
        (rest_a, rest_b) = (next_a, next_b);
    }
    rest_a.is_some().cmp(&rest_b.is_some())
}

/// Numbers, as the indices of lists are, come before all other names.
fn compare_names(a: &str, b: &str) -> Ordering {
    let number = |name: &str| {
        (name == "0" || !name.starts_with('0')) && name.bytes().all(|byte| byte.is_ascii_digit())
    };
    match (number(a), number(b)) {
        (true, true) => a.len().cmp(&b.len()).then(a.cmp(b)),
        (a_number, b_number) => b_number.cmp(&a_number).then(a.cmp(b)),
    }
}

/// The first name of a path, with its colons doubled as they are, and what is behind it.
fn split_name(path: &str) -> (&str, Option<&str>) {
    let bytes = path.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b':', Some(b':')) => at += 2,
            (b':', _) => return (&path[..at], Some(&path[at + 1..])),
            _ => at += 1,
        }
    }
    (path, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_at_single_colons() {
        assert_eq!(split_name("a::b:c:d"), ("a::b", Some("c:d")));
        assert_eq!(split_name("a"), ("a", None));
    }

    /// `protocol/signature.md`, section 8: "level by level".
    #[test]
    fn levels_are_compared_one_by_one() {
        assert_eq!(compare_levels("c:x", "c2:x"), Ordering::Less);
        assert_eq!(compare_levels("c:x", "c-d"), Ordering::Less);
        assert_eq!(compare_levels("l:9", "l:10"), Ordering::Less);
        assert_eq!(compare_levels("a10", "a9"), Ordering::Less);
    }
}
