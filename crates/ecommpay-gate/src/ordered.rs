//! Signing a request whose members are all typed, without a tree: their order is known when the
//! program is compiled, so that nothing is sorted and nothing is read back.
//!
//! It takes requests of texts, whole numbers and flags that keep every rule, and gives up on any
//! other: [`Body`](crate::body::Body) then builds the same bytes, or says what is wrong.

use ecommpay_model::Json;
use ecommpay_signature::{Signature, exact};

use crate::Merchant;
use crate::members::Members;
use crate::section::{Known, SIGNED_ORDER, Section, UNRANKED};

/// Longest canonical string, far below every limit of what is signed.
const MOST_BYTES: usize = 64 * 1024;

/// The value of a typed member.
#[derive(Clone, Copy)]
enum Value<'r> {
    Text(&'r str),
    Digits(Digits),
    True,
}

/// A request under construction, its members in the order in which they are sent.
pub(crate) struct Ordered<'r> {
    members: Vec<(&'static Known, Value<'r>)>,
    /// Sections that have members, with the number of members up to their end.
    sections: Vec<(&'static Section, usize)>,
    /// Whether there was a value that is no scalar, or one that breaks a rule.
    given_up: bool,
}

impl<'r> Ordered<'r> {
    pub(crate) fn new() -> Self {
        Ordered {
            members: Vec::with_capacity(48),
            sections: Vec::with_capacity(12),
            given_up: false,
        }
    }

    /// A section that begins with members of the request itself, to which `more` are added.
    pub(crate) fn section(&mut self, own: &[(&'static str, Scalar<'r>)], more: &'r Members) {
        let section = more.section();
        for (name, value) in own {
            let known = &section.members[section.index(name)];
            self.push(known, *value);
        }
        for (known, value) in more.known() {
            match value {
                Json::String(text) => self.push(known, Scalar::Text(text)),
                Json::Integer(number) => self.push(known, Scalar::Integer(*number)),
                Json::Bool(true) => self.push(known, Scalar::True),
                _ => self.given_up = true,
            }
        }
        let before = self.sections.last().map_or(0, |(_, end)| *end);
        if self.members.len() > before {
            self.sections.push((section, self.members.len()));
        }
    }

    fn push(&mut self, known: &'static Known, value: Scalar<'r>) {
        let (value, admitted) = match value {
            Scalar::Text(text) => {
                let admitted = known.constraint.is_none_or(|rule| rule.admits_text(text));
                (Value::Text(text), admitted)
            }
            Scalar::Integer(number) => {
                let rule = known.constraint;
                let admitted = rule.is_none_or(|rule| rule.admits_integer(number));
                (Value::Digits(Digits::of(number)), admitted)
            }
            Scalar::True => (Value::True, known.constraint.is_none()),
        };
        self.given_up |= !admitted || known.rank == UNRANKED;
        self.members.push((known, value));
    }

    /// The signed body, its signature at the end of `general`; `None` if this is not the way.
    pub(crate) fn sign(&self, merchant: &Merchant) -> Option<Vec<u8>> {
        if self.given_up {
            return None;
        }
        let canonical = self.canonical()?;
        let signature = exact::sign_canonical(&canonical, merchant.keys().current());
        self.body(canonical.len() + 512, &signature)
    }

    /// The canonical string, unless its texts have to be escaped in JSON or hold a `;`.
    fn canonical(&self) -> Option<Vec<u8>> {
        // Where each ranked member is; a request has far fewer than 255.
        let mut places = [u8::MAX; SIGNED_ORDER.len()];
        let mut bytes = 0;
        for (index, (known, value)) in self.members.iter().enumerate() {
            places[usize::from(known.rank)] = u8::try_from(index).ok()?;
            bytes += known.line.len() + value.signed().len();
        }
        if bytes > MOST_BYTES {
            return None;
        }
        let mut canonical = Vec::with_capacity(bytes);
        let mut lines = 0;
        let ordered = places
            .iter()
            .filter_map(|place| self.members.get(usize::from(*place)));
        for (known, value) in ordered {
            let separator = usize::from(lines == 0);
            canonical.extend_from_slice(&known.line.as_bytes()[separator..]);
            canonical.extend_from_slice(value.signed().as_bytes());
            lines += 1;
        }
        // A name set twice would be lost here.
        let every = lines == self.members.len();
        (every && semicolons(&canonical) + 1 == lines && !needs_escape(&canonical))
            .then_some(canonical)
    }

    fn body(&self, bytes: usize, signature: &Signature) -> Option<Vec<u8>> {
        let mut body = Vec::with_capacity(bytes);
        body.push(b'{');
        let mut signed = false;
        let (mut depth, mut first, mut start) = (0, true, 0);
        for (section, end) in &self.sections {
            while depth > 0 && depth >= section.depth {
                body.push(b'}');
                depth -= 1;
            }
            if section.depth > depth + 1 {
                // What it lies in has no members.
                return None;
            }
            if section.depth > 0 {
                body.extend_from_slice(&section.open.as_bytes()[usize::from(first)..]);
                depth = section.depth;
                first = true;
            }
            for (known, value) in &self.members[start..*end] {
                value.write(known, first, &mut body);
                first = false;
            }
            start = *end;
            if section.path == "general" {
                body.extend_from_slice(br#","signature":""#);
                body.extend_from_slice(&signature.to_base64_bytes());
                body.push(b'"');
                signed = true;
            }
        }
        body.resize(body.len() + depth + 1, b'}');
        signed.then_some(body)
    }
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
    fn signed(&self) -> &str {
        match self {
            Value::Text(text) => text,
            Value::Digits(digits) => digits.as_str(),
            Value::True => "1",
        }
    }

    fn write(&self, known: &Known, first: bool, body: &mut Vec<u8>) {
        let comma = usize::from(first);
        match self {
            Value::Text(text) => {
                body.extend_from_slice(&known.text.as_bytes()[comma..]);
                body.extend_from_slice(text.as_bytes());
                body.push(b'"');
            }
            Value::Digits(digits) => {
                body.extend_from_slice(&known.bare().as_bytes()[comma..]);
                body.extend_from_slice(digits.as_str().as_bytes());
            }
            Value::True => {
                body.extend_from_slice(&known.bare().as_bytes()[comma..]);
                body.extend_from_slice(b"true");
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

    fn as_str(&self) -> &str {
        // ASCII is UTF-8.
        core::str::from_utf8(&self.ascii[usize::from(self.start)..]).unwrap_or_default()
    }
}

// Without branches, and with sums that fit a byte, these loops take many bytes at once.

/// Whether there is a byte that JSON wants escaped in a string.
fn needs_escape(bytes: &[u8]) -> bool {
    let met = bytes.iter().fold(0, |met, byte| {
        met | u8::from(*byte < 0x20) | u8::from(*byte == b'"') | u8::from(*byte == b'\\')
    });
    met != 0
}

fn semicolons(bytes: &[u8]) -> usize {
    let count = |part: &[u8]| {
        part.iter()
            .fold(0, |sum, byte| sum + u8::from(*byte == b';'))
    };
    bytes.chunks(255).map(|part| usize::from(count(part))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for number in [0, 7, 10, -1, 1_000, i64::MAX, i64::MIN] {
            assert_eq!(Digits::of(number).as_str(), number.to_string());
        }
    }

    #[test]
    fn what_json_escapes_is_found_anywhere() {
        for byte in 0..=u8::MAX {
            for place in [0, 15, 16, 40] {
                let mut bytes = [b'a'; 41];
                bytes[place] = byte;
                let escaped = matches!(byte, b'"' | b'\\' | 0..=0x1F);
                assert_eq!(needs_escape(&bytes), escaped, "{byte}");
            }
        }
    }

    #[test]
    fn every_semicolon_is_counted() {
        for count in [0, 1, 254, 255, 256, 600] {
            let text = "a;".repeat(count);
            assert_eq!(semicolons(text.as_bytes()), count);
        }
        assert_eq!(semicolons(&[b';'; 1_000]), 1_000);
    }
}
