//! The rounds of a trial.

use std::time::Duration;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::exact::{Exact, side};
use super::{Comparison, Metric, Outcome};
use crate::compare::pair::{Candidate, Pairs};
use crate::harness::process::Failure;
use crate::stats::{
    Cell, DEAD_ZONE, Evidence, InterimPlan, ROUGH_DEAD_ZONE, Ratios, Verdict, dead_zone,
    decide_all, signed_rank_estimate,
};
use crate::term::progress::Progress;

/// How a trial is run and judged.
#[derive(Debug, Clone)]
pub struct Plan {
    /// After how many pairs the data are looked at.
    pub looks: InterimPlan,
    /// Whether a comparison leaves when it is settled; a baseline wants all pairs.
    pub stop_early: bool,
    /// The metric whose verdict counts; the others are shown.
    pub gate: Metric,
    /// Begin no round that would end later than this.
    pub budget: Duration,
    /// What the orders are drawn from.
    pub seed: u64,
}

/// A trial that has ended.
#[derive(Debug)]
pub struct Ended {
    /// One for each comparison, in their order.
    pub outcomes: Vec<Outcome>,
    /// The reference against itself: the gate's evidence, and the pairs.
    pub control: Outcome,
    /// Whether it was cut short by the user.
    pub partial: bool,
    /// How long it took.
    pub took: Duration,
}

impl Ended {
    /// Whether the control was told apart from itself on the gate, in which
    /// case no verdict holds.
    pub fn is_valid(&self, gate: Metric) -> bool {
        let told_apart = |evidence: &Evidence| {
            matches!(evidence.verdict, Verdict::Regressed | Verdict::Improved)
        };
        self.control.failed.is_none()
            && !self
                .control
                .evidence
                .iter()
                .any(|(metric, evidence)| *metric == gate && told_apart(evidence))
    }
}

/// Runs `comparisons` in `pair_runner`, and `reference` against itself beside them.
pub fn run(
    pair_runner: &dyn Pairs,
    comparisons: Vec<Comparison>,
    reference: &Candidate,
    plan: &Plan,
    progress: &Progress,
) -> Ended {
    let mut entries: Vec<Entry> = comparisons.into_iter().map(Entry::new).collect();
    entries.push(Entry::new(Comparison {
        name: reference.driver.name.clone(),
        a: reference.clone(),
        b: reference.clone(),
        then: None,
    }));
    let mut trial = Trial {
        pair_runner,
        entries,
        plan,
        begun: pair_runner.elapsed(),
        slowest: Duration::ZERO,
    };
    let partial = trial.all_rounds(progress);
    progress.end();
    trial.end(partial)
}

struct Entry {
    comparison: Comparison,
    outcome: Outcome,
    /// The gate's verdict was given at a look, and stands.
    settled: bool,
}

impl Entry {
    fn new(comparison: Comparison) -> Self {
        let outcome = Outcome {
            name: comparison.name.clone(),
            pairs: Vec::new(),
            then: comparison.then.clone(),
            evidence: Vec::new(),
            exact: Vec::new(),
            failed: None,
        };
        Self {
            comparison,
            outcome,
            settled: false,
        }
    }

    fn runs_on(&self) -> bool {
        !self.settled && self.outcome.failed.is_none()
    }
}

struct Trial<'a> {
    pair_runner: &'a dyn Pairs,
    entries: Vec<Entry>,
    plan: &'a Plan,
    /// When the first pair began, on the pair_runner's clock.
    begun: Duration,
    /// The longest round so far.
    slowest: Duration,
}

impl Trial<'_> {
    /// Returns whether it was cut short.
    fn all_rounds(&mut self, progress: &Progress) -> bool {
        let mut random = ChaCha8Rng::seed_from_u64(self.plan.seed);
        let last = self.plan.looks.pairs().last().copied().unwrap_or_default();
        let budget = self.plan.budget.as_secs_f64();
        progress.note(&format!(
            "up to {last} pairs a driver, {budget:.0} s at most"
        ));
        for round in 0..last {
            if !self.comparisons_run_on() {
                break;
            }
            let elapsed = self.elapsed();
            if elapsed + self.slowest > self.plan.budget {
                self.look_early(round);
                break;
            }
            let left = self.slowest * u32::try_from(last - round).unwrap_or(u32::MAX);
            let left = left.min(self.plan.budget.saturating_sub(elapsed));
            if self.round(round, &mut random, &|driver| {
                progress.running(&format!("pair {}", round + 1), driver, elapsed, left);
            }) {
                return true;
            }
            self.slowest = self.slowest.max(self.elapsed().saturating_sub(elapsed));
            if let Some(alpha) = self.plan.looks.alpha_at(round + 1) {
                progress.note(&format!("look after {} pairs", round + 1));
                self.look(alpha);
            }
        }
        false
    }

    /// The budget ends after so many pairs, before the next planned look: that
    /// is held now, with its share of alpha. Nothing is gained by it that was
    /// not planned, because the time runs out for all and whoever is ahead.
    fn look_early(&mut self, pairs: usize) {
        let looks = &self.plan.looks;
        let next = looks
            .next_after(pairs)
            .and_then(|next| looks.alpha_at(next));
        if let Some(alpha) = next.filter(|_| looks.alpha_at(pairs).is_none()) {
            self.look(alpha);
        }
    }

    fn elapsed(&self) -> Duration {
        self.pair_runner.elapsed().saturating_sub(self.begun)
    }

    /// The control alone is no reason to go on.
    fn comparisons_run_on(&self) -> bool {
        let (_, comparisons) = self
            .entries
            .split_last()
            .expect("the control is always there");
        comparisons.iter().any(Entry::runs_on)
    }

    /// One pair of each comparison that goes on. Returns whether the user wants
    /// to stop.
    fn round(&mut self, round: usize, random: &mut ChaCha8Rng, say: &dyn Fn(&str)) -> bool {
        let mut order: Vec<usize> = (0..self.entries.len())
            .filter(|&index| self.entries[index].runs_on())
            .collect();
        order.shuffle(random);
        for index in order {
            let entry = &mut self.entries[index];
            say(&entry.comparison.name);
            // Who begins changes from pair to pair.
            match self.pair_runner.pair(
                &entry.comparison.a,
                &entry.comparison.b,
                round.is_multiple_of(2),
            ) {
                Ok(pair) => entry.outcome.pairs.push(pair),
                Err(Failure::Interrupted) => return true,
                Err(Failure::Failed(reason)) => entry.outcome.failed = Some(reason),
            }
        }
        false
    }

    /// Judges the gate of all comparisons together; what is settled, stands.
    fn look(&mut self, alpha: f64) {
        let gate = self.plan.gate;
        let evidence = self.judge(gate, alpha);
        for (entry, evidence) in self.entries.iter_mut().zip(evidence) {
            if entry.settled {
                continue;
            }
            entry.settled = self.plan.stop_early && evidence.verdict != Verdict::Unsure;
            entry.outcome.evidence.retain(|(metric, _)| *metric != gate);
            entry.outcome.evidence.push((gate, evidence));
        }
        // The control runs as long as anything does.
        if let Some(control) = self.entries.last_mut() {
            control.settled = false;
        }
    }

    fn judge(&self, metric: Metric, alpha: f64) -> Vec<Evidence> {
        let now: Vec<Vec<f64>> = self
            .entries
            .iter()
            .map(|entry| metric.ln_ratios(&entry.outcome.pairs))
            .collect();
        let then: Vec<Option<Vec<f64>>> = self
            .entries
            .iter()
            .map(|entry| Some(metric.ln_ratios(entry.outcome.then.as_ref()?)))
            .collect();
        let control = now.len().saturating_sub(1);
        let zone = zone_of(now.last().map(Vec::as_slice).unwrap_or_default());
        let cells = now.iter().zip(&then).enumerate();
        let cells = cells.map(|(index, (now, then))| Cell {
            ratios: match then {
                Some(baseline) => Ratios::Against {
                    candidate: now,
                    baseline,
                },
                None => Ratios::Paired(now),
            },
            // Held against what it differs by itself, the control would never
            // be found to differ.
            dead_zone: if index == control {
                DEAD_ZONE.ln_1p()
            } else {
                zone
            },
        });
        decide_all(&cells.collect::<Vec<_>>(), alpha)
    }

    /// The other metrics are judged once, at the end, with all of alpha; each
    /// is shown and none counts.
    fn end(mut self, partial: bool) -> Ended {
        let (gate, alpha) = (self.plan.gate, self.plan.looks.alpha());
        for metric in Metric::ALL {
            let share = alpha / self.plan.looks.pairs().len() as f64;
            let evidence = self.judge(metric, if metric == gate { share } else { alpha });
            for (entry, evidence) in self.entries.iter_mut().zip(evidence) {
                let has = entry
                    .outcome
                    .evidence
                    .iter()
                    .any(|(known, _)| *known == metric);
                if !has {
                    entry.outcome.evidence.push((metric, evidence));
                }
            }
        }
        for entry in &mut self.entries {
            entry.outcome.evidence.sort_by_key(|(metric, _)| *metric);
            entry.outcome.exact = exact_changes(entry);
        }
        let took = self.elapsed();
        let control = self
            .entries
            .pop()
            .expect("the control is always there")
            .outcome;
        let outcomes = self
            .entries
            .into_iter()
            .map(|entry| entry.outcome)
            .collect();
        Ended {
            outcomes,
            control,
            partial,
            took,
        }
    }
}

/// Now against then: the saved pairs' side, or the other candidate.
fn exact_changes(entry: &Entry) -> Vec<String> {
    let now = side(&entry.outcome.pairs, |pair| pair.a);
    let then = match &entry.outcome.then {
        Some(then) => side(then, |pair| pair.a),
        None => side(&entry.outcome.pairs, |pair| pair.b),
    };
    Exact::changes(&now, &then)
}

/// The control has an interval at all when it is known as well as this.
const FLOOR_CONFIDENCE: f64 = 0.95;

/// No difference below this is one, by what the control differs from itself.
fn zone_of(control: &[f64]) -> f64 {
    let floor = signed_rank_estimate(control, FLOOR_CONFIDENCE);
    floor.as_ref().map_or(ROUGH_DEAD_ZONE.ln_1p(), dead_zone)
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
