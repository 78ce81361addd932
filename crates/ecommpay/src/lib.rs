//! One door to the crates of the ecommpay SDK: re-exports only.
