//! Shared by the benches: the work that is measured, the way it is measured, the rows that come out.

#![allow(dead_code, reason = "each bench uses a part")]

pub(crate) mod bound;
pub(crate) mod contest;
pub(crate) mod hostile;
#[cfg(any(feature = "accept", feature = "accept-postgres"))]
pub(crate) mod raw_http;
pub(crate) mod row;
pub(crate) mod work;
