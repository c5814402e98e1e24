//! Chances of U against published tables, symmetry and brute force.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn values(random: &mut ChaCha8Rng, n: usize) -> Vec<f64> {
    (0..n).map(|_| random.random()).collect()
}

#[test]
fn the_chances_are_those_of_counting_by_hand() {
    // Two and two: of the six orders, U is 0, 1, 2, 2, 3, 4.
    let sixths = [1.0, 1.0, 2.0, 1.0, 1.0].map(|orders| orders / 6.0);
    let chances = null_chances(2, 2);
    assert_eq!(chances.len(), 5);
    assert!(
        chances
            .iter()
            .zip(sixths)
            .all(|(a, b)| (a - b).abs() < 1e-15)
    );
}

#[test]
fn the_chances_make_one_and_look_the_same_from_both_ends() {
    for (m, n) in [(1, 1), (1, 9), (3, 7), (7, 40), (7, 7)] {
        let chances = null_chances(m, n);
        assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let ends = chances.iter().zip(chances.iter().rev());
        assert!(ends.into_iter().all(|(a, b)| (a - b).abs() < 1e-15));
    }
}

#[test]
fn the_depths_are_those_of_the_published_table() {
    // Critical values of U at 5 % two-sided (any table of Mann-Whitney's U,
    // such as Siegel, "Nonparametric Statistics", table K); C is one more.
    for (m, n, critical) in [
        (4, 4, 0),
        (5, 5, 2),
        (6, 6, 5),
        (7, 7, 8),
        (5, 8, 6),
        (7, 20, 34),
    ] {
        let (c, confidence) = depth(m, n, 0.95).unwrap();
        assert_eq!(c, critical + 1, "{m} and {n}");
        assert!(confidence >= 0.95);
    }
    assert_eq!(depth(3, 3, 0.95), None);
}

#[test]
fn the_approximation_is_near_the_count_and_no_deeper() {
    for (m, n) in [(8, 8), (8, 30), (20, 20), (40, 40)] {
        for confidence in [0.9, 0.95, 0.9875, 0.999] {
            let exact = depth_by_counting(&null_chances(m, n), confidence)
                .unwrap()
                .0;
            let near = depth_by_normal(m, n, confidence).map_or(0, |(c, _)| c);
            let off = (exact as f64 - near as f64) / spread(m, n, 0.0);
            assert!((0.0..0.35).contains(&off), "{m}, {n}: {near} for {exact}");
        }
    }
}

#[test]
fn the_two_ways_agree_where_they_meet() {
    let mut random = ChaCha8Rng::seed_from_u64(51);
    for _ in 0..200 {
        let (x, y) = (values(&mut random, 8), values(&mut random, 10));
        let (exact, near) = (greater_by_counting(&x, &y), greater_by_normal(&x, &y));
        assert!((exact - near).abs() < 0.012, "{exact} and {near}");
    }
}

#[test]
fn ties_make_the_count_more_careful_and_narrow_the_spread() {
    // Seven of nine pairs are won, two tied: as if lost.
    let p = greater(&[2.0, 3.0, 3.0], &[1.0, 1.0, 2.0]).unwrap();
    let worse = greater(&[2.0, 3.0, 3.5], &[1.0, 1.5, 2.5]).unwrap();
    assert!((p - worse).abs() < 1e-12);
    assert!(spread(10, 10, ties(&[1.0; 10], &[2.0; 10])) < spread(10, 10, 0.0));
}

#[test]
fn samples_all_alike_show_nothing() {
    for n in [4, 20] {
        let p = greater(&vec![1.0; n], &vec![1.0; n]).unwrap();
        assert!((p - 1.0).abs() < 1e-12);
    }
}

#[test]
fn what_can_neither_be_counted_nor_approximated_is_not_known() {
    assert_eq!(greater(&[], &[1.0]), None);
    assert_eq!(greater(&[1.0; 3], &[1.0; 1_000]), None);
    assert!(greater(&[1.0; 3], &[1.0; 500]).is_some());
}
