//! Traps, fixed: the same programs without the mistake.
//!
//! Each has the file name of its trap, the same functions in the same order,
//! and nothing that differs but what mends it: `diff src/traps/x.rs
//! src/fixed/x.rs` is the lesson. Where the fixed program would be one of
//! the models, there is none here.
//!
//! Like its trap, each is a whole program and makes its client when it begins;
//! a driver that is started once and scrapes twice connects again. All else is
//! as with the models.
//!
//! They are right programs, verified and placed in a report like any other
//! driver. But they are no pair of a model and a client, so nothing selects
//! them but a pattern that begins with `fixed/`.
//!
//! See them: `cargo run --release -- report --driver 'fixed/*,trap/blocking-in-async,trap/cpu-on-the-loop'`

mod blocking_in_async;
mod cpu_on_the_loop;

use crate::clients::Plan;
use crate::drivers::models::{CancelMode, Started};

/// What stands for the model in the name of a fixed program:
/// `fixed/cpu-on-the-loop`.
pub const MODEL: &str = "fixed";

/// A fixed program as the tables and `regatta drivers` name it.
#[derive(Debug, Clone, Copy)]
pub struct Fixed {
    /// As in `fixed/name`: the name of its trap.
    pub name: &'static str,
    /// What it does instead, in a line, as a verb and its object.
    pub mends: &'static str,
    /// The lesson that shows it.
    pub lesson: &'static str,
    /// The crates that it is made of.
    pub crates: &'static [&'static str],
    /// Whether its client may open more connections than are in flight.
    pub pool_races: bool,
    /// How it gives up a page in flight.
    pub cancel_mode: CancelMode,
    /// Makes what lives longer than a scrape.
    pub start: fn(&Plan) -> anyhow::Result<Box<dyn Started>>,
}

/// Every fixed program, in the order of the lessons.
pub fn all() -> [Fixed; 2] {
    [blocking_in_async::FIXED, cpu_on_the_loop::FIXED]
}
