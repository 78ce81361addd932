//! The command line: demo, sandbox, sign, verify, explain.

fn main() {}
