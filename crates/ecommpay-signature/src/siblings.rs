//! The order of lines, made object by object while a document is read.
//!
//! Lines of one object stand together in the order of the whole document, for a name and the colon
//! behind it decide over two paths before anything below them does. So the members of an object are
//! ordered among themselves when it ends, and the lines of each move as a block. This holds for names
//! without colons and without what `php_oddities::compare` is needed for; elements of lists come in
//! their order.

use alloc::vec::Vec;

use crate::entries::EntryNumber;
use crate::natural;

/// A member with lines.
#[derive(Debug, Clone, Copy)]
struct Sibling {
    /// The beginning of the name, large enough to tell most names of one object apart.
    head: u64,
    /// The name among the paths; with the colon behind it if it names a container.
    name: u32,
    name_bytes: u32,
    digits: bool,
    /// Its lines in the order so far.
    first: u32,
    lines: u32,
}

/// A name in a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name {
    /// Where it begins among all paths, and its length; the colon behind a container is part of it.
    pub(crate) start: u32,
    pub(crate) bytes: u32,
    pub(crate) digits: bool,
}

/// What was there when an object began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before {
    siblings: usize,
    lines: usize,
}

/// The order so far, and the members of the objects that have not ended.
#[derive(Debug, Default)]
pub(crate) struct Siblings {
    order: Vec<EntryNumber>,
    open: Vec<Sibling>,
}

impl Siblings {
    pub(crate) fn clear(&mut self) {
        self.order.clear();
        self.open.clear();
    }

    pub(crate) fn make_room(&mut self, lines: usize) {
        /// Of the members of objects that have ended one is left.
        const USUALLY_OPEN: usize = 24;
        // Blocks are copied behind the others before they are put into their place.
        self.order.reserve(2 * lines);
        self.open.reserve(lines.min(USUALLY_OPEN));
    }

    /// The lines in the order that was made or set.
    pub(crate) fn order(&self) -> &[EntryNumber] {
        &self.order
    }

    /// The lines, to be put in another order.
    pub(crate) fn order_mut(&mut self) -> &mut Vec<EntryNumber> {
        &mut self.order
    }

    pub(crate) fn before(&self) -> Before {
        Before {
            siblings: self.open.len(),
            lines: self.order.len(),
        }
    }

    /// A line behind all others.
    #[inline]
    pub(crate) fn line(&mut self, entry: EntryNumber) {
        self.order.push(entry);
    }

    /// The first of the lines since then.
    pub(crate) fn first_since(&self, before: Before) -> Option<EntryNumber> {
        self.order.get(before.lines).copied()
    }

    /// Makes the lines since then those of one member of an object; `text` ends with its name.
    #[inline]
    pub(crate) fn member(&mut self, before: Before, name: Name, text: &[u8]) {
        self.open.push(Sibling {
            head: head(text, name.bytes as usize),
            name: name.start,
            name_bytes: name.bytes,
            digits: name.digits,
            first: before.lines as u32,
            lines: (self.order.len() - before.lines) as u32,
        });
    }

    /// Orders the members of an object that ends.
    pub(crate) fn end_object(&mut self, before: Before, paths: &str) {
        let Some(members) = self.open.get_mut(before.siblings..) else {
            return;
        };
        let name = |member: &Sibling| {
            &paths.as_bytes()[member.name as usize..][..member.name_bytes as usize]
        };
        members.sort_unstable_by(|a, b| {
            // Digits are only read as numbers where both names have some.
            if a.head != b.head && !(a.digits && b.digits) {
                return a.head.cmp(&b.head);
            }
            natural::compare(name(a), name(b))
        });
        if !members.is_sorted_by_key(|member| member.first) {
            // The blocks are copied behind the others in their new order, and back into their place.
            let end = self.order.len();
            for member in members.iter() {
                if member.lines == 1 {
                    self.order.push(self.order[member.first as usize]);
                } else {
                    let lines = member.first as usize..(member.first + member.lines) as usize;
                    self.order.extend_from_within(lines);
                }
            }
            self.order.copy_within(end.., before.lines);
            self.order.truncate(end);
        }
        self.open.truncate(before.siblings);
    }
}

/// The first bytes of the name that a text ends with, as a number that compares as they do.
#[inline]
fn head(text: &[u8], name_bytes: usize) -> u64 {
    const ROOM: usize = 8;
    if name_bytes < ROOM
        && let Some(end) = text.last_chunk::<ROOM>()
    {
        // What is before the name is shifted out.
        let shift = 8 * (ROOM - name_bytes) as u32;
        return u64::from_be_bytes(*end).checked_shl(shift).unwrap_or(0);
    }
    let name = &text[text.len() - name_bytes..];
    let mut bytes = [0; ROOM];
    for (byte, of_name) in bytes.iter_mut().zip(name) {
        *byte = *of_name;
    }
    u64::from_be_bytes(bytes)
}
