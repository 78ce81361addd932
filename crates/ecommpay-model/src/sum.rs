//! Sums as received: an amount in minor units with its currency, either of which may be missing.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::body::body;
use crate::currency::Currency;
use crate::money::Money;

body! {
    /// A sum of a callback or answer (`payment.sum`, `operation.sum_initial`, …).
    ///
    /// [`Sum::money`] gives both parts as one value; use that unless the parts are shown only.
    ///
    /// ```
    /// use ecommpay_model::{Currency, Money, Sum};
    ///
    /// let sum: Sum = serde_json::from_str(r#"{"amount": "1000", "currency": "CNY"}"#)?;
    /// assert_eq!(sum.money(), Money::new(1000, Currency::CNY).ok());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    Sum {
        /// Minor units; 0 after a full refund.
        amount: Option<i64> = "amount",
        /// Currency of the amount.
        currency: Option<Currency> = "currency",
    }
}

impl Sum {
    /// The sum as money; nothing if a part is missing, unreadable or out of range.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        Money::new(self.amount?, self.currency?).ok()
    }
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        Self {
            amount: Some(money.minor()),
            currency: Some(money.currency()),
            ..Self::default()
        }
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Sum::from(*self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Sum {
            amount, currency, ..
        } = Sum::deserialize(deserializer)?;
        match (amount, currency) {
            (Some(amount), Some(currency)) => Self::new(amount, currency).map_err(D::Error::custom),
            (None, _) => Err(D::Error::custom(
                "expected a whole number in the member amount",
            )),
            (_, None) => Err(D::Error::custom(
                "expected three capital letters in the member currency",
            )),
        }
    }
}

body! {
    /// A fee (`operation_fee`), with the surcharge where one is taken.
    Fee {
        /// Minor units.
        amount: Option<i64> = "amount",
        /// Currency of the fee.
        currency: Option<Currency> = "currency",
        /// The payment's sum and the surcharge together, in minor units.
        sum_with_surcharge: Option<i64> = "sum_with_surcharge",
        /// The surcharge, in minor units.
        surcharge_amount: Option<i64> = "surcharge_amount",
        /// Currency of the surcharge.
        surcharge_currency: Option<Currency> = "surcharge_currency",
    }
}
