//! Trials with made-up pairs and a made-up clock.

use std::cell::{Cell as Shared, RefCell};

use rand_distr::{Distribution, Normal};

use super::*;
use crate::compare::pair::{Measures, Pair};
use crate::compare::{About, Findings, Overall};
use crate::drivers;
use crate::harness::process::Program;

/// Makes up pairs in which side a of a driver is so much worse, with noise.
struct MadeUp {
    /// ln-ratio of each driver by name; the control has 0.
    worse: Vec<(&'static str, f64)>,
    noise: f64,
    random: RefCell<ChaCha8Rng>,
    clock: Shared<Duration>,
    fails: Option<&'static str>,
    interrupts_after: usize,
    asked: Shared<usize>,
}

impl MadeUp {
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

    fn side(&self, worse: f64) -> Measures {
        let noise = Normal::new(0.0, self.noise)
            .unwrap()
            .sample(&mut *self.random.borrow_mut());
        let factor = (worse + noise).exp();
        Measures {
            cpu_ns_per_page: 50_000.0 * factor,
            wall_ns: 20e6 * factor,
            peak_rss_bytes: 8e6,
            allocations_per_page: 170.0,
            requests: 60,
            connections: 20,
            in_flight_peak: 20,
        }
    }
}

impl Pairs for MadeUp {
    fn pair(&self, a: &Candidate, b: &Candidate, _a_first: bool) -> Result<Pair, Failure> {
        self.clock
            .set(self.clock.get() + Duration::from_millis(150));
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() > self.interrupts_after {
            return Err(Failure::Interrupted);
        }
        if self.fails == Some(a.driver.name.as_str()) {
            return Err(Failure::Failed("made up".to_owned()));
        }
        // The control is the one that has no rival of another build.
        let is_control = a.slowdown == b.slowdown;
        let known = self.worse.iter().find(|(name, _)| *name == a.driver.name);
        let worse = known.filter(|_| !is_control || a.driver.name == "mio/raw");
        Ok(Pair {
            a: self.side(worse.map_or(0.0, |(_, worse)| *worse)),
            b: self.side(0.0),
        })
    }

    fn elapsed(&self) -> Duration {
        self.clock.get()
    }
}

fn candidate(name: &str, slowdown: Option<&str>) -> Candidate {
    Candidate {
        program: Program::at("nowhere"),
        driver: drivers::named(name).unwrap(),
        slowdown: slowdown.map(|slowdown| slowdown.parse().unwrap()),
    }
}

fn comparisons(names: &[&str]) -> Vec<Comparison> {
    let comparison = |name: &&str| Comparison {
        name: (*name).to_owned(),
        a: candidate(name, Some("cpu=1%")),
        b: candidate(name, None),
        then: None,
    };
    names.iter().map(comparison).collect()
}

fn plan(budget: Duration) -> Plan {
    Plan {
        looks: InterimPlan::new(&[12, 24, 48], 0.05).unwrap(),
        stop_early: true,
        gate: Metric::Cpu,
        budget,
        seed: 3,
    }
}

fn findings(made_up: &MadeUp, names: &[&str], budget: Duration) -> Findings {
    let reference = candidate("mio/raw", None);
    let ended = run(
        made_up,
        comparisons(names),
        &reference,
        &plan(budget),
        &Progress::Silent,
    );
    let about = About {
        taken_at: String::new(),
        title: String::new(),
        remarks: Vec::new(),
        gate: Metric::Cpu,
        tolerance: 0.05,
        seed: 3,
    };
    Findings::new(&ended, about)
}

const ENOUGH: Duration = Duration::from_mins(10);

#[test]
fn what_got_worse_is_found_and_what_did_not_is_the_same() {
    let made_up = MadeUp::new(&[("tokio/raw", 0.05)], 0.01);
    let findings = findings(&made_up, &["tokio/raw", "smol/raw"], ENOUGH);
    assert_eq!(findings.overall, Overall::Regressed);
    let verdict = |driver: usize| findings.drivers[driver].gate().unwrap().verdict;
    assert_eq!(verdict(0), Verdict::Regressed);
    assert_eq!(verdict(1), Verdict::Same);
    assert!(
        findings.drivers[0].pairs <= 24,
        "settled early, it leaves early"
    );
}

#[test]
fn what_got_better_is_fine() {
    let made_up = MadeUp::new(&[("tokio/raw", -0.08)], 0.01);
    let findings = findings(&made_up, &["tokio/raw"], ENOUGH);
    assert_eq!(findings.overall, Overall::Fine);
    assert_eq!(
        findings.drivers[0].gate().unwrap().verdict,
        Verdict::Improved
    );
}

#[test]
fn noise_alone_is_never_a_regression() {
    let made_up = MadeUp::new(&[], 0.15);
    let findings = findings(&made_up, &["tokio/raw", "smol/raw", "rayon/raw"], ENOUGH);
    assert_ne!(findings.overall, Overall::Regressed);
    assert!(
        findings.drivers.iter().all(|driver| driver.pairs == 48),
        "it used all its pairs"
    );
}

#[test]
fn a_small_doubt_is_tolerated_and_a_large_one_is_not() {
    let small = findings(&MadeUp::new(&[], 0.025), &["tokio/raw"], ENOUGH);
    assert_eq!(small.drivers[0].gate().unwrap().verdict, Verdict::Unsure);
    assert_eq!(small.overall, Overall::Fine, "surely less than 5 %");
    let large = findings(&MadeUp::new(&[], 0.4), &["tokio/raw"], ENOUGH);
    assert_eq!(large.overall, Overall::Unsure);
}

#[test]
fn a_control_told_apart_from_itself_makes_it_invalid() {
    let made_up = MadeUp::new(&[("mio/raw", 0.2), ("tokio/raw", 0.3)], 0.01);
    let findings = findings(&made_up, &["tokio/raw"], ENOUGH);
    assert!(!findings.valid);
    assert_eq!(findings.overall, Overall::Unsure);
}

#[test]
fn a_driver_that_fails_is_an_error_and_the_others_go_on() {
    let made_up = MadeUp {
        fails: Some("tokio/raw"),
        ..MadeUp::new(&[], 0.005)
    };
    let findings = findings(&made_up, &["tokio/raw", "smol/raw"], ENOUGH);
    assert_eq!(findings.overall, Overall::Error);
    assert_eq!(findings.drivers[1].gate().unwrap().verdict, Verdict::Same);
}

#[test]
fn the_budget_is_kept_and_what_it_leaves_open_is_unsure() {
    let made_up = MadeUp::new(&[], 0.2);
    let budget = Duration::from_secs(3);
    let findings = findings(&made_up, &["tokio/raw"], budget);
    assert!(made_up.clock.get() <= budget + Duration::from_millis(300));
    assert!(
        findings.drivers[0].pairs < 12,
        "it ended before the first look"
    );
    assert_eq!(findings.overall, Overall::Unsure);
}

#[test]
fn what_the_pairs_before_the_end_of_the_budget_show_is_said() {
    // Time for some 40 pairs of the 48, of which 24 do not show it.
    let made_up = MadeUp::new(&[("tokio/raw", 0.03)], 0.042);
    let budget = Duration::from_secs(12);
    let findings = findings(&made_up, &["tokio/raw"], budget);
    let pairs = findings.drivers[0].pairs;
    assert!((25..48).contains(&pairs), "{pairs} pairs");
    assert_eq!(findings.overall, Overall::Regressed);
}

#[test]
fn an_interrupt_keeps_the_pairs_until_then_and_claims_nothing() {
    let made_up = MadeUp {
        interrupts_after: 7,
        ..MadeUp::new(&[("tokio/raw", 0.5)], 0.01)
    };
    let findings = findings(&made_up, &["tokio/raw"], ENOUGH);
    assert!(findings.partial);
    assert!(findings.drivers[0].pairs >= 3);
    assert_ne!(findings.overall, Overall::Fine);
}

#[test]
fn a_saved_trial_is_held_against_as_ratios() {
    let made_up = MadeUp::new(&[("tokio/raw", 0.5)], 0.004);
    let reference = candidate("mio/raw", None);
    let all = Plan {
        stop_early: false,
        ..plan(ENOUGH)
    };
    let saved = run(
        &made_up,
        comparisons(&["tokio/raw"]),
        &reference,
        &all,
        &Progress::Silent,
    );
    assert_eq!(
        saved.outcomes[0].pairs.len(),
        48,
        "a baseline has all its pairs"
    );
    let mut again = comparisons(&["tokio/raw"]);
    again[0].then = Some(saved.outcomes[0].pairs.clone());
    let ended = run(
        &made_up,
        again,
        &reference,
        &plan(ENOUGH),
        &Progress::Silent,
    );
    let (_, cpu) = ended.outcomes[0].evidence[0];
    assert_eq!(
        cpu.verdict,
        Verdict::Same,
        "still half as much again as the reference: as before"
    );
}
