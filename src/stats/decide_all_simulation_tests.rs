//! How often the verdicts are wrong, on noise of four kinds.
//!
//! `cargo test --lib simulation -- --nocapture` prints the rates.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::stats::noise::{SimulatedNoise, count, moved, say};
use crate::stats::{InterimPlan, dead_zone, proportion_lower_bound, proportion_upper_bound};

/// A run followed through its interim analyses, with a dead zone from its own
/// A/A control: the first verdict on each cell.
fn follow(
    noise: SimulatedNoise,
    shift: f64,
    cells: usize,
    random: &mut ChaCha8Rng,
) -> Vec<Verdict> {
    let plan = InterimPlan::new(&[12, 24], 0.02).unwrap();
    let control = noise.draw(24, random);
    let series: Vec<Vec<f64>> = (0..cells)
        .map(|_| moved(&noise.draw(24, random), shift))
        .collect();
    let mut words = vec![Verdict::Unsure; cells];
    for &n in plan.pairs() {
        let alpha = plan.alpha_at(n).unwrap();
        let zone = dead_zone(&signed_rank_estimate(&control[..n], 1.0 - alpha).unwrap());
        let cells: Vec<_> = series
            .iter()
            .map(|values| paired(values, n, zone))
            .collect();
        for (word, evidence) in words.iter_mut().zip(decide_all(&cells, alpha)) {
            if *word == Verdict::Unsure {
                *word = evidence.verdict;
            }
        }
    }
    words
}

fn paired(values: &[f64], n: usize, dead_zone: f64) -> Cell<'_> {
    let ratios = Ratios::Paired(&values[..n]);
    Cell { ratios, dead_zone }
}

fn is_alarm(word: Verdict) -> bool {
    matches!(word, Verdict::Regressed | Verdict::Improved)
}

/// Cells of a run share its control, so a run counts as one trial: one cell.
fn false_alarms(noise: SimulatedNoise, trials: usize) -> (usize, usize) {
    let alarms = count(trials, 84, |random| {
        is_alarm(follow(noise, 0.0, 1, random)[0])
    });
    say(&format!("{noise:?}, A/A, one cell, false alarms"), alarms);
    alarms
}

#[test]
fn identical_code_raises_an_alarm_in_at_most_one_of_a_hundred_cells() {
    let noises = [
        SimulatedNoise::Gaussian(0.04),
        SimulatedNoise::Gaussian(0.15),
        SimulatedNoise::SkewedPairs,
        SimulatedNoise::Cauchy,
    ];
    for noise in noises {
        let (alarms, trials) = false_alarms(noise, 2_500);
        assert!(
            proportion_upper_bound(alarms, trials, 0.95) <= 0.01,
            "{noise:?}"
        );
    }
}

#[test]
fn a_run_of_ten_identical_cells_raises_any_alarm_no_more_often_than_alpha() {
    let alarms = count(150, 85, |random| {
        follow(SimulatedNoise::Gaussian(0.15), 0.0, 10, random)
            .into_iter()
            .any(is_alarm)
    });
    say("Gaussian(0.15), A/A, ten cells, any false alarm", alarms);
    assert!(proportion_upper_bound(alarms.0, alarms.1, 0.95) <= 0.05);
}

#[test]
fn bursts_raise_more_alarms_the_longer_they_last() {
    let (mild, trials) = false_alarms(SimulatedNoise::Bursty(0.2), 2_500);
    assert!(proportion_upper_bound(mild, trials, 0.95) <= 0.01);
    // Known limits, pinned: pairs that are this much alike break the test.
    let (hard, trials) = false_alarms(SimulatedNoise::Bursty(0.5), 1_000);
    assert!(proportion_upper_bound(hard, trials, 0.95) <= 0.05);
}

#[test]
fn five_percent_more_is_found_in_at_least_95_of_a_hundred_cells() {
    for (spread, cells, runs) in [(0.035, 1, 400), (0.025, 10, 60)] {
        let mut random = ChaCha8Rng::seed_from_u64(86);
        let mut words = Vec::new();
        for _ in 0..runs {
            words.extend(follow(
                SimulatedNoise::Gaussian(spread),
                1.05_f64.ln(),
                cells,
                &mut random,
            ));
        }
        let found = words
            .iter()
            .filter(|word| **word == Verdict::Regressed)
            .count();
        let least = proportion_lower_bound(found, words.len(), 0.95);
        println!(
            "+5 %, noise {spread}, {cells} cells: found {found} of {}, at least {:.1} % (95 %)",
            words.len(),
            100.0 * least
        );
        assert!(least >= 0.95);
    }
}

#[test]
fn five_percent_more_is_hardly_ever_called_the_same() {
    let wrong = count(400, 87, |random| {
        follow(SimulatedNoise::Gaussian(0.08), 1.05_f64.ln(), 1, random)[0] == Verdict::Same
    });
    say("+5 %, noise 0.08, called SAME", wrong);
    assert!(proportion_upper_bound(wrong.0, wrong.1, 0.95) <= 0.025);
}

/// The verdict on 32 values against a saved baseline of 32.
fn against(noise: SimulatedNoise, shift: f64, random: &mut ChaCha8Rng) -> Verdict {
    let (candidate, baseline) = (
        moved(&noise.draw(32, random), shift),
        noise.draw(32, random),
    );
    let ratios = Ratios::Against {
        candidate: &candidate,
        baseline: &baseline,
    };
    let dead_zone = 1.01_f64.ln();
    decide_all(&[Cell { ratios, dead_zone }], 0.05)[0].verdict
}

#[test]
fn against_a_baseline_the_same_code_is_quiet_and_five_percent_more_is_found() {
    let alarms = count(400, 88, |random| {
        is_alarm(against(SimulatedNoise::Gaussian(0.04), 0.0, random))
    });
    say("baseline of 32, Gaussian(0.04), false alarms", alarms);
    assert!(proportion_upper_bound(alarms.0, alarms.1, 0.95) <= 0.02);
    let missed = count(400, 89, |random| {
        against(SimulatedNoise::Gaussian(0.04), 1.05_f64.ln(), random) != Verdict::Regressed
    });
    say("baseline of 32, Gaussian(0.04), +5 % missed", missed);
    assert!(proportion_upper_bound(missed.0, missed.1, 0.95) <= 0.10);
}

#[test]
fn the_predicted_number_of_pairs_decides_about_half_or_more() {
    let mut random = ChaCha8Rng::seed_from_u64(90);
    let (mut asked, mut decided_later) = (0, 0);
    while asked < 200 {
        let values = moved(
            &SimulatedNoise::Gaussian(0.04).draw(1_000, &mut random),
            0.04,
        );
        let decided = |n| decide_all(&[paired(&values, n, 0.01)], 0.05)[0];
        let Some(more) = decided(16).more_pairs.filter(|more| *more < 900) else {
            continue;
        };
        asked += 1;
        decided_later += usize::from(decided(16 + more).verdict != Verdict::Unsure);
    }
    println!("predicted number of pairs: decided {decided_later} of {asked}");
    assert!(proportion_upper_bound(decided_later, asked, 0.999) >= 0.5);
}
