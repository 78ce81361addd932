//! Tasks of the workspace: run `cargo xtask` for the list.

fn main() {}
