//! Paired runs: many short pairs of two candidates instead of two long runs.
//!
//! A machine drifts: a minute makes more difference than most changes to the
//! code. So the two candidates take turns within a third of a second, in the
//! order A B B A B A A B and so on (the next pair starts with B: B A A B A B B
//! A), and only their ratio is kept. What slowed down both cancels out.
//!
//! Each pair starts a fresh process for each side. Two processes of one program
//! differ by about one per cent for as long as they live, by where their memory
//! happens to lie. If two processes ran all pairs, that difference would be in
//! every pair and would look like a result.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::drivers::Driver;
use crate::harness::process::{Failure, Program, ServerProcess, Worker};
use crate::harness::verify::{self, Expectation, Expected};
use crate::harness::worker::{Job, JobAnswer};
use crate::measure::sample::{Noise, Run, Sample};
use crate::measure::slowdown::Slowdown;
use crate::site::server::Scenario;
use crate::site::workload::Workload;
use crate::term::interrupt::Interrupt;

/// A driver in a build of Regatta.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The build.
    pub program: Program,
    /// The driver.
    pub driver: &'static Driver,
    /// A slowdown that is injected to test the check.
    pub slowdown: Option<Slowdown>,
}

/// What one side of a pair measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurements {
    /// CPU time per page over the timed steps.
    pub cpu_ns_per_page: f64,
    /// Wall time per step over the timed steps.
    pub wall_ns: f64,
    /// Most memory resident at once in the first step of the fresh process.
    pub peak_rss_bytes: f64,
    /// Allocator calls per page in a warm step.
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
    /// The side under test.
    pub a: Measurements,
    /// The side it is compared with.
    pub b: Measurements,
}

/// Timed steps of a pair, both sides together. A step of an unoptimised build
/// takes ten times as long, and its times are not used.
const STEPS: usize = if cfg!(debug_assertions) { 4 } else { 32 };

/// Whether it is `a`'s turn in each of them: A B B A B A A B, then the same
/// with the sides exchanged, and so on (the Thue-Morse sequence). A drift
/// within a pair, even or accelerating, affects both sides equally.
fn turns() -> impl Iterator<Item = bool> {
    (0..STEPS).map(|step| step.count_ones() % 2 == 0)
}

/// A source of pairs: a [`PairRunner`], or a simulation in a test.
pub trait Pairs {
    /// Runs one pair, `a` first or `b` first.
    fn pair(&self, a: &Candidate, b: &Candidate, a_first: bool) -> Result<Pair, Failure>;
    /// The time since it was opened.
    fn elapsed(&self) -> Duration;
}

/// Runs pairs on a scenario with its server.
#[derive(Debug)]
pub struct PairRunner<'a> {
    server: ServerProcess,
    workload: Workload,
    expectation: Expectation,
    threads: usize,
    seed: u64,
    patience: Duration,
    interrupt: &'a Interrupt,
    opened: Instant,
}

impl<'a> PairRunner<'a> {
    /// Starts the server for `workload`. Runtimes get `threads`.
    pub fn open(
        program: &Program,
        workload: &Workload,
        seed: u64,
        threads: usize,
        interrupt: &'a Interrupt,
    ) -> anyhow::Result<Self> {
        let scenario = Scenario::of(workload, seed);
        Ok(Self {
            server: ServerProcess::start(program, &scenario, 1)?,
            workload: workload.clone(),
            expectation: Expectation::of(workload, seed),
            threads,
            seed,
            patience: Duration::from_secs(20),
            interrupt,
            opened: Instant::now(),
        })
    }

    /// A fresh worker after its first step, which is fully verified.
    fn enter(&self, candidate: &Candidate) -> Result<RunningSide, Failure> {
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
        Ok(RunningSide {
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
            JobAnswer::Sample(sample) => Ok(*sample),
            JobAnswer::Unavailable(reason) | JobAnswer::Error(reason) => {
                Err(Failure::Failed(reason))
            }
            JobAnswer::Heap(_) => Err(Failure::Failed(
                "its worker sent a heap profile instead of a sample".to_owned(),
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
        // One side is first in every step of a pair, and the other side in the
        // next pair, so the effect of being first is equal for both.
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
struct RunningSide {
    worker: Worker,
    first: Run,
    steps: Vec<Sample>,
}

impl RunningSide {
    fn step(&mut self, pair_runner: &PairRunner<'_>) -> Result<(), Failure> {
        let sample = pair_runner.sample(&mut self.worker)?;
        let right = sample.errors == 0 && sample.digest == self.first.sample.digest;
        if !right {
            let why = sample
                .first_error
                .unwrap_or_else(|| "it read other bytes".to_owned());
            return Err(Failure::Failed(format!("a later step failed: {why}")));
        }
        self.steps.push(sample);
        Ok(())
    }

    fn measures(&mut self, pair_runner: &PairRunner<'_>) -> Result<Measurements, Failure> {
        let answer = self
            .worker
            .ask(
                &pair_runner.job(true),
                pair_runner.patience,
                pair_runner.interrupt,
            )?
            .answer;
        let JobAnswer::Heap(heap) = answer else {
            return Err(Failure::Failed(format!("its worker answered {answer:?}")));
        };
        let first = &self.first.sample;
        let steps = self.steps.len() as f64;
        let pages = pair_runner.workload.pages as f64;
        let cpu_ns: Option<u64> = self.steps.iter().map(|step| step.cpu_ns).sum();
        let wall_ns: u64 = self.steps.iter().map(|step| step.wall_ns).sum();
        Ok(Measurements {
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
