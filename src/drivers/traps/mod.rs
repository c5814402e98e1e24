//! Wrong programs: mistakes that good programmers make, one a file, each of
//! them idiomatic but for the mistake.
//!
//! They are no models. Nothing selects them but a pattern that begins with
//! `trap/`; they are marked wherever they are listed and take no place in the
//! table. Nothing in them is slow on purpose: what one costs is what its
//! mistake costs. Some stand, beside the figure that gives them away; others
//! are rejected, because what they did is not what was asked for.
//!
//! See them: `cargo run --release -- report --driver 'trap/*,tokio/raw'`

mod await_in_loop;
mod blocking_in_async;
mod client_per_page;
mod cpu_on_the_loop;
pub(crate) mod fingerprint;
mod forgotten_future;
mod join_in_chunks;
pub(crate) mod on_tokio;
mod rayon_default;
mod retry_storm;
mod swallowed_task_error;
mod unbounded;

use crate::clients::Plan;
use crate::drivers::models::{CancelMode, Started};

/// How rayon's global pool is told how many threads it has: before it starts,
/// from outside. Without it there is one a core.
pub const RAYON_THREADS: &str = "RAYON_NUM_THREADS";

/// What stands for the model in the name of a trap: `trap/unbounded`.
pub const MODEL: &str = "trap";

/// A wrong program as the tables and `regatta drivers` name it.
#[derive(Debug, Clone, Copy)]
pub struct Trap {
    /// As in `trap/name`.
    pub name: &'static str,
    /// What is wrong, in a line: what it does, as a verb and its object.
    pub wrong: &'static str,
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

/// Every trap, in the order of the lessons.
pub fn all() -> [Trap; 10] {
    [
        rayon_default::TRAP,
        await_in_loop::TRAP,
        forgotten_future::TRAP,
        blocking_in_async::TRAP,
        cpu_on_the_loop::TRAP,
        unbounded::TRAP,
        join_in_chunks::TRAP,
        swallowed_task_error::TRAP,
        retry_storm::TRAP,
        client_per_page::TRAP,
    ]
}
