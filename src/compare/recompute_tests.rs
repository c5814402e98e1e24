//! Every verdict follows from the saved findings alone.

use super::*;
use crate::compare::{DriverFindings, MetricFinding};

/// What `found` of the driver at `index` must be. A driver leaves at the
/// analysis that decides on it, so its number of pairs tells which it was; the
/// other metrics are tested at the end, with all pairs.
fn recomputed(findings: &Findings, index: usize, found: &MetricFinding) -> Evidence {
    let all: Vec<&DriverFindings> = findings.drivers.iter().chain([&findings.control]).collect();
    let pairs = if found.is_primary {
        all[index].pairs
    } else {
        usize::MAX
    };
    let ratios = |pairs: &[Pair]| -> Vec<f64> { found.metric.ln_ratios(pairs) };
    let candidates: Vec<Vec<f64>> = all
        .iter()
        .map(|driver| ratios(&driver.raw[..driver.raw.len().min(pairs)]))
        .collect();
    let baselines: Vec<Option<Vec<f64>>> = all
        .iter()
        .map(|driver| driver.saved.as_deref().map(ratios))
        .collect();
    let control = all.len() - 1;
    let cells: Vec<Cell<'_>> = (0..all.len())
        .map(|index| Cell {
            ratios: match &baselines[index] {
                Some(baseline) => Ratios::Against {
                    candidate: &candidates[index],
                    baseline,
                },
                None => Ratios::Paired(&candidates[index]),
            },
            dead_zone: if index == control {
                DEAD_ZONE.ln_1p()
            } else {
                zone_of(&candidates[control])
            },
        })
        .collect();
    decide_all(&cells, found.tests.unwrap().alpha)[index]
}

fn assert_all_follow(findings: &Findings) {
    let text = serde_json::to_string(findings).unwrap();
    let findings: Findings = serde_json::from_str(&text).unwrap();
    let all = findings.drivers.iter().chain([&findings.control]);
    for (index, driver) in all.enumerate() {
        assert_eq!(driver.metrics.len(), 4);
        for found in &driver.metrics {
            let again = recomputed(&findings, index, found);
            let name = format!("{} {:?}", driver.name, found.metric);
            assert_eq!(again.verdict, found.verdict, "{name}");
            assert_eq!(again.tests, found.tests, "{name}");
            assert_eq!(again.pairs, found.measured_pairs, "{name}");
            let median = again.estimate.map(|estimate| estimate.median.exp());
            assert_eq!(median, found.change.map(|change| change.median), "{name}");
        }
    }
}

#[test]
fn verdicts_can_be_computed_again_from_the_pairs() {
    let worse = [("tokio/raw", 0.05), ("smol/raw", 0.02), ("rayon/raw", -0.1)];
    let names = ["tokio/raw", "smol/raw", "rayon/raw"];
    for (noise, budget) in [
        (0.01, ENOUGH),
        (0.05, ENOUGH),
        (0.04, Duration::from_secs(9)),
    ] {
        let simulation = Simulation::new(&worse, noise);
        assert_all_follow(&findings(&simulation, &names, budget));
    }
}

#[test]
fn verdicts_against_a_baseline_can_be_computed_again() {
    let simulation = Simulation::new(&[("tokio/raw", 0.3)], 0.01);
    let reference = candidate("mio/raw", None);
    let control = || Comparison::control(&reference);
    let saved = run(
        &simulation,
        comparisons(&["tokio/raw"]),
        control(),
        &plan(ENOUGH),
        &Progress::Silent,
    );
    let mut again = comparisons(&["tokio/raw"]);
    again[0].baseline = Some(saved.results[0].pairs.clone());
    let ended = run(
        &simulation,
        again,
        control(),
        &plan(ENOUGH),
        &Progress::Silent,
    );
    assert_all_follow(&Findings::new(&ended, about()));
}

#[test]
fn peaks_are_compared_with_saved_ones_of_the_same_kind() {
    let simulation = Simulation::new(&[], 0.01);
    let reference = candidate("mio/raw", None);
    let mut old = comparisons(&["tokio/raw"]);
    let mut saved = simulation
        .pair(&old[0].a, &old[0].b, true)
        .unwrap_or_else(|_| unreachable!());
    saved.a.peak_private_bytes = None;
    old[0].baseline = Some(vec![saved; 12]);
    let control = Comparison::control(&reference);
    let ended = run(&simulation, old, control, &plan(ENOUGH), &Progress::Silent);
    let findings = Findings::new(&ended, about());
    let memory = &findings.drivers[0].metrics[2];
    assert!((memory.candidate - 8e6).abs() < 1.0, "{memory:?}");
    assert!((findings.control.metrics[2].candidate - 5e6).abs() < 1.0);
}
