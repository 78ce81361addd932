//! The description of the signature, sections 2 to 6, read a second time: slowly, literally, and
//! without a line of the crate.
//!
//! Everything is the plainest thing that could be meant: a recursive parser, an ordered map that
//! is a list searched from its beginning, decimal expansions digit by digit, insertion sort. The
//! property tests and the fuzz targets hold the crate against it.

// Each of them includes this file and uses a part of it; none of it is for production.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

mod decoding;
mod values;

use std::cmp::Ordering;

pub use decoding::decode;
pub use values::double_text;
use values::text;

/// A decoded document.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Double(f64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// What the setting `precision` of the platform's language says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Digits {
    Significant(usize),
    Shortest,
}

// Section 4.

/// A slot of the ordered map.
#[derive(Clone, Debug, PartialEq)]
enum Slot {
    Integer(i64),
    Path(String),
}

impl Slot {
    /// `0|-?[1-9][0-9]*` that fits a signed 64-bit integer.
    fn named(path: &str) -> Self {
        match path.parse::<i64>() {
            Ok(integer) if integer.to_string() == path => Self::Integer(integer),
            _ => Self::Path(path.to_string()),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Integer(integer) => integer.to_string(),
            Self::Path(path) => path.clone(),
        }
    }
}

/// Slots in order, with the entry `path:text` in each.
type Map = Vec<(Slot, String)>;

fn put(map: &mut Map, slot: Slot, entry: String) {
    match map.iter_mut().find(|(taken, _)| *taken == slot) {
        Some(place) => place.1 = entry,
        None => map.push((slot, entry)),
    }
}

fn flatten(container: &Value, prefix: &str, digits: Digits) -> Map {
    let members: Vec<(Option<&str>, String, &Value)> = match container {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (Some(key.as_str()), key.clone(), value))
            .collect(),
        Value::List(elements) => {
            let numbered = elements.iter().enumerate();
            numbered
                .map(|(index, value)| (None, index.to_string(), value))
                .collect()
        }
        _ => Vec::new(),
    };
    let mut map = Map::new();
    for (name, key, value) in members {
        if name == Some("frame_mode") {
            continue;
        }
        let doubled = key.replace(':', "::");
        let path = if prefix.is_empty() || prefix == "0" {
            doubled
        } else {
            format!("{prefix}:{doubled}")
        };
        match text(value, digits) {
            Some(text) => put(&mut map, Slot::named(&path), format!("{path}:{text}")),
            None => {
                let inner = flatten(value, &path, digits);
                map = join(map, inner);
            }
        }
    }
    map
}

/// Appends one map to another and renumbers the integer slots of both.
fn join(mut map: Map, appended: Map) -> Map {
    // Integer slots never replace each other here: all of them are numbered anew.
    let mut number = 0;
    let mut next = || {
        number += 1;
        Slot::Integer(number - 1)
    };
    for (slot, _) in &mut map {
        if let Slot::Integer(_) = slot {
            *slot = next();
        }
    }
    for (slot, entry) in appended {
        match slot {
            Slot::Integer(_) => map.push((next(), entry)),
            Slot::Path(_) => put(&mut map, slot, entry),
        }
    }
    map
}

// Section 5.

/// The natural comparison.
pub fn natural_order(x: &[u8], y: &[u8]) -> Ordering {
    // Step 1.
    match (x.is_empty(), y.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Less,
        (false, true) => return Ordering::Greater,
        (false, false) => {}
    }
    let at = |bytes: &[u8], index: usize| bytes.get(index).copied().unwrap_or(0);
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let is_blank = |byte: u8| [0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20].contains(&byte);
    let (mut i, mut j) = (0, 0);
    // Step 2.
    while at(x, i) == b'0' && is_digit(at(x, i + 1)) {
        i += 1;
    }
    while at(y, j) == b'0' && is_digit(at(y, j + 1)) {
        j += 1;
    }
    loop {
        // Step 3.
        while is_blank(at(x, i)) {
            i += 1;
        }
        while is_blank(at(y, j)) {
            j += 1;
        }
        // Step 4.
        if is_digit(at(x, i)) && is_digit(at(y, j)) {
            let mut run_x = Vec::new();
            while is_digit(at(x, i)) {
                run_x.push(at(x, i));
                i += 1;
            }
            let mut run_y = Vec::new();
            while is_digit(at(y, j)) {
                run_y.push(at(y, j));
                j += 1;
            }
            let decided = if run_x[0] == b'0' || run_y[0] == b'0' {
                run_x.cmp(&run_y)
            } else if run_x.len() != run_y.len() {
                run_x.len().cmp(&run_y.len())
            } else {
                run_x.cmp(&run_y)
            };
            if decided != Ordering::Equal {
                return decided;
            }
            match (i == x.len(), j == y.len()) {
                (true, true) => return Ordering::Equal,
                (true, false) => return Ordering::Less,
                (false, true) => return Ordering::Greater,
                (false, false) => {}
            }
        }
        // Step 5.
        if at(x, i) != at(y, j) {
            return at(x, i).cmp(&at(y, j));
        }
        // Step 6.
        i += 1;
        j += 1;
        match (i >= x.len(), j >= y.len()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            (false, false) => {}
        }
    }
}

/// The string that is signed for a request, or nothing for what is not decoded.
pub fn canonical(body: &[u8]) -> Option<String> {
    decode(body).map(|document| canonical_of(&document, Digits::Significant(14)))
}

/// The string a callback was signed over, or nothing for what is not decoded.
pub fn canonical_callback(body: &[u8]) -> Option<String> {
    let document = without_signatures(decode(body)?);
    Some(canonical_of(&document, Digits::Significant(14)))
}

/// The string that is signed for a document as it stands.
pub fn canonical_of(document: &Value, digits: Digits) -> String {
    let mut sorted: Vec<(String, String)> = Vec::new();
    for (slot, entry) in flatten(document, "", digits) {
        // Insertion behind everything that is not larger is a stable sort.
        let text = slot.text();
        let not_larger = |(earlier, _): &(String, String)| {
            natural_order(earlier.as_bytes(), text.as_bytes()) != Ordering::Greater
        };
        let place = sorted
            .iter()
            .rposition(not_larger)
            .map_or(0, |last| last + 1);
        sorted.insert(place, (text, entry));
    }
    sorted
        .into_iter()
        .map(|(_, entry)| entry)
        .collect::<Vec<_>>()
        .join(";")
}

// Section 6.

/// The document without its signatures: step 4.
pub fn without_signatures(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members
                .into_iter()
                .filter(|(k, v)| k != "signature" || *v == Value::Null);
            Value::Object(
                kept.map(|(key, value)| (key, without_signatures(value)))
                    .collect(),
            )
        }
        Value::List(elements) => {
            Value::List(elements.into_iter().map(without_signatures).collect())
        }
        scalar => scalar,
    }
}

/// The signature a callback claims to have, as text: steps 2 and 3.
pub fn claimed_signature(document: &Value) -> Option<String> {
    let member = |value: &Value, name: &str| match value {
        Value::Object(members) => members
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone()),
        _ => None,
    };
    let top = member(document, "signature").filter(|value| *value != Value::Null);
    let claimed = match top {
        Some(value) => value,
        None => member(&member(document, "general")?, "signature")?,
    };
    match claimed {
        Value::Text(text) if !text.is_empty() && text != "0" => Some(text),
        Value::Bool(true) => Some("1".into()),
        Value::Integer(integer) if integer != 0 => Some(integer.to_string()),
        Value::Double(double) if double != 0.0 => {
            Some(double_text(double, Digits::Significant(14)))
        }
        _ => None,
    }
}
