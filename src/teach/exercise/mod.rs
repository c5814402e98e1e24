//! Exercises: a small project that a student fixes, and its grading.
//!
//! A lesson shows how programs wait; in an exercise a student writes one. It is
//! a worker in its own cargo project (`docs/PROTOCOL.md`), and the student
//! changes only its driver. The server's counts decide the grade and never the
//! time, so slow and fast machines give the same grade.
//!
//! | file | content |
//! |---|---|
//! | `list.rs` | the exercises and the scenario of each |
//! | `write.rs` | writes the initial project; its files are in `fixtures/exercises/` |
//! | `project.rs` | recognises a student's project |
//! | `build.rs` | runs cargo and reports compiler errors |
//! | `check.rs` | builds, runs and grades a project |
//! | `grade/` | the rules: pure functions of a log |
//! | `time.rs` | durations as the log counts them |
//! | `verdict.rs` | the grade as text |

mod build;
mod check;
mod grade;
mod list;
mod project;
mod time;
mod verdict;
mod write;

use std::time::Duration;

pub use build::Profile;
pub use check::{With, check};
pub use grade::{Graded, Problem, grade};
pub use list::{all, named};
pub use project::at;
pub use verdict::verdict;
pub use write::write;

/// One exercise.
#[derive(Debug)]
pub struct Exercise {
    /// Its name in commands and in `Cargo.toml`.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The number of its lesson.
    pub lesson: u32,
    /// The task and its rules: Markdown that is also readable as plain text.
    pub task: &'static str,
    /// The initial `src/driver.rs`.
    pub(crate) driver: &'static str,
    /// Its scenario and requirements.
    pub requirements: Requirements,
}

/// The scenario of an exercise and its requirements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirements {
    /// The number of pages, each fetched once.
    pub pages: u64,
    /// The number in flight, to be reached and never exceeded.
    pub in_flight: usize,
    /// The latency of each page. It is long enough that any correct program, even
    /// on a very busy machine, has requested `in_flight` pages before the first
    /// one arrives.
    pub latency: Duration,
    /// The time of the stop signal after the start, about half-way between two
    /// rounds, so that no request starts at that moment by chance.
    pub stop_after: Option<Duration>,
}

impl Requirements {
    /// The shortest possible wall time.
    pub fn ideal(&self) -> Duration {
        let rounds = self.pages.div_ceil(self.in_flight as u64);
        self.latency
            .saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
    }
}
