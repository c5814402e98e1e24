//! Two candidates side by side: many short pairs instead of two long runs.
//!
//! A machine drifts: between a run of A and a run of B a minute later lies
//! more difference than between A and B. So the two run turn and turn about,
//! within a third of a second, in the order A B B A B A A B and so on (the next
//! pair B A A B A B B A), and what is kept is their ratio: whatever was slow
//! for both cancels out.
//!
//! Each pair has a fresh process for either side. Two processes of one program
//! differ by a per cent or so for as long as they live (where their memory
//! happens to lie); a pair of processes that lived through all pairs would
//! carry that difference into every one of them, as a result.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::drivers::Driver;
use crate::harness::process::{Failure, Program, Server, Worker};
use crate::harness::verify::{self, Expectation, Expected};
use crate::harness::worker::{Answer, Job};
use crate::measure::sample::{Noise, Run, Sample};
use crate::measure::slowdown::Slowdown;
use crate::site::server::Scenario;
use crate::site::workload::Workload;
use crate::term::interrupt::Interrupt;

/// Who runs: a driver in a build of Regatta.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The build.
    pub program: Program,
    /// The driver.
    pub driver: &'static Driver,
    /// A slowdown on purpose.
    pub slowdown: Option<Slowdown>,
}

/// What one side of a pair measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    /// CPU time a page over the timed steps.
    pub cpu_ns_per_page: f64,
    /// Wall time of the timed steps, a step.
    pub wall_ns: f64,
    /// Most memory resident at once in the first step of the fresh process.
    pub peak_rss_bytes: f64,
    /// Calls of the allocator a page in a warm step.
    pub allocations_per_page: f64,
    /// Requests that the server counted in the first step.
    pub requests: u64,
    /// Connections in the first step.
    pub connections: u64,
    /// Most in flight at once in the first step.
    pub in_flight_peak: u64,
}

/// One pair.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The side that is judged.
    pub a: Measures,
    /// The side it is held against.
    pub b: Measures,
}

/// Timed steps of a pair, both sides together. One of an unoptimised build
/// takes ten times as long, and no figure comes from that.
const STEPS: usize = if cfg!(debug_assertions) { 4 } else { 32 };

/// Whether `a` has the turn in each of them: A B B A B A A B, then the same
/// with the sides exchanged, and so on (the sequence of Thue and Morse). What
/// changes within a pair, evenly or faster and faster, falls on both sides
/// alike.
fn turns() -> impl Iterator<Item = bool> {
    (0..STEPS).map(|step| step.count_ones() % 2 == 0)
}

/// Where pairs come from: an [`PairRunner`], or a test that makes them up.
pub trait Pairs {
    /// Runs one pair, `a` first or `b` first.
    fn pair(&self, a: &Candidate, b: &Candidate, a_first: bool) -> Result<Pair, Failure>;
    /// How long it has been open.
    fn elapsed(&self) -> Duration;
}

/// A scenario with its server, on which pairs are run.
#[derive(Debug)]
pub struct PairRunner<'a> {
    server: Server,
    workload: Workload,
    expectation: Expectation,
    threads: usize,
    seed: u64,
    patience: Duration,
    interrupt: &'a Interrupt,
    opened: Instant,
}

impl<'a> PairRunner<'a> {
    /// Starts the server for `workload`. Runtimes will have `threads`.
    pub fn open(
        program: &Program,
        workload: &Workload,
        seed: u64,
        threads: usize,
        interrupt: &'a Interrupt,
    ) -> anyhow::Result<Self> {
        let scenario = Scenario::of(workload, seed);
        Ok(Self {
            server: Server::start(program, &scenario, 1)?,
            workload: workload.clone(),
            expectation: Expectation::of(workload, seed),
            threads,
            seed,
            patience: Duration::from_secs(20),
            interrupt,
            opened: Instant::now(),
        })
    }

    /// A fresh worker after its first step, which is verified whole.
    fn enter(&self, candidate: &Candidate) -> Result<Side, Failure> {
        let name = &candidate.driver.name;
        let worker = Worker::start(&candidate.program, name, self.threads, candidate.slowdown);
        let mut worker = worker?;
        self.server.reset()?;
        let sample = self.sample(&mut worker)?;
        let ledger = self.server.ledger()?;
        let run = Run {
            round: 1,
            sample,
            ledger,
            noise: Noise::default(),
            rejected: None,
        };
        let expected = Expected::of(candidate.driver, &self.workload, &self.expectation);
        if let Some(reason) = verify::reject_reason(&run, &expected) {
            return Err(Failure::Failed(format!("{name}: {reason}")));
        }
        Ok(Side {
            worker,
            first: run,
            steps: Vec::new(),
        })
    }

    fn sample(&self, worker: &mut Worker) -> Result<Sample, Failure> {
        match worker
            .ask(&self.job(false), self.patience, self.interrupt)?
            .answer
        {
            Answer::Sample(sample) => Ok(*sample),
            Answer::Unavailable(reason) | Answer::Error(reason) => Err(Failure::Failed(reason)),
            Answer::Heap(_) => Err(Failure::Failed(
                "its worker answered another question".to_owned(),
            )),
        }
    }

    fn job(&self, heap: bool) -> Job {
        let server = self.server.pages();
        Job {
            heap,
            ..Job::over(&self.workload, server, self.seed, self.threads)
        }
    }
}

impl Pairs for PairRunner<'_> {
    fn pair(&self, a: &Candidate, b: &Candidate, a_first: bool) -> Result<Pair, Failure> {
        // Whoever is first is so in everything, and the next pair is this one
        // in a mirror: what coming first is worth falls on both sides alike.
        let (first, second) = if a_first { (a, b) } else { (b, a) };
        let (mut first, mut second) = (self.enter(first)?, self.enter(second)?);
        for is_first in turns() {
            let side = if is_first { &mut first } else { &mut second };
            side.step(self)?;
        }
        let (first, second) = (first.measures(self)?, second.measures(self)?);
        let (a, b) = if a_first {
            (first, second)
        } else {
            (second, first)
        };
        Ok(Pair { a, b })
    }

    fn elapsed(&self) -> Duration {
        self.opened.elapsed()
    }
}

/// One side of a pair while it runs.
struct Side {
    worker: Worker,
    first: Run,
    steps: Vec<Sample>,
}

impl Side {
    fn step(&mut self, pair_runner: &PairRunner<'_>) -> Result<(), Failure> {
        let sample = pair_runner.sample(&mut self.worker)?;
        let right = sample.errors == 0 && sample.digest == self.first.sample.digest;
        if !right {
            let why = sample
                .first_error
                .unwrap_or_else(|| "it read something else".to_owned());
            return Err(Failure::Failed(format!("a later step went wrong: {why}")));
        }
        self.steps.push(sample);
        Ok(())
    }

    fn measures(&mut self, pair_runner: &PairRunner<'_>) -> Result<Measures, Failure> {
        let answer = self
            .worker
            .ask(
                &pair_runner.job(true),
                pair_runner.patience,
                pair_runner.interrupt,
            )?
            .answer;
        let Answer::Heap(heap) = answer else {
            return Err(Failure::Failed(format!("its worker answered {answer:?}")));
        };
        let first = &self.first.sample;
        let steps = self.steps.len() as f64;
        let pages = pair_runner.workload.pages as f64;
        let cpu_ns: Option<u64> = self.steps.iter().map(|step| step.cpu_ns).sum();
        let wall_ns: u64 = self.steps.iter().map(|step| step.wall_ns).sum();
        Ok(Measures {
            cpu_ns_per_page: cpu_ns.map_or(f64::NAN, |cpu_ns| cpu_ns as f64 / steps / pages),
            wall_ns: wall_ns as f64 / steps,
            peak_rss_bytes: first.peak_rss_bytes.map_or(f64::NAN, |bytes| bytes as f64),
            allocations_per_page: heap.allocations as f64 / pages,
            requests: self.first.ledger.requests,
            connections: self.first.ledger.connections,
            in_flight_peak: self.first.ledger.in_flight_peak,
        })
    }
}
