//! Signing a request whose members are all typed, without a tree: their order is known when the
//! program is compiled, so that nothing is sorted and nothing is read back.
//!
//! It takes requests of texts, whole numbers and flags that keep every rule, and gives up on any
//! other: [`Body`](crate::body::Body) then builds the same bytes, or says what is wrong.

use ecommpay_model::Json;
use ecommpay_signature::{Signature, exact};

use crate::Merchant;
use crate::members::Members;
use crate::section::{Known, SIGNED_ORDER, Section};

/// Longest canonical string, far below every limit of what is signed.
const MOST_BYTES: usize = 64 * 1024;

/// Members of a usual request; with more the list grows.
const USUAL_MEMBERS: usize = 24;

/// Bytes of a body beyond those of its canonical string: brackets, quotes and the signature.
const BEYOND_CANONICAL: usize = 512;

/// The value of a typed member that is no container.
#[derive(Clone, Copy)]
pub(crate) enum Scalar<'r> {
    Text(&'r str),
    Integer(i64),
    True,
}

impl<'r> Scalar<'r> {
    /// The value, if it is one of these.
    #[inline]
    pub(crate) fn of(value: &'r Json) -> Option<Self> {
        match value {
            Json::String(text) => Some(Scalar::Text(text)),
            Json::Integer(number) => Some(Scalar::Integer(*number)),
            Json::Bool(true) => Some(Scalar::True),
            _ => None,
        }
    }

    /// Whether the value reads the same in JSON and in a canonical string: it holds nothing that JSON
    /// escapes, and no `;`, behind which a line might begin.
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Scalar::Text(text) => holds_nothing_special(text.as_bytes()),
            Scalar::Integer(_) | Scalar::True => true,
        }
    }
}

fn holds_nothing_special(text: &[u8]) -> bool {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let (words, rest) = text.as_chunks::<8>();
    // A borrow into the high bit of a byte means that the byte, or one before it, is below what was
    // subtracted.
    let words_are_plain = words.iter().all(|word| {
        let word = u64::from_le_bytes(*word);
        let below = |limit: u8, word: u64| word.wrapping_sub(LOW * u64::from(limit)) & !word;
        let equal = |byte: u8| below(1, word ^ (LOW * u64::from(byte)));
        (below(0x20, word) | equal(b'"') | equal(b'\\') | equal(b';')) & HIGH == 0
    });
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | b';' | 0..=0x1F);
    words_are_plain && !rest.iter().any(special)
}

/// A request under construction.
pub(crate) struct Ordered<'r> {
    /// In the order in which they are sent.
    members: Vec<Member<'r>>,
    /// Length of the canonical string, with a `;` before the first line, at most.
    bytes: usize,
    /// Whether there was a value that its member does not take as it is.
    given_up: bool,
}

struct Member<'r> {
    known: &'static Known,
    value: Scalar<'r>,
    /// The section that begins with this member.
    begins: Option<&'static Section>,
}

impl<'r> Ordered<'r> {
    pub(crate) fn new() -> Self {
        Ordered {
            members: Vec::with_capacity(USUAL_MEMBERS),
            bytes: 0,
            given_up: false,
        }
    }

    /// A section that begins with members of the request itself, to which `more` are added.
    pub(crate) fn section(&mut self, own: &[(&'static str, Scalar<'r>)], more: &'r Members) {
        if own.is_empty() && more.is_empty() {
            return;
        }
        let section = more.section();
        let first = self.members.len();
        for (name, value) in own {
            let known = &section.members[section.index(name)];
            self.given_up |= !known.takes(*value);
            self.push(known, *value);
        }
        self.given_up |= !more.are_usual();
        for (known, value) in more.known() {
            match Scalar::of(value) {
                Some(value) => self.push(known, value),
                None => self.given_up = true,
            }
        }
        if let Some(member) = self.members.get_mut(first) {
            member.begins = Some(section);
        }
    }

    #[inline]
    fn push(&mut self, known: &'static Known, value: Scalar<'r>) {
        let value_bytes = match value {
            Scalar::Text(text) => text.len(),
            Scalar::Integer(_) => MOST_DIGITS,
            Scalar::True => 1,
        };
        self.bytes += known.line.len() + value_bytes;
        self.members.push(Member {
            known,
            value,
            begins: None,
        });
    }

    /// The signed body, its signature at the end of `general`; `None` if this is not the way.
    pub(crate) fn sign(&self, merchant: &Merchant) -> Option<Vec<u8>> {
        if self.given_up || self.bytes > MOST_BYTES {
            return None;
        }
        // First for the canonical string, then for the body.
        let mut bytes = Vec::with_capacity(self.bytes + BEYOND_CANONICAL);
        self.write_canonical(&mut bytes)?;
        let signature = exact::sign_canonical(bytes.get(1..)?, merchant.keys().current());
        bytes.clear();
        self.write_body(&signature, &mut bytes)?;
        Some(bytes)
    }

    /// Writes the canonical string behind a `;`.
    fn write_canonical(&self, canonical: &mut Vec<u8>) -> Option<()> {
        const { assert!(SIGNED_ORDER.len() <= 128) };
        // Which ranks there are, and where; a request has far fewer than 255 members.
        let mut ranks = [0_u64; 2];
        let mut places = [0_u8; 128];
        for (index, member) in self.members.iter().enumerate() {
            let rank = member.known.rank;
            *ranks.get_mut(usize::from(rank / 64))? |= 1 << (rank % 64);
            *places.get_mut(usize::from(rank))? = u8::try_from(index).ok()?;
        }
        let mut lines = 0;
        for (ranks, places) in ranks.iter_mut().zip(places.chunks_exact(64)) {
            while *ranks != 0 {
                let place = places[ranks.trailing_zeros() as usize];
                *ranks &= *ranks - 1;
                lines += 1;
                let member = self.members.get(usize::from(place))?;
                member.known.line.push_to(canonical, 0);
                match member.value {
                    Scalar::Text(text) => canonical.extend_from_slice(text.as_bytes()),
                    Scalar::Integer(number) => push_digits(number, canonical),
                    Scalar::True => canonical.push(b'1'),
                }
            }
        }
        // A name set twice would be lost here.
        let every = lines == self.members.len();
        every.then_some(())
    }

    fn write_body(&self, signature: &Signature, body: &mut Vec<u8>) -> Option<()> {
        body.push(b'{');
        let (mut depth, mut in_general, mut signed) = (0, false, false);
        for member in &self.members {
            if let Some(section) = member.begins {
                while depth > 0 && depth >= section.depth {
                    close(in_general.then_some(signature), body);
                    signed |= in_general;
                    in_general = false;
                    depth -= 1;
                }
                if section.depth > depth + 1 {
                    // What it lies in has no members.
                    return None;
                }
                if section.depth > 0 {
                    body.extend_from_slice(section.open.as_bytes());
                    depth = section.depth;
                    in_general = section.path == "general";
                }
            }
            member.write(body);
        }
        for _ in 0..depth {
            close(in_general.then_some(signature), body);
            signed |= in_general;
            in_general = false;
        }
        *body.last_mut()? = b'}';
        signed.then_some(())
    }
}

/// Ends an object, whose last member has a comma behind it.
fn close(signature: Option<&Signature>, body: &mut Vec<u8>) {
    if let Some(signature) = signature {
        body.extend_from_slice(br#""signature":""#);
        body.extend_from_slice(&signature.to_base64_bytes());
        body.extend_from_slice(br#"","#);
    }
    if let Some(comma) = body.last_mut() {
        *comma = b'}';
    }
    body.push(b',');
}

impl Member<'_> {
    /// The member as it is sent, with a comma behind it.
    #[inline]
    fn write(&self, body: &mut Vec<u8>) {
        match self.value {
            Scalar::Text(text) => {
                self.known.text.push_to(body, 0);
                body.extend_from_slice(text.as_bytes());
                body.extend_from_slice(br#"","#);
            }
            Scalar::Integer(number) => {
                self.known.text.push_to(body, 1);
                push_digits(number, body);
                body.push(b',');
            }
            Scalar::True => {
                self.known.text.push_to(body, 1);
                body.extend_from_slice(b"true,");
            }
        }
    }
}

/// A whole number of 64 bits has no more digits, its sign counted.
const MOST_DIGITS: usize = 20;

/// Appends the decimal digits of a whole number.
fn push_digits(number: i64, out: &mut Vec<u8>) {
    let mut ascii = [b'0'; MOST_DIGITS];
    let mut rest = number.unsigned_abs();
    let mut start = ascii.len();
    loop {
        start -= 1;
        ascii[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        start -= 1;
        ascii[start] = b'-';
    }
    out.extend_from_slice(&ascii[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for number in [0, 7, 10, -1, 1_000, i64::MAX, i64::MIN] {
            let mut digits = Vec::new();
            push_digits(number, &mut digits);
            assert_eq!(digits, number.to_string().as_bytes());
        }
    }
}
