//! The regression check: comparisons by paired runs, until each has a verdict
//! or the pairs or the time run out.
//!
//! A comparison is one driver compared with an old build of itself, or with
//! the reference driver. A round runs one pair of each comparison, in shuffled
//! order. At each planned interim analysis all comparisons are tested
//! together, and those with a verdict end. A control always runs beside them:
//! the reference compared with itself, under two names. If those two differ,
//! the machine or this program is too noisy to show any difference, and the
//! findings are marked invalid.

pub mod baseline;
mod copies;
mod exact;
mod findings;
mod measurements;
mod metric;
pub mod pair;
mod plausible;
mod run;
pub mod show;
mod side;

use crate::compare::pair::{Candidate, Pair};
use crate::stats::Evidence;

pub use copies::Copies;
pub use exact::ExactCount;
pub use findings::{About, DriverFindings, Findings, MetricFinding, Overall, SCHEMA};
pub use metric::Metric;
pub use run::{CheckPlan, CheckResult, run};

/// One driver compared with something.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The driver's name.
    pub name: String,
    /// The side under test.
    pub a: Candidate,
    /// The side that runs beside it: the old build or the reference.
    pub b: Candidate,
    /// The pairs of a saved baseline. With them the ratios of a to b are
    /// compared with the saved ratios; without them a is compared with b.
    pub baseline: Option<Vec<Pair>>,
}

impl Comparison {
    /// `reference` compared with itself.
    pub fn control(reference: &Candidate) -> Self {
        Self {
            name: reference.driver.name.clone(),
            a: reference.clone(),
            b: reference.clone(),
            baseline: None,
        }
    }
}

/// What a comparison measured, and what that shows.
#[derive(Debug, Clone)]
pub struct ComparisonResult {
    /// The driver's name.
    pub name: String,
    /// The pairs run.
    pub pairs: Vec<Pair>,
    /// The pairs of the saved baseline.
    pub baseline: Option<Vec<Pair>>,
    /// For each metric: the evidence.
    pub evidence: Vec<(Metric, Evidence)>,
    /// Exact counts that changed, in words.
    pub exact: Vec<String>,
    /// Why it could not be run to its end.
    pub failed: Option<String>,
}
