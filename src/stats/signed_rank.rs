//! The signed-rank test and estimate for one sample of differences.
//!
//! The two sides of a pair are exchangeable when they are the same program, so
//! their difference is as likely to be d as -d, whatever the noise. Then each
//! rank of the |d| belongs to a positive difference with chance one half, and
//! the distribution of the sum of those ranks can be counted. The test needs
//! only this symmetry. Unlike a sign test it uses the size of each difference:
//! with normal noise it needs two thirds of the pairs.
//!
//! Source: F. Wilcoxon, "Individual comparisons by ranking methods",
//! Biometrics Bulletin 1 (1945), 80-83; J. W. Tukey (1949) for the interval;
//! M. Hollander, D. A. Wolfe and E. Chicken, "Nonparametric Statistical
//! Methods", 3rd edition, sections 3.1 to 3.3.

use super::mann_whitney::depth_by_counting;
use super::median::sorted;
use super::normal::{exceeded_with, survival};
use super::{Estimate, median};

/// The side of a threshold that a claim names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Greater than the threshold.
    Above,
    /// Less than the threshold.
    Below,
}

/// Up to this number of values the chances are counted; beyond it the normal
/// distribution is as exact.
const COUNTABLE: usize = 128;

/// The one-sided p-value of the claim that the centre of `values`, which are
/// distributed symmetrically, lies on `side` of `threshold` (same unit).
///
/// A value equal to the threshold, or NaN, counts against the claim. Among
/// values at the same distance those for the claim get the lowest ranks.
/// Without values the p-value is 1.
///
/// ```
/// use regatta::stats::{Side, signed_rank_test};
/// let p = signed_rank_test(&[0.02, 0.03, 0.04, 0.05, -0.01], 0.0, Side::Above);
/// assert!((p - 2.0 / 32.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn signed_rank_test(values: &[f64], threshold: f64, side: Side) -> f64 {
    let sum = rank_sum(values, threshold, side);
    let n = values.len();
    if n == 0 {
        1.0
    } else if n <= COUNTABLE {
        // Their sum may end a digit above one.
        chances(n)[sum..].iter().sum::<f64>().min(1.0)
    } else {
        let (mean, spread) = moments(n);
        survival((sum as f64 - mean - 0.5) / spread)
    }
}

/// The sum of the ranks, by distance from the threshold, of the values that
/// speak for the claim.
fn rank_sum(values: &[f64], threshold: f64, side: Side) -> usize {
    let mut off: Vec<f64> = values
        .iter()
        .map(|value| match side {
            Side::Above => value - threshold,
            Side::Below => threshold - value,
        })
        .map(|off| if off.is_nan() { f64::NEG_INFINITY } else { off })
        .collect();
    off.sort_by(|a, b| a.abs().total_cmp(&b.abs()).then(b.total_cmp(a)));
    (1..)
        .zip(off)
        .filter(|(_, off)| *off > 0.0)
        .map(|(rank, _)| rank)
        .sum()
}

/// The centre of `values`, which are distributed symmetrically: the median of
/// the means of every two of them, each with itself included (Hodges and
/// Lehmann), with Tukey's interval of at least `confidence`. `None` without
/// values; no interval (confidence 0) if there are too few for that confidence.
///
/// ```
/// let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let middle = regatta::stats::signed_rank_estimate(&values, 0.95).unwrap();
/// assert_eq!((middle.low, middle.median, middle.high), (1.0, 3.5, 6.0));
/// ```
#[must_use]
pub fn signed_rank_estimate(values: &[f64], confidence: f64) -> Option<Estimate> {
    let means = sorted(&means_of_two(values));
    let interval = depth(values.len(), confidence).map(|(c, confidence)| {
        let (low, high) = (means[c - 1], means[means.len() - c]);
        (low, high, confidence)
    });
    Some(Estimate::from_parts(median(&means)?, interval))
}

fn means_of_two(values: &[f64]) -> Vec<f64> {
    let from = |i: usize| {
        values[i..]
            .iter()
            .map(move |b| f64::midpoint(values[i], *b))
    };
    (0..values.len()).flat_map(from).collect()
}

/// How deep into the sorted means the interval may start, and its confidence.
fn depth(n: usize, confidence: f64) -> Option<(usize, f64)> {
    if n <= COUNTABLE {
        return depth_by_counting(&chances(n), confidence);
    }
    let (mean, spread) = moments(n);
    let depth = mean - exceeded_with((1.0 - confidence) / 2.0) * spread;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (depth >= 1.0).then_some((depth as usize, confidence))
}

/// Mean and standard deviation of the rank sum of `n` values.
fn moments(n: usize) -> (f64, f64) {
    let n = n as f64;
    let mean = n * (n + 1.0) / 4.0;
    (mean, (mean * (2.0 * n + 1.0) / 6.0).sqrt())
}

/// The chances of each rank sum, 0 to n(n + 1)/2: each rank is in it or not.
fn chances(n: usize) -> Vec<f64> {
    let mut chances = vec![0.0; n * (n + 1) / 2 + 1];
    chances[0] = 1.0;
    for rank in 1..=n {
        for sum in (0..chances.len()).rev() {
            let with = sum
                .checked_sub(rank)
                .map_or(0.0, |without| chances[without]);
            chances[sum] = f64::midpoint(chances[sum], with);
        }
    }
    chances
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn without_values_nothing_is_claimed() {
        assert!((signed_rank_test(&[], 0.0, Side::Above) - 1.0).abs() < 1e-15);
        assert_eq!(signed_rank_estimate(&[], 0.95), None);
    }

    #[test]
    fn ties_and_nan_speak_against_both_claims() {
        for side in [Side::Above, Side::Below] {
            assert!((signed_rank_test(&[1.0; 9], 1.0, side) - 1.0).abs() < 1e-12);
            assert!((signed_rank_test(&[f64::NAN; 9], 1.0, side) - 1.0).abs() < 1e-12);
        }
        // Equally far off on either side: no claim is helped.
        let even = [-1.0, 1.0, -1.0, 1.0];
        assert!(signed_rank_test(&even, 0.0, Side::Above) > 0.5);
    }

    #[test]
    fn the_tail_is_that_of_the_published_table() {
        // Hollander, Wolfe and Chicken, table A.4: P(T+ >= t) for n values.
        for (n, sum, chance) in [(5, 15, 0.031), (8, 31, 0.039), (10, 45, 0.042)] {
            let tail: f64 = chances(n)[sum..].iter().sum();
            assert!((tail - chance).abs() < 0.0006, "{n} {sum}: {tail}");
        }
    }

    #[test]
    fn counting_and_the_normal_distribution_meet() {
        let (mean, spread) = moments(COUNTABLE);
        let chances = chances(COUNTABLE);
        for z in [1.0, 2.0, 3.0] {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let sum = (mean + z * spread) as usize;
            let counted: f64 = chances[sum..].iter().sum();
            let near = survival((sum as f64 - mean - 0.5) / spread);
            assert!((counted / near - 1.0).abs() < 0.1, "{counted} {near}");
        }
    }

    #[test]
    fn turning_the_sign_of_everything_turns_the_side() {
        let mut random = ChaCha8Rng::seed_from_u64(21);
        for n in 1..50 {
            let values: Vec<f64> = (0..n).map(|_| random.random_range(-1.0..1.5)).collect();
            let turned: Vec<f64> = values.iter().map(|value| -value).collect();
            let above = signed_rank_test(&values, 0.1, Side::Above);
            let below = signed_rank_test(&turned, -0.1, Side::Below);
            assert!((above - below).abs() < 1e-12);
        }
    }

    #[test]
    fn it_rejects_exactly_where_the_interval_ends() {
        // Test and interval are two readings of one count.
        let mut random = ChaCha8Rng::seed_from_u64(22);
        for n in 8..70 {
            let values: Vec<f64> = (0..n).map(|_| random.random_range(-1.0..1.0)).collect();
            let estimate = signed_rank_estimate(&values, 0.95).unwrap();
            let missed = (1.0 - estimate.confidence) / 2.0;
            let p = signed_rank_test(&values, estimate.low - 1e-9, Side::Above);
            assert!((p - missed).abs() < 1e-9, "{n}: {p} {missed}");
            assert!(signed_rank_test(&values, estimate.low + 1e-9, Side::Above) > 0.025);
        }
    }

    #[test]
    fn thousands_of_values_have_a_narrow_interval() {
        let mut random = ChaCha8Rng::seed_from_u64(23);
        let values: Vec<f64> = (0..600).map(|_| random.random_range(-1.0..1.0)).collect();
        let estimate = signed_rank_estimate(&values, 0.95).unwrap();
        assert!(estimate.high - estimate.low < 0.15 && estimate.median.abs() < 0.1);
    }
}
