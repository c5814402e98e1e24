//! The process that runs one driver: one JSON job per line in, one JSON answer
//! per line out, until the end of input. `docs/PROTOCOL.md` describes it for
//! workers in other languages.
//!
//! A worker can be run once (a fresh process, so its memory is its own) or given
//! one job after another; it starts its driver at the first and keeps it warm.

mod job;
mod lines;
mod stopper;
mod storing;

use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

pub use job::{Job, StopAt};

use crate::clients::Plan;
use crate::drivers::Driver;
use crate::drivers::Started;
use crate::measure::cpu::Usage;
use crate::measure::heap;
use crate::measure::memory::{Memory, reset_peak};
use crate::measure::sample::{Heap, Sample};
use crate::measure::slowdown::Slowdown;
use crate::scrape::{Account, Scrape};
use stopper::Stopper;
use storing::Storing;

/// A worker's answer to a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobAnswer {
    /// The timed scrape.
    Sample(Box<Sample>),
    /// The heap of the scrape.
    Heap(Heap),
    /// The driver cannot be started here.
    Unavailable(String),
    /// The job could not be read or done.
    Error(String),
}

/// Whether a worker may scrape other machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScrapeReach {
    /// Only addresses of this machine.
    Loopback,
    /// Any address: the user allowed it.
    Anywhere,
}

/// Answers jobs until the end of `input`.
pub fn serve(
    driver: &Driver,
    reach: ScrapeReach,
    slowdown: Option<Slowdown>,
    mut input: impl BufRead,
    mut output: impl Write,
) -> anyhow::Result<()> {
    let mut worker = Worker {
        driver,
        reach,
        slowdown,
        started: None,
    };
    while let Some(line) = lines::next(&mut input).context("a job could not be read")? {
        let answer = match line {
            Ok(line) if line.trim().is_empty() => continue,
            Ok(line) => worker.answer_whatever_happens(&line),
            Err(error) => JobAnswer::Error(error),
        };
        serde_json::to_writer(&mut output, &answer)?;
        writeln!(output)?;
        output.flush()?;
    }
    Ok(())
}

struct Worker<'a> {
    driver: &'a Driver,
    reach: ScrapeReach,
    slowdown: Option<Slowdown>,
    started: Option<(Plan, Box<dyn Started>)>,
}

impl Worker<'_> {
    /// The answer to a job. A panic is one, too: a runtime that cannot start a
    /// thread has no other way to say so, and the next job may ask for fewer.
    fn answer_whatever_happens(&mut self, line: &str) -> JobAnswer {
        let answered = catch_unwind(AssertUnwindSafe(|| self.answer(line)));
        answered.unwrap_or_else(|panic| {
            self.started = None;
            let words = panic.downcast_ref::<&str>().copied();
            let words = words.or(panic.downcast_ref::<String>().map(String::as_str));
            JobAnswer::Error(format!(
                "the driver panicked: {}",
                words.unwrap_or("it gave no reason")
            ))
        })
    }

    fn answer(&mut self, line: &str) -> JobAnswer {
        let checked = self.checked(line);
        if let Ok(job) = &checked
            && let Err(error) = job.check_fits(self.driver)
        {
            return JobAnswer::Unavailable(format!("{error:#}"));
        }
        match checked {
            Ok(job) if job.heap => self.count_heap(&job),
            Ok(job) => self.sample(&job),
            Err(error) => JobAnswer::Error(format!("{error:#}")),
        }
    }

    fn checked(&self, line: &str) -> anyhow::Result<Job> {
        let job: Job = serde_json::from_str(line).context(
            "invalid job: expected one JSON object per line; docs/PROTOCOL.md shows one",
        )?;
        ensure!(
            self.reach == ScrapeReach::Anywhere || job.server.ip().is_loopback(),
            "{} is not on this machine, and this is a load generator: \
             give --allow-remote if that server is yours",
            job.server
        );
        job.check()?;
        Ok(job)
    }

    fn sample(&mut self, job: &Job) -> JobAnswer {
        let scrape = job.scrape(self.driver);
        let before = Memory::now();
        reset_peak();
        let start = match self.start(job) {
            Ok(start) => start,
            Err(error) => return JobAnswer::Unavailable(format!("{error:#}")),
        };
        let storing = match job.storing() {
            Ok(storing) => storing,
            Err(error) => return JobAnswer::Error(format!("{error:#}")),
        };
        let used_before = Usage::now();
        let scrape = self.begin(scrape, storing.as_ref());
        let stopper = job.stop.map(|stop| Stopper::start(stop, &scrape));
        let begun = Instant::now();
        let scraped = self.driver_started().scrape(&scrape);
        let stored = storing.map(Storing::finish).transpose();
        let held = self
            .slowdown
            .map(|slowdown| slowdown.apply(begun, &used_before));
        let wall = begun.elapsed();
        let used = Usage::now().since(&used_before);
        let after = Memory::now();
        drop((held, stopper));
        match scraped.and(stored) {
            Ok(stored) => {
                let account = scrape.account();
                let mut sample = Times { start, wall }.sample(&account, &used, &before, &after);
                sample.log = scrape.log();
                sample.stored = stored.map(|stored| stored.records);
                sample.store_full_ns = stored.map(|stored| nanoseconds(stored.full));
                JobAnswer::Sample(Box::new(sample))
            }
            Err(error) => JobAnswer::Error(format!("{error:#}")),
        }
    }

    fn count_heap(&mut self, job: &Job) -> JobAnswer {
        let scrape = job.scrape(self.driver);
        heap::start();
        if let Err(error) = self.start(job) {
            return JobAnswer::Unavailable(format!("{error:#}"));
        }
        // The peak includes the start, because that memory is never freed.
        let at_start = heap::counts();
        let scrape = self.begin(scrape, None);
        let scraped = self.driver_started().scrape(&scrape);
        let counts = heap::stop();
        match scraped {
            // The timed runs report pages that failed; here they are missing from
            // the count.
            Ok(()) => JobAnswer::Heap(Heap {
                pages: scrape.account().pages,
                allocations: counts.allocations - at_start.allocations,
                allocated_bytes: counts.allocated_bytes - at_start.allocated_bytes,
                heap_peak_bytes: counts.peak_bytes,
            }),
            Err(error) => JobAnswer::Error(format!("{error:#}")),
        }
    }

    /// Starts the driver, unless it is already warm for such a job.
    fn start(&mut self, job: &Job) -> anyhow::Result<Duration> {
        let plan = job.plan();
        if self
            .started
            .as_ref()
            .is_some_and(|(warm_for, _)| *warm_for == plan)
        {
            return Ok(Duration::ZERO);
        }
        self.started = None;
        let begun = Instant::now();
        let started = self.driver.start(&plan)?;
        let start = begun.elapsed();
        self.started = Some((plan, started));
        Ok(start)
    }

    /// The last step before the driver starts to scrape.
    fn begin(&self, mut scrape: Scrape, storing: Option<&Storing>) -> Arc<Scrape> {
        if let Some(storing) = storing {
            storing.observe(&mut scrape);
        }
        if let Some((plan, _)) = &self.started {
            scrape.cuts(plan.cut.clone());
        }
        scrape.begin();
        let scrape = Arc::new(scrape);
        if let Some(storing) = storing {
            storing.attach(&scrape);
        }
        scrape
    }

    fn driver_started(&mut self) -> &mut dyn Started {
        let (_, started) = self
            .started
            .as_mut()
            .expect("a job is begun after the start");
        started.as_mut()
    }
}

struct Times {
    start: Duration,
    wall: Duration,
}

impl Times {
    fn sample(&self, account: &Account, used: &Usage, before: &Memory, after: &Memory) -> Sample {
        Sample {
            wall_ns: nanoseconds(self.wall),
            start_ns: nanoseconds(self.start),
            cpu_ns: used.cpu_ns,
            user_ns: used.user_ns,
            sys_ns: used.sys_ns,
            peak_rss_bytes: after.peak_bytes,
            rss_before_bytes: before.resident_bytes,
            threads_peak: after.threads,
            voluntary_switches: used.voluntary_switches,
            involuntary_switches: used.involuntary_switches,
            pages: account.pages,
            bytes: account.bytes,
            titles: account.titles,
            retries: account.retries,
            timeouts: account.timeouts,
            given_up: account.given_up,
            stop_ns: account
                .stop_asked
                .map(|asked| nanoseconds(self.wall.saturating_sub(asked))),
            loop_lag: account.lag.clone(),
            log: None,
            stored: None,
            store_full_ns: None,
            errors: account.errors,
            first_error: account.first_error.clone(),
            first_lost: account.first_failed.clone(),
            digest: format!("{:016x}", account.digest),
            page_latency: account.page_latency(),
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
