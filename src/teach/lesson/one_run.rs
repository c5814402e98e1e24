//! One run of a lesson, with the log that its picture needs.

use std::thread;
use std::time::{Duration, Instant};

use crate::harness::process::{Failure, Monitor, ServerProcess, Worker};
use crate::harness::worker::{Job, JobAnswer};
use crate::measure::event_log::{self, DriverLog, EventLog, Gauge, ServerLog};
use crate::measure::memory::Memory;
use crate::measure::sample::{Ledger, Sample};
use crate::site::server::Scenario;
use crate::term::interrupt::Interrupt;

/// The sampling period of the worker's threads and memory, short enough for a
/// picture of a twentieth of a second.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// The number of samples between two checks of the number of requests.
const ASK_EVERY: u32 = 20;
/// When a worker has ended, the kernel closes its connections at once. The
/// server notices that within this time.
const SETTLED_WITHIN: Duration = Duration::from_secs(2);

/// A run.
#[derive(Debug)]
pub struct LessonRun<'a> {
    /// Its title, for the picture.
    pub title: String,
    /// The pages of the server.
    pub scenario: Scenario,
    /// The job of the driver.
    pub job: Job,
    /// The time limit for the answer.
    pub patience: Duration,
    /// A worker that makes more requests is ended.
    pub most_requests: u64,
    /// Whether the user wants to stop.
    pub interrupt: &'a Interrupt,
}

/// The result of a run.
#[derive(Debug, Clone)]
pub struct RunOutcome {
    /// The driver's sample, or why there is none.
    pub answer: Result<Sample, String>,
    /// The server's counts.
    pub ledger: Ledger,
    /// The events of both.
    pub log: EventLog,
}

impl LessonRun<'_> {
    /// Runs it with `worker`, which has ended when this returns. The result
    /// counts its requests in flight as abandoned.
    ///
    /// # Errors
    /// If the user interrupts or the server does not answer. A failure of the
    /// worker is part of the result.
    pub fn with(self, server: &ServerProcess, mut worker: Worker) -> Result<RunOutcome, Failure> {
        let pages = self.scenario.pages;
        server.set_scenario(&Scenario {
            log: true,
            ..self.scenario
        })?;
        let job = Job {
            log: true,
            ..self.job
        };
        let mut look = Look {
            server,
            most_requests: self.most_requests,
            gauges: Vec::new(),
            looks: 0,
        };
        let asked_at_ns = event_log::now_ns();
        let answer = worker.ask_monitored(&job, self.patience, self.interrupt, &mut look);
        drop(worker);
        if let Err(Failure::Failed(_)) = &answer {
            server.answers_soon().map_err(Failure::Server)?;
        }
        let mut answer = accept(answer)?;
        let (ledger, seen) = settled(server)?;
        // A foreign worker may have no log.
        let written = answer.as_mut().ok().and_then(|sample| sample.log.take());
        let driver = written.unwrap_or_else(|| DriverLog {
            begun_at_ns: asked_at_ns,
            ..DriverLog::default()
        });
        let gauges = look.gauges_since(driver.begun_at_ns);
        let log = EventLog::of(&seen, driver);
        let log = EventLog {
            title: self.title,
            pages,
            wall_ns: wall_ns(&answer, &log),
            gauges,
            ..log
        };
        Ok(RunOutcome {
            answer,
            ledger,
            log,
        })
    }
}

/// The driver's own wall time; without a sample, the end of the last request.
fn wall_ns(answer: &Result<Sample, String>, log: &EventLog) -> u64 {
    let ends = log.requests.iter().map(|request| request.ended_ns);
    match answer {
        Ok(sample) => sample.wall_ns,
        Err(_) => ends.max().unwrap_or_default(),
    }
}

fn accept(answer: Result<JobAnswer, Failure>) -> Result<Result<Sample, String>, Failure> {
    match answer {
        Ok(JobAnswer::Sample(sample)) => Ok(Ok(*sample)),
        Ok(JobAnswer::Unavailable(why) | JobAnswer::Error(why)) | Err(Failure::Failed(why)) => {
            Ok(Err(why))
        }
        Ok(JobAnswer::Heap(_)) => Ok(Err("the worker sent an answer of the wrong kind".to_owned())),
        Err(failure) => Err(failure),
    }
}

/// Ledger and log after every request has ended, or their current state after
/// [`SETTLED_WITHIN`].
fn settled(server: &ServerProcess) -> anyhow::Result<(Ledger, ServerLog)> {
    let begun = Instant::now();
    loop {
        let (ledger, log) = (server.ledger()?, server.log()?);
        let ended = log.requests.len() as u64 + log.left_out;
        if ended >= ledger.requests || begun.elapsed() > SETTLED_WITHIN {
            return Ok((ledger, log));
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Samples threads and memory, and sometimes the number of requests.
struct Look<'a> {
    server: &'a ServerProcess,
    most_requests: u64,
    gauges: Vec<Gauge>,
    looks: u32,
}

impl Monitor for Look<'_> {
    fn every(&self) -> Duration {
        LOOK_EVERY
    }

    fn check(&mut self, worker: &Memory) -> Result<(), String> {
        self.gauges.push(Gauge {
            at_ns: event_log::now_ns(),
            threads: worker.threads,
            resident_bytes: worker.resident_bytes,
            virtual_bytes: worker.virtual_bytes,
        });
        self.looks += 1;
        if !self.looks.is_multiple_of(ASK_EVERY) {
            return Ok(());
        }
        // The caller finds out that the server does not answer.
        let requests = self.server.ledger().map_or(0, |ledger| ledger.requests);
        if requests > self.most_requests {
            return Err(format!(
                "it made {requests} requests and was ended; the limit is {}",
                self.most_requests
            ));
        }
        Ok(())
    }
}

impl Look<'_> {
    /// The samples from `begun_at_ns` on, with times relative to it.
    fn gauges_since(self, begun_at_ns: u64) -> Vec<Gauge> {
        let since = |gauge: Gauge| {
            let at_ns = gauge.at_ns.checked_sub(begun_at_ns)?;
            Some(Gauge { at_ns, ..gauge })
        };
        self.gauges.into_iter().filter_map(since).collect()
    }
}
