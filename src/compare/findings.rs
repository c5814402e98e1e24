//! What a trial found, as it is shown and saved.

use serde::{Deserialize, Serialize};

use super::{Ended, Metric, Outcome};
use crate::compare::pair::{Measures, Pair};
use crate::measure::sample::Host;
use crate::stats::{Estimate, Evidence, Verdict, median};

/// The version of the saved form.
pub const SCHEMA: &str = "regatta.findings/1";

/// One metric of one driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// What was compared.
    pub metric: Metric,
    /// Median before, in the metric's own unit (ns, bytes, calls).
    pub then: f64,
    /// Median now.
    pub now: f64,
    /// Now over then as a ratio with its interval: 1.05 is 5 % more.
    pub change: Option<Estimate>,
    /// The word.
    pub verdict: Verdict,
    /// Whether this is the metric whose verdict counts.
    pub gates: bool,
    /// For UNSURE: how many more pairs would settle it.
    pub pairs_to_settle: Option<usize>,
}

/// One driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriverFindings {
    /// Its name.
    pub name: String,
    /// How many pairs were run.
    pub pairs: usize,
    /// One for each metric.
    pub cells: Vec<Cell>,
    /// Counts that are not what they were, in words.
    pub exact: Vec<String>,
    /// Why it could not be run to its end.
    pub failed: Option<String>,
}

/// What it all comes to. The order is that of importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Overall {
    /// No driver got worse by more than is tolerated.
    Fine,
    /// Something could not be run.
    Error,
    /// Some driver got worse.
    Regressed,
    /// Some driver may have got worse, or the machine is not fit to tell.
    Unsure,
}

impl Overall {
    /// The exit code of a check.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Error => 1,
            Self::Regressed => 2,
            Self::Unsure => 3,
        }
    }
}

/// A trial's findings, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// [`SCHEMA`].
    pub schema: String,
    /// When it was begun, RFC 3339, UTC.
    pub taken_at: String,
    /// What was held against what, in a line.
    pub title: String,
    /// What a reader has to know before believing it, each in a line.
    pub remarks: Vec<String>,
    /// Whether it was cut short.
    pub partial: bool,
    /// Whether the control was not told apart from itself.
    pub valid: bool,
    /// The metric whose verdict counts.
    pub gate: Metric,
    /// An increase below this share is let pass where the verdict is UNSURE.
    pub tolerance: f64,
    /// What the orders were drawn from.
    pub seed: u64,
    /// Seconds that the pairs took.
    pub took_seconds: f64,
    /// The machine.
    pub host: Host,
    /// What it comes to.
    pub overall: Overall,
    /// The drivers that were judged.
    pub drivers: Vec<DriverFindings>,
    /// The reference against itself.
    pub control: DriverFindings,
}

/// What [`Findings::new`] is told beside the trial.
#[derive(Debug, Clone)]
pub struct About {
    /// When it was begun.
    pub taken_at: String,
    /// What was held against what.
    pub title: String,
    /// What a reader has to know.
    pub remarks: Vec<String>,
    /// The metric whose verdict counts.
    pub gate: Metric,
    /// What is let pass where the verdict is UNSURE.
    pub tolerance: f64,
    /// What the orders were drawn from.
    pub seed: u64,
}

impl Findings {
    /// Findings of a trial that has ended.
    pub fn new(ended: &Ended, about: About) -> Self {
        let of = |outcome: &Outcome| driver(outcome, about.gate);
        let mut findings = Self {
            schema: SCHEMA.to_owned(),
            partial: ended.partial,
            valid: ended.is_valid(about.gate),
            took_seconds: ended.took.as_secs_f64(),
            host: crate::measure::host::host(),
            overall: Overall::Fine,
            drivers: ended.outcomes.iter().map(of).collect(),
            control: of(&ended.control),
            taken_at: about.taken_at,
            title: about.title,
            remarks: about.remarks,
            gate: about.gate,
            tolerance: about.tolerance,
            seed: about.seed,
        };
        findings.overall = findings.come_to();
        findings
    }

    fn come_to(&self) -> Overall {
        let gates = || self.drivers.iter().filter_map(DriverFindings::gate);
        let failed = self
            .drivers
            .iter()
            .chain([&self.control])
            .any(|driver| driver.failed.is_some());
        if failed {
            Overall::Error
        } else if !self.valid {
            Overall::Unsure
        } else if gates().any(|cell| cell.verdict == Verdict::Regressed) {
            Overall::Regressed
        } else if self.partial || gates().any(|cell| !self.lets_pass(cell)) {
            Overall::Unsure
        } else {
            Overall::Fine
        }
    }

    /// Whether a cell that has not regressed is no reason to worry: it is the
    /// same or better, or whatever it may have lost is below the tolerance.
    pub fn lets_pass(&self, cell: &Cell) -> bool {
        let bounded = cell
            .change
            .is_some_and(|change| change.confidence > 0.0 && change.high - 1.0 <= self.tolerance);
        cell.verdict != Verdict::Unsure || bounded
    }
}

impl DriverFindings {
    /// The metric that counts.
    pub fn gate(&self) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.gates)
    }
}

fn driver(outcome: &Outcome, gate: Metric) -> DriverFindings {
    DriverFindings {
        name: outcome.name.clone(),
        pairs: outcome.pairs.len(),
        cells: outcome
            .evidence
            .iter()
            .filter_map(|found| cell(outcome, found, gate))
            .collect(),
        exact: outcome.exact.clone(),
        failed: outcome.failed.clone(),
    }
}

fn cell(outcome: &Outcome, (metric, evidence): &(Metric, Evidence), gate: Metric) -> Option<Cell> {
    let of = |pairs: &[Pair], side: fn(&Pair) -> &Measures| {
        let values: Vec<f64> = pairs.iter().map(|pair| metric.of(side(pair))).collect();
        median(&values)
    };
    let then = match &outcome.then {
        Some(then) => of(then, |pair| &pair.a),
        None => of(&outcome.pairs, |pair| &pair.b),
    };
    Some(Cell {
        metric: *metric,
        then: then?,
        now: of(&outcome.pairs, |pair| &pair.a)?,
        change: evidence.estimate.map(|ln| Estimate {
            median: ln.median.exp(),
            low: ln.low.exp(),
            high: ln.high.exp(),
            confidence: ln.confidence,
        }),
        verdict: evidence.verdict,
        gates: *metric == gate,
        pairs_to_settle: evidence.pairs_to_settle,
    })
}
