//! Runs every fixture against the crates and every flow against a platform.
