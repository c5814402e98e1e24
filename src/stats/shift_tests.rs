//! What must hold of every shift, and how often its interval is right.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn values(random: &mut ChaCha8Rng, n: usize) -> Vec<f64> {
    (0..n).map(|_| random.random_range(-1.0..1.0)).collect()
}

fn moved(values: &[f64], by: f64) -> Vec<f64> {
    values.iter().map(|value| value + by).collect()
}

const SIZES: [(usize, usize); 5] = [(4, 5), (7, 30), (8, 8), (12, 20), (30, 30)];

#[test]
fn moving_one_sample_moves_the_shift_by_as_much() {
    let mut random = ChaCha8Rng::seed_from_u64(61);
    for (m, n) in SIZES {
        let (candidate, baseline) = (values(&mut random, m), values(&mut random, n));
        let before = shift_estimate(&candidate, &baseline, 0.95).unwrap();
        let after = shift_estimate(&moved(&candidate, 0.3), &baseline, 0.95).unwrap();
        assert!((after.median - before.median - 0.3).abs() < 1e-12);
        assert!((after.low - before.low - 0.3).abs() < 1e-12);
        assert!((after.high - before.high - 0.3).abs() < 1e-12);
    }
}

#[test]
fn swapping_the_two_turns_the_sign() {
    let mut random = ChaCha8Rng::seed_from_u64(62);
    for (m, n) in SIZES {
        let (candidate, baseline) = (values(&mut random, m), values(&mut random, n));
        let there = shift_estimate(&candidate, &baseline, 0.95).unwrap();
        let back = shift_estimate(&baseline, &candidate, 0.95).unwrap();
        assert!((there.median + back.median).abs() < 1e-12);
        assert!((there.low + back.high).abs() < 1e-12);
        let above = shift_test(&candidate, &baseline, 0.1, Side::Above).unwrap();
        let below = shift_test(&baseline, &candidate, -0.1, Side::Below).unwrap();
        assert!((above - below).abs() < 1e-9);
    }
}

#[test]
fn a_higher_threshold_is_never_easier_to_exceed() {
    let mut random = ChaCha8Rng::seed_from_u64(63);
    for (m, n) in SIZES {
        let (candidate, baseline) = (values(&mut random, m), values(&mut random, n));
        let p = |step: i32| shift_test(&candidate, &baseline, f64::from(step) / 10.0, Side::Above);
        let chances: Vec<f64> = (-30..=30).filter_map(p).collect();
        assert!(chances.len() == 61 && chances.is_sorted());
        assert!(chances[0] < 0.01 && chances[60] > 0.99);
    }
}

#[test]
fn test_and_interval_say_the_same() {
    // Just outside the interval a shift is rejected, just inside it is not.
    let mut random = ChaCha8Rng::seed_from_u64(64);
    for (m, n) in [(5, 6), (7, 20)] {
        let (candidate, baseline) = (values(&mut random, m), values(&mut random, n));
        let low = shift_estimate(&candidate, &baseline, 0.95).unwrap().low;
        let p = |threshold| shift_test(&candidate, &baseline, threshold, Side::Above).unwrap();
        assert!(p(low - 1e-9) <= 0.025 && p(low + 1e-9) > 0.025);
    }
}

#[test]
fn samples_too_small_have_a_median_but_no_interval() {
    let shift = shift_estimate(&[3.0], &[1.0, 2.0], 0.95).unwrap();
    assert!((shift.median - 1.5).abs() < 1e-15 && shift.confidence.abs() < 1e-15);
    assert_eq!(shift_estimate(&[], &[1.0], 0.95), None);
}
