//! What is bought, for a receipt: the `receipt_data` object of a sale or refund.

use ecommpay_model::{Json, Text255};

use crate::members::Members;
use crate::section::{Section, section};

pub(crate) const RECEIPT_DATA: &Section = &section!("receipt_data", depth 1, "receipt_data", "receipt_data:", ["positions", "total_tax_amount", "common_tax"]);

const POSITION: &Section = &section!("receipt_data.positions", depth 2, "positions", "receipt_data:positions:", ["quantity", "amount", "tax", "tax_amount", "description"]);

/// The positions and taxes of a receipt: at most 50 positions, which is checked when the request is
/// prepared.
///
/// ```
/// use ecommpay_gate::{Receipt, ReceiptPosition};
/// use ecommpay_model::Text255;
///
/// # fn main() -> Result<(), ecommpay_model::InvalidValue> {
/// let receipt = Receipt::new(
///     ReceiptPosition::new(108).quantity(10).description(Text255::new("Computer keyboard")?),
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    positions: Vec<ReceiptPosition>,
    taxes: Members,
}

impl Receipt {
    /// A receipt with this first position.
    #[must_use]
    pub fn new(first: ReceiptPosition) -> Self {
        Receipt {
            positions: vec![first],
            taxes: Members::new(RECEIPT_DATA),
        }
    }

    /// One more position.
    #[must_use]
    pub fn position(mut self, position: ReceiptPosition) -> Self {
        self.positions.push(position);
        self
    }

    /// `receipt_data.total_tax_amount`: all tax, in minor units of the payment's currency.
    #[must_use]
    pub fn total_tax(mut self, minor_units: u32) -> Self {
        self.taxes.integer("total_tax_amount", minor_units);
        self
    }

    /// `receipt_data.common_tax`: the tax on everything, in per cent.
    #[must_use]
    pub fn common_tax(mut self, per_cent: Percent) -> Self {
        self.taxes.set("common_tax", per_cent.into_json());
        self
    }

    pub(crate) fn into_members(self) -> Members {
        let mut members = self.taxes;
        let positions = self
            .positions
            .into_iter()
            .map(ReceiptPosition::into_json)
            .collect();
        members.set("positions", Json::Array(positions));
        members
    }
}

/// One line of a receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceiptPosition(Members);

impl ReceiptPosition {
    /// A line of this amount (`amount`), in minor units of the payment's currency.
    #[must_use]
    pub fn new(minor_units: u32) -> Self {
        let mut members = Members::new(POSITION);
        members.integer("amount", minor_units);
        ReceiptPosition(members)
    }

    /// `quantity`: how many, as a whole number.
    #[must_use]
    pub fn quantity(mut self, pieces: u32) -> Self {
        self.0.integer("quantity", pieces);
        self
    }

    /// `quantity`: how much, in millionths of a unit: 1 500 000 is 1.5.
    #[must_use]
    pub fn quantity_in_millionths(mut self, millionths: u64) -> Self {
        self.0.set("quantity", decimal(millionths, 6));
        self
    }

    /// `tax`: the tax on this line, in per cent.
    #[must_use]
    pub fn tax(mut self, per_cent: Percent) -> Self {
        self.0.set("tax", per_cent.into_json());
        self
    }

    /// `tax_amount`: the tax on this line, in minor units of the payment's currency.
    #[must_use]
    pub fn tax_amount(mut self, minor_units: u32) -> Self {
        self.0.integer("tax_amount", minor_units);
        self
    }

    /// `description`: goods or services, 1 to 255 characters.
    #[must_use]
    pub fn description(mut self, description: Text255) -> Self {
        self.0.text("description", description.as_str());
        self
    }

    fn into_json(self) -> Json {
        Json::Object(self.0.to_object())
    }
}

/// A rate in per cent, to the hundredth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent {
    hundredths: u32,
}

impl Percent {
    /// So many per cent.
    #[must_use]
    pub const fn whole(per_cent: u16) -> Self {
        Percent {
            hundredths: per_cent as u32 * 100,
        }
    }

    /// So many hundredths of a per cent: 825 is 8.25 %.
    #[must_use]
    pub const fn hundredths(hundredths: u32) -> Self {
        Percent { hundredths }
    }

    fn into_json(self) -> Json {
        decimal(u64::from(self.hundredths), 2)
    }
}

/// The number `units / 10^digits`, as a number if it is whole and as text if it has a fraction.
///
/// How a fraction is printed when it is signed depends on a setting of the platform. Text is signed
/// as it stands, and examples of the platform's documentation send quantities so.
fn decimal(units: u64, digits: u32) -> Json {
    let one = 10_u64.pow(digits);
    let (whole, fraction) = (units / one, units % one);
    if fraction == 0 {
        return Json::from(whole);
    }
    let fraction = format!("{fraction:0width$}", width = digits as usize);
    Json::String(format!("{whole}.{}", fraction.trim_end_matches('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_numbers_and_fractions_are_text() {
        assert_eq!(Percent::whole(20).into_json(), Json::Integer(20));
        assert_eq!(Percent::hundredths(825).into_json(), Json::from("8.25"));
        assert_eq!(decimal(1_500_000, 6), Json::from("1.5"));
        assert_eq!(decimal(50, 6), Json::from("0.00005"));
        assert_eq!(decimal(0, 6), Json::Integer(0));
    }
}
