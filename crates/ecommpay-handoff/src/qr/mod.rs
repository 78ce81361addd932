//! QR codes of `display_data`: what to draw, how long it is valid, what to show beside it.

mod code;
mod page;
mod step;

pub use code::{PNG_SCALES, QrCode, TEXT_LIMIT};
pub use step::{Information, Qr, QrProblem, QrStep, Validity};

pub(crate) use step::{Shown, read};
