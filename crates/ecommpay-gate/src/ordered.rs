//! Signing a request whose members are all typed, without a tree: their order is known when the
//! program is compiled, so that nothing is sorted and nothing is read back.
//!
//! It takes requests of texts, whole numbers and flags that keep every rule, and gives up on any
//! other: [`Body`](crate::body::Body) then builds the same bytes, or says what is wrong.

use ecommpay_model::Json;
use ecommpay_signature::{Signature, exact};

use crate::Merchant;
use crate::members::{Members, is_plain};
use crate::section::{Known, SIGNED_ORDER, Section, UNRANKED};

/// Longest canonical string, far below every limit of what is signed.
const MOST_BYTES: usize = 64 * 1024;

/// Members of a usual request; with more the list grows.
const USUAL_MEMBERS: usize = 24;

/// Bytes of a body beyond those of its canonical string: brackets, quotes and the signature.
const BEYOND_CANONICAL: usize = 512;

/// The value of a typed member.
#[derive(Clone, Copy)]
enum Value<'r> {
    Text(&'r str),
    Digits(Digits),
    True,
}

/// A request under construction.
pub(crate) struct Ordered<'r> {
    /// In the order in which they are sent.
    members: Vec<Member<'r>>,
    /// Length of the canonical string, with a `;` before the first line.
    bytes: usize,
    /// Whether there was a value that is no scalar, one that breaks a rule, or a text that JSON escapes
    /// or that could pass for two lines.
    given_up: bool,
}

struct Member<'r> {
    known: &'static Known,
    value: Value<'r>,
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
            self.given_up |= matches!(value, Scalar::Text(text) if !is_plain(text));
            self.push(&section.members[section.index(name)], *value);
        }
        self.given_up |= !more.are_plain();
        for (known, value) in more.known() {
            match value {
                Json::String(text) => self.push(known, Scalar::Text(text)),
                Json::Integer(number) => self.push(known, Scalar::Integer(*number)),
                Json::Bool(true) => self.push(known, Scalar::True),
                _ => self.given_up = true,
            }
        }
        if let Some(member) = self.members.get_mut(first) {
            member.begins = Some(section);
        }
    }

    #[inline]
    fn push(&mut self, known: &'static Known, value: Scalar<'r>) {
        let rule = known.constraint;
        let (value, admitted) = match value {
            Scalar::Text(text) => {
                let admitted = rule.is_none_or(|rule| rule.admits_text(text));
                (Value::Text(text), admitted)
            }
            Scalar::Integer(number) => {
                let admitted = rule.is_none_or(|rule| rule.admits_integer(number));
                (Value::Digits(Digits::of(number)), admitted)
            }
            Scalar::True => (Value::True, rule.is_none()),
        };
        self.given_up |= !admitted || known.rank == UNRANKED;
        self.bytes += known.line.len() + value.signed().len();
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
        let mut ranks = 0_u128;
        let mut places = [0_u8; 128];
        for (index, member) in self.members.iter().enumerate() {
            let rank = member.known.rank;
            ranks |= 1 << rank;
            *places.get_mut(usize::from(rank))? = u8::try_from(index).ok()?;
        }
        let lines = ranks.count_ones() as usize;
        while ranks != 0 {
            let place = places[ranks.trailing_zeros() as usize];
            ranks &= ranks - 1;
            let member = self.members.get(usize::from(place))?;
            member.known.line.push_to(canonical, 0);
            canonical.extend_from_slice(member.value.signed());
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

/// A value as an operation has it.
#[derive(Clone, Copy)]
pub(crate) enum Scalar<'r> {
    Text(&'r str),
    Integer(i64),
    True,
}

impl Value<'_> {
    /// As it stands in the canonical string.
    fn signed(&self) -> &[u8] {
        match self {
            Value::Text(text) => text.as_bytes(),
            Value::Digits(digits) => digits.ascii(),
            Value::True => b"1",
        }
    }
}

impl Member<'_> {
    /// The member as it is sent, with a comma behind it.
    fn write(&self, body: &mut Vec<u8>) {
        match &self.value {
            Value::Text(text) => {
                self.known.text.push_to(body, 0);
                body.extend_from_slice(text.as_bytes());
                body.extend_from_slice(br#"","#);
            }
            Value::Digits(digits) => {
                self.known.text.push_to(body, 1);
                body.extend_from_slice(digits.ascii());
                body.push(b',');
            }
            Value::True => {
                self.known.text.push_to(body, 1);
                body.extend_from_slice(b"true,");
            }
        }
    }
}

/// The decimal digits of a whole number.
#[derive(Clone, Copy)]
struct Digits {
    /// The digits stand at the end.
    ascii: [u8; 20],
    start: u8,
}

impl Digits {
    fn of(number: i64) -> Self {
        let mut ascii = [b'0'; 20];
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
        Digits {
            ascii,
            start: start as u8,
        }
    }

    fn ascii(&self) -> &[u8] {
        &self.ascii[usize::from(self.start)..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for number in [0, 7, 10, -1, 1_000, i64::MAX, i64::MIN] {
            assert_eq!(Digits::of(number).ascii(), number.to_string().as_bytes());
        }
    }
}
