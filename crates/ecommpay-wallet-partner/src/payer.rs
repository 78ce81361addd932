//! The customer as wallet-partner requires it.

use std::fmt;

use ecommpay_gate::Customer;
use ecommpay_model::{CustomerId, Email, IpAddress, Name, Phone};

/// The six members of the customer that every sale requires (seed 003). `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Payer {
    /// `customer.id`: the shop's identifier of the customer.
    pub id: CustomerId,
    /// `customer.ip_address`: where the order comes from.
    pub ip_address: IpAddress,
    /// `customer.first_name`.
    pub first_name: Name,
    /// `customer.last_name`.
    pub last_name: Name,
    /// `customer.phone`: digits with the country code and without `+`.
    pub phone: Phone,
    /// `customer.email`.
    pub email: Email,
}

impl From<Payer> for Customer {
    fn from(payer: Payer) -> Self {
        Customer::new(payer.id, payer.ip_address)
            .first_name(payer.first_name)
            .last_name(payer.last_name)
            .phone(payer.phone)
            .email(payer.email)
    }
}

impl fmt::Debug for Payer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Payer").finish_non_exhaustive()
    }
}
