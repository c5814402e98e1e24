//! All of A, then all of B.
//!
//! The most common benchmark: run one program ten times, then the other. Any
//! change of the machine between the two (a backup, a neighbour on the host, a
//! warmer processor) is counted for or against B. Here A and B are the same
//! driver, and busy neighbours start half-way.

use super::neighbours::Neighbours;
use super::scenario::{
    ServedScenario, change, interval, middle, milliseconds, pages, take_turns, workload,
};
use super::{ExperimentSetup, Pitfall, Results, measurement};
use crate::harness::process::Failure;
use crate::site::workload::Parse;

pub(super) const PITFALL: Pitfall = Pitfall {
    name: "drift",
    people: "run all of A, then all of B, and compare the medians",
    why: "A and B are the same driver. Half-way, the machine became busy. If B runs after A, \
          this changes only B. If they take turns, it changes both sides of a pair in the \
          same way.",
    instead: "runs rounds in random order and pairs in the order A B B A, and compares only within \
              a round or a pair.",
    runs_here: true,
    measure,
};

const DRIVER: &str = "mio/raw";
/// Four runs each. The neighbours start in the sixth.
const PAIRS: usize = 10;

fn measure(environment: &ExperimentSetup<'_>) -> Result<Results, Failure> {
    let pages = pages(600);
    let scenario = ServedScenario::open(environment, workload(pages, "0ms", Parse::Titles)?)?;
    scenario.run(DRIVER)?;
    let (a, b) = one_after_the_other(&scenario)?;
    let ratios = taking_turns(&scenario)?;
    Ok(Results {
        scenario: format!(
            "{DRIVER} compared with itself, {pages} pages per run, {} runs per side, both ways; two \
             busy neighbours per core start half-way",
            2 * PAIRS
        ),
        wrong: vec![
            measurement("B vs. A, all of A first", change(b / a)),
            measurement("A, B", format!("{}, {}", milliseconds(a), milliseconds(b))),
        ],
        right: vec![measurement("B vs. A, in pairs A B B A", interval(&ratios)?)],
    })
}

fn wall(scenario: &ServedScenario<'_>) -> Result<f64, Failure> {
    Ok(scenario.run(DRIVER)?.sample.wall_ns as f64)
}

/// The medians of A and B.
fn one_after_the_other(scenario: &ServedScenario<'_>) -> Result<(f64, f64), Failure> {
    let all = || -> Result<Vec<f64>, Failure> { (0..2 * PAIRS).map(|_| wall(scenario)).collect() };
    let a = all()?;
    let _neighbours = Neighbours::on_every_core();
    let b = all()?;
    Ok((middle(&a)?, middle(&b)?))
}

/// ln(B / A) of each pair.
fn taking_turns(scenario: &ServedScenario<'_>) -> Result<Vec<f64>, Failure> {
    let mut neighbours = None;
    let pairs = take_turns(PAIRS, |pair, _| {
        if pair == PAIRS / 2 && neighbours.is_none() {
            neighbours = Some(Neighbours::on_every_core());
        }
        wall(scenario)
    })?;
    let ratio =
        |(a, b): &([f64; 2], [f64; 2])| (b.iter().sum::<f64>() / a.iter().sum::<f64>()).ln();
    Ok(pairs.iter().map(ratio).collect())
}
