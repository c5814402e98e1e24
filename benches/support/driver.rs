//! One driver in its worker process. Each sample is verified.

use std::time::Duration;

use regatta::harness::process::{Failure, Program, Worker};
use regatta::harness::worker::{Job, JobAnswer};
use regatta::measure::sample::Sample;
use regatta::term::interrupt::Interrupt;

/// The slowest driver takes a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a driver is asked to do, and the right result.
pub(crate) struct Task<'a> {
    /// The build of Regatta that the workers are.
    pub(crate) program: &'a Program,
    /// What they are asked to do.
    pub(crate) job: Job,
    /// The digest of all pages as the generator made them.
    pub(crate) digest: String,
}

impl Task<'_> {
    /// Why `sample` must not be counted.
    fn verify(&self, sample: &Sample) -> Result<(), String> {
        if sample.errors > 0 {
            let first = sample.first_error.as_deref().unwrap_or("it does not say");
            return Err(format!("{} pages failed: {first}", sample.errors));
        }
        if sample.pages != self.job.pages {
            return Err(format!(
                "{} pages instead of {}",
                sample.pages, self.job.pages
            ));
        }
        if sample.digest != self.digest {
            return Err("it read something else than the pages say".to_owned());
        }
        Ok(())
    }
}

/// A driver in its worker process.
pub(crate) struct Driver<'a> {
    task: &'a Task<'a>,
    name: &'a str,
    fresh_workers: bool,
    /// Started at the first run: a filter may leave this driver out.
    worker: Option<Worker>,
}

impl<'a> Driver<'a> {
    pub(crate) fn new(task: &'a Task<'a>, name: &'a str, fresh_workers: bool) -> Self {
        Self {
            task,
            name,
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
        self.answer()
            .and_then(|sample| self.task.verify(&sample).map(|()| sample))
            .unwrap_or_else(|reason| panic!("{}: {reason}", self.name))
    }

    fn answer(&mut self) -> Result<Sample, String> {
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.start()?,
        };
        let asked = worker.ask(&self.task.job, PATIENCE, &Interrupt::default());
        self.worker = Some(worker);
        match asked.map(|outcome| outcome.answer) {
            Ok(JobAnswer::Sample(sample)) => Ok(*sample),
            Ok(JobAnswer::Unavailable(reason) | JobAnswer::Error(reason))
            | Err(Failure::Failed(reason)) => Err(reason),
            Ok(JobAnswer::Heap(_)) => Err("its worker answered another question".to_owned()),
            Err(Failure::Interrupted) => Err("interrupted".to_owned()),
        }
    }

    fn start(&self) -> Result<Worker, String> {
        let Task { program, job, .. } = self.task;
        Worker::start(program, self.name, job.threads, None).map_err(|error| format!("{error:#}"))
    }
}
