//! A whole run at one interim analysis: tests, Holm and verdicts for all cells
//! together.
//!
//! Each cell asks two questions (above the upper edge? below the lower?), so m
//! cells are 2m hypotheses, and Holm keeps the chance of any false REGRESSED or
//! IMPROVED among them at alpha. A wrong SAME is rarer than alpha / 2 for one
//! cell. It raises no alarm, so cells do not share that alpha.

use super::{
    Evidence, Finding, Rejected, Side, Tests, Verdict, decide, holm, shift_estimate, shift_test,
    signed_rank_estimate, signed_rank_test,
};

/// The ln-ratios of one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ratios<'a> {
    /// Candidate to baseline, pair by pair: their median, by the signed-rank
    /// test.
    Paired(&'a [f64]),
    /// Ratios to the reference driver, in this run and in a saved one: the
    /// shift, by Mann-Whitney.
    Against {
        /// Measured in this run.
        candidate: &'a [f64],
        /// Saved in the baseline.
        baseline: &'a [f64],
    },
}

/// One cell of a run: what was measured, and the difference that does not
/// count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell<'a> {
    /// The ln-ratios; more is worse.
    pub ratios: Ratios<'a>,
    /// The dead zone in ln units; see [`dead_zone`](super::dead_zone).
    pub dead_zone: f64,
}

impl Cell<'_> {
    fn p_value(&self, side: Side) -> f64 {
        let edge = match side {
            Side::Above => self.dead_zone,
            Side::Below => -self.dead_zone,
        };
        match self.ratios {
            Ratios::Paired(values) => signed_rank_test(values, edge, side),
            // What cannot be known is not rejected.
            Ratios::Against {
                candidate,
                baseline,
            } => shift_test(candidate, baseline, edge, side).unwrap_or(1.0),
        }
    }

    fn finding(&self, alpha: f64, test_alpha: f64) -> Option<Finding> {
        let confidence = 1.0 - alpha;
        let (estimate, pairs, baseline_pairs) = match self.ratios {
            Ratios::Paired(values) => {
                let estimate = signed_rank_estimate(values, confidence)?;
                (estimate, values.len(), None)
            }
            Ratios::Against {
                candidate,
                baseline,
            } => {
                let estimate = shift_estimate(candidate, baseline, confidence)?;
                (estimate, candidate.len(), Some(baseline.len()))
            }
        };
        Some(Finding {
            estimate,
            pairs,
            baseline_pairs,
            dead_zone: self.dead_zone,
            test_alpha,
        })
    }

    fn evidence(&self, alpha: f64, test_alpha: f64, rejected: Rejected) -> Evidence {
        let nothing = Evidence {
            verdict: Verdict::Unsure,
            estimate: None,
            dead_zone: self.dead_zone,
            pairs: 0,
            more_pairs: None,
            tests: None,
        };
        self.finding(alpha, test_alpha)
            .map_or(nothing, |finding| decide(&finding, rejected))
    }
}

/// The verdicts on all cells of a run, in the order given, at one interim
/// analysis with this `alpha`
/// ([`InterimPlan::alpha_at`](super::InterimPlan::alpha_at)). Intervals have the
/// confidence `1 - alpha`.
///
/// Hand in every cell of the run at every analysis, also those with a verdict
/// from an earlier one (they may come without values): Holm must know how many
/// questions were asked. An earlier verdict is final.
#[must_use]
pub fn decide_all(cells: &[Cell<'_>], alpha: f64) -> Vec<Evidence> {
    let p_values: Vec<f64> = cells
        .iter()
        .flat_map(|cell| [Side::Above, Side::Below].map(|side| cell.p_value(side)))
        .collect();
    let tests = |index: usize| Tests {
        p_above: p_values[2 * index],
        p_below: p_values[2 * index + 1],
        alpha,
    };
    // The alpha that Holm asks of the smallest p-value: an upper bound on the
    // pairs that each cell needs.
    let test_alpha = alpha / p_values.len() as f64;
    let rejected = holm(&p_values, alpha);
    cells
        .iter()
        .zip(rejected.chunks_exact(2))
        .enumerate()
        .map(|(index, (cell, sides))| {
            let (above, below) = (sides[0], sides[1]);
            let evidence = cell.evidence(alpha, test_alpha, Rejected { above, below });
            Evidence {
                tests: Some(tests(index)),
                ..evidence
            }
        })
        .collect()
}

#[cfg(test)]
#[path = "decide_all_simulation_tests.rs"]
mod tests;
