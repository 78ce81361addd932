//! Section 3: values as text.

use std::cmp::Ordering;

use super::{Digits, Value};

/// A scalar as text; nothing for containers.
pub fn text(value: &Value, digits: Digits) -> Option<String> {
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
