//! Executes Gate operations over a transport; says of every failure whether money may have moved.
