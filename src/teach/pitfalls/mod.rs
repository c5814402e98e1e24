//! How to be fooled: wrong ways to measure, each reproduced on demand.
//!
//! A list of traps is soon read and soon forgotten. So each trap here is a
//! small experiment of some seconds: it measures the way people do, measures
//! the way Regatta does, and shows both figures side by side. Nothing in it is
//! made up: on a machine where a trap does not snap, one can see that it does
//! not.
//!
//! | file | the trap |
//! |---|---|
//! | `drift.rs` | all of A, then all of B |
//! | `parents_memory.rs` | a child's peak memory from getrusage |
//! | `start_up.rs` | work done before the clock is started |
//! | `server_bound.rs` | a server that is slower than what it is to measure |
//! | `mean_of_a_tail.rs` | mean and standard deviation of a long tail |
//! | `stale_baseline.rs` | milliseconds of another day |
//! | `scenario.rs`, `neighbours.rs`, `mock.rs` | what they share: runs, a busy machine, a slow server |
//! | `show.rs` | the page that is printed |

mod drift;
mod mean_of_a_tail;
mod mock;
mod neighbours;
mod parents_memory;
mod scenario;
mod server_bound;
mod show;
mod stale_baseline;
mod start_up;

use crate::harness::process::{Failure, Program};
use crate::term::interrupt::Interrupt;
use crate::term::suggest::did_you_mean;

/// One wrong way to measure, with the right one.
#[derive(Debug)]
pub struct Way {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What people do, in a line.
    pub people: &'static str,
    /// Why the figure is wrong.
    pub why: &'static str,
    /// What Regatta does in its place.
    pub instead: &'static str,
    /// Whether this platform measures what it takes.
    pub runs_here: bool,
    measure: fn(&Environment<'_>) -> Result<Figures, Failure>,
}

/// What an experiment runs on.
#[derive(Debug, Clone)]
pub struct Environment<'a> {
    /// The build whose drivers run.
    pub program: Program,
    /// What delays are drawn from.
    pub seed: u64,
    /// Whether the user wants to stop.
    pub interrupt: &'a Interrupt,
}

/// One measured figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is of.
    pub what: String,
    /// Value and unit.
    pub value: String,
}

/// What an experiment measured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// What was run, in a line.
    pub scenario: String,
    /// Measured the way people do.
    pub wrong: Vec<Figure>,
    /// Measured the way Regatta does.
    pub right: Vec<Figure>,
}

/// Every way, in the order of their telling.
pub const WAYS: [&Way; 6] = [
    &drift::WAY,
    &parents_memory::WAY,
    &start_up::WAY,
    &server_bound::WAY,
    &mean_of_a_tail::WAY,
    &stale_baseline::WAY,
];

/// The way of that name; the error lists them all.
pub fn named(name: &str) -> anyhow::Result<&'static Way> {
    let way = WAYS.into_iter().find(|way| way.name == name);
    way.ok_or_else(|| {
        let names: Vec<&str> = WAYS.iter().map(|way| way.name).collect();
        anyhow::anyhow!(
            "there is no pitfall {name:?}; {}Expected one of {}",
            did_you_mean(name, names.iter().copied()),
            names.join(", ")
        )
    })
}

impl Way {
    /// Measures it both ways. It takes some seconds.
    pub fn measure(&self, environment: &Environment<'_>) -> Result<Figures, Failure> {
        (self.measure)(environment)
    }
}

pub use show::{list, page};

/// A figure and what it is of.
fn figure(what: impl Into<String>, value: impl Into<String>) -> Figure {
    Figure {
        what: what.into(),
        value: value.into(),
    }
}
