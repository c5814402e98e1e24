//! Milliseconds from another day.
//!
//! A time is committed, and every later run is compared with it: more than 5 %
//! above is a regression. But the time was measured on a quiet machine, and today
//! the machine is busy. The build is the same, so the rule raises a false alarm.
//! The ratio to a reference driver that runs at the same time changes far less.

use super::neighbours::Neighbours;
use super::scenario::{candidate, change, in_words, middle, pages, workload};
use super::{ExperimentSetup, Pitfall, Results, measurement};
use crate::compare::pair::{Measurements, Pair, PairRunner, Pairs};
use crate::harness::process::Failure;
use crate::measure::host::cores;
use crate::site::workload::Parse;
use crate::stats::shift_estimate;

pub(super) const PITFALL: Pitfall = Pitfall {
    name: "stale-baseline",
    people: "commit a time and report a regression if a later run takes longer",
    why: "the build is the same, but the machine was quiet for the baseline and is busy now. A \
          reference driver in the same pairs slows down too, so the ratio to it depends far \
          less on the machine.",
    instead: "saves ratios to a reference driver with all their pairs, compares ratios with ratios, \
              and says UNSURE if the interval is too wide. Or it saves nothing and runs the old \
              build beside the new one: regatta compare.",
    runs_here: cfg!(unix),
    measure,
};

const DRIVER: &str = "tokio-current/hyper";
const REFERENCE: &str = "mio/raw";
const PAIRS: usize = 8;
/// A common limit in CI scripts.
const ALLOWED: f64 = 1.05;

/// A measure of one side of a pair.
type Of = fn(&Measurements) -> f64;

const WALL: Of = |side| side.wall_ns;
const CPU: Of = |side| side.cpu_ns_per_page;

fn measure(environment: &ExperimentSetup<'_>) -> Result<Results, Failure> {
    let pages = pages(300);
    let workload = workload(pages, "0ms", Parse::Titles)?;
    let pair_runner = PairRunner::open(
        &environment.program,
        &workload,
        environment.seed,
        cores(),
        environment.interrupt,
    )?;
    let baseline = pairs(environment, &pair_runner)?;
    let neighbours = Neighbours::on_every_core();
    let now = pairs(environment, &pair_runner)?;
    drop(neighbours);
    Ok(Results {
        scenario: format!(
            "{DRIVER} from one build, {pages} pages per run, {PAIRS} pairs with {REFERENCE}: baseline \
             quiet, now with two busy neighbours per core"
        ),
        wrong: vec![
            measurement("wall time, now vs. baseline", naive(&now, &baseline, WALL)?),
            measurement(
                "CPU per page, now vs. baseline",
                naive(&now, &baseline, CPU)?,
            ),
        ],
        right: vec![
            measurement(
                "wall, ratio to the reference",
                shift(&now, &baseline, WALL)?,
            ),
            measurement("CPU, ratio to the reference", shift(&now, &baseline, CPU)?),
        ],
    })
}

fn pairs(
    environment: &ExperimentSetup<'_>,
    pair_runner: &PairRunner<'_>,
) -> Result<Vec<Pair>, Failure> {
    let (a, b) = (
        candidate(environment, DRIVER)?,
        candidate(environment, REFERENCE)?,
    );
    let pair = |index: usize| pair_runner.pair(&a, &b, index.is_multiple_of(2));
    (0..PAIRS).map(pair).collect()
}

/// The change of the medians, and the verdict of the 5 % rule.
fn naive(now: &[Pair], baseline: &[Pair], of: Of) -> Result<String, Failure> {
    let median = |pairs: &[Pair]| {
        let values: Vec<f64> = pairs.iter().map(|pair| of(&pair.a)).collect();
        middle(&values)
    };
    let ratio = median(now)? / median(baseline)?;
    let verdict = if ratio > ALLOWED {
        "regressed"
    } else {
        "passed"
    };
    Ok(format!("{}: {verdict}", change(ratio)))
}

/// Ratios compared with ratios.
fn shift(now: &[Pair], baseline: &[Pair], of: Of) -> Result<String, Failure> {
    let ratios = |pairs: &[Pair]| -> Vec<f64> {
        let ratios = pairs.iter().map(|pair| (of(&pair.a) / of(&pair.b)).ln());
        ratios.collect()
    };
    let shift = shift_estimate(&ratios(now), &ratios(baseline), 0.95);
    let shift = shift.ok_or_else(|| Failure::Failed("nothing was measured".to_owned()))?;
    Ok(in_words(&shift))
}
