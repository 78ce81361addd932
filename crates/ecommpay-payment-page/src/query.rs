//! Names and texts in an address or a form body: written as the platform's language writes them,
//! read strictly.

use std::fmt::{self, Display, Formatter};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Most bytes of a query or body that is read.
const LONGEST: usize = 64 * 1024;

/// Most pairs that are read.
const MOST_PAIRS: usize = 512;

/// What is encoded: everything but `A–Z a–z 0–9 - _ .`, and the space, which becomes `+`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b' ');

/// Appends `text` as the platform's language encodes it for a query.
pub(crate) fn encode(text: &str, out: &mut String) {
    for (position, word) in text.split(' ').enumerate() {
        if position > 0 {
            out.push('+');
        }
        out.extend(utf8_percent_encode(word, ENCODED));
    }
}

/// Appends `name=text`, behind a `&` if there is a pair already.
pub(crate) fn encode_pair(name: &str, text: &str, out: &mut String) {
    if !out.is_empty() {
        out.push('&');
    }
    encode(name, out);
    out.push('=');
    encode(text, out);
}

/// Reads `name=text` pairs joined by `&`.
///
/// A space may be `+` or `%20`, hex digits of either case, and other printable ASCII may stand for
/// itself, as browsers leave some of it. Everything else is refused.
pub(crate) fn decode(query: &[u8]) -> Result<Vec<(String, String)>, QueryError> {
    if query.len() > LONGEST {
        return Err(QueryError::TooLong { bytes: query.len() });
    }
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<&[u8]> = query.split(|byte| *byte == b'&').collect();
    if pairs.len() > MOST_PAIRS {
        return Err(QueryError::TooManyPairs { pairs: pairs.len() });
    }
    pairs
        .into_iter()
        .enumerate()
        .map(|(pair, text)| decode_pair(text, pair))
        .collect()
}

fn decode_pair(text: &[u8], pair: usize) -> Result<(String, String), QueryError> {
    let equals = text
        .iter()
        .position(|byte| *byte == b'=')
        .filter(|position| *position > 0)
        .ok_or(QueryError::NotAPair { pair })?;
    let name = decode_text(&text[..equals], pair)?;
    let value = decode_text(&text[equals + 1..], pair)?;
    Ok((name, value))
}

fn decode_text(text: &[u8], pair: usize) -> Result<String, QueryError> {
    let encoding = || QueryError::Encoding { pair };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|byte| char::from(*byte).to_digit(16));
                let (high, low) = (digit().ok_or_else(encoding)?, digit().ok_or_else(encoding)?);
                u8::try_from(high * 16 + low).map_err(|_| encoding())?
            }
            b'#' => return Err(encoding()),
            b'!'..=b'~' => *byte,
            _ => return Err(encoding()),
        });
    }
    String::from_utf8(bytes).map_err(|_| encoding())
}

/// Why a query or a form body cannot be read.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryError {
    /// It is longer than 64 KiB.
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It has more than 512 pairs.
    TooManyPairs {
        /// How many there are.
        pairs: usize,
    },
    /// A piece between two `&` is not `name=text`, or its name is empty.
    NotAPair {
        /// Index of the piece, from 0.
        pair: usize,
    },
    /// A pair holds a `%` without two hex digits, a byte that must be encoded, or no UTF-8.
    Encoding {
        /// Index of the pair, from 0.
        pair: usize,
    },
}

impl Display for QueryError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(
                    f,
                    "the parameters must have at most {LONGEST} bytes, not {bytes}"
                )
            }
            Self::TooManyPairs { pairs } => {
                write!(
                    f,
                    "there must be at most {MOST_PAIRS} parameters, not {pairs}"
                )
            }
            Self::NotAPair { pair } => write!(f, "parameter {pair} must be written name=text"),
            Self::Encoding { pair } => {
                write!(f, "parameter {pair} must be percent-encoded UTF-8")
            }
        }
    }
}

impl std::error::Error for QueryError {}

#[cfg(test)]
mod tests {
    use super::{QueryError, decode, encode};

    fn encoded(text: &str) -> String {
        let mut out = String::new();
        encode(text, &mut out);
        out
    }

    fn decoded(query: &str) -> Result<Vec<(String, String)>, QueryError> {
        decode(query.as_bytes())
    }

    #[test]
    fn only_letters_digits_and_three_signs_stay() {
        assert_eq!(encoded("aZ09-_."), "aZ09-_.");
        assert_eq!(encoded("~*'+ %&=/"), "%7E%2A%27%2B+%25%26%3D%2F");
        assert_eq!(encoded("之😀"), "%E4%B9%8B%F0%9F%98%80");
    }

    #[test]
    fn both_spaces_both_cases_and_bare_signs_are_read() {
        let pairs = decoded("a=x+y%20z&b=%d0%B7&c=!'()*~:/{}=").unwrap();
        let texts: Vec<&str> = pairs.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["x y z", "з", "!'()*~:/{}="]);
        assert_eq!(decoded(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_not_strictly_encoded_is_refused() {
        for query in [
            "a=%", "a=%4", "a=%zz", "a=%+1", "a= b", "a=\u{e9}", "a=%ff", "a=#b", "a=\0",
        ] {
            assert_eq!(
                decoded(query),
                Err(QueryError::Encoding { pair: 0 }),
                "{query}"
            );
        }
        for query in ["a", "=b", "&a=b", "a=b&", "a=b&&c=d", "="] {
            assert!(
                matches!(decoded(query), Err(QueryError::NotAPair { .. })),
                "{query}"
            );
        }
    }

    #[test]
    fn sizes_are_bounded() {
        assert!(matches!(
            decoded(&"a".repeat(65_537)),
            Err(QueryError::TooLong { .. })
        ));
        let many = vec!["a=b"; 513].join("&");
        assert_eq!(decoded(&many), Err(QueryError::TooManyPairs { pairs: 513 }));
    }
}
