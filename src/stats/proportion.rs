//! Bounds of a proportion: how often something happens at most and at least if
//! it happened k times in n. Two false alarms in 1,000 runs mean a rate of at
//! most 0.63 % with 95 % confidence, not a rate of 0.2 %.
//!
//! The bounds are exact, for any k and n: the upper one is the largest chance
//! at which this few failures are still as likely as `1 - confidence`.
//! Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial
//! limits illustrated in the case of the binomial", Biometrika 26 (1934),
//! 404-413.

use super::binomial::at_least;

/// The largest chance of a failure that `failures` in `trials` allow, one-sided
/// with `confidence` (0.95 for 95 %); 1 without trials.
///
/// ```
/// // None in n: the "rule of three", about 3/n.
/// let bound = regatta::stats::proportion_upper_bound(0, 300, 0.95);
/// assert!((bound - 0.00994).abs() < 1e-5);
/// ```
///
/// For a two-sided 95 % interval take both bounds at 0.975.
#[must_use]
pub fn proportion_upper_bound(failures: usize, trials: usize, confidence: f64) -> f64 {
    // As failures bound from above, so the successes do from below.
    1.0 - proportion_lower_bound(trials.saturating_sub(failures), trials, confidence)
}

/// The smallest chance of a failure that `failures` in `trials` allow, one-sided
/// with `confidence`; 0 without failures.
#[must_use]
pub fn proportion_lower_bound(failures: usize, trials: usize, confidence: f64) -> f64 {
    if failures == 0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    // The tail grows with the chance, so halving finds where it reaches
    // 1 - confidence; 60 halvings are the digits a number has.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if at_least(failures.min(trials), trials, middle) < 1.0 - confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_those_of_the_published_example() {
        // Two-sided 95 % for 4 in 20: NIST/SEMATECH e-Handbook, 7.2.4.1,
        // gives 0.071354 and 0.401029 for the two 90 % (one-sided 95 %) ends.
        let (low, high) = (
            proportion_lower_bound(4, 20, 0.95),
            proportion_upper_bound(4, 20, 0.95),
        );
        assert!((low - 0.071_354).abs() < 1e-6, "{low}");
        assert!((high - 0.401_029).abs() < 1e-6, "{high}");
    }

    #[test]
    fn none_and_all_have_closed_forms() {
        for n in [1, 10, 2_000] {
            let exact = 1.0 - 0.05_f64.powf(1.0 / n as f64);
            assert!((proportion_upper_bound(0, n, 0.95) - exact).abs() < 1e-9);
            assert!((proportion_lower_bound(n, n, 0.95) - (1.0 - exact)).abs() < 1e-9);
            assert!(proportion_lower_bound(0, n, 0.95).abs() < 1e-15);
            assert!((proportion_upper_bound(n, n, 0.95) - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn without_trials_everything_is_possible() {
        assert!((proportion_upper_bound(0, 0, 0.95) - 1.0).abs() < 1e-15);
        assert!(proportion_lower_bound(0, 0, 0.95).abs() < 1e-15);
    }

    #[test]
    fn the_share_seen_lies_between_and_more_failures_never_mean_less() {
        let mut before = 0.0;
        for failures in 0..=40 {
            let high = proportion_upper_bound(failures, 40, 0.9);
            let low = proportion_lower_bound(failures, 40, 0.9);
            let seen = failures as f64 / 40.0;
            assert!(low <= seen && seen <= high && before <= high);
            before = high;
        }
    }

    #[test]
    fn the_chance_to_miss_the_truth_is_at_most_what_was_allowed() {
        // Every outcome of 30 trials, weighed by its chance: no luck involved.
        for truth in [0.003, 0.01, 0.1, 0.5, 0.77] {
            let pmf = |k| at_least(k, 30, truth) - at_least(k + 1, 30, truth);
            let missed: f64 = (0..=30)
                .filter(|&k| proportion_upper_bound(k, 30, 0.95) < truth)
                .map(pmf)
                .sum();
            assert!(missed <= 0.05 + 1e-12, "{truth}: {missed}");
        }
    }
}
