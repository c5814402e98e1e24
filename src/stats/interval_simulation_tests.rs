//! How often the intervals hold the truth, on noise of four kinds.

use super::noise::{SimulatedNoise, count, say};
use super::{Estimate, proportion_lower_bound, shift_estimate, signed_rank_estimate};

fn misses(estimate: Option<Estimate>) -> bool {
    estimate.is_none_or(|estimate| estimate.low > 0.0 || estimate.high < 0.0)
}

const INDEPENDENT: [SimulatedNoise; 3] = [
    SimulatedNoise::Gaussian(0.04),
    SimulatedNoise::Skewed,
    SimulatedNoise::Cauchy,
];

#[test]
fn the_interval_of_a_median_misses_no_more_often_than_it_says() {
    for noise in INDEPENDENT {
        for n in [8, 64] {
            let missed = count(2_000, 81, |random| {
                misses(Estimate::of_signed(&noise.draw(n, random)))
            });
            say(&format!("median, {noise:?}, n = {n}, missed"), missed);
            assert!(proportion_lower_bound(missed.0, missed.1, 0.999) <= 0.05);
        }
    }
}

#[test]
fn the_interval_of_paired_differences_misses_no_more_often_than_it_says_at_any_analysis() {
    for noise in [
        SimulatedNoise::Gaussian(0.04),
        SimulatedNoise::SkewedPairs,
        SimulatedNoise::Cauchy,
    ] {
        for n in [12, 24] {
            let missed = count(2_000, 81, |random| {
                misses(signed_rank_estimate(&noise.draw(n, random), 0.99))
            });
            say(&format!("pairs, {noise:?}, n = {n}, missed"), missed);
            assert!(proportion_lower_bound(missed.0, missed.1, 0.999) <= 0.01);
        }
    }
}

#[test]
fn the_interval_of_a_shift_misses_no_more_often_than_it_says() {
    for noise in INDEPENDENT {
        for (trials, m, n) in [(1_000, 5, 7), (1_000, 8, 8), (600, 20, 30)] {
            let missed = count(trials, 82, |random| {
                let (candidate, baseline) = (noise.draw(m, random), noise.draw(n, random));
                misses(shift_estimate(&candidate, &baseline, 0.95))
            });
            say(&format!("shift, {noise:?}, {m} and {n}, missed"), missed);
            assert!(proportion_lower_bound(missed.0, missed.1, 0.999) <= 0.05);
        }
    }
}

#[test]
fn bursts_make_the_exact_interval_too_narrow() {
    let noise = SimulatedNoise::Bursty(0.7);
    let missed = count(250, 83, |random| {
        misses(signed_rank_estimate(&noise.draw(64, random), 0.95))
    });
    say("bursty 0.7, exact interval, missed", missed);
    // A known limit, pinned: a method without it may tighten this.
    assert!(proportion_lower_bound(missed.0, missed.1, 0.999) > 0.05);
}
