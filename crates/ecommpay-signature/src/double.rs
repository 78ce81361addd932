//! Doubles as text, as the platform's language prints them (`protocol/signature.md`, section 3).

use alloc::string::String;
use core::fmt::{self, Write};

/// How many significant digits of a double are signed: a setting of the platform's language whose
/// value the platform does not publish.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// 14 digits, the default of the language and of its configuration files.
    #[default]
    Fourteen,
    /// 17 digits, so that `1.1` reads `1.1000000000000001`.
    Seventeen,
    /// As few digits as give the same double again (`-1` in the settings of the language).
    Shortest,
}

/// Digits `d1 d2 d3 …` and exponent `e` of a double `0.d1d2d3… × 10^e`.
struct Digits {
    buffer: [u8; 24],
    length: usize,
    exponent: i32,
}

/// Appends `value` as the platform's language prints it.
pub(crate) fn print(value: f64, precision: Precision, out: &mut String) {
    if value.is_nan() {
        // No JSON literal is one.
        out.push_str("NAN");
        return;
    }
    if value.is_sign_negative() {
        out.push('-');
    }
    let value = value.abs();
    if value.is_infinite() {
        out.push_str("INF");
        return;
    }
    if value == 0.0 {
        out.push('0');
        return;
    }
    let most = match precision {
        Precision::Fourteen => 14,
        Precision::Seventeen | Precision::Shortest => 17,
    };
    let digits = Digits::of(value, precision);
    if digits.exponent > most || digits.exponent < -3 {
        digits.scientific(out);
    } else {
        digits.plain(out);
    }
}

impl Digits {
    fn of(value: f64, precision: Precision) -> Self {
        // The scientific form of the core library is rounded correctly, ties to even.
        let mut text = Scientific {
            buffer: [0; 40],
            length: 0,
        };
        // 17 digits, a point and an exponent fit the buffer.
        let _ = match precision {
            Precision::Fourteen => write!(text, "{value:.13e}"),
            Precision::Seventeen => write!(text, "{value:.16e}"),
            Precision::Shortest => write!(text, "{value:e}"),
        };
        let mut digits = Self {
            buffer: [0; 24],
            length: 0,
            exponent: 0,
        };
        let mut parts = text.buffer[..text.length].split(|b| *b == b'e');
        for byte in parts
            .next()
            .unwrap_or_default()
            .iter()
            .filter(|b| b.is_ascii_digit())
        {
            digits.buffer[digits.length] = *byte;
            digits.length += 1;
        }
        let exponent = parts
            .next()
            .and_then(|e| core::str::from_utf8(e).ok()?.parse::<i32>().ok());
        digits.exponent = exponent.unwrap_or(0) + 1;
        if precision == Precision::Fourteen && keeps_zeros(value) {
            return digits;
        }
        while digits.length > 1 && digits.buffer[digits.length - 1] == b'0' {
            digits.length -= 1;
        }
        digits
    }

    fn scientific(&self, out: &mut String) {
        out.push(char::from(self.buffer[0]));
        out.push('.');
        push_ascii(
            out,
            if self.length == 1 {
                b"0"
            } else {
                &self.buffer[1..self.length]
            },
        );
        let shown = self.exponent - 1;
        // A string takes whatever is written to it.
        let _ = write!(out, "E{}{}", if shown < 0 { '-' } else { '+' }, shown.abs());
    }

    fn plain(&self, out: &mut String) {
        let digits = &self.buffer[..self.length];
        if self.exponent <= 0 {
            out.push_str("0.");
            push_zeros(out, self.exponent.unsigned_abs() as usize);
            push_ascii(out, digits);
            return;
        }
        let whole = self.exponent.unsigned_abs() as usize;
        if digits.len() <= whole {
            push_ascii(out, digits);
            push_zeros(out, whole - digits.len());
        } else {
            push_ascii(out, &digits[..whole]);
            out.push('.');
            push_ascii(out, &digits[whole..]);
        }
    }
}

/// Integral doubles of 15 digits ending in `05` lie exactly between two numbers of 14 digits; the
/// platform's language rounds them down and then forgets to drop the zeros.
fn keeps_zeros(value: f64) -> bool {
    (1e14..1e15).contains(&value) && value % 100.0 == 5.0
}

fn push_ascii(out: &mut String, bytes: &[u8]) {
    out.extend(bytes.iter().copied().map(char::from));
}

fn push_zeros(out: &mut String, count: usize) {
    out.extend(core::iter::repeat_n('0', count));
}

/// The scientific form of the core library, on the stack.
struct Scientific {
    buffer: [u8; 40],
    length: usize,
}

impl Write for Scientific {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let end = self.length + piece.len();
        self.buffer
            .get_mut(self.length..end)
            .ok_or(fmt::Error)?
            .copy_from_slice(piece.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(value: f64, precision: Precision) -> String {
        let mut out = String::new();
        print(value, precision, &mut out);
        out
    }

    /// The examples of `protocol/signature.md`, section 3.
    #[test]
    fn examples_of_the_protocol() {
        let examples = [
            (1.0, "1"),
            (1e3, "1000"),
            (1.10, "1.1"),
            (0.30000000000000004, "0.3"),
            (11111111111111.1, "11111111111111"),
            (1e14, "1.0E+14"),
            (99999999999999.5, "1.0E+14"),
            (0.00001, "1.0E-5"),
            (0.0001, "0.0001"),
            (-2.25, "-2.25"),
            (1e15, "1.0E+15"),
            (1.5e300, "1.5E+300"),
            (9223372036854775808.0, "9.2233720368548E+18"),
            (100000000000005.0, "1.0000000000000E+14"),
            (986422410577005.0, "9.8642241057700E+14"),
            (100000000000015.0, "1.0000000000002E+14"),
            (f64::INFINITY, "INF"),
            (f64::NEG_INFINITY, "-INF"),
            (0.0, "0"),
            (-0.0, "-0"),
        ];
        for (value, text) in examples {
            assert_eq!(printed(value, Precision::Fourteen), text);
        }
        assert_eq!(printed(1.1, Precision::Seventeen), "1.1000000000000001");
        assert_eq!(printed(1.1, Precision::Shortest), "1.1");
    }

    #[test]
    fn ties_go_to_even_digits() {
        // 0.5 and 1.5 units of the 14th digit, exact in binary.
        assert_eq!(
            printed(10000000000000.5, Precision::Fourteen),
            "10000000000000"
        );
        assert_eq!(
            printed(10000000000001.5, Precision::Fourteen),
            "10000000000002"
        );
        assert_eq!(
            printed(100000000000025.0, Precision::Fourteen),
            "1.0000000000002E+14"
        );
    }
}
