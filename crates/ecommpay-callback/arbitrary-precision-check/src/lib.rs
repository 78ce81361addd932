//! Another crate of a program may switch on `serde_json/arbitrary_precision`, and features are
//! shared by the whole program: nothing of verification, reading and folding may change by it.
//!
//! There is nothing here but the tests:
//! `cargo test --manifest-path crates/ecommpay-callback/arbitrary-precision-check/Cargo.toml`.
