//! The canonical string of a callback once more, written from the description of the protocol
//! over the *typed* reading: slow, plain, and sharing no code with the signature crate.

use std::cmp::Ordering;

use ecommpay_model::Json;

/// The string that has to be signed for this document, if the reading of it is right.
pub(crate) fn canonical_callback(document: &Json) -> String {
    let document = without_signatures(document);
    let mut entries = flatten(&document, "");
    entries.sort_by(|(one, _), (other, _)| natural(one.as_bytes(), other.as_bytes()));
    let entries: Vec<String> = entries.into_iter().map(|(_, entry)| entry).collect();
    entries.join(";")
}

fn without_signatures(value: &Json) -> Json {
    match value {
        Json::Object(members) => Json::Object(
            members
                .iter()
                .filter(|(name, value)| *name != "signature" || **value == Json::Null)
                .map(|(name, value)| (name.to_owned(), without_signatures(value)))
                .collect(),
        ),
        Json::Array(elements) => Json::Array(elements.iter().map(without_signatures).collect()),
        scalar => scalar.clone(),
    }
}

/// Entries by their slots, in document order; `prefix` leads to the container.
fn flatten(container: &Json, prefix: &str) -> Vec<(String, String)> {
    let members: Vec<(String, &Json)> = match container {
        Json::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "frame_mode")
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        Json::Array(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => return Vec::new(),
    };
    let mut slots: Vec<(String, String)> = Vec::new();
    for (name, value) in members {
        let name = name.replace(':', "::");
        let path = if prefix.is_empty() || prefix == "0" {
            name
        } else {
            format!("{prefix}:{name}")
        };
        match value {
            Json::Object(_) | Json::Array(_) => {
                let inner = flatten(value, &path);
                slots = appended(slots, inner);
            }
            scalar => {
                let entry = format!("{path}:{}", text(scalar));
                set(&mut slots, path, entry);
            }
        }
    }
    slots
}

fn set(slots: &mut Vec<(String, String)>, slot: String, entry: String) {
    match slots.iter_mut().find(|(known, _)| *known == slot) {
        Some((_, old)) => *old = entry,
        None => slots.push((slot, entry)),
    }
}

/// Whole-number slots of both are numbered anew from 0; the others are set by name.
fn appended(slots: Vec<(String, String)>, inner: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut next = 0;
    let mut all = Vec::new();
    for (slot, entry) in slots.into_iter().chain(inner) {
        if is_whole_number(&slot) {
            all.push((next.to_string(), entry));
            next += 1;
        } else {
            set(&mut all, slot, entry);
        }
    }
    all
}

fn is_whole_number(slot: &str) -> bool {
    slot.parse::<i64>()
        .is_ok_and(|number| number.to_string() == slot)
}

fn text(scalar: &Json) -> String {
    match scalar {
        Json::Bool(flag) => u8::from(*flag).to_string(),
        Json::Integer(number) => number.to_string(),
        // The platform's language has no whole numbers above 63 bits.
        Json::Unsigned(number) => double(*number as f64),
        Json::Double(number) => double(*number),
        Json::String(text) => text.clone(),
        _ => String::new(),
    }
}

/// A double with 14 significant digits, as the platform's language prints it.
fn double(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "INF" } else { "-INF" }.to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value == 0.0 {
        return format!("{sign}0");
    }
    let rounded = format!("{:.13e}", value.abs());
    let (mantissa, exponent) = rounded.split_once('e').unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    let all_digits = mantissa.replace('.', "");
    // The one oddity: an exact tie of 15 digits that ends in 05 keeps its zeros.
    let whole = format!("{}", value.abs());
    let is_tie = whole.len() == 15 && whole.ends_with("05") && !whole.contains(['.', 'e']);
    let digits = if is_tie {
        all_digits.as_str()
    } else {
        all_digits.trim_end_matches('0')
    };
    if !(-4..14).contains(&exponent) {
        let rest = if digits.len() > 1 { &digits[1..] } else { "0" };
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!(
            "{sign}{}.{rest}E{direction}{}",
            &digits[..1],
            exponent.abs()
        );
    }
    if exponent < 0 {
        return format!(
            "{sign}0.{}{digits}",
            "0".repeat(usize::try_from(-exponent - 1).unwrap())
        );
    }
    let whole_digits = usize::try_from(exponent + 1).unwrap();
    if digits.len() <= whole_digits {
        return format!("{sign}{digits}{}", "0".repeat(whole_digits - digits.len()));
    }
    format!(
        "{sign}{}.{}",
        &digits[..whole_digits],
        &digits[whole_digits..]
    )
}

/// The natural order of the platform's language.
fn natural(x: &[u8], y: &[u8]) -> Ordering {
    if x.is_empty() || y.is_empty() {
        return x.len().cmp(&y.len());
    }
    let (mut i, mut j) = (leading_zeros(x), leading_zeros(y));
    loop {
        i += x[i..].iter().take_while(|byte| is_blank(**byte)).count();
        j += y[j..].iter().take_while(|byte| is_blank(**byte)).count();
        if at(x, i).is_ascii_digit() && at(y, j).is_ascii_digit() {
            let (run, other) = (digits(&x[i..]), digits(&y[j..]));
            let order = if run[0] == b'0' || other[0] == b'0' {
                run.cmp(other)
            } else {
                run.len().cmp(&other.len()).then(run.cmp(other))
            };
            if order.is_ne() {
                return order;
            }
            (i, j) = (i + run.len(), j + other.len());
            if i == x.len() || j == y.len() {
                return (i < x.len()).cmp(&(j < y.len()));
            }
        }
        let order = at(x, i).cmp(&at(y, j));
        if order.is_ne() {
            return order;
        }
        (i, j) = (i + 1, j + 1);
        if i >= x.len() || j >= y.len() {
            return (i < x.len()).cmp(&(j < y.len()));
        }
    }
}

fn leading_zeros(text: &[u8]) -> usize {
    text.windows(2)
        .take_while(|pair| pair[0] == b'0' && pair[1].is_ascii_digit())
        .count()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, 9..=13 | b' ')
}

fn at(text: &[u8], index: usize) -> u8 {
    text.get(index).copied().unwrap_or(0)
}

fn digits(text: &[u8]) -> &[u8] {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    &text[..length]
}

#[test]
fn doubles_are_printed_as_described() {
    let cases = [
        (1.0, "1"),
        (1e3, "1000"),
        (1.10, "1.1"),
        (0.300_000_000_000_000_04, "0.3"),
        (11_111_111_111_111.1, "11111111111111"),
        (1e14, "1.0E+14"),
        (99_999_999_999_999.5, "1.0E+14"),
        (0.00001, "1.0E-5"),
        (0.0001, "0.0001"),
        (9_223_372_036_854_775_808.0, "9.2233720368548E+18"),
        (100_000_000_000_005.0, "1.0000000000000E+14"),
        (986_422_410_577_005.0, "9.8642241057700E+14"),
        (100_000_000_000_015.0, "1.0000000000002E+14"),
        (-2.25, "-2.25"),
    ];
    for (value, printed) in cases {
        assert_eq!(double(value), printed);
    }
}

#[test]
fn paths_are_ordered_as_described() {
    let smaller_first = [
        ("items:9", "items:10"),
        ("sum", "sum2"),
        ("sum2:amount", "sum:amount"),
        ("card-x", "card:pan"),
        ("card:pan", "card_pan"),
        ("AuthCode", "account"),
        ("a09", "a1"),
        ("2", "10"),
        ("aa", "a b"),
    ];
    for (smaller, larger) in smaller_first {
        assert_eq!(
            natural(smaller.as_bytes(), larger.as_bytes()),
            Ordering::Less,
            "{smaller} {larger}"
        );
        assert_eq!(
            natural(larger.as_bytes(), smaller.as_bytes()),
            Ordering::Greater
        );
    }
    assert_eq!(natural(b"001", b"1"), Ordering::Equal);
    assert_eq!(natural(b"ab", b"a  b"), Ordering::Equal);
}
