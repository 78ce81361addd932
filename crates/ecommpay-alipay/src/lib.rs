//! Sale and refund with Alipay over Gate.
//!
//! Alipay is a digital wallet for customers in China. A [`Sale`] is acknowledged at once; then a
//! callback brings what the customer has to see next, a URL to open or a QR code, and a later one
//! the result. A [`Refund`] gives all or a part of the money back. [`CAPABILITIES`] says as data
//! what the method can do.
//!
//! ```
//! use ecommpay_alipay::{Refund, Sale};
//! use ecommpay_gate::{Customer, Merchant, Operation, RefundOptions, SaleOptions};
//! use ecommpay_model::{
//!     Currency, CustomerId, Description, IpAddress, MerchantRefundId, Money, PaymentId, ProjectId,
//!     WebUrl,
//! };
//! use ecommpay_signature::{KeyRing, SecretKey};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let merchant = Merchant::new(ProjectId::new(201)?, KeyRing::new(SecretKey::new("secret")?));
//!
//! let customer = Customer::new(CustomerId::new("123")?, IpAddress::new("192.0.2.0")?);
//! let sale = Sale::new(
//!     PaymentId::new("order-17")?,
//!     Money::new(1000, Currency::CNY)?,
//!     customer,
//!     WebUrl::new("https://shop.example/return")?,
//! )
//! .with(SaleOptions::new().description(Description::new("order 17")?));
//! let prepared = sale.prepare(&merchant)?;
//! assert_eq!(prepared.path(), "/v2/payment/wallet/alipay/sale");
//!
//! let refund = Refund::partial(
//!     PaymentId::new("order-17")?,
//!     Description::new("one item came back")?,
//!     IpAddress::new("192.0.2.0")?,
//!     Money::new(400, Currency::CNY)?,
//! )
//! .with(RefundOptions::new().merchant_refund_id(MerchantRefundId::new("refund-17-1")?));
//! assert_eq!(refund.prepare(&merchant)?.path(), "/v2/payment/wallet/alipay/refund");
//! # Ok(())
//! # }
//! ```

mod capabilities;
mod refund;
mod sale;

pub use crate::capabilities::CAPABILITIES;
pub use crate::refund::Refund;
pub use crate::sale::Sale;
