//! The race: every driver over the same scenario, round after round, with every
//! sample verified against the server's ledger.
//!
//! One server process serves all runs. Each run has a fresh worker process, so
//! that no driver inherits another's memory, threads or warm caches, and only
//! one worker runs at a time. Workers and server measure themselves; this
//! process waits and counts the worker's threads every 20 ms, which takes about
//! 0.1 % of a core.

mod again;
mod rows;
mod schedule;

use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, anyhow};

use crate::drivers::Driver;
use crate::harness::process::{Failure, Program, Response, ServerProcess, Worker};
use crate::harness::temporary::Directory;
use crate::harness::verify::{self, Expectation, Expected};
use crate::harness::worker::{Job, JobAnswer};
use crate::measure::sample::{Heap, Outside, Run};
use crate::measure::{cpu::Usage, noise::CoreTime};
use crate::report::{Report, SCHEMA};
use crate::site::server::Scenario;
use crate::site::workload::Workload;
use crate::term::interrupt::Interrupt;
use crate::term::progress::Progress;
use crate::term::say;
use rows::{Row, Rows};
use schedule::Schedule;

pub use schedule::Limits;

/// What is to be measured, and how much of it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The scenario.
    pub workload: Workload,
    /// The drivers that run it.
    pub drivers: Vec<&'static Driver>,
    /// Determines the page delays and the order of the runs.
    pub seed: u64,
    /// The number of rounds.
    pub limits: Limits,
    /// Threads of the server that serve pages.
    pub server_threads: usize,
    /// Threads of each driver's runtime or executor, where it has one.
    pub runtime_threads: usize,
    /// Whether to measure the lag of event loops, which needs a timer.
    pub loop_lag: bool,
    /// How long a worker may take beyond three times the ideal and a
    /// millisecond per page.
    pub patience: Duration,
}

/// Runs the race. An interrupt ends it early; the report then holds what was
/// measured so far and is marked partial.
///
/// # Errors
/// When the server cannot be started or stops answering before anything was
/// measured. A driver that fails is a row, not an error.
pub fn run(
    settings: &Settings,
    progress: &Progress,
    interrupt: &Interrupt,
) -> anyhow::Result<Report> {
    let taken_at = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    progress.note("starting the server");
    let mut race = Race::new(settings, interrupt)?;
    let partial = match race.all_rounds(progress) {
        Ok(()) => false,
        Err(Stop::Interrupted) => true,
        Err(Stop::ServerFailed(error) | Stop::Failed(error)) if race.rows.any_measured() => {
            progress.end();
            // Not progress: it is printed even with --quiet.
            say::error(format!(
                "cut short: {error:#}; {}",
                race.server.last_output()
            ));
            true
        }
        Err(Stop::ServerFailed(error) | Stop::Failed(error)) => {
            progress.end();
            return Err(anyhow!("{error:#}; {}", race.server.last_output()));
        }
    };
    progress.end();
    Ok(race.report(taken_at, partial))
}

/// What a run of each driver takes at least: its ideal time, and the start of
/// its process.
pub fn least_runs(settings: &Settings) -> Vec<Duration> {
    let workload = &settings.workload;
    let predicted = match workload.depth {
        None => workload.predicted(settings.seed),
        Some(_) => Expectation::of(workload, settings.seed).predicted,
    };
    let ideal = |driver: &&Driver| predicted.ideal(driver.in_flight(workload.concurrency));
    let drivers = settings.drivers.iter();
    drivers.map(|driver| ideal(driver) + START).collect()
}

/// Starting a worker takes about this long.
const START: Duration = Duration::from_millis(20);

/// Even a driver that waits for the CPU most of the time needs no longer for a
/// page.
const SLOW_PAGE: Duration = Duration::from_millis(1);

/// The longest ideal time of a run that counts the heap.
const HEAP_WITHIN: Duration = Duration::from_secs(2);

struct Race<'a> {
    settings: &'a Settings,
    interrupt: &'a Interrupt,
    program: Program,
    server: ServerProcess,
    schedule: Schedule,
    expectation: Expectation,
    rows: Rows,
    begun: Instant,
}

/// Why a run, or all of them, ended early.
enum Stop {
    Interrupted,
    /// Another run may succeed, when the server is back.
    ServerFailed(anyhow::Error),
    /// No run can succeed.
    Failed(anyhow::Error),
}

impl<'a> Race<'a> {
    fn new(settings: &'a Settings, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        let begun = Instant::now();
        let workload = &settings.workload;
        let program = Program::this()?;
        let scenario = Scenario::of(workload, settings.seed);
        let expectation = Expectation::of(workload, settings.seed);
        let rows = settings.drivers.iter();
        let rows =
            rows.map(|driver| Row::new(driver, Expected::of(driver, workload, &expectation)));
        Ok(Self {
            settings,
            interrupt,
            server: ServerProcess::start(&program, &scenario, settings.server_threads)?,
            program,
            schedule: Schedule::new(least_runs(settings), settings.limits, settings.seed),
            rows: Rows::new(rows.collect()),
            expectation,
            begun,
        })
    }

    /// First the heap of each driver, in an untimed run (which also warms up the
    /// machine), then the rounds.
    fn all_rounds(&mut self, progress: &Progress) -> Result<(), Stop> {
        let drivers = self.settings.drivers.len();
        progress.round(
            "heap, untimed",
            drivers,
            self.schedule.left(self.begun.elapsed()),
        );
        for driver in 0..drivers {
            self.check_interrupt()?;
            self.say(progress, "heap", driver);
            self.run(driver, Self::heap_run)?;
        }
        while let Some(order) = self.schedule.next_round(self.begun.elapsed()) {
            let name = format!("round {}", self.schedule.round());
            progress.round(&name, order.len(), self.schedule.left(self.begun.elapsed()));
            for driver in order {
                self.check_interrupt()?;
                self.say(progress, &name, driver);
                self.run(driver, Self::timed_run)?;
            }
        }
        Ok(())
    }

    /// Checked between runs, which may be too short to check it while they run.
    fn check_interrupt(&self) -> Result<(), Stop> {
        if self.interrupt.is_set() {
            Err(Stop::Interrupted)
        } else {
            Ok(())
        }
    }

    fn say(&self, progress: &Progress, round: &str, driver: usize) {
        let elapsed = self.begun.elapsed();
        let name = &self.settings.drivers[driver].name;
        progress.running(round, name, elapsed, self.schedule.left(elapsed));
    }

    fn heap_run(&mut self, driver: usize) -> Result<(), Stop> {
        let begun = Instant::now();
        self.server.reset_when_alone().map_err(Stop::ServerFailed)?;
        let job = Job {
            pages: self.heap_pages(driver),
            heap: true,
            ..self.job()
        };
        let asked = self.ask(driver, &job)?;
        self.schedule.spent(driver, begun.elapsed());
        let Some((response, _worker)) = asked else {
            return Ok(());
        };
        let JobAnswer::Heap(heap) = response.answer else {
            self.end_row(driver, response.answer);
            return Ok(());
        };
        let ledger = self.server.ledger().map_err(Stop::ServerFailed)?;
        match verify::heap_reject_reason(&heap, &ledger) {
            Some(reason) => self.rows.of(driver).reject_heap(&reason),
            None => self.keep_heap(driver, heap),
        }
        Ok(())
    }

    fn keep_heap(&mut self, driver: usize, heap: Heap) {
        let expected = self.rows.expected(driver);
        let pages = expected.pages.min(self.heap_pages(driver));
        // The rounds report a driver that misses pages; its heap means nothing.
        if heap.pages == pages {
            self.rows.of(driver).heap(heap);
        }
    }

    fn timed_run(&mut self, driver: usize) -> Result<(), Stop> {
        let begun = Instant::now();
        let before = CpuUse::now();
        let window = self.open_ledger()?;
        let store = self.store()?;
        let job = Job {
            store: store.as_ref().map(|(_, store)| store.clone()),
            loop_lag: self.settings.loop_lag,
            ..self.job()
        };
        let Some((response, worker)) = self.ask(driver, &job)? else {
            return Ok(());
        };
        let JobAnswer::Sample(sample) = response.answer else {
            self.end_row(driver, response.answer);
            return Ok(());
        };
        // While the worker lives: its connections are still open.
        let ledger = self.server.ledger().map_err(Stop::ServerFailed)?;
        drop(worker);
        let mut run = Run {
            round: self.schedule.round(),
            noise: before.noise(ledger.server_cpu_ns),
            sample: *sample,
            ledger,
            outside: Some(Outside {
                window,
                ..response.outside
            }),
            rejected: None,
        };
        run.sample.threads_peak = run.sample.threads_peak.max(response.threads_seen);
        self.schedule
            .ran(driver, begun.elapsed(), run.sample.wall_ns);
        if !self.rows.of(driver).add(run) {
            self.schedule.drop_out(driver);
        }
        Ok(())
    }

    /// Opens an empty ledger and returns its number. Any other number at the end
    /// of the run means that somebody else has reset it.
    fn open_ledger(&self) -> Result<Option<u64>, Stop> {
        let opened = self.server.reset_when_alone();
        Ok(Some(opened.map_err(Stop::ServerFailed)?.window))
    }

    /// A fresh worker's answer, and the worker with its connections still open.
    /// `None` without an answer; the row then gives the reason.
    fn ask(&mut self, driver: usize, job: &Job) -> Result<Option<(Response, Worker)>, Stop> {
        let ideal = self.ideal(driver);
        let patience = self.settings.patience + ideal * 3 + SLOW_PAGE.mul_f64(job.pages as f64);
        let name = &self.settings.drivers[driver].name;
        let started = Worker::start(&self.program, name, job.threads, None);
        let asked = started.map_err(Failure::from).and_then(|mut worker| {
            let response = worker.ask_beside(&self.server, job, patience, self.interrupt)?;
            Ok((response, worker))
        });
        match asked {
            Ok(asked) => Ok(Some(asked)),
            Err(Failure::Interrupted) => Err(Stop::Interrupted),
            Err(Failure::Server(reason)) => Err(Stop::ServerFailed(anyhow!(reason))),
            Err(Failure::Failed(reason)) => {
                self.rows.of(driver).fail(reason);
                self.schedule.drop_out(driver);
                Ok(None)
            }
        }
    }

    /// A new store for one run, in a directory that is deleted after it.
    fn store(&self) -> Result<Option<(Directory, String)>, Stop> {
        let kind = self.settings.workload.store;
        if kind.is_none() {
            return Ok(None);
        }
        let directory = Directory::new().map_err(Stop::Failed)?;
        let file = directory.path().join("run");
        let store = format!("{}:{}", kind.word(), file.display());
        Ok(Some((directory, store)))
    }

    /// Every page takes the same number of allocator calls, so a slow driver's
    /// are counted over as many pages as it fetches in [`HEAP_WITHIN`]. If pages
    /// fail or have to be found, only the number of all of them is known.
    fn heap_pages(&self, driver: usize) -> u64 {
        let expected = self.rows.expected(driver);
        let all = self.settings.workload.pages;
        if expected.pages < all || self.settings.workload.depth.is_some() {
            return all;
        }
        let share = HEAP_WITHIN.as_secs_f64() / self.ideal(driver).as_secs_f64().max(0.001);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let pages = (expected.pages as f64 * share.min(1.0)) as u64;
        pages.max(expected.in_flight)
    }

    /// The shortest possible run of this driver. A trap may have one page in
    /// flight at a time, whatever its limit.
    fn ideal(&self, driver: usize) -> Duration {
        if self.settings.drivers[driver].is_trap() {
            self.expectation.predicted.ideal(1)
        } else {
            self.rows.expected(driver).ideal
        }
    }

    fn job(&self) -> Job {
        let settings = self.settings;
        let (server, threads) = (self.server.pages(), settings.runtime_threads);
        Job::over(&settings.workload, server, settings.seed, threads)
    }

    fn end_row(&mut self, driver: usize, answer: JobAnswer) {
        match answer {
            JobAnswer::Unavailable(reason) => self.rows.of(driver).unavailable(reason),
            JobAnswer::Error(reason) => self.rows.of(driver).fail(reason),
            JobAnswer::Sample(_) | JobAnswer::Heap(_) => {
                self.rows
                    .of(driver)
                    .fail("its worker gave an answer of the wrong kind".to_owned());
            }
        }
        self.schedule.drop_out(driver);
    }

    fn report(self, taken_at: String, partial: bool) -> Report {
        let settings = self.settings;
        let workload = &settings.workload;
        let predicted = &self.expectation.predicted;
        let ideal = predicted.ideal(workload.concurrency);
        let mut report = Report {
            schema: SCHEMA.to_owned(),
            taken_at,
            partial,
            workload: workload.clone(),
            ideal_wall_ns: u64::try_from(ideal.as_nanos()).unwrap_or(u64::MAX),
            ideal_bound: predicted.bound(workload.concurrency),
            seed: settings.seed,
            rounds: self.schedule.round(),
            server_threads: settings.server_threads as u64,
            runtime_threads: settings.runtime_threads as u64,
            host: crate::measure::host::host(),
            versions: crate::harness::versions::measured(),
            drivers: self.rows.into_reports(),
        };
        crate::report::summarise(&mut report);
        report
    }
}

/// CPU time used by the whole machine and by our own processes, at the beginning
/// of a run.
struct CpuUse {
    machine: Option<CoreTime>,
    ours: Option<u64>,
}

impl CpuUse {
    fn now() -> Self {
        Self {
            machine: CoreTime::now(),
            ours: Usage::now_with_ended_children().cpu_ns,
        }
    }

    /// What other programs used since, if the server used `server_ns` of CPU.
    fn noise(&self, server_ns: Option<u64>) -> crate::measure::sample::Noise {
        let now = Self::now();
        let ours = || Some(now.ours?.saturating_sub(self.ours?) + server_ns?);
        match (&self.machine, &now.machine) {
            (Some(before), Some(after)) => after.noise_since(before, ours()),
            _ => crate::measure::sample::Noise::default(),
        }
    }
}

/// A seed for a run without `--seed`: short enough to type again.
pub fn drawn_seed() -> anyhow::Result<u64> {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .context("this machine's clock is before 1970: give --seed, for example --seed 1")?;
    Ok(u64::from(since.subsec_nanos()) % 1_000_000)
}
