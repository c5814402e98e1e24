//! Sample size: how many more pairs would turn an UNSURE into a verdict.
//!
//! The width of an interval is proportional to one over the root of the number
//! of values. So if the estimate stays where it is, the width it needs gives
//! the number. The estimate moves, too: about half of the runs with this many
//! more pairs end with a verdict, and the others come near.

use super::Finding;
use super::normal::exceeded_with;

/// A larger number is of no use.
const MOST: f64 = 1e6;

/// How many more pairs would give `finding` a verdict, at least 1. `None` when
/// no number would: the estimate lies on the edge of the dead zone, it has no
/// interval, or the baseline has too few values.
pub(super) fn more_pairs(finding: &Finding) -> Option<usize> {
    let share = share_of_width(finding);
    let pairs = finding.pairs as f64;
    let fixed = finding
        .baseline_pairs
        .map_or(0.0, |pairs| 1.0 / pairs as f64);
    // The variance of the estimate goes as 1 / pairs + 1 / baseline pairs.
    let variance = share.powi(2) * (1.0 / pairs + fixed) - fixed;
    let more = (1.0 / variance - pairs).ceil().max(1.0);
    let usable = finding.estimate.confidence > 0.0 && share > 0.0 && variance > 0.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (usable && more <= MOST).then_some(more as usize)
}

/// The share of the present width at which the cell would have a verdict.
fn share_of_width(finding: &Finding) -> f64 {
    let (estimate, zone) = (&finding.estimate, finding.dead_zone);
    let (above, below) = (
        estimate.high - estimate.median,
        estimate.median - estimate.low,
    );
    if estimate.median > zone {
        (estimate.median - zone) / (below * stretch(finding))
    } else if estimate.median < -zone {
        (-zone - estimate.median) / (above * stretch(finding))
    } else {
        ((zone - estimate.median) / above).min((zone + estimate.median) / below)
    }
}

/// The width that a test at its alpha needs over the width of the interval,
/// both taken as normal.
fn stretch(finding: &Finding) -> f64 {
    let shown = exceeded_with((1.0 - finding.estimate.confidence) / 2.0);
    exceeded_with(finding.test_alpha) / shown
}

#[cfg(test)]
#[path = "sample_size_tests.rs"]
mod tests;
