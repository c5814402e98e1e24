//! The shift between two samples.
//!
//! It compares the ratios of a candidate with those of a saved baseline, which
//! never ran in the same round and so have no pairs. It assumes that the two
//! differ by a shift alone and that the values are independent. A sample that
//! is noisier as well as slower breaks the first assumption, most of all if the
//! noisier sample is the smaller one. Changed conditions on the machine break
//! the second, so use ratios to the reference driver, never times.

use super::mann_whitney::{depth, greater};
use super::median::sorted;
use super::{Estimate, Side, median};

/// The shift from `baseline` to `candidate`, in their unit: the Hodges-Lehmann
/// estimate (the median of all differences, a value of the candidate minus one
/// of the baseline) with Moses' interval of at least `confidence`. Exact when a
/// side has fewer than eight values (and the other is not huge), otherwise by
/// normal approximation.
///
/// `None` when a side is empty; without an interval (confidence 0) when the
/// samples are too small for that confidence.
///
/// Source: J. L. Hodges and E. L. Lehmann, "Estimates of location based on rank
/// tests", Annals of Mathematical Statistics 34 (1963), 598-611; M. Hollander,
/// D. A. Wolfe and E. Chicken, "Nonparametric Statistical Methods", 3rd
/// edition, sections 4.2 and 4.3 (the interval is due to L. E. Moses, 1953).
///
/// ```
/// let (candidate, baseline) = ([5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0]);
/// let shift = regatta::stats::shift_estimate(&candidate, &baseline, 0.95).unwrap();
/// assert_eq!((shift.low, shift.median, shift.high), (1.0, 4.0, 7.0));
/// ```
#[must_use]
pub fn shift_estimate(candidate: &[f64], baseline: &[f64], confidence: f64) -> Option<Estimate> {
    let differences = sorted(&differences(candidate, baseline));
    let interval = depth(candidate.len(), baseline.len(), confidence).map(|(c, confidence)| {
        let (low, high) = (differences[c - 1], differences[differences.len() - c]);
        (low, high, confidence)
    });
    Some(Estimate::from_parts(median(&differences)?, interval))
}

fn differences(candidate: &[f64], baseline: &[f64]) -> Vec<f64> {
    candidate
        .iter()
        .flat_map(|candidate| baseline.iter().map(move |baseline| candidate - baseline))
        .collect()
}

/// The one-sided p-value (Mann-Whitney) of the claim that the shift from
/// `baseline` to `candidate` lies on `side` of `threshold`, in their unit.
///
/// | values per side | p-value |
/// |---|---|
/// | 8 and more on both | normal approximation, corrected for ties and for counting |
/// | fewer on one, up to 2,000 pairs in all | exact, ties counted against the claim |
/// | fewer on one, more pairs; or none | `None` |
///
/// Source: as for [`shift_estimate`], section 4.1.
#[must_use]
pub fn shift_test(candidate: &[f64], baseline: &[f64], threshold: f64, side: Side) -> Option<f64> {
    let moved: Vec<f64> = baseline
        .iter()
        .map(|baseline| baseline + threshold)
        .collect();
    match side {
        Side::Above => greater(candidate, &moved),
        Side::Below => greater(&moved, candidate),
    }
}

#[cfg(test)]
#[path = "shift_tests.rs"]
mod tests;
