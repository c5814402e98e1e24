//! Builds, runs and grades a student's project.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{anyhow, bail};

use super::build::{Profile, build};
use super::grade::{Graded, grade};
use super::time::nanoseconds;
use super::{Exercise, Requirements, project};
use crate::harness::process::{Failure, Program, ServerProcess, Worker};
use crate::harness::worker::{Job, StopAt};
use crate::site::server::Scenario;
use crate::site::workload::{Parse, Politeness};
use crate::teach::lesson::{LessonRun, RunOutcome};
use crate::term::interrupt::Interrupt;
use crate::term::progress::Progress;

/// One thread of the server logs events in their real order, so no page seems to
/// start before another one has ended.
const SERVER_THREADS: usize = 1;
/// A program with more requests than this many times the pages is ended.
const FLOOD: u64 = 20;

/// The environment of a check.
#[derive(Debug)]
pub struct With<'a> {
    /// The build of Regatta that serves the pages.
    pub program: &'a Program,
    /// Whether the user wants to stop.
    pub interrupt: &'a Interrupt,
    /// The progress display.
    pub progress: &'a Progress,
    /// The build profile.
    pub profile: Profile,
    /// The target directory, if not the project's own `target`.
    pub target: Option<PathBuf>,
    /// The time limit for the answer, in addition to three times the ideal.
    pub patience: Duration,
}

impl<'a> With<'a> {
    /// The default: optimised, in the project's target directory, 20 s.
    pub fn new(program: &'a Program, interrupt: &'a Interrupt, progress: &'a Progress) -> Self {
        Self {
            program,
            interrupt,
            progress,
            profile: Profile::Release,
            target: None,
            patience: Duration::from_secs(20),
        }
    }
}

/// Builds the project in `directory`, runs it on the scenario of `exercise`, and
/// grades what the server saw. All started processes have ended when this
/// returns.
///
/// # Errors
/// If it is not a project of this exercise, cargo is missing, the project does
/// not compile, or the user interrupts. A program that crashes, hangs, floods
/// the server or sends invalid answers gets a grade: not passed.
pub fn check(exercise: &Exercise, directory: &Path, with: &With) -> anyhow::Result<Graded> {
    project::ensure_is(exercise, directory)?;
    with.progress
        .note("building the project; the first build takes half a minute");
    let target = with.target.as_deref();
    let student = build(
        directory,
        with.program,
        with.profile,
        target,
        with.interrupt,
    )?;
    with.progress.note("running it");
    let outcome = run_once(exercise, &Program::at(student), with)?;
    Ok(grade(&exercise.requirements, &outcome))
}

fn run_once(exercise: &Exercise, student: &Program, with: &With) -> anyhow::Result<RunOutcome> {
    let requirements = &exercise.requirements;
    let scenario = scenario(requirements)?;
    let server = ServerProcess::start(with.program, &scenario, SERVER_THREADS)?;
    let run = LessonRun {
        title: format!("your {}", exercise.id),
        job: job(requirements, &server),
        scenario,
        patience: with.patience + requirements.ideal() * 3,
        most_requests: requirements.pages * FLOOD,
        interrupt: with.interrupt,
    };
    match run.with(&server, Worker::foreign(with.program, student)?) {
        Ok(outcome) => Ok(outcome),
        Err(Failure::Interrupted) => bail!("interrupted during the run; nothing was graded"),
        Err(Failure::Failed(why) | Failure::Server(why)) => Err(anyhow!(why)),
    }
}

fn scenario(requirements: &Requirements) -> anyhow::Result<Scenario> {
    let latency = format!("{}ms", requirements.latency.as_millis());
    Ok(Scenario::new(requirements.pages, latency.parse()?, 1))
}

fn job(requirements: &Requirements, server: &ServerProcess) -> Job {
    let stop = |after: Duration| StopAt {
        after_ns: nanoseconds(after),
        how: crate::scrape::Stop::Drain,
    };
    Job {
        server: server.pages(),
        pages: requirements.pages,
        concurrency: requirements.in_flight,
        parse: Parse::None,
        threads: 1,
        politeness: Politeness::default(),
        depth: None,
        stop: requirements.stop_after.map(stop),
        loop_lag: false,
        log: false,
        store: None,
        heap: false,
    }
}
