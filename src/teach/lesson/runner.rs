//! Runs a lesson: all runs, one after the other, each compared with the
//! expected results.

use std::time::{Duration, SystemTime};

use super::SEED;
use super::data::{Lesson, Setup};
use super::metric::RunMetric;
use super::one_run::LessonRun;
use super::record::{RecordedRun, Recording};
use crate::harness::process::{Failure, Program, ServerProcess, Worker};
use crate::harness::worker::{Job, StopAt};
use crate::measure::host;
use crate::site::server::Scenario;
use crate::site::workload::Latency;
use crate::term::interrupt::Interrupt;

/// A run that takes this much longer than its formula has hung.
const PATIENCE: Duration = Duration::from_secs(20);
/// The limit of requests per page, for lessons about retries.
const MOST_REQUESTS_A_PAGE: u64 = 2_000;

/// Runs lessons with its own server.
#[derive(Debug)]
pub struct LessonRunner<'a> {
    program: Program,
    server: ServerProcess,
    interrupt: &'a Interrupt,
}

impl<'a> LessonRunner<'a> {
    /// Starts the server from the build `program`.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn open(program: Program, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        let scenario = Scenario::new(1, Latency::ZERO, SEED);
        let server = ServerProcess::start(&program, &scenario, 1)?;
        Ok(Self {
            program,
            server,
            interrupt,
        })
    }

    /// Does every run of `lesson` and calls `before` before each.
    ///
    /// # Errors
    /// If the user interrupts or the server does not answer. Problems of a run
    /// are in its results.
    pub fn run_all(
        &self,
        lesson: &Lesson,
        mut before: impl FnMut(&Setup),
    ) -> Result<Recording, Failure> {
        let taken_at = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let mut runs: Vec<RecordedRun> = Vec::new();
        for setup in &lesson.runs {
            before(setup);
            runs.push(self.run(setup, &setup.driver)?);
        }
        Ok(Recording::of(lesson, taken_at, host::host(), runs))
    }

    /// Does one run with `driver` instead of its own driver.
    ///
    /// # Errors
    /// As [`Self::run_all`].
    pub fn run(&self, setup: &Setup, driver: &str) -> Result<RecordedRun, Failure> {
        let workload = setup.workload()?;
        let mut known = setup.known()?;
        let predicted = { setup.formula.get(&RunMetric::Wall) };
        // A formula that needs a value measured in the run is not known yet.
        let predicted = predicted.and_then(|formula| formula.value(&known).ok());
        let predicted = Duration::from_secs_f64(predicted.unwrap_or_default().clamp(0.0, 60.0));
        let job = Job {
            stop: setup.stop.map(|stop| StopAt {
                after_ns: stop.after.nanoseconds(),
                how: stop.how,
            }),
            loop_lag: setup.loop_lag,
            ..Job::over(&workload, self.server.pages(), SEED, setup.threads)
        };
        let run = LessonRun {
            title: format!("{} ({driver})", setup.name),
            scenario: Scenario::of(&workload, SEED),
            job,
            patience: PATIENCE + predicted * 3,
            most_requests: workload.pages * MOST_REQUESTS_A_PAGE,
            interrupt: self.interrupt,
        };
        let worker = Worker::start(&self.program, driver, setup.threads, None)?;
        let outcome = run.with(&self.server, worker)?;
        if let Some(work) = RunMetric::Work.of(&outcome) {
            known.insert("work", (work, RunMetric::Work.unit()));
        }
        Ok(RecordedRun::of(setup, driver, &known, outcome))
    }
}
