//! The customer's account with the method: the `account` object of a sale.

use ecommpay_model::{AccountNumber, Name, Text255};

use crate::members::Members;
use crate::section::{Section, section};

pub(crate) const ACCOUNT: &Section = &section!("account", depth 1, "account", "account:", ["number", "save", "customer_name", "secret"]);

/// A customer's account with the method (wallet sales). `Debug` shows no value.
#[derive(Debug, Clone, PartialEq)]
pub struct Account(pub(crate) Members);

impl Account {
    /// The account with this number (`account.number`).
    #[must_use]
    pub fn new(number: AccountNumber) -> Self {
        let mut members = Members::new(ACCOUNT);
        members.text("number", number.as_str());
        Account(members)
    }

    /// `account.save`: the platform keeps the account for later payments.
    #[must_use]
    pub fn save(mut self) -> Self {
        self.0.flag("save");
        self
    }

    /// `account.customer_name`: the full name of the account's holder.
    #[must_use]
    pub fn holder(mut self, name: Name) -> Self {
        self.0.text("customer_name", name.as_str());
        self
    }

    /// `account.secret`: the account's secret, 1 to 255 characters.
    #[must_use]
    pub fn secret(mut self, secret: Text255) -> Self {
        self.0.text("secret", secret.as_str());
        self
    }
}
