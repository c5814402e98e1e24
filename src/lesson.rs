//! Lessons: guess, formula, measurement, and a picture of why.

pub mod accuracy;
pub mod guess;
pub mod progress;
pub mod quantity;
pub mod votes;
