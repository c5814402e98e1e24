//! What must hold of the cross-check.

use rand_distr::{Distribution, Normal};

use super::*;

fn normal(n: usize, seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let noise = Normal::new(0.0, 0.04).unwrap();
    (0..n).map(|_| noise.sample(&mut random)).collect()
}

fn few(length: usize) -> Blocks {
    Blocks {
        length,
        resamples: 400,
        seed: 7,
    }
}

#[test]
fn the_same_seed_gives_the_same_interval_and_another_seed_another() {
    let values = normal(64, 1);
    let once = block_bootstrap(&values, &few(4), 0.95);
    assert_eq!(once, block_bootstrap(&values, &few(4), 0.95));
    let other = Blocks { seed: 8, ..few(4) };
    assert_ne!(once, block_bootstrap(&values, &other, 0.95));
}

#[test]
fn the_interval_lies_within_the_values_and_holds_their_median() {
    for n in [4, 5, 30, 101] {
        let values = sorted(&normal(n, n as u64));
        let estimate = block_bootstrap(&values, &few(3), 0.95).unwrap();
        assert!(values[0] <= estimate.low && estimate.high <= values[n - 1]);
        assert!(estimate.low <= estimate.median && estimate.median <= estimate.high);
    }
}

#[test]
fn on_independent_values_it_is_about_as_wide_as_the_exact_one() {
    let mut widths = (0.0, 0.0);
    for seed in 0..30 {
        let values = normal(64, seed);
        let exact = Estimate::of_signed(&values).unwrap();
        let checked = block_bootstrap(&values, &few(4), 0.95).unwrap();
        widths.0 += exact.high - exact.low;
        widths.1 += checked.high - checked.low;
    }
    assert!((0.75..1.1).contains(&(widths.1 / widths.0)), "{widths:?}");
}

#[test]
fn neighbours_alike_widen_it() {
    // Each value eight times over: eight times fewer independent ones.
    let bursts: Vec<f64> = normal(40, 3).iter().flat_map(|&v| [v; 8]).collect();
    let width = |length| {
        let estimate = block_bootstrap(&bursts, &few(length), 0.95).unwrap();
        estimate.high - estimate.low
    };
    assert!(width(16) > 1.5 * width(1), "{} and {}", width(16), width(1));
}

#[test]
fn values_all_alike_have_an_interval_of_one_point() {
    let estimate = block_bootstrap(&[2.0; 30], &few(4), 0.95).unwrap();
    assert!((estimate.high - estimate.low).abs() < 1e-15);
}

#[test]
fn blocks_that_do_not_fit_give_nothing() {
    assert_eq!(block_bootstrap(&[1.0, 2.0], &few(3), 0.95), None);
    assert_eq!(block_bootstrap(&[], &few(1), 0.95), None);
    assert_eq!(block_bootstrap(&[1.0], &few(0), 0.95), None);
    let none = Blocks {
        resamples: 0,
        ..few(1)
    };
    assert_eq!(block_bootstrap(&[1.0], &none, 0.95), None);
}

#[test]
fn the_usual_length_is_the_cube_root() {
    for (n, length) in [(0, 1), (1, 1), (8, 2), (60, 4), (64, 4), (1_000, 10)] {
        assert_eq!(Blocks::for_values(n, 0).length, length, "{n}");
    }
}
