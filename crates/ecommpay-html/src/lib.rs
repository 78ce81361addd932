//! The few HTML pages a customer's browser is handed: escaped, small, under a strict content
//! security policy, in English, Russian and Chinese.
//!
//! Everything here is a pure function of its arguments. The nonce is one of them: whoever answers
//! the browser draws 16 random bytes for each response and passes them in.
//!
//! ```
//! use ecommpay_html::{FormFields, FormPage, Nonce, PageOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let random = [7; 16];
//! let options = PageOptions::new(Nonce::from_random_bytes(random));
//! let mut fields = FormFields::new();
//! fields.push("order", "12 \"b\"")?;
//! let page = FormPage::new("https://wallet.example/pay", fields).page(&options);
//!
//! assert!(page.html().contains("value=\"12 &quot;b&quot;\""));
//! assert!(page.content_security_policy().starts_with("default-src 'none'; script-src 'nonce-"));
//! # Ok(())
//! # }
//! ```
//!
//! What is not here: a template engine, or pages of a shop. A page that is to look like the shop is
//! written by the shop, with [`escape()`] for every text that comes from outside.

mod escape;
mod form;
mod nonce;
mod options;
mod page;

pub use escape::{Escaped, escape};
pub use form::{FormFields, FormPage, InvalidField};
pub use nonce::{InvalidNonce, Nonce};
pub use options::{Framing, PageLanguage, PageOptions};
pub use page::{HtmlPage, ImageSources, PageContent};
