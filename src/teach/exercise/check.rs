//! A student's project, built, played and graded.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{anyhow, bail};

use super::build::{Profile, build};
use super::grade::{Graded, grade};
use super::{Exercise, Shape, project};
use crate::harness::process::{Failure, Program, Server, Worker};
use crate::harness::worker::{Job, StopAt};
use crate::site::server::Scenario;
use crate::site::workload::{Parse, Politeness};
use crate::teach::lesson::{Played, Run};
use crate::term::interrupt::Interrupt;
use crate::term::progress::Progress;

/// One thread of the server: what one thread writes down is in the order in
/// which it happened, so that no page seems to begin before another has ended.
const SERVER_THREADS: usize = 1;
/// Whoever makes more requests than so many times the pages is ended.
const FLOOD: u64 = 20;

/// What a check needs besides the project.
#[derive(Debug)]
pub struct With<'a> {
    /// A build of Regatta that can play the server.
    pub program: &'a Program,
    /// Whether the user wants to stop.
    pub interrupt: &'a Interrupt,
    /// What the user sees meanwhile.
    pub progress: &'a Progress,
    /// How it is built.
    pub profile: Profile,
    /// Where it is built, if not in the project's own `target`.
    pub target: Option<PathBuf>,
    /// How long an answer is waited for, besides three times the ideal.
    pub patience: Duration,
}

impl<'a> With<'a> {
    /// What a student wants: optimised, in the project, 20 s.
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

/// Builds the project in `directory`, lets its program loose on the scenario of
/// `exercise`, and grades what the server saw. Whatever was started has ended
/// when this returns.
///
/// # Errors
/// When it is no project of this exercise, cargo is not there, or it does not
/// compile; when the user interrupts. A program that crashes, hangs, floods or
/// talks nonsense is graded, and has not passed.
pub fn check(exercise: &Exercise, directory: &Path, with: &With) -> anyhow::Result<Graded> {
    project::ensure_is(exercise, directory)?;
    with.progress
        .note("building it; the first time takes half a minute");
    let target = with.target.as_deref();
    let student = build(directory, with.profile, target, with.interrupt)?;
    with.progress.note("playing it");
    let played = play(exercise, &Program::at(student), with)?;
    Ok(grade(&exercise.shape, &played))
}

fn play(exercise: &Exercise, student: &Program, with: &With) -> anyhow::Result<Played> {
    let shape = &exercise.shape;
    let scenario = scenario(shape)?;
    let server = Server::start(with.program, &scenario, SERVER_THREADS)?;
    let run = Run {
        title: format!("your {}", exercise.id),
        job: job(shape, &server),
        scenario,
        patience: with.patience + shape.ideal() * 3,
        most_requests: shape.pages * FLOOD,
        interrupt: with.interrupt,
    };
    match run.play(&server, Worker::foreign(student)?) {
        Ok(played) => Ok(played),
        Err(Failure::Interrupted) => bail!("interrupted while it was played; nothing was graded"),
        Err(Failure::Failed(why)) => Err(anyhow!(why)),
    }
}

fn scenario(shape: &Shape) -> anyhow::Result<Scenario> {
    let latency = format!("{}ms", shape.latency.as_millis());
    Ok(Scenario::new(shape.pages, latency.parse()?, 1))
}

fn job(shape: &Shape, server: &Server) -> Job {
    let stop = |after: Duration| StopAt {
        after_ns: nanoseconds(after),
        how: crate::scrape::Stop::Drain,
    };
    Job {
        server: server.pages(),
        pages: shape.pages,
        concurrency: shape.in_flight,
        parse: Parse::None,
        threads: 1,
        politeness: Politeness::default(),
        depth: None,
        stop: shape.stop_after.map(stop),
        loop_lag: false,
        log: false,
        store: None,
        heap: false,
    }
}

pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
