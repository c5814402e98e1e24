//! Which evidence leads to which verdict.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

const NEITHER: Rejected = Rejected {
    above: false,
    below: false,
};
const ABOVE: Rejected = Rejected {
    above: true,
    below: false,
};
const BELOW: Rejected = Rejected {
    above: false,
    below: true,
};
const BOTH: Rejected = Rejected {
    above: true,
    below: true,
};

fn estimate(low: f64, median: f64, high: f64) -> Estimate {
    Estimate {
        median,
        low,
        high,
        confidence: 0.95,
    }
}

fn finding(estimate: Estimate) -> Finding {
    Finding {
        estimate,
        pairs: 16,
        baseline_pairs: None,
        dead_zone: 0.01,
        test_alpha: 0.025,
    }
}

fn word(estimate: Estimate, rejected: Rejected) -> Verdict {
    decide(&finding(estimate), rejected).verdict
}

#[test]
fn a_rejected_edge_decides() {
    assert_eq!(word(estimate(0.02, 0.03, 0.04), ABOVE), Verdict::Regressed);
    assert_eq!(
        word(estimate(-0.04, -0.03, -0.02), BELOW),
        Verdict::Improved
    );
}

#[test]
fn an_interval_inside_the_zone_edges_included_is_the_same() {
    assert_eq!(word(estimate(-0.01, 0.0, 0.01), NEITHER), Verdict::Same);
    assert_eq!(
        word(estimate(-0.010_001, 0.0, 0.01), NEITHER),
        Verdict::Unsure
    );
}

#[test]
fn no_difference_found_is_not_the_same() {
    assert_eq!(word(estimate(-0.03, 0.0, 0.03), NEITHER), Verdict::Unsure);
}

#[test]
fn a_difference_that_holm_did_not_reject_is_unsure() {
    assert_eq!(word(estimate(0.02, 0.03, 0.04), NEITHER), Verdict::Unsure);
}

#[test]
fn a_contradiction_is_unsure() {
    assert_eq!(word(estimate(-0.01, 0.0, 0.01), BOTH), Verdict::Unsure);
}

#[test]
fn without_an_interval_nothing_is_the_same() {
    let bare = Estimate {
        confidence: 0.0,
        ..estimate(0.0, 0.0, 0.0)
    };
    let evidence = decide(&finding(bare), NEITHER);
    assert_eq!(evidence.verdict, Verdict::Unsure);
    assert_eq!(evidence.more_pairs, None);
}

#[test]
fn the_opposite_sign_gives_the_opposite_verdict() {
    let mut random = ChaCha8Rng::seed_from_u64(71);
    for _ in 0..1_000 {
        let mut ends: [f64; 3] = random.random();
        ends.sort_by(f64::total_cmp);
        let [low, median, high] = ends.map(|end| (end - 0.5) / 20.0);
        let (here, there) = (estimate(low, median, high), estimate(-high, -median, -low));
        let turned = match word(here, ABOVE) {
            Verdict::Regressed => Verdict::Improved,
            other => other,
        };
        assert_eq!(word(there, BELOW), turned);
        let (here, there) = (finding(here), finding(there));
        assert_eq!(
            decide(&here, NEITHER).more_pairs,
            decide(&there, NEITHER).more_pairs
        );
    }
}

#[test]
fn only_the_unsure_are_told_how_many_pairs_to_add() {
    assert!(
        decide(&finding(estimate(-0.03, 0.0, 0.03)), NEITHER)
            .more_pairs
            .is_some()
    );
    for rejected in [ABOVE, BELOW] {
        let evidence = decide(&finding(estimate(-0.03, 0.0, 0.03)), rejected);
        assert_eq!(evidence.more_pairs, None);
    }
}

#[test]
fn the_zone_is_one_percent_or_what_the_control_shows() {
    let zone = |median| dead_zone(&estimate(-0.5, median, 0.5));
    assert!((zone(0.002) - 1.01_f64.ln()).abs() < 1e-15);
    assert!((zone(0.03) - 0.03).abs() < 1e-15);
    assert!((zone(-0.03) - 0.03).abs() < 1e-15);
    assert!(zone(f64::NAN).is_nan());
}

#[test]
fn a_control_without_an_interval_gives_the_rough_zone() {
    let bare = Estimate {
        confidence: 0.0,
        ..estimate(0.0, 0.0, 0.0)
    };
    assert!((dead_zone(&bare) - 1.1_f64.ln()).abs() < 1e-15);
}

#[test]
fn verdicts_are_printed_in_capitals_and_padded() {
    assert_eq!(format!("{:>9}|", Verdict::Same), "     SAME|");
    assert_eq!(Verdict::Regressed.to_string(), "REGRESSED");
}

#[test]
fn evidence_is_saved_and_read_the_same() {
    let evidence = decide(&finding(estimate(-0.03, 0.0, 0.03)), NEITHER);
    let saved = serde_json::to_string(&evidence).unwrap();
    assert!(saved.contains(r#""verdict":"unsure""#));
    assert_eq!(serde_json::from_str::<Evidence>(&saved).unwrap(), evidence);
}
