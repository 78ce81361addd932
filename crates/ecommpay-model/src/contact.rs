//! How a customer is reached: phone, e-mail, IP address; and web addresses.

use core::fmt;
use core::str::FromStr;
use std::net::IpAddr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::invalid::{InvalidValue, Rule, Seen};
use crate::text::{check_length, deserialize_text, text_types};

text_types! {
    /// A phone number (`customer.phone`): 4 to 24 digits, no plus sign. Personal data.
    redacted Phone, check_phone;

    /// An e-mail address (`customer.email`): at most 255 characters. Personal data.
    ///
    /// One `@` between a local part and a domain, no blanks or control characters. Whether it can
    /// be delivered to is not asked.
    redacted Email, check_email;
}

fn check_phone(text: &str) -> Result<(), InvalidValue> {
    let refuse = |seen| {
        Err(InvalidValue::new(
            "customer.phone",
            Rule::Digits { min: 4, max: 24 },
            seen,
        ))
    };
    if let Some((at, other)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        return refuse(Seen::character(at, other));
    }
    if !(4..=24).contains(&text.len()) {
        return refuse(Seen::Length(text.len()));
    }
    Ok(())
}

fn check_email(text: &str) -> Result<(), InvalidValue> {
    check_length("customer.email", text, 1, 255)?;
    let refuse = |seen| Err(InvalidValue::new("customer.email", Rule::Email, seen));
    let blank = |c: &char| c.is_whitespace() || c.is_control();
    if let Some((at, other)) = text.chars().enumerate().find(|(_, c)| blank(c)) {
        return refuse(Seen::character(at, other));
    }
    let fits = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain
                .split('.')
                .all(|label| !label.is_empty() && !label.contains('@'))
    });
    if fits {
        Ok(())
    } else {
        refuse(Seen::malformed(text))
    }
}

/// An IP address of a customer (`customer.ip_address`). Personal data.
///
/// ```
/// use ecommpay_model::IpAddress;
///
/// let address: IpAddress = "192.0.2.0".parse()?;
/// assert_eq!(address.to_text(), "192.0.2.0");
/// assert_eq!(format!("{address:?}"), "IpAddress([redacted])");
/// # Ok::<(), ecommpay_model::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpAddress(IpAddr);

impl IpAddress {
    /// Reads an IPv4 or IPv6 address.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] for any other text.
    pub fn new(text: &str) -> Result<Self, InvalidValue> {
        text.parse().map(Self).map_err(|_| {
            InvalidValue::new(
                "customer.ip_address",
                Rule::IpAddress,
                Seen::malformed(text),
            )
        })
    }

    /// The address as it is sent.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.to_string()
    }

    /// The address for a program.
    #[must_use]
    pub const fn ip(&self) -> IpAddr {
        self.0
    }
}

impl From<IpAddr> for IpAddress {
    fn from(address: IpAddr) -> Self {
        Self(address)
    }
}

impl FromStr for IpAddress {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl fmt::Debug for IpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IpAddress([redacted])")
    }
}

impl Serialize for IpAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for IpAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&deserialize_text(deserializer)?).map_err(D::Error::custom)
    }
}
