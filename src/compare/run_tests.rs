//! Regression checks with simulated pairs and a simulated clock.

use std::cell::{Cell as Shared, RefCell};

use rand_distr::{Distribution, Normal};

#[path = "recompute_tests.rs"]
mod recompute;

use super::*;
use crate::compare::pair::{Candidate, Measurements};
use crate::compare::{About, Findings, Overall};
use crate::drivers;
use crate::harness::process::Program;

/// Simulates pairs in which side a of a driver is worse by a ratio, with noise.
struct Simulation {
    /// ln-ratio of each driver by name; the control has 0.
    worse: Vec<(&'static str, f64)>,
    noise: f64,
    random: RefCell<ChaCha8Rng>,
    clock: Shared<Duration>,
    fails: Option<&'static str>,
    interrupts_after: usize,
    asked: Shared<usize>,
}

impl Simulation {
    fn new(worse: &[(&'static str, f64)], noise: f64) -> Self {
        Self {
            worse: worse.to_vec(),
            noise,
            random: RefCell::new(ChaCha8Rng::seed_from_u64(11)),
            clock: Shared::new(Duration::ZERO),
            fails: None,
            interrupts_after: usize::MAX,
            asked: Shared::new(0),
        }
    }

    fn side(&self, worse: f64) -> Measurements {
        let noise = Normal::new(0.0, self.noise)
            .unwrap()
            .sample(&mut *self.random.borrow_mut());
        let factor = (worse + noise).exp();
        Measurements {
            cpu_ns_per_page: 50_000.0 * factor,
            wall_ns: 20e6 * factor,
            peak_rss_bytes: 8e6,
            peak_private_bytes: Some(5e6),
            cpu_seen_ns_per_page: Some(51_000.0 * factor),
            allocations_per_page: 170.0,
            requests: 60,
            connections: 20,
            in_flight_peak: 20,
        }
    }
}

impl Pairs for Simulation {
    fn pair(&self, a: &Candidate, b: &Candidate, _a_first: bool) -> Result<Pair, Failure> {
        self.clock
            .set(self.clock.get() + Duration::from_millis(150));
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() > self.interrupts_after {
            return Err(Failure::Interrupted);
        }
        if self.fails == Some(a.driver.name.as_str()) {
            return Err(Failure::Failed("simulated failure".to_owned()));
        }
        // Only the control compares equal builds.
        let is_control = a.slowdown == b.slowdown;
        let known = self.worse.iter().find(|(name, _)| *name == a.driver.name);
        let worse = known.filter(|_| !is_control || a.driver.name == "mio/raw");
        Ok(Pair {
            a: self.side(worse.map_or(0.0, |(_, worse)| *worse)),
            b: self.side(0.0),
            steps: None,
        })
    }

    fn elapsed(&self) -> Duration {
        self.clock.get()
    }
}

fn candidate(name: &str, slowdown: Option<&str>) -> Candidate {
    Candidate {
        slowdown: slowdown.map(|slowdown| slowdown.parse().unwrap()),
        ..Candidate::new(Program::at("nowhere"), drivers::named(name).unwrap())
    }
}

fn comparisons(names: &[&str]) -> Vec<Comparison> {
    let comparison = |name: &&str| Comparison {
        name: (*name).to_owned(),
        a: candidate(name, Some("cpu=1%")),
        b: candidate(name, None),
        baseline: None,
    };
    names.iter().map(comparison).collect()
}

fn plan(budget: Duration) -> CheckPlan {
    CheckPlan {
        interim: InterimPlan::new(&[12, 24, 48], 0.05).unwrap(),
        stop_early: true,
        primary: Metric::Cpu,
        budget,
        seed: 3,
    }
}

fn findings(simulation: &Simulation, names: &[&str], budget: Duration) -> Findings {
    let reference = candidate("mio/raw", None);
    let ended = run(
        simulation,
        comparisons(names),
        Comparison::control(&reference),
        &plan(budget),
        &Progress::Silent,
    );
    Findings::new(&ended, about())
}

fn about() -> About {
    About {
        taken_at: String::new(),
        title: String::new(),
        remarks: Vec::new(),
        primary: Metric::Cpu,
        analyses: vec![12, 24, 48],
        tolerance: 0.05,
        seed: 3,
    }
}

const ENOUGH: Duration = Duration::from_mins(10);

#[test]
fn a_slower_driver_is_regressed_and_an_unchanged_one_is_the_same() {
    let simulation = Simulation::new(&[("tokio/raw", 0.05)], 0.01);
    let findings = findings(&simulation, &["tokio/raw", "smol/raw"], ENOUGH);
    assert_eq!(findings.overall, Overall::Regressed);
    let verdict = |driver: usize| findings.drivers[driver].primary().unwrap().verdict;
    assert_eq!(verdict(0), Verdict::Regressed);
    assert_eq!(verdict(1), Verdict::Same);
    assert!(
        findings.drivers[0].pairs <= 24,
        "a comparison with a verdict ends"
    );
}

#[test]
fn a_faster_driver_is_fine() {
    let simulation = Simulation::new(&[("tokio/raw", -0.08)], 0.01);
    let findings = findings(&simulation, &["tokio/raw"], ENOUGH);
    assert_eq!(findings.overall, Overall::Fine);
    assert_eq!(
        findings.drivers[0].primary().unwrap().verdict,
        Verdict::Improved
    );
}

#[test]
fn noise_alone_is_never_a_regression() {
    let simulation = Simulation::new(&[], 0.15);
    let findings = findings(&simulation, &["tokio/raw", "smol/raw", "rayon/raw"], ENOUGH);
    assert_ne!(findings.overall, Overall::Regressed);
    assert!(
        findings.drivers.iter().all(|driver| driver.pairs == 48),
        "every pair was run"
    );
}

#[test]
fn unsure_is_fine_only_below_the_tolerance() {
    let small = findings(&Simulation::new(&[], 0.025), &["tokio/raw"], ENOUGH);
    assert_eq!(small.drivers[0].primary().unwrap().verdict, Verdict::Unsure);
    assert_eq!(small.overall, Overall::Fine, "the loss is below 5 %");
    let large = findings(&Simulation::new(&[], 0.4), &["tokio/raw"], ENOUGH);
    assert_eq!(large.overall, Overall::Unsure);
}

#[test]
fn a_control_that_differs_from_itself_makes_a_check_invalid() {
    let simulation = Simulation::new(&[("mio/raw", 0.2), ("tokio/raw", 0.3)], 0.01);
    let findings = findings(&simulation, &["tokio/raw"], ENOUGH);
    assert!(!findings.valid);
    assert_eq!(findings.overall, Overall::Unsure);
}

#[test]
fn a_driver_that_fails_is_an_error_and_the_others_run_on() {
    let simulation = Simulation {
        fails: Some("tokio/raw"),
        ..Simulation::new(&[], 0.005)
    };
    let findings = findings(&simulation, &["tokio/raw", "smol/raw"], ENOUGH);
    assert_eq!(findings.overall, Overall::Error);
    assert_eq!(
        findings.drivers[1].primary().unwrap().verdict,
        Verdict::Same
    );
}

#[test]
fn a_check_keeps_its_budget_and_is_unsure_without_a_verdict() {
    let simulation = Simulation::new(&[], 0.2);
    let budget = Duration::from_secs(3);
    let findings = findings(&simulation, &["tokio/raw"], budget);
    assert!(simulation.clock.get() <= budget + Duration::from_millis(300));
    assert!(
        findings.drivers[0].pairs < 12,
        "it ended before the first analysis"
    );
    assert_eq!(findings.overall, Overall::Unsure);
}

#[test]
fn the_end_of_the_budget_brings_the_next_analysis_forward() {
    // The time is enough for about 40 of the 48 pairs; 24 do not show it.
    let simulation = Simulation::new(&[("tokio/raw", 0.03)], 0.042);
    let budget = Duration::from_secs(12);
    let findings = findings(&simulation, &["tokio/raw"], budget);
    let pairs = findings.drivers[0].pairs;
    assert!((25..48).contains(&pairs), "{pairs} pairs");
    assert_eq!(findings.overall, Overall::Regressed);
}

#[test]
fn an_interrupt_keeps_the_pairs_and_is_not_fine() {
    let simulation = Simulation {
        interrupts_after: 7,
        ..Simulation::new(&[("tokio/raw", 0.5)], 0.01)
    };
    let findings = findings(&simulation, &["tokio/raw"], ENOUGH);
    assert!(findings.partial);
    assert!(findings.drivers[0].pairs >= 3);
    assert_ne!(findings.overall, Overall::Fine);
}

#[test]
fn a_saved_baseline_is_compared_as_ratios() {
    let simulation = Simulation::new(&[("tokio/raw", 0.5)], 0.004);
    let reference = candidate("mio/raw", None);
    let all = CheckPlan {
        stop_early: false,
        ..plan(ENOUGH)
    };
    let saved = run(
        &simulation,
        comparisons(&["tokio/raw"]),
        Comparison::control(&reference),
        &all,
        &Progress::Silent,
    );
    assert_eq!(saved.results[0].pairs.len(), 48, "a baseline has all pairs");
    let mut again = comparisons(&["tokio/raw"]);
    again[0].baseline = Some(saved.results[0].pairs.clone());
    let ended = run(
        &simulation,
        again,
        Comparison::control(&reference),
        &plan(ENOUGH),
        &Progress::Silent,
    );
    let (_, cpu) = ended.results[0].evidence[0];
    assert_eq!(
        cpu.verdict,
        Verdict::Same,
        "the ratio to the reference did not change"
    );
}
