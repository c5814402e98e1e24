//! The findings of a regression check, as they are printed and saved.

use serde::{Deserialize, Serialize};

use super::measurements::{Measurements, Pair, number_or_nan};
use super::{CheckResult, ComparisonResult, Metric};
use crate::measure::sample::Machine;
use crate::stats::{Estimate, Evidence, Tests, Verdict, median};

/// The version of the saved form.
pub const SCHEMA: &str = "regatta.findings/1";

/// One metric of one driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricFinding {
    /// What was compared.
    pub metric: Metric,
    /// Median of the baseline, in the metric's own unit (ns, bytes, calls); NaN
    /// (`null`) if not measured.
    #[serde(rename = "then", deserialize_with = "number_or_nan")]
    pub baseline: f64,
    /// Median of the candidate, in the same unit.
    #[serde(rename = "now", deserialize_with = "number_or_nan")]
    pub candidate: f64,
    /// Candidate over baseline as a ratio with its interval: 1.05 is 5 % more.
    /// Against a saved baseline it is the change of the ratio to the reference
    /// driver, so it may differ from `candidate / baseline`.
    pub change: Option<Estimate>,
    /// What the pairs show.
    pub verdict: Verdict,
    /// Whether this is the primary metric, whose verdict counts.
    #[serde(rename = "gates")]
    pub is_primary: bool,
    /// For UNSURE: how many more pairs would give a verdict.
    #[serde(rename = "pairs_to_settle")]
    pub more_pairs: Option<usize>,
    /// The pairs that the verdict rests on: those run before its analysis in
    /// which the metric was measured.
    #[serde(default, rename = "pairs_measured")]
    pub measured_pairs: usize,
    /// The dead zone as a share: 0.01 is 1 % more or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_zone: Option<f64>,
    /// The tests behind the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<Tests>,
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
    #[serde(rename = "cells")]
    pub metrics: Vec<MetricFinding>,
    /// Exact counts that changed, in words.
    pub exact: Vec<String>,
    /// Why it could not be run to its end.
    pub failed: Option<String>,
    /// The pairs in the order they were run. Verdicts can be computed again from
    /// those of all drivers.
    #[serde(default, rename = "measured", skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<Pair>,
    /// The pairs of the saved baseline, in a comparison with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<Vec<Pair>>,
}

/// The overall result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Overall {
    /// No driver regressed by more than the tolerance.
    Fine,
    /// Some driver could not be run.
    Error,
    /// Some driver regressed.
    Regressed,
    /// Some driver may have regressed, or the machine is too noisy to tell.
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

/// All findings of one regression check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// [`SCHEMA`].
    pub schema: String,
    /// When the check began, RFC 3339, UTC.
    pub taken_at: String,
    /// What was compared with what, in one line.
    pub title: String,
    /// Conditions that make the findings doubtful, one in each line.
    pub remarks: Vec<String>,
    /// Whether it was interrupted.
    pub partial: bool,
    /// Whether the control was not found to differ from itself.
    pub valid: bool,
    /// The primary metric: its verdict counts.
    #[serde(rename = "gate")]
    pub primary: Metric,
    /// The numbers of pairs after which it was to be analysed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub analyses: Vec<usize>,
    /// The reference driver, where the changes are those of the ratio to it:
    /// in a comparison with a saved baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio_to: Option<String>,
    /// Where the verdict is UNSURE, an increase that is surely below this
    /// share is tolerated.
    pub tolerance: f64,
    /// The seed of the orders of the pairs.
    pub seed: u64,
    /// Seconds that the pairs took.
    pub took_seconds: f64,
    /// The machine.
    pub host: Machine,
    /// The overall result.
    pub overall: Overall,
    /// The drivers that were compared.
    pub drivers: Vec<DriverFindings>,
    /// The reference compared with itself.
    pub control: DriverFindings,
}

/// What [`Findings::new`] needs besides the result of the check.
#[derive(Debug, Clone)]
pub struct About {
    /// When the check began, RFC 3339, UTC.
    pub taken_at: String,
    /// What was compared with what.
    pub title: String,
    /// Conditions that make the findings doubtful.
    pub remarks: Vec<String>,
    /// The primary metric.
    pub primary: Metric,
    /// The numbers of pairs after which it was to be analysed.
    pub analyses: Vec<usize>,
    /// What is tolerated where the verdict is UNSURE.
    pub tolerance: f64,
    /// The seed of the orders of the pairs.
    pub seed: u64,
}

impl Findings {
    /// The findings of a check that has ended.
    pub fn new(check: &CheckResult, about: About) -> Self {
        let of = |result: &ComparisonResult| driver(result, about.primary);
        let is_saved = check.results.iter().any(|result| result.baseline.is_some());
        let mut findings = Self {
            schema: SCHEMA.to_owned(),
            partial: check.partial,
            valid: check.is_valid(about.primary),
            ratio_to: is_saved.then(|| check.control.name.clone()),
            took_seconds: check.took.as_secs_f64(),
            host: crate::measure::host::host(),
            overall: Overall::Fine,
            drivers: check.results.iter().map(of).collect(),
            control: of(&check.control),
            taken_at: about.taken_at,
            title: about.title,
            remarks: about.remarks,
            primary: about.primary,
            analyses: about.analyses,
            tolerance: about.tolerance,
            seed: about.seed,
        };
        findings.overall = findings.decide_overall();
        findings
    }

    fn decide_overall(&self) -> Overall {
        let mut everyone = self.drivers.iter().chain([&self.control]);
        let primaries = || self.drivers.iter().filter_map(DriverFindings::primary);
        if everyone.any(|driver| driver.failed.is_some()) {
            Overall::Error
        } else if !self.valid {
            Overall::Unsure
        } else if primaries().any(|found| found.verdict == Verdict::Regressed) {
            Overall::Regressed
        } else if self.partial
            || self.drivers.iter().any(|driver| driver.primary().is_none())
            || primaries().any(|found| !self.tolerates(found))
        {
            Overall::Unsure
        } else {
            Overall::Fine
        }
    }

    /// Whether a finding that is not REGRESSED can be accepted: it is SAME or
    /// IMPROVED, or its interval ends below the tolerance.
    pub fn tolerates(&self, found: &MetricFinding) -> bool {
        let most = found.most_increase();
        found.verdict != Verdict::Unsure || most.is_some_and(|most| most <= self.tolerance)
    }
}

impl Findings {
    /// Whether the control was told apart from itself on `metric`, so that no
    /// verdict on it holds.
    pub fn control_differs(&self, metric: Metric) -> bool {
        let mut found = self.control.metrics.iter();
        found.any(|found| {
            found.metric == metric
                && matches!(found.verdict, Verdict::Regressed | Verdict::Improved)
        })
    }
}

impl MetricFinding {
    /// The change, if it has an interval.
    pub fn known_change(&self) -> Option<Estimate> {
        self.change.filter(|change| change.confidence > 0.0)
    }

    /// Whether any pair has a value of this metric on both sides.
    pub fn is_measured(&self) -> bool {
        self.change.is_some()
    }

    /// The upper end of the interval as a share: 0.05 is 5 % more. `None`
    /// without an interval.
    pub fn most_increase(&self) -> Option<f64> {
        self.known_change().map(|change| change.high - 1.0)
    }
}

impl DriverFindings {
    /// The primary metric.
    pub fn primary(&self) -> Option<&MetricFinding> {
        self.metrics.iter().find(|found| found.is_primary)
    }
}

fn driver(result: &ComparisonResult, primary: Metric) -> DriverFindings {
    DriverFindings {
        name: result.name.clone(),
        pairs: result.pairs.len(),
        metrics: result
            .evidence
            .iter()
            .filter_map(|(metric, evidence)| finding(result, *metric, evidence, primary))
            .collect(),
        exact: result.exact.clone(),
        failed: result.failed.clone(),
        raw: result.pairs.clone(),
        saved: result.baseline.clone(),
    }
}

fn finding(
    result: &ComparisonResult,
    metric: Metric,
    evidence: &Evidence,
    primary: Metric,
) -> Option<MetricFinding> {
    let of = |pairs: &[Pair], side: fn(&Pair) -> &Measurements| {
        let values: Vec<f64> = pairs.iter().map(|pair| metric.of(side(pair))).collect();
        median(&values)
    };
    let baseline = match &result.baseline {
        Some(saved) => of(saved, |pair| &pair.a),
        None => of(&result.pairs, |pair| &pair.b),
    };
    Some(MetricFinding {
        metric,
        baseline: baseline?,
        candidate: of(&result.pairs, |pair| &pair.a)?,
        change: evidence.estimate.map(ratio),
        verdict: evidence.verdict,
        is_primary: metric == primary,
        more_pairs: evidence.more_pairs,
        measured_pairs: evidence.pairs,
        dead_zone: Some(evidence.dead_zone.exp_m1()),
        tests: evidence.tests,
    })
}

/// An estimate of a ratio from that of its logarithm.
fn ratio(ln: Estimate) -> Estimate {
    Estimate {
        median: ln.median.exp(),
        low: ln.low.exp(),
        high: ln.high.exp(),
        confidence: ln.confidence,
    }
}
