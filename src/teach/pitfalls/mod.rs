//! Pitfalls: wrong ways to measure, each reproduced on demand.
//!
//! A list of pitfalls is easily forgotten. So each pitfall here is an experiment
//! of a few seconds. It measures the common way and the way of Regatta and
//! shows both values side by side. All values are really measured: on a machine
//! without the effect, the values show that too.
//!
//! | file | pitfall |
//! |---|---|
//! | `drift.rs` | all of A, then all of B |
//! | `parents_memory.rs` | a child's peak memory from getrusage |
//! | `start_up.rs` | work done before the clock is started |
//! | `server_bound.rs` | a server that is slower than the client under test |
//! | `mean_of_a_tail.rs` | mean and standard deviation of a long tail |
//! | `stale_baseline.rs` | milliseconds from another day |
//! | `scenario.rs`, `neighbours.rs`, `mock.rs` | shared: runs, a busy machine, a slow server |
//! | `show.rs` | the printed text |

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
use crate::term::suggest;

/// One wrong way to measure, and the right one.
#[derive(Debug)]
pub struct Pitfall {
    /// Its name on the command line.
    pub name: &'static str,
    /// What people do, in a line.
    pub people: &'static str,
    /// Why the value is wrong.
    pub why: &'static str,
    /// What Regatta does instead.
    pub instead: &'static str,
    /// Whether this platform can run the experiment.
    pub runs_here: bool,
    measure: fn(&ExperimentSetup<'_>) -> Result<Results, Failure>,
}

/// The environment of an experiment.
#[derive(Debug, Clone)]
pub struct ExperimentSetup<'a> {
    /// The build with the drivers.
    pub program: Program,
    /// The seed of the delays.
    pub seed: u64,
    /// Whether the user wants to stop.
    pub interrupt: &'a Interrupt,
}

/// One measured value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measurement {
    /// What was measured.
    pub what: String,
    /// The value with its unit.
    pub value: String,
}

/// The results of an experiment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// The runs, in a line.
    pub scenario: String,
    /// Measured the common way.
    pub wrong: Vec<Measurement>,
    /// Measured the way of Regatta.
    pub right: Vec<Measurement>,
}

/// All pitfalls, in the order of the list.
pub const PITFALLS: [&Pitfall; 6] = [
    &drift::PITFALL,
    &parents_memory::PITFALL,
    &start_up::PITFALL,
    &server_bound::PITFALL,
    &mean_of_a_tail::PITFALL,
    &stale_baseline::PITFALL,
];

/// The pitfall with this name; the error lists all names.
pub fn named(name: &str) -> anyhow::Result<&'static Pitfall> {
    let pitfall = PITFALLS.into_iter().find(|pitfall| pitfall.name == name);
    pitfall.ok_or_else(|| {
        let names: Vec<&str> = PITFALLS.iter().map(|pitfall| pitfall.name).collect();
        anyhow::anyhow!(
            "there is no pitfall {name:?}{} one of {}",
            suggest::expected(name, names.iter().copied()),
            names.join(", ")
        )
    })
}

impl Pitfall {
    /// Measures it both ways, which takes a few seconds.
    pub fn measure(&self, environment: &ExperimentSetup<'_>) -> Result<Results, Failure> {
        (self.measure)(environment)
    }
}

pub use show::{list, page};

/// A value and what it measures.
fn measurement(what: impl Into<String>, value: impl Into<String>) -> Measurement {
    Measurement {
        what: what.into(),
        value: value.into(),
    }
}
