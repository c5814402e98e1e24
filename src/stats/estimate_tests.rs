//! What must hold of every estimate, and how often its interval is right.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal, Normal};

use super::*;

/// Skewed values like wall times: most near 200, some far above.
fn skewed(random: &mut ChaCha8Rng, n: usize) -> Vec<f64> {
    let noise = LogNormal::new(0.0, 0.5).unwrap();
    (0..n).map(|_| 200.0 * noise.sample(random)).collect()
}

/// The share of `trials` intervals of `n` values that hold `truth`.
fn coverage(n: usize, truth: f64, mut draw: impl FnMut(usize) -> Vec<f64>) -> f64 {
    let trials = 4_000;
    let held = (0..trials)
        .filter_map(|_| Estimate::of(&draw(n)))
        .filter(|estimate| (estimate.low..=estimate.high).contains(&truth))
        .count();
    held as f64 / f64::from(trials)
}

#[test]
fn the_exact_interval_holds_the_true_median_of_skewed_values_as_often_as_it_says() {
    for n in [6, 8, 9, 15, 30, 101] {
        let mut random = ChaCha8Rng::seed_from_u64(n as u64);
        let said = Estimate::of(&skewed(&mut random, n)).unwrap().confidence;
        let seen = coverage(n, 200.0, |n| skewed(&mut random, n));
        // Three standard errors of a share of 0.95 in 4,000 trials.
        assert!(
            (seen - said).abs() < 0.011,
            "n = {n}: said {said}, seen {seen}"
        );
        assert!(said >= 0.95);
    }
}

#[test]
fn the_student_interval_holds_the_true_median_of_log_normal_values_19_times_in_20() {
    for n in 2..=5 {
        let mut random = ChaCha8Rng::seed_from_u64(n as u64);
        let seen = coverage(n, 200.0, |n| skewed(&mut random, n));
        assert!((seen - 0.95).abs() < 0.011, "n = {n}: seen {seen}");
    }
}

#[test]
fn the_student_interval_of_ln_ratios_is_as_good() {
    let noise = Normal::new(0.0, 0.02).unwrap();
    for n in 2..=5_usize {
        let mut random = ChaCha8Rng::seed_from_u64(n as u64);
        let mut draw = || -> Vec<f64> { (0..n).map(|_| noise.sample(&mut random)).collect() };
        let held = (0..4_000)
            .filter_map(|_| Estimate::of_signed(&draw()))
            .filter(|estimate| (estimate.low..=estimate.high).contains(&0.0))
            .count();
        let seen = held as f64 / 4_000.0;
        assert!((seen - 0.95).abs() < 0.011, "n = {n}: seen {seen}");
    }
}

#[test]
fn the_median_lies_in_its_interval_whatever_the_values() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for trial in 0..20_000 {
        let n = random.random_range(1..40);
        let values: Vec<f64> = (0..n)
            .map(|_| random.random_range(-2.0_f64..9.0).exp2().round())
            .collect();
        let Estimate {
            median, low, high, ..
        } = Estimate::of(&values).unwrap();
        // exp(ln(x)) may be off in the last digit.
        let slack = 1e-9 * (1.0 + median.abs());
        assert!(
            low <= median + slack && median <= high + slack,
            "{trial}: {values:?}"
        );
    }
}

#[test]
fn the_order_of_the_values_does_not_matter() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for n in [1, 2, 5, 6, 21] {
        let values = skewed(&mut random, n);
        let backwards: Vec<f64> = values.iter().rev().copied().collect();
        let (one, other) = (
            Estimate::of(&values).unwrap(),
            Estimate::of(&backwards).unwrap(),
        );
        assert!((one.low - other.low).abs() < 1e-9 * one.low);
        assert!((one.median - other.median).abs() < 1e-9 * one.median);
    }
}

#[test]
fn a_change_of_unit_changes_nothing_but_the_unit() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for n in [3, 8, 30] {
        let values = skewed(&mut random, n);
        let thousandfold: Vec<f64> = values.iter().map(|value| value * 1e3).collect();
        let (one, other) = (
            Estimate::of(&values).unwrap(),
            Estimate::of(&thousandfold).unwrap(),
        );
        assert!((other.low / one.low - 1e3).abs() < 1e-6);
        assert!((other.high / one.high - 1e3).abs() < 1e-6);
    }
}

#[test]
fn more_values_never_mean_a_wider_interval_in_the_long_run() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let widths: Vec<f64> = [10, 100, 1_000, 10_000]
        .map(|n| {
            Estimate::of(&skewed(&mut random, n))
                .unwrap()
                .half_width()
                .unwrap()
        })
        .to_vec();
    assert!(
        widths.is_sorted_by(|wide, narrow| wide > narrow),
        "{widths:?}"
    );
}

#[test]
fn one_value_has_no_interval_and_is_known_to_nothing() {
    let estimate = Estimate::of(&[203.0]).unwrap();
    assert_eq!((estimate.low, estimate.high), (203.0, 203.0));
    assert!(estimate.confidence.abs() < f64::EPSILON);
    assert_eq!(estimate.half_width(), None);
    assert!(!estimate.is_known_to(1.0));
}

#[test]
fn the_half_width_is_the_longer_arm() {
    let estimate = Estimate {
        median: 100.0,
        low: 99.0,
        high: 102.0,
        confidence: 0.95,
    };
    assert!((estimate.half_width().unwrap() - 0.02).abs() < 1e-12);
    assert!(estimate.is_known_to(0.021) && !estimate.is_known_to(0.019));
}

#[test]
fn no_values_give_no_estimate() {
    assert_eq!(Estimate::of(&[]), None);
}
