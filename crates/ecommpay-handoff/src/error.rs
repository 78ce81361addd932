//! Why hand-off data of a callback cannot be turned into a step for the customer.

use std::fmt::{self, Display, Formatter};

use crate::address::AddressProblem;
use crate::qr::QrProblem;

/// Hand-off data that must not or cannot be shown to the customer.
///
/// The payment itself is untouched: no money has moved, and the platform declines the payment by
/// itself when nobody acts. The texts name members and kinds, never values.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandoffError {
    /// `redirect_data.url` is no address that a customer may be sent to.
    Address {
        /// What is wrong with it.
        problem: AddressProblem,
    },
    /// `redirect_data.method` is neither `GET` nor `POST`.
    Method {
        /// Length of what it is instead, in characters.
        length: usize,
    },
    /// `redirect_data.body` is neither an object nor empty.
    Body {
        /// What it is instead, such as `an array`.
        kind: &'static str,
    },
    /// A member of `redirect_data.body` holds an object or an array. No form has a place for it.
    NestedMember {
        /// Index of the member, from 0.
        position: usize,
        /// What it holds, such as `an object`.
        kind: &'static str,
    },
    /// A member of `redirect_data.body` has a name or a text that a browser would change.
    UnsendableMember {
        /// What is wrong with it.
        problem: ecommpay_html::InvalidField,
    },
    /// A QR object of `display_data` is there, but none of them can be shown.
    Qr {
        /// Index of the first one in `display_data`, from 0.
        position: usize,
        /// What is wrong with it.
        problem: QrProblem,
    },
}

impl Display for HandoffError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address { problem } => write!(f, "redirect_data.url: {problem}"),
            Self::Method { length } => {
                write!(
                    f,
                    "redirect_data.method must be GET or POST, it has {length} characters"
                )
            }
            Self::Body { kind } => {
                write!(
                    f,
                    "redirect_data.body must be an object or empty, it is {kind}"
                )
            }
            Self::NestedMember { position, kind } => write!(
                f,
                "redirect_data.body must hold texts and numbers only, member {position} is {kind}"
            ),
            Self::UnsendableMember { problem } => write!(f, "redirect_data.body: {problem}"),
            Self::Qr { position, problem } => write!(f, "display_data.{position}.data: {problem}"),
        }
    }
}

impl std::error::Error for HandoffError {}
