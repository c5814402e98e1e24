//! A trial: several comparisons, judged together, with as many pairs as it takes.
//!
//! A comparison is one driver held against something: an old build of itself, or
//! the reference driver. Rounds of one pair a comparison, in shuffled order, go
//! on to the next planned look; there all comparisons are judged together, and
//! those that are settled leave. One more comparison always runs: the reference
//! against itself, under two names. If those two are told apart the machine,
//! or this program, is not fit to tell anything apart, and the trial says so.

pub mod baseline;
mod exact;
mod findings;
mod metric;
pub mod pair;
mod run;
pub mod show;

use crate::compare::pair::{Candidate, Pair};
use crate::stats::Evidence;

pub use exact::Exact;
pub use findings::{About, Cell, DriverFindings, Findings, Overall, SCHEMA};
pub use metric::Metric;
pub use run::{Ended, Plan, run};

/// One driver held against something.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The driver's name.
    pub name: String,
    /// Who is judged.
    pub a: Candidate,
    /// Who it is held against.
    pub b: Candidate,
    /// The pairs of a saved trial that this one is held against; without them
    /// `a` is held against `b` itself.
    pub then: Option<Vec<Pair>>,
}

/// What became of a comparison.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The driver's name.
    pub name: String,
    /// The pairs run.
    pub pairs: Vec<Pair>,
    /// The pairs of the saved trial.
    pub then: Option<Vec<Pair>>,
    /// For each metric: the evidence.
    pub evidence: Vec<(Metric, Evidence)>,
    /// What is not exactly as it was, in words.
    pub exact: Vec<String>,
    /// Why it could not be run to its end.
    pub failed: Option<String>,
}
