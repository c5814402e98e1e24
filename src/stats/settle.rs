//! How many more pairs would settle an UNSURE.
//!
//! An interval narrows with one over the root of the number of values. So if
//! the estimate stays where it is, the narrowing it needs says the number. The
//! estimate will not stay quite where it is: about half of those who measure
//! this many more will find it settled, the others will have come near.

use super::normal::exceeded_with;
use super::verdict::Finding;

/// A number beyond this is no advice.
const MOST: f64 = 1e6;

/// How many more pairs would settle `finding`, 1 at least; `None` when no
/// number would: the estimate sits on the edge of the dead zone, there is no
/// interval to start from, or the baseline is too small for ever.
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

/// The share of today's width at which the cell would be settled.
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

/// By how much a test at its alpha needs more than the interval shows, both
/// taken as normal.
fn stretch(finding: &Finding) -> f64 {
    let shown = exceeded_with((1.0 - finding.estimate.confidence) / 2.0);
    exceeded_with(finding.test_alpha) / shown
}

#[cfg(test)]
#[path = "settle_tests.rs"]
mod tests;
