//! What a receiver answers, and that it never answers 200 before the callback is on disk.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

mod bodies;
mod projects;
mod secrecy;
mod sources;
mod storing;
mod support;
