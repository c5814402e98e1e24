//! How many more pairs, by the law of the root.

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
fn on_the_edge_no_number_would() {
    assert_eq!(more_pairs(&finding(0.01, 0.02)), None);
    assert_eq!(more_pairs(&finding(-0.01, 0.02)), None);
    // Nor beside it, for anyone with less than a week.
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
fn a_sterner_test_takes_more() {
    let stern = Finding {
        test_alpha: 0.000_1,
        ..finding(0.03, 0.03)
    };
    assert!(more_pairs(&stern) > more_pairs(&finding(0.03, 0.03)));
}

#[test]
fn a_baseline_that_cannot_grow_takes_more_or_forbids() {
    let with = |baseline_pairs| {
        more_pairs(&Finding {
            baseline_pairs: Some(baseline_pairs),
            ..finding(0.0, 0.012)
        })
    };
    // Even endless pairs now leave the share of then, half of the variance.
    assert_eq!(more_pairs(&finding(0.0, 0.018)), Some(36));
    assert_eq!(with(3), None);
    let large = with(1_000_000);
    assert!(with(16) > large && large == more_pairs(&finding(0.0, 0.012)));
}

#[test]
fn what_only_lacks_the_grant_of_holm_takes_one_at_least() {
    assert_eq!(more_pairs(&finding(0.05, 0.01)), Some(1));
}

#[test]
fn nothing_to_start_from_gives_no_number() {
    let mut bare = finding(0.0, 0.0);
    bare.estimate.confidence = 0.0;
    assert_eq!(more_pairs(&bare), None);
    assert_eq!(more_pairs(&finding(f64::NAN, 0.02)), None);
}
