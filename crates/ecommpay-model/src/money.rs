//! Money: a whole number of minor units, never apart from its currency.

use core::cmp::Ordering;
use core::fmt;

use crate::currency::Currency;
use crate::invalid::{InvalidValue, Rule, Seen};

/// An amount in minor units of a currency (`payment.amount` with `payment.currency`).
///
/// 0 to 10^13 minor units: requests need at least 1, callbacks show 0 after a full refund.
/// There is no floating point anywhere and no arithmetic across currencies. serde reads and writes
/// the members `amount` and `currency`.
///
/// ```
/// use ecommpay_model::{Currency, Money};
///
/// let price = Money::new(1000, Currency::CNY)?;
/// assert_eq!(price.to_string(), "10.00 CNY");
/// assert_eq!(Money::from_decimal("10", Currency::CNY)?, price);
/// assert_eq!(Money::from_decimal("200", Currency::JPY)?.minor(), 200);
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// The greatest amount of the protocol: 10^13 minor units.
    pub const MAX_MINOR: i64 = 10_000_000_000_000;

    const RULE: Rule = Rule::Range {
        min: 0,
        max: Self::MAX_MINOR as u64,
    };

    /// Takes an amount in minor units, such as 1000 for 10.00 CNY.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for less than 0 or more than 10^13.
    pub const fn new(minor: i64, currency: Currency) -> Result<Self, InvalidValue> {
        if minor < 0 {
            return Err(InvalidValue::new(
                "payment.amount",
                Self::RULE,
                Seen::TooSmall,
            ));
        }
        if minor > Self::MAX_MINOR {
            return Err(InvalidValue::new(
                "payment.amount",
                Self::RULE,
                Seen::TooLarge,
            ));
        }
        Ok(Self { minor, currency })
    }

    /// Reads a decimal amount exactly, such as `10.00`, `10.5` or `10`.
    ///
    /// Digits, and a point followed by at most as many digits as the currency has; no sign, no
    /// blanks, no thousands mark, nothing rounded.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] when the text is no such number, has too many digits after the point, or
    /// is more than 10^13 minor units.
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, InvalidValue> {
        let digits = currency.exponent();
        let refuse = |seen| {
            Err(InvalidValue::new(
                "payment.amount",
                Rule::Decimal { digits },
                seen,
            ))
        };
        let mut characters = text.chars().enumerate();
        if let Some((at, other)) = characters.find(|(_, c)| !c.is_ascii_digit() && *c != '.') {
            return refuse(Seen::character(at, other));
        }
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() && !fraction.contains('.') => {
                (whole, fraction)
            }
            None => (text, ""),
            Some(_) => return refuse(Seen::malformed(text)),
        };
        if whole.is_empty() {
            return refuse(Seen::malformed(text));
        }
        if fraction.len() > usize::from(digits) {
            return refuse(Seen::TooManyDecimals(fraction.len()));
        }
        let missing = usize::from(digits) - fraction.len();
        let minor = whole
            .bytes()
            .chain(fraction.bytes())
            .chain(core::iter::repeat_n(b'0', missing))
            .try_fold(0_i64, |sum, digit| {
                sum.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
            })
            .unwrap_or(i64::MAX);
        Self::new(minor, currency)
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The amount as a decimal number with all digits of its currency, such as `10.00`.
    #[must_use]
    pub fn to_decimal(self) -> String {
        let digits = usize::from(self.currency.exponent());
        if digits == 0 {
            return self.minor.to_string();
        }
        let mut text = format!("{:0width$}", self.minor, width = digits + 1);
        text.insert(text.len() - digits, '.');
        text
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] when the currencies differ or the sum is more than 10^13 minor units.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::new(self.minor + other.minor, self.currency).map_err(|_| MoneyError::AboveMaximum)
    }

    /// What is left of this amount after `other` is taken away.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] when the currencies differ or `other` is the greater amount.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::new(self.minor - other.minor, self.currency).map_err(|_| MoneyError::BelowZero)
    }

    /// Which of two amounts of one currency is the greater.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] when the currencies differ.
    pub fn checked_cmp(self, other: Self) -> Result<Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::DifferentCurrencies {
            left: self.currency,
            right: other.currency,
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

/// Why two amounts cannot be reckoned together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The amounts are of different currencies.
    #[error("amounts of {left} and {right} cannot be reckoned together")]
    DifferentCurrencies {
        /// Currency of the amount on the left.
        left: Currency,
        /// Currency of the amount on the right.
        right: Currency,
    },
    /// The result is more than 10^13 minor units.
    #[error("the sum is above 10^13 minor units")]
    AboveMaximum,
    /// The result is less than zero.
    #[error("the amount taken away is greater than the amount it is taken from")]
    BelowZero,
}
