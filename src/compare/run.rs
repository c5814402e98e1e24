//! The rounds of a regression check and its interim analyses.

use std::time::Duration;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::exact::{ExactCount, side};
use super::{Comparison, ComparisonResult, Metric};
use crate::compare::pair::{Pair, Pairs};
use crate::harness::process::Failure;
use crate::stats::{
    Cell, DEAD_ZONE, Evidence, InterimPlan, ROUGH_DEAD_ZONE, Ratios, Verdict, dead_zone,
    decide_all, signed_rank_estimate,
};
use crate::term::progress::Progress;

/// How a check is run and when it is analysed.
#[derive(Debug, Clone)]
pub struct CheckPlan {
    /// The interim analyses.
    pub interim: InterimPlan,
    /// Whether a comparison ends when it has a verdict. A baseline needs all
    /// pairs.
    pub stop_early: bool,
    /// The primary metric: its verdict counts, the others are shown.
    pub primary: Metric,
    /// No round begins that would end later than this.
    pub budget: Duration,
    /// The seed of the orders.
    pub seed: u64,
}

/// The result of a check: raw pairs and evidence.
#[derive(Debug)]
pub struct CheckResult {
    /// One for each comparison, in their order.
    pub results: Vec<ComparisonResult>,
    /// The reference compared with itself.
    pub control: ComparisonResult,
    /// Whether the user interrupted it.
    pub partial: bool,
    /// How long it took.
    pub took: Duration,
}

impl CheckResult {
    /// Whether the control was not found to differ from itself on the primary
    /// metric. Otherwise no verdict holds.
    pub fn is_valid(&self, primary: Metric) -> bool {
        let differs = |evidence: &Evidence| {
            matches!(evidence.verdict, Verdict::Regressed | Verdict::Improved)
        };
        let mut evidence = self.control.evidence.iter();
        self.control.failed.is_none()
            && !evidence.any(|(metric, evidence)| *metric == primary && differs(evidence))
    }
}

/// Runs `comparisons`, and beside them the `control`: the reference compared
/// with itself.
pub fn run(
    pair_runner: &dyn Pairs,
    comparisons: Vec<Comparison>,
    control: Comparison,
    plan: &CheckPlan,
    progress: &Progress,
) -> CheckResult {
    let mut entries: Vec<Entry> = comparisons.into_iter().map(Entry::new).collect();
    entries.push(Entry::new(control));
    let mut check = Check {
        pair_runner,
        entries,
        plan,
        begun: pair_runner.elapsed(),
        slowest: Duration::ZERO,
    };
    let partial = check.all_rounds(progress);
    progress.end();
    check.end(partial)
}

struct Entry {
    comparison: Comparison,
    result: ComparisonResult,
    /// Whether an interim analysis gave a verdict on the primary metric, which
    /// is final.
    decided: bool,
}

impl Entry {
    fn new(comparison: Comparison) -> Self {
        let result = ComparisonResult {
            name: comparison.name.clone(),
            pairs: Vec::new(),
            baseline: comparison.baseline.clone(),
            evidence: Vec::new(),
            exact: Vec::new(),
            failed: None,
        };
        Self {
            comparison,
            result,
            decided: false,
        }
    }

    /// Values are compared with saved ones that were measured in the same way.
    fn keep(&mut self, mut pair: Pair) {
        let saved = self.comparison.baseline.as_deref().unwrap_or_default();
        if saved.iter().any(|pair| !pair.is_seen()) {
            pair.forget_what_was_seen();
        }
        self.result.pairs.push(pair);
    }

    fn runs_on(&self) -> bool {
        !self.decided && self.result.failed.is_none()
    }
}

struct Check<'a> {
    pair_runner: &'a dyn Pairs,
    entries: Vec<Entry>,
    plan: &'a CheckPlan,
    /// When the first pair began, on the clock of `pair_runner`.
    begun: Duration,
    /// The longest round so far.
    slowest: Duration,
}

impl Check<'_> {
    /// Returns whether the user interrupted it.
    fn all_rounds(&mut self, progress: &Progress) -> bool {
        let mut random = ChaCha8Rng::seed_from_u64(self.plan.seed);
        let last = self
            .plan
            .interim
            .pairs()
            .last()
            .copied()
            .unwrap_or_default();
        let budget = self.plan.budget.as_secs_f64();
        progress.note(&format!(
            "up to {last} pairs per driver, at most {budget:.0} s"
        ));
        for round in 0..last {
            if !self.comparisons_run_on() {
                break;
            }
            let elapsed = self.elapsed();
            if elapsed + self.slowest > self.plan.budget {
                self.analyse_early(round);
                break;
            }
            let left = self.time_left(last - round, elapsed);
            if self.round(round, &mut random, &|driver| {
                progress.running(&format!("pair {}", round + 1), driver, elapsed, left);
            }) {
                return true;
            }
            self.slowest = self.slowest.max(self.elapsed().saturating_sub(elapsed));
            if let Some(alpha) = self.plan.interim.alpha_at(round + 1) {
                progress.note(&format!("interim analysis after {} pairs", round + 1));
                self.analyse(alpha);
            }
        }
        false
    }

    /// An upper bound: every round as slow as the slowest, within the budget.
    fn time_left(&self, rounds: usize, elapsed: Duration) -> Duration {
        let left = self.slowest * u32::try_from(rounds).unwrap_or(u32::MAX);
        left.min(self.plan.budget.saturating_sub(elapsed))
    }

    /// The budget ended after `pairs` pairs, before the next planned analysis:
    /// it takes place now, with its share of alpha. This is no extra chance of
    /// a false alarm, because the end does not depend on the measurements.
    fn analyse_early(&mut self, pairs: usize) {
        let interim = &self.plan.interim;
        let next = interim
            .next_after(pairs)
            .and_then(|next| interim.alpha_at(next));
        if let Some(alpha) = next.filter(|_| interim.alpha_at(pairs).is_none()) {
            self.analyse(alpha);
        }
    }

    fn elapsed(&self) -> Duration {
        self.pair_runner.elapsed().saturating_sub(self.begun)
    }

    /// The control alone does not keep a check running.
    fn comparisons_run_on(&self) -> bool {
        let (_, comparisons) = self
            .entries
            .split_last()
            .expect("the control is always there");
        comparisons.iter().any(Entry::runs_on)
    }

    /// One pair of each comparison that runs on. Returns whether the user
    /// interrupted it.
    fn round(&mut self, round: usize, random: &mut ChaCha8Rng, say: &dyn Fn(&str)) -> bool {
        let mut order: Vec<usize> = (0..self.entries.len())
            .filter(|&index| self.entries[index].runs_on())
            .collect();
        order.shuffle(random);
        for index in order {
            let entry = &mut self.entries[index];
            say(&entry.comparison.name);
            // The sides take turns at being first.
            match self.pair_runner.pair(
                &entry.comparison.a,
                &entry.comparison.b,
                round.is_multiple_of(2),
            ) {
                Ok(pair) => entry.keep(pair),
                Err(Failure::Interrupted) => return true,
                Err(Failure::Failed(reason) | Failure::Server(reason)) => {
                    entry.result.failed = Some(reason);
                }
            }
        }
        false
    }

    /// Decides on the primary metric of all comparisons together. A verdict is
    /// final.
    fn analyse(&mut self, alpha: f64) {
        let primary = self.plan.primary;
        let evidence = self.decide(primary, alpha);
        for (entry, evidence) in self.entries.iter_mut().zip(evidence) {
            if entry.decided {
                continue;
            }
            entry.decided = self.plan.stop_early && evidence.verdict != Verdict::Unsure;
            let known = &mut entry.result.evidence;
            known.retain(|(metric, _)| *metric != primary);
            known.push((primary, evidence));
        }
        // The control runs as long as anything does.
        if let Some(control) = self.entries.last_mut() {
            control.decided = false;
        }
    }

    fn decide(&self, metric: Metric, alpha: f64) -> Vec<Evidence> {
        let ratios: Vec<LnRatios> = self
            .entries
            .iter()
            .map(|entry| LnRatios::of(metric, &entry.result))
            .collect();
        let control = ratios.len().saturating_sub(1);
        let control_ratios = ratios.last().map(|ratios| ratios.candidate.as_slice());
        let zone = zone_of(control_ratios.unwrap_or_default());
        let cells = ratios.iter().enumerate().map(|(index, ratios)| Cell {
            ratios: ratios.as_ratios(),
            // With a zone made of its own difference, the control would never
            // be found to differ.
            dead_zone: if index == control {
                DEAD_ZONE.ln_1p()
            } else {
                zone
            },
        });
        decide_all(&cells.collect::<Vec<_>>(), alpha)
    }

    fn end(mut self, partial: bool) -> CheckResult {
        self.decide_the_rest();
        let took = self.elapsed();
        let mut results: Vec<ComparisonResult> =
            self.entries.into_iter().map(|entry| entry.result).collect();
        let control = results.pop().expect("the control is always there");
        CheckResult {
            results,
            control,
            partial,
            took,
        }
    }

    /// Decides on what no interim analysis decided: the other metrics, once and
    /// with all of alpha, because their verdicts are shown and do not count.
    fn decide_the_rest(&mut self) {
        let (primary, interim) = (self.plan.primary, &self.plan.interim);
        let share = interim.alpha() / interim.pairs().len() as f64;
        for metric in Metric::ALL {
            let is_primary = metric == primary;
            let evidence = self.decide(metric, if is_primary { share } else { interim.alpha() });
            for (entry, evidence) in self.entries.iter_mut().zip(evidence) {
                entry.result.add_if_missing(metric, evidence);
            }
        }
        for entry in &mut self.entries {
            entry.result.evidence.sort_by_key(|(metric, _)| *metric);
            entry.result.exact = exact_changes(&entry.result);
        }
    }
}

/// The ln-ratios of one comparison, owned.
struct LnRatios {
    candidate: Vec<f64>,
    baseline: Option<Vec<f64>>,
}

impl LnRatios {
    fn of(metric: Metric, result: &ComparisonResult) -> Self {
        let baseline = result.baseline.as_ref();
        Self {
            candidate: metric.ln_ratios(&result.pairs),
            baseline: baseline.map(|pairs| metric.ln_ratios(pairs)),
        }
    }

    fn as_ratios(&self) -> Ratios<'_> {
        match &self.baseline {
            Some(baseline) => Ratios::Against {
                candidate: &self.candidate,
                baseline,
            },
            None => Ratios::Paired(&self.candidate),
        }
    }
}

impl ComparisonResult {
    fn add_if_missing(&mut self, metric: Metric, evidence: Evidence) {
        if !self.evidence.iter().any(|(known, _)| *known == metric) {
            self.evidence.push((metric, evidence));
        }
    }
}

/// The candidate compared with the saved baseline, or with side b.
fn exact_changes(result: &ComparisonResult) -> Vec<String> {
    let candidate = side(&result.pairs, |pair| pair.a);
    let baseline = match &result.baseline {
        Some(saved) => side(saved, |pair| pair.a),
        None => side(&result.pairs, |pair| pair.b),
    };
    ExactCount::changes(&candidate, &baseline)
}

/// The confidence that the interval of the control needs.
const FLOOR_CONFIDENCE: f64 = 0.95;

/// The dead zone, from how much the control differs from itself.
fn zone_of(control: &[f64]) -> f64 {
    let floor = signed_rank_estimate(control, FLOOR_CONFIDENCE);
    floor.as_ref().map_or(ROUGH_DEAD_ZONE.ln_1p(), dead_zone)
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
