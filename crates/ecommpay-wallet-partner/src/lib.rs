//! Sale and refund with wallet-partner (IN) over Gate.
//!
//! Wallets in India through a partner of the platform; Indian rupees only. A [`Sale`] is
//! acknowledged at once; then a callback brings the URL the customer is sent to, and a later one
//! the result. A [`Refund`] gives everything back: the method has no partial refunds.
//! [`CAPABILITIES`] says as data what the method can do.
//!
//! ```
//! use ecommpay_gate::{Merchant, Operation, RefundOptions};
//! use ecommpay_model::{
//!     Currency, CustomerId, Description, Email, IpAddress, MerchantRefundId, Money, Name,
//!     PaymentId, Phone, ProjectId, WebUrl,
//! };
//! use ecommpay_signature::{KeyRing, SecretKey};
//! use ecommpay_wallet_partner::{Payer, Refund, Sale};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let merchant = Merchant::new(ProjectId::new(101)?, KeyRing::new(SecretKey::new("secret")?));
//!
//! let payer = Payer {
//!     id: CustomerId::new("customer123")?,
//!     ip_address: IpAddress::new("192.0.2.0")?,
//!     first_name: Name::new("Mary")?,
//!     last_name: Name::new("Smith")?,
//!     phone: Phone::new("76575657657676")?,
//!     email: Email::new("smith@example.com")?,
//! };
//! let sale = Sale::new(
//!     PaymentId::new("order-17")?,
//!     Money::new(501, Currency::INR)?,
//!     payer,
//!     WebUrl::new("https://shop.example/paid")?,
//! );
//! assert_eq!(sale.prepare(&merchant)?.path(), "/v2/payment/wallet-partner/sale");
//!
//! let refund = Refund::full(PaymentId::new("order-17")?, Description::new("the order came back")?)
//!     .with(RefundOptions::new().merchant_refund_id(MerchantRefundId::new("refund-17-1")?));
//! assert_eq!(refund.prepare(&merchant)?.path(), "/v2/payment/wallet-partner/refund");
//! # Ok(())
//! # }
//! ```

mod capabilities;
mod payer;
mod refund;
mod sale;

pub use crate::capabilities::CAPABILITIES;
pub use crate::payer::Payer;
pub use crate::refund::Refund;
pub use crate::sale::Sale;
