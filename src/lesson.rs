//! Lessons: guess, formula, measurement, and a picture of why.

pub mod guess;
pub mod quantity;
pub mod votes;
