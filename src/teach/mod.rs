//! Lessons, exercises, and pitfalls of measuring.

pub mod exercise;
pub mod lesson;
pub mod pitfalls;
pub mod snippets;
