//! What a person at a terminal sees and presses while it runs, and what an
//! error suggests to type.

pub mod interrupt;
pub mod progress;
pub mod say;
pub mod suggest;
