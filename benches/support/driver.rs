//! One driver in its worker process. Each run is verified as one of a report is:
//! what the worker says against what the server counted.

use std::time::Duration;

use regatta::drivers;
use regatta::harness::process::{Failure, Program, ServerProcess, Worker};
use regatta::harness::verify::{self, Expectation, Expected};
use regatta::harness::worker::{Job, JobAnswer};
use regatta::measure::sample::{Noise, Outside, Run, Sample};
use regatta::site::workload::Workload;
use regatta::term::interrupt::Interrupt;

/// The slowest driver takes a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a driver is asked to do, and the right result.
pub(crate) struct Task<'a> {
    /// The build of Regatta that the workers are.
    pub(crate) program: &'a Program,
    /// The server that counts their requests.
    pub(crate) server: &'a ServerProcess,
    /// What they are asked to do.
    pub(crate) job: Job,
    /// The scenario of that job.
    pub(crate) workload: Workload,
    /// The right result of it.
    pub(crate) expectation: Expectation,
}

/// A driver in its worker process.
pub(crate) struct Driver<'a> {
    task: &'a Task<'a>,
    name: &'a str,
    expected: Expected,
    fresh_workers: bool,
    /// Started at the first run: a filter may leave this driver out.
    worker: Option<Worker>,
}

impl<'a> Driver<'a> {
    pub(crate) fn new(task: &'a Task<'a>, name: &'a str, fresh_workers: bool) -> Self {
        let driver = drivers::named(name).unwrap_or_else(|error| panic!("{error:#}"));
        Self {
            task,
            name,
            expected: Expected::of(driver, &task.workload, &task.expectation),
            fresh_workers,
            worker: None,
        }
    }

    /// One scrape, verified.
    ///
    /// # Panics
    /// With the driver and the reason when it went wrong: criterion knows no
    /// failed benchmark.
    pub(crate) fn run(&mut self) -> Sample {
        if self.fresh_workers {
            self.worker = None;
        }
        self.verified()
            .unwrap_or_else(|reason| panic!("{}: {reason}", self.name))
    }

    /// The ledger is reset before and read after the time that the worker
    /// measures.
    fn verified(&mut self) -> Result<Sample, String> {
        let server = self.task.server;
        let words = |error: anyhow::Error| format!("{error:#}");
        let opened = if self.worker.is_none() {
            server.reset_when_alone()
        } else {
            server.reset()
        };
        let window = Some(opened.map_err(words)?.window);
        let (sample, outside) = self.answer()?;
        let run = Run {
            round: 1,
            sample,
            ledger: server.ledger().map_err(words)?,
            noise: Noise::default(),
            outside: Some(Outside { window, ..outside }),
            rejected: None,
        };
        match verify::reject_reason(&run, &self.expected) {
            Some(reason) => Err(reason),
            None => Ok(run.sample),
        }
    }

    fn answer(&mut self) -> Result<(Sample, Outside), String> {
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.start()?,
        };
        let asked = worker.ask(&self.task.job, PATIENCE, &Interrupt::default());
        self.worker = Some(worker);
        let asked = asked.map(|response| (response.answer, response.outside));
        match asked {
            Ok((JobAnswer::Sample(sample), outside)) => Ok((*sample, outside)),
            Ok((JobAnswer::Unavailable(reason) | JobAnswer::Error(reason), _))
            | Err(Failure::Failed(reason) | Failure::Server(reason)) => Err(reason),
            Ok((JobAnswer::Heap(_), _)) => Err("its worker answered another question".to_owned()),
            Err(Failure::Interrupted) => Err("interrupted".to_owned()),
        }
    }

    fn start(&self) -> Result<Worker, String> {
        let Task { program, job, .. } = self.task;
        Worker::start(program, self.name, job.threads, None).map_err(|error| format!("{error:#}"))
    }
}
