//! Currencies and the platform's table of their minor units.

use core::fmt;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::invalid::{InvalidValue, Rule, Seen};
use crate::text::deserialize_text;

/// A currency by its three capital letters (`payment.currency`), such as `CNY`.
///
/// Any three capital letters are accepted, as in the protocol's schema: which currencies a method
/// takes is the method's business.
///
/// ```
/// use ecommpay_model::Currency;
///
/// let yen: Currency = "JPY".parse()?;
/// assert_eq!(yen, Currency::JPY);
/// assert_eq!(yen.exponent(), 0);
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Currencies without minor units: amounts are whole units.
///
/// This is the platform's own list. It names currencies that are gone (`BYR`, `KZZ`), that count
/// no money (`XDR`, `TST`) and `CLF`, for which ISO 4217 has four digits; the platform decides.
const NO_DIGITS: [&[u8; 3]; 22] = [
    b"BIF", b"BYR", b"CLF", b"CLP", b"DJF", b"GNF", b"ISK", b"JPY", b"KMF", b"KRW", b"KZZ", b"PYG",
    b"RWF", b"TST", b"UGX", b"UYI", b"VND", b"VUV", b"XAF", b"XDR", b"XOF", b"XPF",
];

/// Currencies with a thousandth as minor unit.
const THREE_DIGITS: [&[u8; 3]; 7] = [b"BHD", b"IQD", b"JOD", b"KWD", b"LYD", b"OMR", b"TND"];

macro_rules! currencies {
    ($( $name:ident $text:literal $what:literal )+) => {
        impl Currency {
            $( #[doc = $what] pub const $name: Currency = Currency(*$text); )+
        }
    };
}

currencies! {
    AUD b"AUD" "Australian dollar."
    CAD b"CAD" "Canadian dollar."
    CNY b"CNY" "Chinese yuan."
    EUR b"EUR" "Euro."
    GBP b"GBP" "Pound sterling."
    HKD b"HKD" "Hong Kong dollar."
    INR b"INR" "Indian rupee."
    JPY b"JPY" "Japanese yen, without minor units."
    KWD b"KWD" "Kuwaiti dinar, with a thousandth as minor unit."
    KZT b"KZT" "Kazakhstan tenge."
    RUB b"RUB" "Russian rouble."
    SGD b"SGD" "Singapore dollar."
    USD b"USD" "United States dollar."
}

impl Currency {
    /// Takes a code of three capital letters `A` to `Z`.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for any other text.
    pub fn new(code: &str) -> Result<Self, InvalidValue> {
        capital_letters("payment.currency", code).map(Self)
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII letters come in, so the text is always there.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimal digits the minor unit has: 0, 2 or 3, by the platform's table.
    #[must_use]
    pub fn exponent(self) -> u8 {
        if NO_DIGITS.contains(&&self.0) {
            0
        } else if THREE_DIGITS.contains(&&self.0) {
            3
        } else {
            2
        }
    }
}

/// Reads exactly `N` capital letters.
pub(crate) fn capital_letters<const N: usize>(
    field: &'static str,
    text: &str,
) -> Result<[u8; N], InvalidValue> {
    let refuse = |seen| {
        Err(InvalidValue::new(
            field,
            Rule::CapitalLetters { count: N },
            seen,
        ))
    };
    if let Some((at, other)) = text
        .chars()
        .enumerate()
        .find(|(_, c)| !c.is_ascii_uppercase())
    {
        return refuse(Seen::character(at, other));
    }
    <[u8; N]>::try_from(text.as_bytes()).or_else(|_| refuse(Seen::Length(text.len())))
}

impl FromStr for Currency {
    type Err = InvalidValue;

    fn from_str(code: &str) -> Result<Self, InvalidValue> {
        Self::new(code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({self})")
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&deserialize_text(deserializer)?).map_err(D::Error::custom)
    }
}
