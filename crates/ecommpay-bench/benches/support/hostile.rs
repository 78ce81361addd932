//! Bodies of a given size that are made to cost a verifier as much as they can.

/// One way to be hostile.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Many members of one object whose names differ at their ends only.
    LongSharedNames,
    /// Many members of one object, names in falling order with numbers in them.
    NumbersInNames,
    /// Many short lists in objects, each path a little longer than the value.
    Nested,
    /// One string that is nothing but escapes.
    Escapes,
    /// One string with semicolons, each of which may begin a line.
    Lines,
    /// Numbers that are printed as doubles.
    Doubles,
    /// Blanks and nothing else to the end, where the document breaks off.
    Malformed,
    /// One plain string under a signature of the right form.
    Forged,
}

pub(crate) const KINDS: [Kind; 8] = [
    Kind::LongSharedNames,
    Kind::NumbersInNames,
    Kind::Nested,
    Kind::Escapes,
    Kind::Lines,
    Kind::Doubles,
    Kind::Malformed,
    Kind::Forged,
];

/// The form of a signature.
const SIGNATURE: &str = r#""signature":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==""#;

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::LongSharedNames => "names that differ at their ends",
            Kind::NumbersInNames => "names with numbers, falling",
            Kind::Nested => "nested containers",
            Kind::Escapes => "escapes",
            Kind::Lines => "semicolons",
            Kind::Doubles => "doubles",
            Kind::Malformed => "malformed at the end",
            Kind::Forged => "forged",
        }
    }

    /// A body of nearly `bytes` bytes.
    pub(crate) fn body(self, bytes: usize) -> Vec<u8> {
        let room = bytes - SIGNATURE.len() - 16;
        let inside = match self {
            // 64 bytes a member, so that 4 096 values are just not reached.
            Kind::LongSharedNames => repeated(room, |index| {
                format!(r#""{:a>48}":"0123456","#, letters(index))
            }),
            Kind::NumbersInNames => repeated(room, |index| {
                format!(
                    r#""name{}_of_a_member_that_is_long":"012345678901","#,
                    90_000 - index
                )
            }),
            Kind::Nested => repeated(room, |index| {
                format!(
                    r#""{}":{{"member_of_some":{{"l":[[[["0123456789"]]]]}}}},"#,
                    letters(index)
                )
            }),
            Kind::Escapes => string(room, r"\u0416\n"),
            Kind::Lines => string(room, ";a"),
            Kind::Doubles => repeated(room, |index| {
                format!(
                    r#""{}":[1234567890.1234567e{},"0123456789012345678901234567890"],"#,
                    letters(index),
                    index % 300
                )
            }),
            Kind::Malformed => " ".repeat(room),
            Kind::Forged => string(room, "x"),
        };
        let end = if matches!(self, Kind::Malformed) {
            ":"
        } else {
            "}"
        };
        format!("{{{inside}{SIGNATURE}{end}").into_bytes()
    }
}

/// Members up to so many bytes.
fn repeated(room: usize, member: impl Fn(usize) -> String) -> String {
    let mut members = String::new();
    for index in 0.. {
        let next = member(index);
        if members.len() + next.len() > room {
            break;
        }
        members.push_str(&next);
    }
    members
}

/// A member that is a string of so many bytes.
fn string(room: usize, piece: &str) -> String {
    format!(r#""a":"{}","#, piece.repeat((room - 8) / piece.len()))
}

/// A number in letters, as long for each, in an order of its own.
fn letters(number: usize) -> String {
    let mut number = number * 7_919 % 456_976;
    (0..4)
        .map(|_| {
            let letter = char::from(b'a' + (number % 26) as u8);
            number /= 26;
            letter
        })
        .collect()
}
