//! Sale and refund with Alfa-Click over Gate.
//!
//! Alfa-Click is the online banking of Alfa-Bank for customers in Russia and Kazakhstan. The
//! customer is known by a login with the bank. What happens after the acknowledgement of a [`Sale`]
//! is agreed with the account manager: either a callback brings a URL to send the customer to, or
//! the shop shows its own instruction, with the logo of the method, at once, and the bank issues an
//! invoice that is valid for seven days. A [`Refund`] gives all or a part of the money back.
//! [`CAPABILITIES`] says as data what the method can do.
//!
//! The login has three names: `customer.account_id` here, `customer_account_number` on Payment
//! Page, `account.number` in callbacks.
//!
//! ```
//! use ecommpay_alfa_click::{Refund, Sale};
//! use ecommpay_gate::{Customer, Merchant, Operation, RefundOptions};
//! use ecommpay_model::{
//!     AccountNumber, Currency, CustomerId, Description, IpAddress, MerchantRefundId, Money,
//!     PaymentId, ProjectId,
//! };
//! use ecommpay_signature::{KeyRing, SecretKey};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let merchant = Merchant::new(ProjectId::new(35)?, KeyRing::new(SecretKey::new("secret")?));
//!
//! let customer = Customer::new(CustomerId::new("customer123")?, IpAddress::new("192.0.2.0")?);
//! let sale = Sale::new(
//!     PaymentId::new("order-17")?,
//!     Money::new(10_000, Currency::RUB)?,
//!     customer,
//!     AccountNumber::new("account_1")?,
//! );
//! assert_eq!(sale.prepare(&merchant)?.path(), "/v2/payment/online-banking/alfa-click/sale");
//!
//! let refund = Refund::full(
//!     PaymentId::new("order-17")?,
//!     Description::new("the order came back")?,
//!     IpAddress::new("192.0.2.0")?,
//! )
//! .with(RefundOptions::new().merchant_refund_id(MerchantRefundId::new("refund-17-1")?));
//! assert_eq!(refund.prepare(&merchant)?.path(), "/v2/payment/online-banking/alfa-click/refund");
//! # Ok(())
//! # }
//! ```

mod capabilities;
mod refund;
mod sale;

pub use crate::capabilities::CAPABILITIES;
pub use crate::refund::Refund;
pub use crate::sale::Sale;
