//! The tail of the binomial distribution: the basis of the exact interval of a
//! median and of the bounds of a proportion.

/// P(X >= `least`) for X binomial with `trials` trials of chance `chance`.
/// Summed term by term, so even a tail of 1e-300 keeps its digits (one minus
/// the other tail would not).
pub(super) fn at_least(least: usize, trials: usize, chance: f64) -> f64 {
    if least == 0 {
        return 1.0;
    }
    if least > trials || chance <= 0.0 {
        return 0.0;
    }
    if chance >= 1.0 {
        return 1.0;
    }
    sum_from(least, trials, chance).min(1.0)
}

fn sum_from(least: usize, trials: usize, chance: f64) -> f64 {
    let ln_odds = chance.ln() - (-chance).ln_1p();
    // Logarithms, because the first term may be too small for a float.
    let mut ln_term = trials as f64 * (-chance).ln_1p();
    let mut sum = 0.0;
    for k in 1..=trials {
        // P(X = k) from P(X = k - 1).
        ln_term += ((trials - k + 1) as f64 / k as f64).ln() + ln_odds;
        if k >= least {
            sum += ln_term.exp();
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_agree_with_counting() {
        // Of the 16 ways four coins fall, five have three heads or more.
        assert!((at_least(3, 4, 0.5) - 5.0 / 16.0).abs() < 1e-15);
        assert!((at_least(2, 2, 0.1) - 0.01).abs() < 1e-15);
    }

    #[test]
    fn zero_is_always_reached_and_more_than_all_trials_never() {
        assert!((at_least(0, 0, 0.5) - 1.0).abs() < 1e-15);
        assert!(at_least(5, 4, 0.5).abs() < 1e-15);
    }

    #[test]
    fn the_two_tails_add_up_to_one() {
        for trials in [1, 7, 64, 3_000] {
            for least in [1, trials / 3 + 1, trials] {
                for chance in [0.001, 0.3, 0.5, 0.9] {
                    // "At least k happen" or "at least n - k + 1 do not".
                    let both = at_least(least, trials, chance)
                        + at_least(trials - least + 1, trials, 1.0 - chance);
                    assert!((both - 1.0).abs() < 1e-10, "{least} of {trials}: {both}");
                }
            }
        }
    }

    #[test]
    fn a_tiny_tail_keeps_its_digits() {
        let exact = 0.5_f64.powi(900);
        assert!((at_least(900, 900, 0.5) / exact - 1.0).abs() < 1e-9);
    }
}
