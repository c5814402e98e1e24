//! Lessons: guess, formula, measurement, picture.
//!
//! A lesson is a file (`fixtures/lessons/`): a question about one metric, what
//! people believe of it, the runs that answer it, and what each of these has
//! to come to. What the server saw decides whether a run was as the lesson
//! says: how many were in flight, what was asked for twice or abandoned. Time
//! is held against a formula, and never against a number of milliseconds.
//!
//! | file | what |
//! |---|---|
//! | `library.rs` | the lessons that come along, and a teacher's own |
//! | `data.rs` | a lesson as its file tells it |
//! | `formula.rs`, `range.rs` | what a metric should come to, and has to |
//! | `metric.rs` | what is read off a run |
//! | `quantity.rs` | numbers with units, as they are typed and printed |
//! | `guess.rs` | a guess, and how far off it was |
//! | `votes.rs` | the votes of a class, before and after |
//! | `progress.rs` | what was guessed and measured so far: one plain file |
//! | `accuracy.rs` | how far off the guesses were, as a chart |
//! | `play.rs` | one run, with everything that its picture needs |
//! | `perform.rs` | all runs of a lesson |
//! | `record.rs` | what they came to, as it is saved |
//! | `show.rs` | what is printed: pure functions of all these |

pub mod accuracy;
mod data;
mod formula;
pub mod guess;
mod library;
mod metric;
mod perform;
mod play;
pub mod progress;
pub mod quantity;
mod range;
mod record;
pub mod show;
pub mod votes;

pub use data::{Choice, GuessTarget, Knob, Lesson, Notes, Setup, Wrong};
pub use formula::{Formula, FormulaError, Known};
pub use library::{all, named};
pub use metric::Metric;
pub use perform::Stage;
pub use play::{Played, Run};
pub use range::Range;
pub use record::{Performance, Performed, Predicted, spread};

/// Every run of a lesson is on the same scenario.
const SEED: u64 = 1;
