//! The exact interval of a median from the order of the samples alone.
//!
//! Each sample falls below the true median with chance one half, whatever the
//! distribution. So the number that do is binomial, and the interval from the
//! k-th smallest to the k-th largest misses the true median only when fewer
//! than k samples fell on one side of it:
//!
//! `confidence = 1 - 2 * P(Binomial(n, 1/2) <= k - 1)`
//!
//! This needs no assumption about the shape of the noise and no random numbers
//! (a bootstrap would be neither exact at n = 8 nor repeatable).
//! Source: W. R. Thompson, "On confidence ranges for the median", Annals of
//! Mathematical Statistics 7 (1936), 122-128; also H. A. David and H. N.
//! Nagaraja, "Order Statistics", 3rd edition, section 7.1.

use super::median::sorted;

/// The confidence an interval must have at least.
pub(super) const CONFIDENCE: f64 = 0.95;

/// The narrowest interval `(low, high, confidence)` between the k-th smallest
/// and the k-th largest value that holds the true median with a chance of at
/// least 95 %. `None` below six values: then even the extremes hold it less
/// often than that.
///
/// ```
/// // Six values: the extremes, 1 - 2/64.
/// let (low, high, confidence) =
///     regatta::stats::order_interval(&[3.0, 1.0, 2.0, 6.0, 5.0, 4.0]).unwrap();
/// assert_eq!((low, high), (1.0, 6.0));
/// assert!((confidence - 0.96875).abs() < 1e-12);
/// ```
#[must_use]
pub fn order_interval(values: &[f64]) -> Option<(f64, f64, f64)> {
    order_interval_at(values, CONFIDENCE)
}

/// The same with a chance of at least `confidence`, such as the `1 - alpha` of
/// an interim analysis; `None` for too few values.
#[must_use]
pub fn order_interval_at(values: &[f64], confidence: f64) -> Option<(f64, f64, f64)> {
    let (k, confidence) = depth(values.len(), confidence)?;
    let sorted = sorted(values);
    Some((sorted[k - 1], sorted[sorted.len() - k], confidence))
}

/// How deep from each end the interval may start, and its confidence.
fn depth(n: usize, least: f64) -> Option<(usize, f64)> {
    // The chances are kept as logarithms: 0.5^n underflows at n = 1075, and a
    // warm series of that many steps is an ordinary one.
    let mut ln_chance = -(n as f64) * std::f64::consts::LN_2;
    let mut below = 0.0;
    let mut best = None;
    for k in 1..=n / 2 {
        below += ln_chance.exp();
        let confidence = 1.0 - 2.0 * below;
        if confidence < least {
            break;
        }
        best = Some((k, confidence));
        // P(X = k) from P(X = k - 1).
        ln_chance += ((n - k + 1) as f64 / k as f64).ln();
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_six_values_there_is_none() {
        for n in 0..6 {
            assert_eq!(depth(n, CONFIDENCE), None, "{n} values");
        }
    }

    #[test]
    fn the_depths_are_those_of_the_published_table() {
        // Smaller rank of the 95 % interval: Conover, "Practical
        // Nonparametric Statistics", and any binomial table.
        for (n, k) in [
            (6, 1),
            (8, 1),
            (9, 2),
            (12, 3),
            (20, 6),
            (30, 10),
            (100, 40),
        ] {
            assert_eq!(depth(n, CONFIDENCE).map(|(k, _)| k), Some(k), "{n} values");
        }
    }

    #[test]
    fn more_confidence_reaches_deeper_never_less_deep() {
        let values: Vec<f64> = (0..40).map(f64::from).collect();
        let mut before = (20.0, 20.0);
        for confidence in [0.5, 0.9, 0.95, 0.9875, 0.999] {
            let (low, high, said) = order_interval_at(&values, confidence).unwrap();
            assert!(said >= confidence && low <= before.0 && high >= before.1);
            before = (low, high);
        }
        assert_eq!(order_interval_at(&values[..8], 0.995), None);
    }

    #[test]
    fn thousands_of_values_do_not_underflow() {
        let (k, confidence) = depth(5_000, CONFIDENCE).unwrap();
        // n/2 - 1.96 * sqrt(n)/2, the normal approximation.
        assert!((2_425..=2_435).contains(&k), "{k}");
        assert!((0.95..0.953).contains(&confidence), "{confidence}");
    }
}
