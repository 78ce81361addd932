//! Findings about the order of lines: the orders of other SDKs, tried and compared.

use alloc::borrow::ToOwned;

use super::{Findings, Reason};
use crate::document::Document;
use crate::entries::{Entries, EntryNumber};
use crate::orders::Order;
use crate::php_oddities;

/// `entries` are in the order of the platform.
pub(super) fn find(document: &Document<'_>, entries: &Entries, findings: &mut Findings) {
    for pair in entries.order().windows(2) {
        let (path, next) = (entries.path(pair[0]), entries.path(pair[1]));
        if php_oddities::compare(path.as_bytes(), next.as_bytes()).is_eq() {
            findings.add(Reason::TyingNames, || next.to_owned());
        }
    }
    let mut compare = |order: Order, reason: Reason| {
        let other = order.sorted(entries, document.text);
        if let Some(moved) = first_moved(entries.order(), &other) {
            findings.add(reason, || entries.path(moved).to_owned());
        }
    };
    compare(Order::PathBytes, Reason::ByteOrder);
    compare(Order::LineBytes, Reason::LineOrder);
    compare(Order::Levels, Reason::LevelOrder);
    // UTF-16 parts from UTF-8 only where both halves of the range beyond U+D7FF are in use.
    let above = |entry: &EntryNumber| entries.path(*entry).contains(|c: char| c >= '\u{e000}');
    if entries.order().iter().any(above) {
        let bytes = Order::LineBytes.sorted(entries, document.text);
        let units = Order::LineUtf16.sorted(entries, document.text);
        if let Some(moved) = first_moved(&bytes, &units) {
            findings.add(Reason::Utf16Order, || entries.path(moved).to_owned());
        }
    }
}

/// The first line that stands elsewhere in another order.
fn first_moved(ours: &[EntryNumber], other: &[EntryNumber]) -> Option<EntryNumber> {
    ours.iter()
        .zip(other)
        .find(|(a, b)| a != b)
        .map(|(moved, _)| *moved)
}
