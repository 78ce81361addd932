//! Tests of the state machine as a whole, without HTTP: laws that hold for any commands.

mod laws;
mod page_walk;
mod replay;
mod truth;
mod world;
