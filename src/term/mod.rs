//! What a person at a terminal sees and presses while it runs.

pub mod interrupt;
pub mod progress;
