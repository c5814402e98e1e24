//! One side of a pair: a fresh worker, and its steps. Each is verified against
//! the server's ledger like a run of a report.

use std::time::Duration;

use super::measurements::{Measurements, Steps};
use crate::drivers::Driver;
use crate::fmt::plural;
use crate::harness::process::{Failure, Program, Response, ServerProcess, Worker};
use crate::harness::verify::{self, Expectation, Expected};
use crate::harness::worker::{Job, JobAnswer};
use crate::measure::mapped::program_file_bytes;
use crate::measure::memory::Memory;
use crate::measure::sample::{Heap, Ledger, Noise, Run};
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
    /// What reasons call it.
    pub label: String,
}

impl Candidate {
    /// `driver` in `program`, with no slowdown, called by the driver's name.
    pub fn new(program: Program, driver: &'static Driver) -> Self {
        Self {
            program,
            driver,
            slowdown: None,
            label: driver.name.clone(),
        }
    }

    /// The same under another name, for two builds of one driver.
    #[must_use]
    pub fn called(self, label: &str) -> Self {
        Self {
            label: label.to_owned(),
            ..self
        }
    }
}

/// Gives workers their steps on one scenario, and reads the ledger of each.
#[derive(Debug)]
pub(super) struct StepRunner<'a> {
    server: ServerProcess,
    workload: Workload,
    expectation: Expectation,
    threads: usize,
    seed: u64,
    patience: Duration,
    interrupt: &'a Interrupt,
}

impl<'a> StepRunner<'a> {
    pub(super) fn open(
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
        })
    }

    /// A step, and what the server counted during it. The reset comes right
    /// before the job and the ledger is read right after the answer, so the step
    /// has to make all its requests within the time that it reports, and nothing
    /// of this is in that time.
    fn ask(&self, worker: &mut Worker, heap: bool) -> Result<(Response, Ledger), Failure> {
        let opened = self
            .server
            .reset()
            .map_err(|error| not_the_driver(&error))?;
        let job = self.job(heap);
        let mut response = worker.ask_beside(&self.server, &job, self.patience, self.interrupt)?;
        response.outside.window = Some(opened.window);
        Ok((
            response,
            self.server
                .ledger()
                .map_err(|error| not_the_driver(&error))?,
        ))
    }

    /// Runs a pair, and again if the server failed meanwhile.
    pub(super) fn beside_server<T>(
        &self,
        what: &str,
        pair: impl FnMut() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.server.beside(what, self.interrupt, pair)
    }

    fn sample(&self, worker: &mut Worker) -> Result<Run, Failure> {
        let (response, ledger) = self.ask(worker, false)?;
        match response.answer {
            JobAnswer::Sample(sample) => Ok(Run {
                round: 1,
                sample: *sample,
                ledger,
                noise: Noise::default(),
                outside: Some(response.outside),
                rejected: None,
            }),
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

/// One side of a pair while it runs.
pub(super) struct RunningSide<'a> {
    runner: &'a StepRunner<'a>,
    label: &'a str,
    /// The other side, once it runs: its requests would be in the same ledger.
    pub(super) beside: Option<&'a str>,
    worker: Worker,
    expected: Expected,
    first: Run,
    peak: Peak,
    steps: Steps,
    /// The step with the most in flight.
    fullest: Run,
}

/// The peak memory of a worker, as seen from outside.
#[derive(Debug, Clone, Copy)]
struct Peak {
    resident_bytes: Option<u64>,
    /// Without the pages of its program's file that it did not write.
    private_bytes: Option<u64>,
}

impl Peak {
    fn of(worker: u32) -> Result<Self, String> {
        let resident_bytes = Memory::of(worker).peak_bytes;
        let file_bytes = program_file_bytes(worker);
        if resident_bytes.is_some() && file_bytes.is_none() {
            return Err("its memory cannot be read from outside".to_owned());
        }
        let private = |(peak, file): (u64, u64)| peak.saturating_sub(file);
        Ok(Self {
            resident_bytes,
            private_bytes: resident_bytes.zip(file_bytes).map(private),
        })
    }
}

impl<'a> RunningSide<'a> {
    /// A fresh worker after its first step.
    pub(super) fn enter(
        runner: &'a StepRunner<'a>,
        candidate: &'a Candidate,
        beside: Option<&'a str>,
    ) -> Result<Self, Failure> {
        let Candidate {
            program,
            driver,
            slowdown,
            label,
        } = candidate;
        let mut worker = Worker::start(program, &driver.name, runner.threads, *slowdown)?;
        // What is compared is the CPU time seen from outside, so none is left out;
        // what a worker says is verified over all its steps.
        let expected = Expected {
            cpu_of_each: false,
            ..Expected::of(driver, &runner.workload, &runner.expectation)
        };
        let blame = |failure| blamed(label, "its first step", failure);
        let first = runner.sample(&mut worker).map_err(blame)?;
        let verified = verify_step(&first, &expected, beside);
        verified.map_err(|reason| blame(Failure::Failed(reason)))?;
        let peak = Peak::of(worker.id()).map_err(|reason| blame(Failure::Failed(reason)))?;
        Ok(Self {
            runner,
            label,
            beside,
            worker,
            expected,
            fullest: first.clone(),
            first,
            peak,
            steps: Steps::default(),
        })
    }

    /// A timed step.
    pub(super) fn step(&mut self) -> Result<(), Failure> {
        let (label, place) = (self.label, self.steps.wall_ns.len() + 1);
        let blame = |failure| blamed(label, &format!("its warm step {place}"), failure);
        let run = self.runner.sample(&mut self.worker).map_err(blame)?;
        let verified = verify_step(&run, &self.expected, self.beside);
        verified.map_err(|reason| blame(Failure::Failed(reason)))?;
        // What it put off until after its answer is its own as well.
        let outside = run.outside.as_ref();
        let cpu_seen_ns = outside.and_then(|outside| Some(outside.cpu_ns? + outside.idle_cpu_ns?));
        let sample = &run.sample;
        self.steps.push(sample.cpu_ns, cpu_seen_ns, sample.wall_ns);
        if run.ledger.in_flight_peak > self.fullest.ledger.in_flight_peak {
            self.fullest = run;
        }
        Ok(())
    }

    /// What all steps together show, after one more that counts allocations.
    pub(super) fn end(mut self) -> Result<(Measurements, Steps), Failure> {
        let label = self.label;
        let blame = |reason| blamed(label, "all its steps", Failure::Failed(reason));
        // Any single step may be starved on a busy machine, all of them are not.
        if let Some(reason) = verify::reject_reason(&self.fullest, &self.expected) {
            return Err(blame(reason));
        }
        if let Some(reason) = hidden_cpu(&self.steps) {
            return Err(blame(reason));
        }
        let blame = |failure| blamed(label, "the step that counts allocations", failure);
        let heap = self.count_heap().map_err(blame)?;
        let pages = self.runner.workload.pages;
        let or_nan = |bytes: Option<u64>| bytes.map_or(f64::NAN, |bytes| bytes as f64);
        let measurements = Measurements {
            cpu_ns_per_page: self.steps.cpu_ns_per_page(pages).unwrap_or(f64::NAN),
            cpu_seen_ns_per_page: self.steps.cpu_seen_ns_per_page(pages),
            wall_ns: self.steps.mean_wall_ns(),
            peak_rss_bytes: or_nan(self.peak.resident_bytes),
            peak_private_bytes: self.peak.private_bytes.map(|bytes| bytes as f64),
            allocations_per_page: heap.allocations as f64 / pages as f64,
            requests: self.first.ledger.requests,
            connections: self.first.ledger.connections,
            in_flight_peak: self.first.ledger.in_flight_peak,
        };
        Ok((measurements, self.steps))
    }

    fn count_heap(&mut self) -> Result<Heap, Failure> {
        let (response, ledger) = self.runner.ask(&mut self.worker, true)?;
        let JobAnswer::Heap(heap) = response.answer else {
            return Err(Failure::Failed(match response.answer {
                JobAnswer::Unavailable(reason) | JobAnswer::Error(reason) => reason,
                _ => "its worker sent a sample instead of a heap profile".to_owned(),
            }));
        };
        match self.doubt(&heap, &ledger) {
            Some(reason) => Err(Failure::Failed(reason)),
            None => Ok(heap),
        }
    }

    /// A heap profile has no times, so it is compared with the first step, which
    /// asked for the same pages.
    fn doubt(&self, heap: &Heap, ledger: &Ledger) -> Option<String> {
        let (expected, first) = (&self.expected, &self.first.ledger);
        if heap.pages != expected.pages {
            return Some(format!(
                "visited {} of {} pages",
                heap.pages, expected.pages
            ));
        }
        let asked = |ledger: &Ledger| {
            let &Ledger {
                requests,
                bytes_sent,
                pages_missed,
                pages_repeated,
                other_requests,
                ..
            } = ledger;
            [
                requests,
                bytes_sent,
                pages_missed,
                pages_repeated,
                other_requests,
            ]
        };
        if asked(ledger) != asked(first) && !expected.open {
            return Some(format!(
                "sent {} and was sent {} bytes; the first step sent {} and was sent {}",
                plural(ledger.requests, "request"),
                ledger.bytes_sent,
                plural(first.requests, "request"),
                first.bytes_sent
            ));
        }
        verify::heap_reject_reason(heap, ledger)
    }
}

/// The server's failure is not that of the driver beside it.
fn not_the_driver(error: &anyhow::Error) -> Failure {
    Failure::Server(format!("{error:#}"))
}

/// One step alone: every rule but the one that all steps together must keep.
fn verify_step(run: &Run, expected: &Expected, beside: Option<&str>) -> Result<(), String> {
    let alone = Expected {
        crowded: false,
        ..expected.clone()
    };
    let Some(reason) = verify::reject_reason(run, &alone) else {
        return Ok(());
    };
    let more = run.ledger.requests > expected.requests && !expected.open
        || run.ledger.other_requests > expected.others;
    Err(match beside.filter(|_| more) {
        Some(other) => format!("{reason}; {other} may have sent them, outside of its own steps"),
        None => reason,
    })
}

/// Of the CPU time that the harness saw, a worker says at least this share: the
/// rest goes into reading jobs, writing answers and threads that spin after the
/// last page. Measured were 0.79 to 0.96.
const LEAST_SAID: f64 = 0.6;

/// Whether a worker says much less CPU time than it used. A single step is too
/// short to tell.
fn hidden_cpu(steps: &Steps) -> Option<String> {
    let said_ns: u64 = steps.cpu_ns.iter().copied().sum::<Option<u64>>()?;
    let seen_ns: u64 = steps.cpu_seen_ns.iter().copied().sum::<Option<u64>>()?;
    let is_hidden = (said_ns as f64) < seen_ns as f64 * LEAST_SAID;
    is_hidden.then(|| {
        format!(
            "says it used {:.1} ms of CPU time, but its process used {:.1} ms",
            said_ns as f64 / 1e6,
            seen_ns as f64 / 1e6
        )
    })
}

fn blamed(label: &str, step: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Failed(reason) => Failure::Failed(format!("{label}, in {step}: {reason}")),
        other => other,
    }
}
