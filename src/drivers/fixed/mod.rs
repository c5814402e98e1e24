//! Traps, mended: the same programs without the mistake.
//!
//! Each has the file name of its trap, the same functions in the same order,
//! and nothing that differs but what mends it: `diff src/traps/x.rs
//! src/mended/x.rs` is the lesson. Where the mended program would be one of
//! the models, there is none here.
//!
//! Like its trap, each is a whole program and makes its client when it begins;
//! a driver that is started once and scrapes twice connects again. All else is
//! as with the models.
//!
//! They are right programs, verified and placed in a report like any other
//! driver. But they are no pair of a model and a client, so nothing selects
//! them but a pattern that begins with `mended/`.
//!
//! See them: `cargo run --release -- report --driver 'mended/*,trap/blocking-in-async,trap/cpu-on-the-loop'`

mod blocking_in_async;
mod cpu_on_the_loop;

use crate::clients::Plan;
use crate::drivers::models::{LetsGo, Started};

/// What stands for the model in the name of a mended program:
/// `mended/cpu-on-the-loop`.
pub const MODEL: &str = "mended";

/// A mended program as the tables and `regatta drivers` name it.
#[derive(Debug, Clone, Copy)]
pub struct Mended {
    /// As in `mended/name`: the name of its trap.
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
    pub lets_go: LetsGo,
    /// Makes what lives longer than a scrape.
    pub start: fn(&Plan) -> anyhow::Result<Box<dyn Started>>,
}

/// Every mended program, in the order of the lessons.
pub fn all() -> [Mended; 2] {
    [blocking_in_async::MENDED, cpu_on_the_loop::MENDED]
}
