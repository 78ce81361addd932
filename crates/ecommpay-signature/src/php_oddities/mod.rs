//! What the platform's language does with documents nobody should send.
//!
//! Its ordered map turns names that read as integers into integers, renumbers these whenever two
//! maps are joined, takes the strings `""` and `"0"` for no prefix at all, and lets a later path
//! overwrite an equal one. Its JSON decoder lets the last of several equal names count. Its natural
//! comparison skips blanks and reads zeros in three ways. All of it is signed, so all of it is here
//! (`protocol/signature.md`, sections 2, 4 and 5), and entered only from
//! [`document::read`](crate::document::read).

mod order;

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

pub(crate) use order::compare;

use crate::document::{Found, Manner, Purpose};
use crate::entries::{Entries, EntryNumber, Span};
use crate::json::{Duplicates, Limits, SyntaxError, Token, TokenBuffers, Tokens};
use crate::written::{push_doubled, push_index, write_scalar};

/// What an odd document holds beside its entries.
#[derive(Debug)]
pub(crate) struct Oddities<'a> {
    /// The signature that counts.
    pub(crate) signature: Found<'a>,
    /// Where values begin that a later one of the same path has overwritten.
    pub(crate) overwritten: Vec<usize>,
}

/// Reads a document that has been read before, and found odd, into `entries`.
pub(crate) fn read<'a>(
    bytes: &'a [u8],
    manner: &Manner,
    entries: &mut Entries,
) -> Result<Oddities<'a>, SyntaxError> {
    let tree = Tree::read(bytes)?;
    let signature = tree.signature();
    entries.clear();
    let mut flattening = Flattening {
        tree: &tree,
        manner,
        entries,
        prefix: String::new(),
        offsets: Vec::new(),
        named: Vec::new(),
        integers: IntegerSlots::default(),
    };
    flattening.container(Tree::TOP)?;
    let offsets = core::mem::take(&mut flattening.offsets);
    let slots = flattening.slots();
    let overwritten = overwritten(&offsets, &slots);
    order(entries, slots);
    Ok(Oddities {
        signature,
        overwritten,
    })
}

/// In rising order.
fn overwritten(offsets: &[usize], slots: &[Kept]) -> Vec<usize> {
    let mut left = offsets.to_vec();
    for kept in slots {
        left[kept.entry as usize] = usize::MAX;
    }
    left.retain(|offset| *offset != usize::MAX);
    left.sort_unstable();
    left
}

/// A value of the document, with the values in it.
#[derive(Debug)]
struct Node<'a> {
    /// Name in its object; empty in a list.
    name: Cow<'a, str>,
    token: Token<'a>,
    offset: usize,
    children: Vec<usize>,
}

/// A document with names that occur twice settled: the last value stands in the first place.
#[derive(Debug)]
struct Tree<'a> {
    nodes: Vec<Node<'a>>,
}

impl<'a> Tree<'a> {
    const TOP: usize = 0;

    fn read(bytes: &'a [u8]) -> Result<Self, SyntaxError> {
        let (limits, buffers) = (&Limits::UNBOUNDED, TokenBuffers::default());
        let mut tokens = Tokens::reusing(bytes, limits, Duplicates::Noted, buffers)?;
        let mut nodes: Vec<Node<'a>> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut name = Cow::Borrowed("");
        while let Some(token) = tokens.next()? {
            match token {
                Token::Key(key) => name = key.to_str(),
                Token::ObjectEnd => {
                    if let Some(object) = open.pop() {
                        settle_duplicates(&mut nodes, object);
                    }
                }
                Token::ListEnd => {
                    open.pop();
                }
                _ => {
                    let index = nodes.len();
                    if let Some(parent) = open.last() {
                        nodes[*parent].children.push(index);
                    }
                    if matches!(token, Token::ObjectStart | Token::ListStart) {
                        open.push(index);
                    }
                    let name = core::mem::take(&mut name);
                    nodes.push(Node {
                        name,
                        token,
                        offset: tokens.offset(),
                        children: Vec::new(),
                    });
                }
            }
        }
        Ok(Self { nodes })
    }

    /// The signature that counts (`protocol/signature.md`, section 6).
    fn signature(&self) -> Found<'a> {
        let general = self
            .member(Self::TOP, "general")
            .map(|general| self.found(general));
        self.found(Self::TOP)
            .or_in_general(general.unwrap_or_default())
    }

    fn found(&self, object: usize) -> Found<'a> {
        let member = self.member(object, "signature");
        member
            .map(|index| Found::from_token(&self.nodes[index].token))
            .unwrap_or_default()
    }

    fn member(&self, object: usize, name: &str) -> Option<usize> {
        let object = &self.nodes[object];
        if !matches!(object.token, Token::ObjectStart) {
            return None;
        }
        object
            .children
            .iter()
            .copied()
            .find(|child| self.nodes[*child].name == name)
    }
}

/// The last of equal names counts, whole, in the place of the first.
fn settle_duplicates(nodes: &mut [Node<'_>], object: usize) {
    let mut members = core::mem::take(&mut nodes[object].children);
    // Nodes are numbered in the order of the document.
    members.sort_unstable_by(|a, b| nodes[*a].name.cmp(&nodes[*b].name).then(a.cmp(b)));
    let same_name = |a: &usize, b: &usize| nodes[*a].name == nodes[*b].name;
    let mut settled: Vec<(usize, usize)> = members
        .chunk_by(same_name)
        .filter_map(|same| Some((*same.first()?, *same.last()?)))
        .collect();
    settled.sort_unstable();
    nodes[object].children = settled.into_iter().map(|(_, last)| last).collect();
}

/// The integer slots of one map, in the order of the map.
///
/// Renumbering is remembered, not carried out: the first `dense` slots are 0, 1, 2, and so on; the
/// others have the numbers in `fresh`.
#[derive(Debug, Default)]
struct IntegerSlots {
    slots: Vec<Kept>,
    dense: usize,
    fresh: BTreeMap<i64, usize>,
}

impl IntegerSlots {
    fn put(&mut self, number: i64, entry: EntryNumber) {
        let dense = usize::try_from(number)
            .ok()
            .filter(|number| *number < self.dense);
        match dense.or_else(|| self.fresh.get(&number).copied()) {
            Some(taken) => self.slots[taken].entry = entry,
            None => {
                self.fresh.insert(number, self.slots.len());
                self.slots.push(Kept {
                    entry,
                    place: entry,
                    number: None,
                });
            }
        }
    }

    fn renumber(&mut self) {
        self.dense = self.slots.len();
        self.fresh.clear();
    }
}

/// An entry that is left: its line, and the place it has in the map.
#[derive(Debug, Clone, Copy)]
struct Kept {
    entry: EntryNumber,
    place: EntryNumber,
    /// What an integer slot is called, if that is not its path.
    number: Option<Span>,
}

struct Flattening<'t, 'a, 'e> {
    tree: &'t Tree<'a>,
    manner: &'t Manner,
    entries: &'e mut Entries,
    /// The path of the innermost container and a colon, or nothing where the path has vanished.
    prefix: String,
    /// Where the value of each entry begins.
    offsets: Vec<usize>,
    /// Entries in slots that are no integers.
    named: Vec<EntryNumber>,
    /// Integer slots of the innermost container whose path has vanished.
    integers: IntegerSlots,
}

impl Flattening<'_, '_, '_> {
    fn container(&mut self, container: usize) -> Result<(), SyntaxError> {
        let list = matches!(self.tree.nodes[container].token, Token::ListStart);
        for (index, child) in self.tree.nodes[container].children.iter().enumerate() {
            let node = &self.tree.nodes[*child];
            if !list && (node.name == "frame_mode" || self.is_removed(*child)) {
                continue;
            }
            let outside = self.prefix.len();
            if list {
                push_index(&mut self.prefix, index);
            } else {
                push_doubled(&mut self.prefix, &node.name);
            }
            if matches!(node.token, Token::ObjectStart | Token::ListStart) {
                self.inner_container(*child, outside)?;
            } else {
                self.scalar(*child, outside)?;
            }
            self.prefix.truncate(outside);
        }
        Ok(())
    }

    fn is_removed(&self, member: usize) -> bool {
        let node = &self.tree.nodes[member];
        self.manner.purpose == Purpose::Checking
            && node.name == "signature"
            && !matches!(node.token, Token::Null)
    }

    /// A container whose path is the whole prefix.
    fn inner_container(&mut self, child: usize, outside: usize) -> Result<(), SyntaxError> {
        if self.prefix.is_empty() || self.prefix == "0" {
            // To the language both are false: no prefix. The map of this container has integer
            // slots of its own, which are joined to ours behind those we have.
            self.prefix.clear();
            let ours = core::mem::take(&mut self.integers);
            self.container(child)?;
            let theirs = core::mem::replace(&mut self.integers, ours);
            self.integers.slots.extend(theirs.slots);
        } else {
            self.prefix.push(':');
            self.container(child)?;
        }
        if outside == 0 {
            self.integers.renumber();
        }
        Ok(())
    }

    /// A scalar whose path is the whole prefix.
    fn scalar(&mut self, child: usize, outside: usize) -> Result<(), SyntaxError> {
        let node = &self.tree.nodes[child];
        let offset = node.offset;
        let (text, _) = write_scalar(self.entries, offset, &node.token, self.manner.doubles);
        let limit = self.manner.limits.canonical_bytes();
        self.entries
            .push_unordered(&self.prefix, text, limit)
            .map_err(|rule| SyntaxError::new(offset, rule))?;
        let entry = self.offsets.len() as EntryNumber;
        self.offsets.push(offset);
        match integer_slot(&self.prefix) {
            Some(number) if outside == 0 => self.integers.put(number, entry),
            _ => self.named.push(entry),
        }
        Ok(())
    }

    /// What is left in the map in the end.
    fn slots(self) -> Vec<Kept> {
        let Self {
            entries,
            mut named,
            mut integers,
            ..
        } = self;
        for (number, kept) in integers.slots[..integers.dense].iter_mut().enumerate() {
            kept.number = Some(entries.make(|texts| push_index(texts, number)));
        }
        let mut slots = integers.slots;
        let path = |entry: &EntryNumber| entries.path(*entry);
        named.sort_unstable_by(|a, b| path(a).cmp(path(b)).then(a.cmp(b)));
        for same in named.chunk_by(|a, b| path(a) == path(b)) {
            if let (Some(first), Some(last)) = (same.first(), same.last()) {
                slots.push(Kept {
                    entry: *last,
                    place: *first,
                    number: None,
                });
            }
        }
        slots
    }
}

/// Leaves the entries that are left in the order of their slots; equal ones in that of the map.
fn order(entries: &mut Entries, mut slots: Vec<Kept>) {
    let name = |kept: &Kept| match kept.number {
        Some(number) => entries.resolve(number, "").as_bytes(),
        None => entries.path(kept.entry).as_bytes(),
    };
    slots.sort_unstable_by(|a, b| compare(name(a), name(b)).then(a.place.cmp(&b.place)));
    entries.set_order(slots.iter().map(|kept| kept.entry));
}

/// The number a slot is, if its name is written as the language writes integers.
pub(crate) fn integer_slot(name: &str) -> Option<i64> {
    let digits = name.strip_prefix('-').unwrap_or(name);
    let canonical = match digits.as_bytes() {
        [b'0'] => name.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if canonical { name.parse().ok() } else { None }
}
