//! Getting callbacks to the merchant: when, to which addresses, and how.

mod address;
mod connector;
mod courier;
mod schedule;
mod sender;

pub(crate) use address::is_callback_url;
pub(crate) use courier::Courier;
pub(crate) use schedule::{ATTEMPTS, wait_after};
pub(crate) use sender::Sender;
