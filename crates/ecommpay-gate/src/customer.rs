//! Who pays: the `customer` object of a request.

use ecommpay_model::{
    AccountNumber, City, Country, CustomerId, Email, IpAddress, Name, Phone, Street, Text255,
};

use crate::members::Members;
use crate::section::{Section, section};

pub(crate) const CUSTOMER: &Section = &section!("customer", depth 1, "customer", "customer:", [
    "id",
    "ip_address",
    "first_name",
    "middle_name",
    "last_name",
    "phone",
    "home_phone",
    "work_phone",
    "email",
    "account_id",
    "country",
    "state",
    "city",
    "district",
    "street",
    "building",
    "address",
    "zip",
    "day_of_birth",
    "gender",
]);

pub(crate) const IDENTIFY: &Section = &section!("customer.identify", depth 2, "identify", "customer:identify:", [
    "doc_number",
    "doc_type",
    "doc_issue_date",
    "doc_issue_by",
    "doc_issue_country",
]);

pub(crate) const BILLING: &Section = &section!("customer.billing", depth 2, "billing", "customer:billing:", [
    "country",
    "region",
    "region_code",
    "city",
    "address",
    "postal",
]);

/// The customer of a sale, with the members every method requires in the constructor.
///
/// Which further members a method or a provider needs is in the documentation of the method's
/// `Sale`; sending all that are known up front spares the clarification procedure. `Debug` shows
/// which members are set, never a value.
///
/// ```
/// use ecommpay_gate::Customer;
/// use ecommpay_model::{CustomerId, IpAddress, Phone};
///
/// # fn main() -> Result<(), ecommpay_model::InvalidValue> {
/// let customer = Customer::new(CustomerId::new("123")?, IpAddress::new("192.0.2.0")?)
///     .phone(Phone::new("13632264148")?);
/// assert_eq!(format!("{customer:?}"), r#"Customer({"id", "ip_address", "phone"})"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct Customer {
    pub(crate) members: Members,
    pub(crate) identify: Members,
    pub(crate) billing: Members,
}

impl Customer {
    /// A customer with the shop's identifier (`customer.id`) and the address the order comes from
    /// (`customer.ip_address`).
    #[must_use]
    pub fn new(id: CustomerId, ip_address: IpAddress) -> Self {
        let mut members = Members::new(CUSTOMER);
        members.text("id", id.as_str());
        members.text("ip_address", &ip_address.to_text());
        Customer {
            members,
            identify: Members::new(IDENTIFY),
            billing: Members::new(BILLING),
        }
    }

    /// `customer.first_name`.
    #[must_use]
    pub fn first_name(self, name: Name) -> Self {
        self.text("first_name", name.as_str())
    }

    /// `customer.middle_name`: a second name or patronymic.
    #[must_use]
    pub fn middle_name(self, name: Name) -> Self {
        self.text("middle_name", name.as_str())
    }

    /// `customer.last_name`.
    #[must_use]
    pub fn last_name(self, name: Name) -> Self {
        self.text("last_name", name.as_str())
    }

    /// `customer.phone`: digits with the country code and without `+`.
    #[must_use]
    pub fn phone(self, phone: Phone) -> Self {
        self.text("phone", phone.as_str())
    }

    /// `customer.home_phone`.
    #[must_use]
    pub fn home_phone(self, phone: Phone) -> Self {
        self.text("home_phone", phone.as_str())
    }

    /// `customer.work_phone`.
    #[must_use]
    pub fn work_phone(self, phone: Phone) -> Self {
        self.text("work_phone", phone.as_str())
    }

    /// `customer.email`.
    #[must_use]
    pub fn email(self, email: Email) -> Self {
        self.text("email", email.as_str())
    }

    /// `customer.account_id`: the customer's login or account with the payment method.
    ///
    /// Payment Page calls the same thing `customer_account_number`, callbacks `account.number`.
    #[must_use]
    pub fn account_id(self, account: AccountNumber) -> Self {
        self.text("account_id", account.as_str())
    }

    /// `customer.country`: where the customer lives.
    #[must_use]
    pub fn country(self, country: Country) -> Self {
        self.text("country", country.as_str())
    }

    /// `customer.state`: the state or region of the address.
    #[must_use]
    pub fn state(self, state: City) -> Self {
        self.text("state", state.as_str())
    }

    /// `customer.city`; for Alipay in Chinese.
    #[must_use]
    pub fn city(self, city: City) -> Self {
        self.text("city", city.as_str())
    }

    /// `customer.district`.
    #[must_use]
    pub fn district(self, district: Street) -> Self {
        self.text("district", district.as_str())
    }

    /// `customer.street`; for Alipay in Chinese.
    #[must_use]
    pub fn street(self, street: Street) -> Self {
        self.text("street", street.as_str())
    }

    /// `customer.building`.
    #[must_use]
    pub fn building(self, building: Street) -> Self {
        self.text("building", building.as_str())
    }

    /// `customer.address`: the address in one line.
    #[must_use]
    pub fn address(self, address: Street) -> Self {
        self.text("address", address.as_str())
    }

    /// `customer.zip`: the postcode.
    #[must_use]
    pub fn zip(self, postcode: Text255) -> Self {
        self.text("zip", postcode.as_str())
    }

    /// `customer.day_of_birth`; that it is a day of the calendar is checked when the request is
    /// prepared.
    #[must_use]
    pub fn day_of_birth(self, day: u8, month: u8, year: u16) -> Self {
        self.text("day_of_birth", &format!("{day:02}-{month:02}-{year:04}"))
    }

    /// `customer.gender`.
    #[must_use]
    pub fn gender(self, gender: Gender) -> Self {
        self.text("gender", gender.as_str())
    }

    /// `customer.identify`: the customer's identity document.
    #[must_use]
    pub fn identity_document(mut self, document: IdentityDocument) -> Self {
        self.identify = document.0;
        self
    }

    /// `customer.billing`: the address bills go to.
    #[must_use]
    pub fn billing_address(mut self, address: BillingAddress) -> Self {
        self.billing = address.0;
        self
    }

    /// The country that was set.
    #[must_use]
    pub fn country_code(&self) -> Option<&str> {
        self.members
            .value("country")
            .and_then(|country| country.as_str())
    }

    /// Whether a member of `customer` is set, by its name in the request, for example `phone`.
    #[must_use]
    pub fn has(&self, member: &str) -> bool {
        self.members.value(member).is_some()
    }

    fn text(mut self, name: &'static str, value: &str) -> Self {
        self.members.text(name, value);
        self
    }
}

impl std::fmt::Debug for Customer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_tuple("Customer")
            .field(&self.members)
            .finish()
    }
}

/// The values of `customer.gender`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gender {
    /// `female`.
    Female,
    /// `male`.
    Male,
}

impl Gender {
    /// The value as it is sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Gender::Female => "female",
            Gender::Male => "male",
        }
    }
}

/// The customer's identity document: `customer.identify`. All members are optional.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityDocument(Members);

impl IdentityDocument {
    /// A document with this number (`doc_number`).
    #[must_use]
    pub fn new(number: Text255) -> Self {
        IdentityDocument(Members::new(IDENTIFY)).text("doc_number", number)
    }

    /// `doc_type`: the kind of document.
    #[must_use]
    pub fn kind(self, kind: Text255) -> Self {
        self.text("doc_type", kind)
    }

    /// `doc_issue_date`: when it was issued.
    #[must_use]
    pub fn issued_on(self, date: Text255) -> Self {
        self.text("doc_issue_date", date)
    }

    /// `doc_issue_by`: who issued it.
    #[must_use]
    pub fn issued_by(self, issuer: Text255) -> Self {
        self.text("doc_issue_by", issuer)
    }

    /// `doc_issue_country`: where it was issued.
    #[must_use]
    pub fn issued_in(self, country: Text255) -> Self {
        self.text("doc_issue_country", country)
    }

    fn text(mut self, name: &'static str, value: Text255) -> Self {
        self.0.text(name, value.as_str());
        self
    }
}

/// The address bills go to: `customer.billing`. All members are optional.
#[derive(Debug, Clone, PartialEq)]
pub struct BillingAddress(Members);

impl BillingAddress {
    /// An address in this country (`billing.country`).
    #[must_use]
    pub fn new(country: Country) -> Self {
        BillingAddress(Members::new(BILLING)).text("country", country.as_str())
    }

    /// `billing.region`: the region or state.
    #[must_use]
    pub fn region(self, region: City) -> Self {
        self.text("region", region.as_str())
    }

    /// `billing.region_code`: the region by its ISO 3166-2 code without the country, 1 to 3
    /// capitals or digits.
    #[must_use]
    pub fn region_code(self, code: Text255) -> Self {
        self.text("region_code", code.as_str())
    }

    /// `billing.city`.
    #[must_use]
    pub fn city(self, city: City) -> Self {
        self.text("city", city.as_str())
    }

    /// `billing.address`: street and house.
    #[must_use]
    pub fn address(self, address: Street) -> Self {
        self.text("address", address.as_str())
    }

    /// `billing.postal`: the postcode, at most 16 characters.
    #[must_use]
    pub fn postcode(self, postcode: Text255) -> Self {
        self.text("postal", postcode.as_str())
    }

    fn text(mut self, name: &'static str, value: &str) -> Self {
        self.0.text(name, value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_of_a_customer_names_members_and_shows_no_value()
    -> Result<(), ecommpay_model::InvalidValue> {
        let customer = Customer::new(CustomerId::new("c-77")?, IpAddress::new("192.0.2.9")?)
            .last_name(Name::new("Smith")?)
            .identity_document(IdentityDocument::new(Text255::new("54122312544")?));
        let shown = format!("{customer:?}");
        for private in ["c-77", "192.0.2.9", "Smith", "54122312544"] {
            assert!(!shown.contains(private), "{shown}");
        }
        Ok(())
    }
}
