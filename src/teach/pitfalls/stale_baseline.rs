//! Milliseconds of another day.
//!
//! A number is committed, and every later run is held against it: more than
//! 5 % over is a regression. But the number was taken on a quiet machine, and
//! today the machine is busy. The build is the same, and the rule cries wolf.
//! What survives is the ratio to a reference driver that runs at the same time.

use super::neighbours::Neighbours;
use super::scenario::{candidate, change, in_words, middle, pages, workload};
use super::{Environment, Figures, Way, figure};
use crate::compare::pair::{Measurements, Pair, PairRunner, Pairs};
use crate::harness::process::Failure;
use crate::measure::host::cores;
use crate::site::workload::Parse;
use crate::stats::shift_estimate;

pub(super) const WAY: Way = Way {
    name: "stale-baseline",
    people: "commit a time, and call a later run regressed when it takes longer",
    why: "the build is the same; the machine was quiet when the baseline was taken and is \
          busy now. A reference driver that runs in the same pairs is slowed down with it, \
          so the ratio to it says far less about the machine.",
    instead: "saves ratios to a reference driver with every pair behind them, holds ratios \
              against ratios, and says UNSURE where the interval leaves it open; or it stores \
              nothing and runs the old build beside the new: regatta compare.",
    runs_here: cfg!(unix),
    measure,
};

const DRIVER: &str = "tokio-current/hyper";
const REFERENCE: &str = "mio/raw";
const PAIRS: usize = 8;
/// What many a script in CI allows.
const ALLOWED: f64 = 1.05;

/// A measure of one side of a pair.
type Of = fn(&Measurements) -> f64;

const WALL: Of = |side| side.wall_ns;
const CPU: Of = |side| side.cpu_ns_per_page;

fn measure(environment: &Environment<'_>) -> Result<Figures, Failure> {
    let pages = pages(300);
    let workload = workload(pages, "0ms", Parse::Titles)?;
    let pair_runner = PairRunner::open(
        &environment.program,
        &workload,
        environment.seed,
        cores(),
        environment.interrupt,
    )?;
    let then = pairs(environment, &pair_runner)?;
    let neighbours = Neighbours::on_every_core();
    let now = pairs(environment, &pair_runner)?;
    drop(neighbours);
    Ok(Figures {
        scenario: format!(
            "{DRIVER} in one build, {pages} pages a step, {PAIRS} pairs with {REFERENCE}: then \
             quiet, now with two busy neighbours a core"
        ),
        wrong: vec![
            figure("wall time, now against then", naive(&now, &then, WALL)?),
            figure("CPU a page, now against then", naive(&now, &then, CPU)?),
        ],
        right: vec![
            figure("wall, ratio to the reference", shift(&now, &then, WALL)?),
            figure("CPU, ratio to the reference", shift(&now, &then, CPU)?),
        ],
    })
}

fn pairs(
    environment: &Environment<'_>,
    pair_runner: &PairRunner<'_>,
) -> Result<Vec<Pair>, Failure> {
    let (a, b) = (
        candidate(environment, DRIVER)?,
        candidate(environment, REFERENCE)?,
    );
    let pair = |index: usize| pair_runner.pair(&a, &b, index.is_multiple_of(2));
    (0..PAIRS).map(pair).collect()
}

/// The medians of today and of then, and what the rule of 5 % makes of them.
fn naive(now: &[Pair], then: &[Pair], of: Of) -> Result<String, Failure> {
    let median = |pairs: &[Pair]| {
        let values: Vec<f64> = pairs.iter().map(|pair| of(&pair.a)).collect();
        middle(&values)
    };
    let ratio = median(now)? / median(then)?;
    let verdict = if ratio > ALLOWED {
        "regressed"
    } else {
        "passed"
    };
    Ok(format!("{}: {verdict}", change(ratio)))
}

/// Ratios held against ratios.
fn shift(now: &[Pair], then: &[Pair], of: Of) -> Result<String, Failure> {
    let ratios = |pairs: &[Pair]| -> Vec<f64> {
        let ratios = pairs.iter().map(|pair| (of(&pair.a) / of(&pair.b)).ln());
        ratios.collect()
    };
    let shift = shift_estimate(&ratios(now), &ratios(then), 0.95);
    let shift = shift.ok_or_else(|| Failure::Failed("nothing was measured".to_owned()))?;
    Ok(in_words(&shift))
}
