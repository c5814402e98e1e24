//! What a class uses: lessons, exercises and measurement pitfalls.

pub mod exercise;
pub mod lesson;
pub mod pitfalls;
pub mod snippets;
