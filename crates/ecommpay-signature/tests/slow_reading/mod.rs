//! `protocol/signature.md`, sections 2 to 6, read a second time: slowly, literally, and without a
//! line of the crate.
//!
//! Everything is the plainest thing that could be meant: a recursive parser, an ordered map that
//! is a list searched from its beginning, decimal expansions digit by digit, insertion sort. The
//! property tests and the fuzz targets hold the crate against it.

// Each of them includes this file and uses a part of it; none of it is for production.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::cmp::Ordering;

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

// Section 2.

/// Decodes a document, or says nothing about what is wrong with it.
pub fn decode(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut parser = Parser { rest: text };
    parser.blanks();
    let value = parser.value(1)?;
    parser.blanks();
    let container = matches!(value, Value::List(_) | Value::Object(_));
    (parser.rest.is_empty() && container).then_some(value)
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, what: &str) -> bool {
        match self.rest.strip_prefix(what) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if self.eat("null") {
            Some(Value::Null)
        } else if self.eat("true") {
            Some(Value::Bool(true))
        } else if self.eat("false") {
            Some(Value::Bool(false))
        } else if self.eat("\"") {
            self.string().map(Value::Text)
        } else if self.eat("[") {
            if depth > 511 { None } else { self.list(depth) }
        } else if self.eat("{") {
            if depth > 511 {
                None
            } else {
                self.object(depth)
            }
        } else {
            self.number()
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut elements = Vec::new();
        self.blanks();
        if self.eat("]") {
            return Some(Value::List(elements));
        }
        loop {
            self.blanks();
            elements.push(self.value(depth + 1)?);
            self.blanks();
            if self.eat("]") {
                return Some(Value::List(elements));
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut members: Vec<(String, Value)> = Vec::new();
        self.blanks();
        if self.eat("}") {
            return Some(Value::Object(members));
        }
        loop {
            self.blanks();
            if !self.eat("\"") {
                return None;
            }
            let key = self.string()?;
            self.blanks();
            if !self.eat(":") {
                return None;
            }
            self.blanks();
            let value = self.value(depth + 1)?;
            // The last value counts, whole, in the position of the first occurrence.
            match members.iter_mut().find(|(earlier, _)| *earlier == key) {
                Some(member) => member.1 = value,
                None => members.push((key, value)),
            }
            self.blanks();
            if self.eat("}") {
                return Some(Value::Object(members));
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut string = String::new();
        loop {
            match self.next()? {
                '"' => return Some(string),
                '\0'..='\u{1F}' => return None,
                '\\' => match self.next()? {
                    '"' => string.push('"'),
                    '\\' => string.push('\\'),
                    '/' => string.push('/'),
                    'b' => string.push('\u{8}'),
                    'f' => string.push('\u{C}'),
                    'n' => string.push('\n'),
                    'r' => string.push('\r'),
                    't' => string.push('\t'),
                    'u' => {
                        let first = self.hexadecimal()?;
                        if (0xD800..=0xDBFF).contains(&first) {
                            if !self.eat("\\u") {
                                return None;
                            }
                            let second = self.hexadecimal()?;
                            if !(0xDC00..=0xDFFF).contains(&second) {
                                return None;
                            }
                            let code = (first - 0xD800) * 0x400 + (second - 0xDC00) + 0x10000;
                            string.push(char::from_u32(code)?);
                        } else {
                            // A lone low surrogate is no character.
                            string.push(char::from_u32(first)?);
                        }
                    }
                    _ => return None,
                },
                other => string.push(other),
            }
        }
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            number = number * 16 + self.next()?.to_digit(16)?;
        }
        Some(number)
    }

    fn number(&mut self) -> Option<Value> {
        let mut literal = String::new();
        if self.eat("-") {
            literal.push('-');
        }
        let whole = self.digits(&mut literal);
        if whole == 0 || (whole > 1 && literal.trim_start_matches('-').starts_with('0')) {
            return None;
        }
        let mut integer = true;
        if self.eat(".") {
            integer = false;
            literal.push('.');
            if self.digits(&mut literal) == 0 {
                return None;
            }
        }
        if self.eat("e") || self.eat("E") {
            integer = false;
            literal.push('e');
            if self.eat("-") {
                literal.push('-');
            } else {
                self.eat("+");
            }
            if self.digits(&mut literal) == 0 {
                return None;
            }
        }
        if integer && let Ok(integer) = literal.parse::<i64>() {
            return Some(Value::Integer(integer));
        }
        literal.parse().ok().map(Value::Double)
    }

    fn digits(&mut self, literal: &mut String) -> usize {
        let before = literal.len();
        while let Some('0'..='9') = self.rest.chars().next() {
            literal.extend(self.next());
        }
        literal.len() - before
    }
}

// Section 3.

/// A scalar as text; nothing for containers.
fn text(value: &Value, digits: Digits) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(true) => Some("1".into()),
        Value::Bool(false) => Some("0".into()),
        Value::Integer(integer) => Some(integer.to_string()),
        Value::Text(text) => Some(text.clone()),
        Value::Double(double) => Some(double_text(*double, digits)),
        Value::List(_) | Value::Object(_) => None,
    }
}

/// A double as text.
pub fn double_text(value: f64, precision: Digits) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let value = value.abs();
    if value.is_infinite() {
        return format!("{sign}INF");
    }
    if value == 0.0 {
        return format!("{sign}0");
    }
    let most: i32 = match precision {
        Digits::Significant(most) => i32::try_from(most).unwrap(),
        Digits::Shortest => 17,
    };
    let (mut digits, exponent) = match precision {
        Digits::Significant(most) => round(expansion(value), most),
        Digits::Shortest => shortest(value),
    };
    let oddity = precision == Digits::Significant(14)
        && value.fract() == 0.0
        && (1e14..1e15).contains(&value)
        && format!("{value:.0}").ends_with("05");
    while !oddity && digits.len() > 1 && digits.last() == Some(&0) {
        digits.pop();
    }
    let digits: String = digits.iter().map(u8::to_string).collect();
    if exponent > most || exponent < -3 {
        let rest = if digits.len() == 1 { "0" } else { &digits[1..] };
        let shown = exponent - 1;
        let exponent_sign = if shown < 0 { '-' } else { '+' };
        return format!(
            "{sign}{}.{rest}E{exponent_sign}{}",
            &digits[..1],
            shown.abs()
        );
    }
    let mut plain = String::new();
    for place in exponent.min(1) - 1..0 {
        // Zeros in front: `0.` and those behind the point.
        plain.push('0');
        if place == exponent.min(1) - 1 {
            plain.push('.');
        }
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && i32::try_from(index).unwrap() == exponent {
            plain.push('.');
        }
        plain.push(digit);
    }
    for _ in i32::try_from(digits.len()).unwrap()..exponent {
        plain.push('0');
    }
    format!("{sign}{plain}")
}

/// All digits of a double and the exponent of `0.d1d2d3… × 10^E`, exactly.
fn expansion(value: f64) -> (Vec<u8>, i32) {
    let bits = value.to_bits();
    let stored = i32::try_from(bits >> 52).unwrap();
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, mut power) = if stored == 0 {
        (fraction, -1074)
    } else {
        (fraction | (1 << 52), stored - 1075)
    };
    // Nine digits in each place, the lowest first.
    let mut places = vec![mantissa % NINE_DIGITS, mantissa / NINE_DIGITS];
    let mut point = 0;
    while power > 0 {
        multiply(&mut places, 2);
        power -= 1;
    }
    while power < 0 {
        // A half is five tenths.
        multiply(&mut places, 5);
        point += 1;
        power += 1;
    }
    let digits: String = places
        .iter()
        .rev()
        .map(|place| format!("{place:09}"))
        .collect();
    let digits: Vec<u8> = digits
        .trim_start_matches('0')
        .bytes()
        .map(|b| b - b'0')
        .collect();
    let exponent = i32::try_from(digits.len()).unwrap() - point;
    (digits, exponent)
}

const NINE_DIGITS: u64 = 1_000_000_000;

fn multiply(places: &mut Vec<u64>, factor: u64) {
    let mut carry = 0;
    for place in places.iter_mut() {
        let product = *place * factor + carry;
        *place = product % NINE_DIGITS;
        carry = product / NINE_DIGITS;
    }
    if carry > 0 {
        places.push(carry);
    }
}

/// The nearest number of `most` digits, the even one of two that are equally near.
fn round((mut digits, mut exponent): (Vec<u8>, i32), most: usize) -> (Vec<u8>, i32) {
    if digits.len() <= most {
        return (digits, exponent);
    }
    let cut = digits.split_off(most);
    let up = match cut[0].cmp(&5) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => cut[1..].iter().any(|d| *d > 0) || digits[most - 1] % 2 == 1,
    };
    if up {
        let mut place = most;
        loop {
            if place == 0 {
                digits.insert(0, 1);
                digits.pop();
                exponent += 1;
                break;
            }
            place -= 1;
            if digits[place] < 9 {
                digits[place] += 1;
                break;
            }
            digits[place] = 0;
        }
    }
    (digits, exponent)
}

/// The fewest digits that give the same double again.
fn shortest(value: f64) -> (Vec<u8>, i32) {
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap();
    let digits = digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|b| b - b'0')
        .collect();
    (digits, exponent.parse::<i32>().unwrap() + 1)
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
