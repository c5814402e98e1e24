//! Lessons: guess, formula, measurement, picture.
//!
//! | file | what |
//! |---|---|
//! | `play.rs` | one run, with everything that its picture needs |

mod play;

pub use play::{Played, Run};
