//! The sign test: does the median lie beyond a threshold?
//!
//! If it did not, each value would fall beyond the threshold with a chance of
//! at most one half; so many beyond it as were seen would then have the chance
//! of a binomial tail. Exact for any independent values, whatever the shape of
//! their noise and even if the shape changes from value to value.
//! Source: W. J. Dixon and A. M. Mood, "The statistical sign test", Journal of
//! the American Statistical Association 41 (1946), 557-566; M. Hollander,
//! D. A. Wolfe and E. Chicken, "Nonparametric Statistical Methods", 3rd
//! edition, section 3.4.

use super::binomial::at_least;

/// On which side of a threshold something is claimed to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Greater than the threshold.
    Above,
    /// Less than the threshold.
    Below,
}

/// The one-sided p-value of the claim that the median of `values` lies on
/// `side` of `threshold` (same unit): the chance of values that speak for the
/// claim at least as clearly if it is false.
///
/// A value equal to the threshold counts against the claim (dropping ties, as
/// textbooks do, would let a clock that rounds turn "the same" into "slower"),
/// and so does NaN. Without values the p-value is 1.
///
/// ```
/// use regatta::stats::{Side, sign_test};
/// let p = sign_test(&[0.02, 0.03, 0.01, 0.05, -0.01], 0.0, Side::Above);
/// assert!((p - 6.0 / 32.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn sign_test(values: &[f64], threshold: f64, side: Side) -> f64 {
    let speaks_for = |value: &&f64| match side {
        Side::Above => **value > threshold,
        Side::Below => **value < threshold,
    };
    let count = values.iter().filter(speaks_for).count();
    at_least(count, values.len(), 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::order_interval_at;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn without_values_nothing_is_claimed() {
        assert!((sign_test(&[], 0.0, Side::Above) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn ties_and_nan_speak_against_both_claims() {
        for side in [Side::Above, Side::Below] {
            assert!((sign_test(&[1.0; 9], 1.0, side) - 1.0).abs() < 1e-15);
            assert!((sign_test(&[f64::NAN; 9], 1.0, side) - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn turning_the_sign_of_everything_turns_the_side() {
        let mut random = ChaCha8Rng::seed_from_u64(21);
        for n in 1..50 {
            let values: Vec<f64> = (0..n).map(|_| random.random_range(-1.0..1.5)).collect();
            let turned: Vec<f64> = values.iter().map(|value| -value).collect();
            let above = sign_test(&values, 0.1, Side::Above);
            let below = sign_test(&turned, -0.1, Side::Below);
            assert!((above - below).abs() < 1e-15);
        }
    }

    #[test]
    fn it_rejects_exactly_where_the_interval_of_the_median_ends() {
        // Test and interval are two readings of one binomial tail.
        let mut random = ChaCha8Rng::seed_from_u64(22);
        for n in 8..70 {
            let values: Vec<f64> = (0..n).map(|_| random.random_range(-1.0..1.0)).collect();
            let (low, _, confidence) = order_interval_at(&values, 0.95).unwrap();
            let p = sign_test(&values, low - 1e-9, Side::Above);
            assert!((p - (1.0 - confidence) / 2.0).abs() < 1e-12);
            assert!(sign_test(&values, low, Side::Above) > 0.025);
        }
    }

    #[test]
    fn under_the_hypothesis_small_p_values_are_as_rare_as_they_say() {
        // Every count of 40 coins, weighed by its chance.
        let p_of = |heads: usize| {
            let values: Vec<f64> = (0..40)
                .map(|i| if i < heads { 1.0 } else { -1.0 })
                .collect();
            sign_test(&values, 0.0, Side::Above)
        };
        for alpha in [0.001, 0.0125, 0.05, 0.3] {
            let rejected: f64 = (0..=40)
                .filter(|&heads| p_of(heads) <= alpha)
                .map(|heads| at_least(heads, 40, 0.5) - at_least(heads + 1, 40, 0.5))
                .sum();
            assert!(rejected <= alpha + 1e-12, "{alpha}: {rejected}");
        }
    }
}
