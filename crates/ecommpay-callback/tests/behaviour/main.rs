//! From raw bytes to the state of a payment: what the crate promises, checked from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

mod canonical;
mod classification;
mod fold_conflicts;
mod fold_laws;
mod fold_lives;
mod fold_refunds;
mod fold_sequences;
mod folding;
mod guard;
mod life;
mod one_reading;
mod seed_callbacks;
mod support;
mod verifying;
