//! Comparing two drivers round by round.
//!
//! Conditions change: a slow minute slows every driver in it. That distorts the
//! comparison of two medians over all rounds, but hardly the ratio of two runs
//! of the *same round*. The ratios are logarithms, so "a is twice b" and "b is
//! twice a" are equally far from zero, and a median treats both the same.

use std::collections::BTreeMap;

use super::Estimate;

/// One metric of one driver: round number to value.
pub type Series = BTreeMap<u32, f64>;

/// `ln(a / b)` of every round that both series have, in the order of rounds.
/// Rounds in which either value is not a positive number are left out: they
/// have no ratio.
#[must_use]
pub fn ln_ratios(a: &Series, b: &Series) -> Vec<f64> {
    a.iter()
        .filter_map(|(round, a)| Some((a / b.get(round)?).ln()))
        .filter(|ratio| ratio.is_finite())
        .collect()
}

/// The median of [`ln_ratios`] with its interval: 0.05 says that `a` takes
/// about 5 % more than `b`. `None` without a common round.
#[must_use]
pub fn ln_ratio_estimate(a: &Series, b: &Series) -> Option<Estimate> {
    Estimate::of_signed(&ln_ratios(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_common_rounds_are_paired() {
        let a = Series::from([(1, 2.0), (2, 4.0), (5, 8.0)]);
        let b = Series::from([(2, 2.0), (3, 1.0), (5, 8.0)]);
        assert_eq!(ln_ratios(&a, &b), [2.0_f64.ln(), 0.0]);
    }

    #[test]
    fn swapping_the_two_turns_the_sign() {
        let a = Series::from([(1, 2.0), (2, 3.0), (3, 5.0)]);
        let b = Series::from([(1, 1.0), (2, 4.0), (3, 2.5)]);
        let (there, back) = (
            ln_ratio_estimate(&a, &b).unwrap(),
            ln_ratio_estimate(&b, &a).unwrap(),
        );
        assert!((there.median + back.median).abs() < 1e-12);
        assert!((there.low + back.high).abs() < 1e-12);
    }

    #[test]
    fn a_zero_has_no_ratio() {
        let (a, b) = (Series::from([(1, 0.0)]), Series::from([(1, 3.0)]));
        assert_eq!(ln_ratio_estimate(&a, &b), None);
        assert_eq!(ln_ratio_estimate(&b, &a), None);
    }
}
