//! Answer to `/balance/get`.

use crate::body::{body, body_serde, join};
use crate::currency::Currency;
use crate::json::{Json, JsonObject};
use crate::member::{Member, Value};
use crate::sum::Sum;

body! {
    /// The merchant's balances; at present those for payouts only.
    BalanceReport {
        /// The balances.
        balances: Vec<Balance> = "balance",
        /// Signature of the answer. It is checked on the bytes, not here.
        signature: Option<String> = "signature",
    }
}

/// One balance: a name and, under the currency as the member's name, a sum.
///
/// ```
/// use ecommpay_model::reporting::Balance;
/// use ecommpay_model::{Currency, Money};
///
/// let balance: Balance = serde_json::from_str(r#"{"name": "Shop OUT", "EUR": "120050"}"#)?;
/// assert_eq!(balance.name.as_deref(), Some("Shop OUT"));
/// assert_eq!(balance.sums[0].money(), Money::new(120_050, Currency::EUR).ok());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub struct Balance {
    /// Name of the balance.
    pub name: Option<String>,
    /// One for each member that is named like a currency; the documentation shows one. Minor units,
    /// possibly below zero or above what one payment can be, where [`Sum::money`] gives nothing.
    pub sums: Vec<Sum>,
    /// Members without a typed place, written back as they came.
    pub other: JsonObject,
}

impl Balance {
    /// Paths of the members named like a currency whose value is no whole number.
    #[must_use]
    pub fn unread(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.unread_inside("", &mut found);
        found
    }
}

impl Value for Balance {
    fn read(json: Json) -> Result<Self, Json> {
        let Json::Object(mut other) = json else {
            return Err(json);
        };
        let name = Member::take_from(&mut other, "name");
        let sums: Vec<Sum> = other
            .iter()
            .filter_map(|(name, value)| {
                Some(Sum {
                    amount: Some(i64::read(value.clone()).ok()?),
                    currency: Some(Currency::new(name).ok()?),
                    ..Sum::default()
                })
            })
            .collect();
        for currency in sums.iter().filter_map(|sum| sum.currency) {
            other.remove(currency.as_str());
        }
        Ok(Self { name, sums, other })
    }

    fn write(&self) -> Json {
        let mut object = self.other.clone();
        self.name.put_into(&mut object, "name");
        for sum in &self.sums {
            if let (Some(amount), Some(currency)) = (sum.amount, sum.currency) {
                object.insert(currency.as_str(), amount.to_string());
            }
        }
        Json::Object(object)
    }

    fn unread_inside(&self, path: &str, found: &mut Vec<String>) {
        for (name, value) in self.other.iter() {
            let known = name == "name" || Currency::new(name).is_ok();
            if known && !value.is_empty() {
                found.push(join(path, name));
            }
        }
    }
}

body_serde!(Balance);
