//! A whole run at one look: tests, Holm and verdicts for all cells together.
//!
//! Each cell asks two questions (above the upper edge? below the lower?), so m
//! cells are 2m hypotheses, and Holm keeps the chance of any false REGRESSED or
//! IMPROVED among them at alpha. A wrong SAME is rarer than alpha / 2 for a cell
//! by itself: there is no alarm in it, so cells do not share that alpha.

use super::{
    Evidence, Finding, Rejected, Side, Verdict, holm, judge, shift_estimate, shift_test,
    signed_rank_estimate, signed_rank_test,
};

/// The ln-ratios of one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ratios<'a> {
    /// New to old, pair by pair: their middle, by the signed-rank test.
    Paired(&'a [f64]),
    /// Ratios to the reference driver, now and in a saved run: the shift, by
    /// Mann-Whitney.
    Against {
        /// Measured in this run.
        now: &'a [f64],
        /// Saved in the baseline.
        then: &'a [f64],
    },
}

/// One cell of a run: what was measured and what is no difference.
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
            Ratios::Against { now, then } => shift_test(now, then, edge, side).unwrap_or(1.0),
        }
    }

    fn finding(&self, alpha: f64, test_alpha: f64) -> Option<Finding> {
        let confidence = 1.0 - alpha;
        let (estimate, pairs, baseline_pairs) = match self.ratios {
            Ratios::Paired(values) => {
                let estimate = signed_rank_estimate(values, confidence)?;
                (estimate, values.len(), None)
            }
            Ratios::Against { now, then } => {
                let estimate = shift_estimate(now, then, confidence)?;
                (estimate, now.len(), Some(then.len()))
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
            pairs_to_settle: None,
        };
        self.finding(alpha, test_alpha)
            .map_or(nothing, |finding| judge(&finding, rejected))
    }
}

/// The verdicts on all cells of a run, in the order given, at one look with
/// this `alpha` ([`Looks::alpha_at`](super::Looks::alpha_at)). Intervals have
/// the confidence `1 - alpha`.
///
/// Hand in every cell of the run at every look, also those settled at an
/// earlier one (they may come without values): Holm must know how many
/// questions were asked. A verdict given at an earlier look stands.
#[must_use]
pub fn judge_all(cells: &[Cell<'_>], alpha: f64) -> Vec<Evidence> {
    let p_values: Vec<f64> = cells
        .iter()
        .flat_map(|cell| [Side::Above, Side::Below].map(|side| cell.p_value(side)))
        .collect();
    // What Holm asks of its first, as a forecast for each.
    let test_alpha = alpha / p_values.len() as f64;
    let rejected = holm(&p_values, alpha);
    cells
        .iter()
        .zip(rejected.chunks_exact(2))
        .map(|(cell, sides)| {
            let (above, below) = (sides[0], sides[1]);
            cell.evidence(alpha, test_alpha, Rejected { above, below })
        })
        .collect()
}

#[cfg(test)]
#[path = "judge_all_simulation_tests.rs"]
mod tests;
