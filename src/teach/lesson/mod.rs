//! Lessons: guess, formula, measurement, picture.
//!
//! A lesson is a file (`fixtures/lessons/`). It has a question about one metric,
//! the answers that people believe in, the runs that show the right answer, and
//! the expected results of each run. The server's counts decide whether a run
//! is as the lesson says: requests in flight, repeated or abandoned. Time is
//! compared with a formula and never with a number of milliseconds.
//!
//! | file | what |
//! |---|---|
//! | `library.rs` | the built-in lessons, and those of a teacher |
//! | `data/` | a lesson's file, parsed and checked |
//! | `formula/`, `range.rs` | the predicted value of a metric, and its expected range |
//! | `metric.rs` | what is measured of a run |
//! | `quantity.rs` | numbers with units, parsed and printed |
//! | `guess.rs` | a guess, and how far off it was |
//! | `votes/` | the votes of a class, before and after |
//! | `progress/` | the file of all guesses and measurements so far |
//! | `accuracy.rs` | a chart of the errors of all guesses |
//! | `one_run.rs` | one run, with the log that its picture needs |
//! | `runner.rs` | all runs of a lesson |
//! | `record.rs` | the results of all runs, as they are saved |
//! | `follows.rs` | whether a saved lesson follows from its logs |
//! | `show/` | the printed text: pure functions of all these |

pub mod accuracy;
mod data;
mod follows;
mod formula;
pub mod guess;
mod library;
mod metric;
mod one_run;
pub mod progress;
pub mod quantity;
mod range;
mod record;
mod runner;
pub mod show;
pub mod votes;

pub use data::{Choice, GuessTarget, Knob, Lesson, Notes, Setup, Wrong};
pub use formula::{Formula, FormulaError, Known};
pub use library::{all, named};
pub use metric::RunMetric;
pub use one_run::{LessonRun, RunOutcome};
pub use range::Range;
pub use record::{Prediction, RecordedRun, Recording, spread};
pub use runner::LessonRunner;

/// Every run of a lesson uses the same scenario.
const SEED: u64 = 1;
