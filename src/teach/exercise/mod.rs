//! Exercises: a small project that a student mends, and how it is graded.
//!
//! A lesson shows how programs wait; an exercise has a student write one. It is
//! a worker in a cargo project of its own (`docs/PROTOCOL.md`), and only its
//! driver is to be changed. It is graded by what the server saw and never by
//! how long it took, so a slow machine says the same as a quick one.
//!
//! | file | what |
//! |---|---|
//! | `list.rs` | which exercises there are, and on what each is played |
//! | `write.rs` | the project as it is handed out; its files are in `fixtures/exercises/` |
//! | `project.rs` | a student's project as it comes back |
//! | `build.rs` | cargo, and what the compiler says |
//! | `check.rs` | built, played, graded |
//! | `grade.rs` | the rules over a log: pure functions |
//! | `verdict.rs` | what came of it, in words |

mod build;
mod check;
mod grade;
mod list;
mod project;
mod verdict;
mod write;

use std::time::Duration;

pub use build::Profile;
pub use check::{With, check};
pub use grade::{Finding, Graded, grade};
pub use list::{all, named};
pub use project::at;
pub use verdict::verdict;
pub use write::write;

/// One exercise.
#[derive(Debug)]
pub struct Exercise {
    /// By this it is known in commands and in `Cargo.toml`.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// The number of the lesson that it belongs to.
    pub lesson: u32,
    /// What is to be done, and what counts: Markdown that reads well as it is.
    pub task: &'static str,
    /// `src/driver.rs` as it is handed out.
    pub(crate) driver: &'static str,
    /// What it is played on.
    pub shape: Shape,
}

/// What an exercise is played on, and what is wanted of it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// So many pages, each once.
    pub pages: u64,
    /// So many in flight are reached, and never more.
    pub in_flight: usize,
    /// How long each page takes: long enough that any right program, on a
    /// machine that is as busy as you like, has asked for `in_flight` of them
    /// before the first is there.
    pub latency: Duration,
    /// It is told to stop so long after its beginning: about half-way between
    /// two rounds, so that nobody is begun at that moment by chance.
    pub stop_after: Option<Duration>,
}

impl Shape {
    /// The wall time that no program can tick.
    pub fn ideal(&self) -> Duration {
        let rounds = self.pages.div_ceil(self.in_flight as u64);
        self.latency
            .saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
    }
}
