//! Which drivers tie, and how often the ranking is wrong.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};

use super::*;

/// `walls` as rounds 1, 2, 3, ...
fn series(walls: &[f64]) -> Series {
    (1..).zip(walls.iter().copied()).collect()
}

fn ranks(all: &[Series]) -> Vec<(u32, bool)> {
    rank(all)
        .iter()
        .map(|place| (place.rank, place.tied))
        .collect()
}

#[test]
fn one_driver_is_first_and_ties_with_nobody() {
    assert_eq!(ranks(&[series(&[200.0, 201.0])]), [(1, false)]);
}

#[test]
fn nobody_gives_no_places() {
    assert_eq!(ranks(&[]), []);
}

#[test]
fn equal_drivers_tie_and_the_next_place_counts_both() {
    let fast = series(&[200.0, 201.0, 199.0, 200.0, 202.0, 200.0]);
    let slow = fast
        .iter()
        .map(|(round, wall)| (*round, wall * 20.0))
        .collect();
    assert_eq!(
        ranks(&[slow, fast.clone(), fast]),
        [(3, false), (1, true), (1, true)]
    );
}

#[test]
fn a_sure_difference_inside_the_dead_zone_is_a_tie() {
    let one = series(&[200.0; 8]);
    assert_eq!(ranks(&[one, series(&[201.9; 8])]), [(1, true), (1, true)]);
}

#[test]
fn a_sure_difference_beyond_the_dead_zone_is_not() {
    let one = series(&[200.0; 8]);
    assert_eq!(ranks(&[one, series(&[202.1; 8])]), [(1, false), (2, false)]);
}

#[test]
fn pairing_by_round_removes_changing_conditions() {
    // Every round is twice as slow as the one before: the medians' intervals
    // overlap wholly, the ratios say 3 % each time.
    let conditions: Vec<f64> = (0..8).map(|round| 100.0 * 2.0_f64.powi(round)).collect();
    let slower: Vec<f64> = conditions.iter().map(|wall| wall * 1.03).collect();
    assert_eq!(
        ranks(&[series(&slower), series(&conditions)]),
        [(2, false), (1, false)]
    );
}

#[test]
fn without_two_common_rounds_ten_percent_of_the_medians_decide() {
    let one = Series::from([(1, 200.0)]);
    let near = Series::from([(1, 219.0)]);
    let far = Series::from([(2, 221.0)]);
    assert_eq!(ranks(&[one, near, far]), [(1, true), (1, true), (3, false)]);
}

#[test]
fn identical_drivers_are_told_apart_in_fewer_than_one_of_twenty_experiments() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let noise = LogNormal::new(200.0_f64.ln(), 0.02).unwrap();
    let mut draw = || -> Series {
        (1..=8)
            .map(|round| (round, noise.sample(&mut random)))
            .collect()
    };
    let apart = (0..2_000)
        .filter(|_| !rank(&[draw(), draw()])[0].tied)
        .count();
    assert!(apart < 100, "{apart} of 2,000");
}

#[test]
fn a_slowdown_of_five_percent_is_found_in_most_experiments() {
    let mut random = ChaCha8Rng::seed_from_u64(12);
    let noise = LogNormal::new(200.0_f64.ln(), 0.012).unwrap();
    let mut draw = |factor: f64| -> Series {
        (1..=8)
            .map(|round| (round, factor * noise.sample(&mut random)))
            .collect()
    };
    let found = (0..1_000)
        .filter(|_| rank(&[draw(1.05), draw(1.0)])[0].rank == 2)
        .count();
    assert!(found > 900, "{found} of 1,000");
}
