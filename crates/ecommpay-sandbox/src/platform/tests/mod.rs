//! Tests of the state machine as a whole, without HTTP: laws that hold for any commands.

mod laws;
mod replay;
mod truth;
mod world;
