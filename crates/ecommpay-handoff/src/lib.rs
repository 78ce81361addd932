//! What the customer must see next: a redirect, a form that posts itself, a QR code, an
//! instruction.
//!
//! A Gate payment stops when the wallet or bank needs the customer. The platform then sends a
//! callback with `redirect_data` or `display_data`; this crate turns it into a [`NextStep`], and
//! the step into the response for the customer's browser. It draws and checks, it never connects:
//! time, randomness and the web server are the caller's.
//!
//! ```
//! use ecommpay_handoff::{NextStep, Nonce, PageOptions};
//! use ecommpay_model::CallbackBody;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let callback = r#"{"payment": {"id": "580", "status": "awaiting redirect result"},
//! #     "redirect_data": {"method": "POST", "body": {"order_no": "29895000000582"},
//! #         "encrypted": [], "url": "https://example.com:443/payment/otoSoft/v3/h5.html"}}"#;
//! # let random = [7; 16];
//! let body: CallbackBody = serde_json::from_str(callback)?; // of a verified callback
//! if let Some(step) = NextStep::from_callback(&body)? {
//!     let options = PageOptions::new(Nonce::from_random_bytes(random));
//!     if let Some(response) = step.response(&options) {
//!         assert_eq!(response.status(), 200);
//!         assert!(response.body().contains("name=\"order_no\" value=\"29895000000582\""));
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What leads elsewhere than to a web server is refused: `javascript:`, `data:` and other schemes,
//! credentials, blanks and control characters that browsers drop, plain `http` outside loopback
//! hosts (see [`PlainHttp`]). Every text of a callback is escaped, and each page carries a content
//! security policy under which nothing but its own script runs.

mod address;
mod error;
mod image;
mod instruction;
mod qr;
mod redirect;
mod step;

pub use address::{AddressProblem, PlainHttp};
pub use ecommpay_html::{
    Framing, HtmlPage, InvalidField, InvalidNonce, Nonce, PageLanguage, PageOptions,
};
pub use error::HandoffError;
pub use image::{IMAGE_LIMIT, ImageKind, ImageProblem, ImageUrl, RasterImage};
pub use instruction::{AlfaClickInstruction, Logo};
pub use qr::{Information, PNG_SCALES, Qr, QrCode, QrProblem, QrStep, TEXT_LIMIT, Validity};
pub use redirect::{GetRedirect, PostForm};
pub use step::{BrowserResponse, NextStep};
