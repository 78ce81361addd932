//! Positions of a receipt (`receipt_data`): section 5.5 of the notes on the Payment Page.

use serde::Serialize;

use super::{Base64Json, StructureError};
use crate::rule::{InvalidParameter, Rule};
use crate::value::Value;

/// A receipt; `encode` it for [`Opening::receipt_data`](crate::Opening::receipt_data).
///
/// Amounts are minor units of the payment's currency. The object is sent bare: one example of the
/// documentation wraps it once more, its own encoded form and the platform's plugins do not.
#[derive(Debug, Clone, Serialize)]
pub struct Receipt {
    positions: Vec<ReceiptPosition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_tax_amount: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    common_tax: Option<i64>,
}

/// Most positions of a receipt.
const MOST_POSITIONS: i64 = 300;

impl Receipt {
    /// A receipt of 1 to 300 positions.
    #[must_use]
    pub fn new(positions: impl IntoIterator<Item = ReceiptPosition>) -> Self {
        Self {
            positions: positions.into_iter().collect(),
            total_tax_amount: None,
            common_tax: None,
        }
    }

    /// Tax of all positions together, in minor units.
    #[must_use]
    pub const fn total_tax_amount(mut self, minor: i64) -> Self {
        self.total_tax_amount = Some(minor);
        self
    }

    /// Rate of tax that holds for all positions.
    #[must_use]
    pub const fn common_tax(mut self, rate: i64) -> Self {
        self.common_tax = Some(rate);
        self
    }

    /// Checks the number of positions and writes the receipt as the parameter's text.
    ///
    /// # Errors
    /// [`StructureError`] if there are no positions or more than 300.
    pub fn encode(&self) -> Result<Base64Json, StructureError> {
        let count = i64::try_from(self.positions.len()).unwrap_or(i64::MAX);
        Rule::Range {
            min: 1,
            max: MOST_POSITIONS,
        }
        .check(&Value::from(count))
        .map_err(|broken| InvalidParameter::new("receipt_data.positions".into(), broken))?;
        Base64Json::encode(self)
    }
}

/// One line of a receipt.
#[derive(Debug, Clone, Serialize)]
pub struct ReceiptPosition {
    amount: i64,
    quantity: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_amount: Option<i64>,
    description: String,
}

impl ReceiptPosition {
    /// So many of a thing for an amount in minor units.
    #[must_use]
    pub fn new(amount: i64, quantity: i64, description: impl Into<String>) -> Self {
        Self {
            amount,
            quantity,
            tax: None,
            tax_amount: None,
            description: description.into(),
        }
    }

    /// Rate of tax.
    #[must_use]
    pub const fn tax(mut self, rate: i64) -> Self {
        self.tax = Some(rate);
        self
    }

    /// Tax of the position, in minor units.
    #[must_use]
    pub const fn tax_amount(mut self, minor: i64) -> Self {
        self.tax_amount = Some(minor);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Receipt, ReceiptPosition};

    #[test]
    fn a_receipt_has_one_to_three_hundred_positions() {
        let receipt =
            |count| Receipt::new((0..count).map(|_| ReceiptPosition::new(100, 1, "tea"))).encode();
        assert!(receipt(0).is_err());
        assert!(receipt(1).is_ok());
        assert!(receipt(300).is_ok());
        assert_eq!(
            receipt(301).unwrap_err().to_string(),
            "receipt_data.positions must be a whole number from 1 to 300, but it is outside"
        );
    }
}
