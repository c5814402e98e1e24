//! How many more pairs, by the root of their number.

use super::*;
use crate::stats::Estimate;

/// An interval of +-`arm` at 95 % after 16 pairs, a zone of +-0.01.
fn finding(median: f64, arm: f64) -> Finding {
    Finding {
        estimate: Estimate {
            median,
            low: median - arm,
            high: median + arm,
            confidence: 0.95,
        },
        pairs: 16,
        baseline_pairs: None,
        dead_zone: 0.01,
        test_alpha: 0.025,
    }
}

#[test]
fn half_the_width_takes_four_times_the_pairs() {
    assert_eq!(more_pairs(&finding(0.0, 0.02 - 1e-9)), Some(48));
    // Out of the zone: from 0.03 the interval may reach to 0.01, not to -0.01.
    assert_eq!(more_pairs(&finding(0.03, 0.04 - 1e-9)), Some(48));
    assert_eq!(more_pairs(&finding(-0.03, 0.04 - 1e-9)), Some(48));
}

#[test]
fn on_the_edge_of_the_zone_no_number_of_pairs_is_enough() {
    assert_eq!(more_pairs(&finding(0.01, 0.02)), None);
    assert_eq!(more_pairs(&finding(-0.01, 0.02)), None);
    // Nor right beside it: the number is over a million.
    assert_eq!(more_pairs(&finding(0.010_01, 0.02)), None);
}

#[test]
fn nearer_to_the_edge_takes_more() {
    let numbers: Vec<Option<usize>> = [0.04, 0.03, 0.02, 0.015]
        .iter()
        .map(|&median| more_pairs(&finding(median, 0.05)))
        .collect();
    assert!(numbers.is_sorted() && numbers[0].is_some(), "{numbers:?}");
}

#[test]
fn a_smaller_alpha_takes_more() {
    let strict = Finding {
        test_alpha: 0.000_1,
        ..finding(0.03, 0.03)
    };
    assert!(more_pairs(&strict) > more_pairs(&finding(0.03, 0.03)));
}

#[test]
fn a_small_baseline_takes_more_pairs_or_rules_a_verdict_out() {
    let with = |baseline_pairs| {
        more_pairs(&Finding {
            baseline_pairs: Some(baseline_pairs),
            ..finding(0.0, 0.012)
        })
    };
    // Even infinitely many pairs leave the variance of the baseline, half of
    // the total.
    assert_eq!(more_pairs(&finding(0.0, 0.018)), Some(36));
    assert_eq!(with(3), None);
    let large = with(1_000_000);
    assert!(with(16) > large && large == more_pairs(&finding(0.0, 0.012)));
}

#[test]
fn a_cell_that_only_fails_after_holm_takes_at_least_one() {
    assert_eq!(more_pairs(&finding(0.05, 0.01)), Some(1));
}

#[test]
fn without_an_interval_there_is_no_number() {
    let mut bare = finding(0.0, 0.0);
    bare.estimate.confidence = 0.0;
    assert_eq!(more_pairs(&bare), None);
    assert_eq!(more_pairs(&finding(f64::NAN, 0.02)), None);
}
