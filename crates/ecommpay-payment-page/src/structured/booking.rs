//! What was booked (`booking_info`): section 6 of the notes on the Payment Page.

use serde::Serialize;

use super::{Base64Json, StructureError};
use crate::rule::{InvalidParameter, Rule};
use crate::value::Value;

/// A booking; `encode` it for [`Opening::booking_info`](crate::Opening::booking_info).
///
/// Dates are `DD-MM-YYYY`. The platform returns it in the final callback.
///
/// ```
/// use ecommpay_payment_page::{Booker, BookingInfo};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let booking = BookingInfo::new("01-03-2027", "08-03-2027")
///     .description("Hotel")
///     .total(50_000)
///     .booker(Booker::new("Li", "Wei", "li.wei@example.com"))
///     .encode()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct BookingInfo {
    start_date: String,
    end_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pax: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bookers: Vec<Booker>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<BookingItem>,
}

impl BookingInfo {
    /// A booking from its first to its last day.
    #[must_use]
    pub fn new(start_date: impl Into<String>, end_date: impl Into<String>) -> Self {
        Self {
            start_date: start_date.into(),
            end_date: end_date.into(),
            description: None,
            total: None,
            pax: None,
            reference: None,
            id: None,
            bookers: Vec::new(),
            items: Vec::new(),
        }
    }

    /// What was booked.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Price of the whole booking in minor units of the payment's currency; from 1.
    #[must_use]
    pub const fn total(mut self, minor: i64) -> Self {
        self.total = Some(minor);
        self
    }

    /// Number of travellers; from 1.
    #[must_use]
    pub const fn pax(mut self, travellers: i64) -> Self {
        self.pax = Some(travellers);
        self
    }

    /// Address or code of the booking.
    #[must_use]
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// Identifier of the booking.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Adds one who booked.
    #[must_use]
    pub fn booker(mut self, booker: Booker) -> Self {
        self.bookers.push(booker);
        self
    }

    /// Adds a part of the booking.
    #[must_use]
    pub fn item(mut self, item: BookingItem) -> Self {
        self.items.push(item);
        self
    }

    /// Checks dates and numbers and writes the booking as the parameter's text.
    ///
    /// # Errors
    /// [`StructureError`] with the member that breaks its rule.
    pub fn encode(&self) -> Result<Base64Json, StructureError> {
        check_date("booking_info.start_date", &self.start_date)?;
        check_date("booking_info.end_date", &self.end_date)?;
        for item in &self.items {
            check_date("booking_info.items.start_date", &item.start_date)?;
            check_date("booking_info.items.end_date", &item.end_date)?;
        }
        check_count("booking_info.total", self.total)?;
        check_count("booking_info.pax", self.pax)?;
        Base64Json::encode(self)
    }
}

fn check_date(member: &'static str, text: &str) -> Result<(), InvalidParameter> {
    Rule::Date
        .check(&Value::from(text))
        .map_err(|broken| InvalidParameter::new(member.into(), broken))
}

fn check_count(member: &'static str, number: Option<i64>) -> Result<(), InvalidParameter> {
    let rule = Rule::Range {
        min: 1,
        max: i64::MAX,
    };
    number
        .map_or(Ok(()), |number| rule.check(&Value::from(number)))
        .map_err(|broken| InvalidParameter::new(member.into(), broken))
}

/// One who booked.
#[derive(Clone, Serialize)]
pub struct Booker {
    first_name: String,
    last_name: String,
    email: String,
}

impl Booker {
    /// A person by name and e-mail address.
    #[must_use]
    pub fn new(
        first_name: impl Into<String>,
        last_name: impl Into<String>,
        email: impl Into<String>,
    ) -> Self {
        Self {
            first_name: first_name.into(),
            last_name: last_name.into(),
            email: email.into(),
        }
    }
}

impl std::fmt::Debug for Booker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Booker([redacted])")
    }
}

/// A part of a booking.
#[derive(Debug, Clone, Serialize)]
pub struct BookingItem {
    description: String,
    start_date: String,
    end_date: String,
}

impl BookingItem {
    /// A part from its first to its last day.
    #[must_use]
    pub fn new(
        description: impl Into<String>,
        start_date: impl Into<String>,
        end_date: impl Into<String>,
    ) -> Self {
        Self {
            description: description.into(),
            start_date: start_date.into(),
            end_date: end_date.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Booker, BookingInfo, BookingItem};

    #[test]
    fn members_are_written_compactly_and_in_order() {
        use base64::Engine as _;
        let text = BookingInfo::new("01-03-2027", "08-03-2027")
            .total(50_000)
            .booker(Booker::new("Li", "Wei", "l@example.com"))
            .item(BookingItem::new("Room", "01-03-2027", "08-03-2027"))
            .encode()
            .unwrap();
        let json = base64::engine::general_purpose::STANDARD
            .decode(text.as_str())
            .unwrap();
        assert_eq!(
            String::from_utf8(json).unwrap(),
            concat!(
                r#"{"start_date":"01-03-2027","end_date":"08-03-2027","total":50000,"#,
                r#""bookers":[{"first_name":"Li","last_name":"Wei","email":"l@example.com"}],"#,
                r#""items":[{"description":"Room","start_date":"01-03-2027","#,
                r#""end_date":"08-03-2027"}]}"#
            )
        );
    }

    #[test]
    fn a_wrong_member_is_named() {
        let refused = |booking: BookingInfo| booking.encode().unwrap_err().to_string();
        assert_eq!(
            refused(BookingInfo::new("2027-03-01", "08-03-2027")),
            "booking_info.start_date must be a date written DD-MM-YYYY, but it has 10 characters"
        );
        assert_eq!(
            refused(BookingInfo::new("01-03-2027", "08-03-2027").pax(0)),
            "booking_info.pax must be a whole number from 1 to 9223372036854775807, \
             but it is outside"
        );
    }
}
