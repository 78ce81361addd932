//! JSON, read by one strict reader for signatures and types alike.
//!
//! The reader keeps the text of numbers, refuses member names that occur twice, and borrows from
//! the document. It is RFC 8259 without concessions (`protocol/signature.md`, section 2).

mod de;
mod decode_error;
mod error;
mod keys;
mod limits;
mod names;
mod number;
mod path;
mod scan;
mod ser;
mod text;
mod tokens;

pub use de::from_slice;
pub use decode_error::DecodeError;
pub use error::{SyntaxError, SyntaxRule};
pub use limits::Limits;
pub use number::Number;
pub use ser::{EncodeError, to_vec};
pub use text::Text;
pub use tokens::{Token, Tokens};

pub(crate) use path::{PathTokens, Step, path_at};
pub(crate) use scan::ScalarScanner;
pub(crate) use tokens::{Duplicates, Kind, TokenBuffers};
