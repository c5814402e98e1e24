//! A handle to one worker process: give it a job, monitor it, read its answer.

use std::io::Write;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::child::Process;
use super::health::Health;
use super::watch::Watch;
use super::{Failure, Program, ServerProcess};
use crate::harness::worker::{Job, JobAnswer};
use crate::measure::memory::Memory;
use crate::measure::sample::Outside;
use crate::measure::slowdown::Slowdown;
use crate::term::interrupt::Interrupt;

/// How often to count a worker's threads and to check for Ctrl-C.
const CHECK_EVERY: Duration = Duration::from_millis(20);
/// The time that one look counts for at most, however long it took.
const LONGEST_LOOK: Duration = Duration::from_secs(1);
/// A line that is in the pipe has been read within this time.
const READ_WITHIN: Duration = Duration::from_secs(2);

/// Monitors a worker's process while it runs. An error ends the worker, with
/// that reason.
pub trait Monitor {
    /// The time from one check to the next.
    fn every(&self) -> Duration;
    /// One check.
    fn check(&mut self, worker: &Memory) -> Result<(), String>;
}

/// Counts its threads, weighs its memory and looks whether the server runs.
#[derive(Default)]
struct Most {
    threads: Option<u64>,
    resident_bytes: Option<u64>,
    server: Option<Health>,
}

impl Monitor for Most {
    fn every(&self) -> Duration {
        CHECK_EVERY
    }

    fn check(&mut self, worker: &Memory) -> Result<(), String> {
        self.threads = self.threads.max(worker.threads);
        self.resident_bytes = self.resident_bytes.max(worker.resident_bytes);
        self.server.map_or(Ok(()), Health::look)
    }
}

/// A worker's response to a job.
#[derive(Debug)]
pub struct Response {
    /// Its answer.
    pub answer: JobAnswer,
    /// The most threads seen while it ran.
    pub threads_seen: Option<u64>,
    /// What was seen of it from outside.
    pub outside: Outside,
}

/// A worker process. It ends when this is dropped.
#[derive(Debug)]
pub struct Worker {
    process: Process,
    watch: Watch,
}

impl Worker {
    /// Starts a worker for `driver`, whose runtimes will have `threads`.
    pub fn start(
        program: &Program,
        driver: &str,
        threads: usize,
        slowdown: Option<Slowdown>,
    ) -> anyhow::Result<Self> {
        let mut args = vec!["worker".to_owned(), format!("--driver={driver}")];
        args.extend(slowdown.map(|slowdown| format!("--slowdown={slowdown}")));
        // Executors that are global to a process read its environment.
        let executors = [
            crate::drivers::models::ASYNC_STD_THREADS,
            crate::drivers::traps::RAYON_THREADS,
        ];
        let threads = executors.map(|variable| (variable, threads.to_string()));
        Ok(Self::of(Process::start(program, &args, &threads)?))
    }

    /// Starts somebody else's program that speaks the protocol, without arguments.
    /// `guard` is a build of Regatta that ends it if this process is killed.
    pub fn foreign(guard: &Program, program: &Program) -> anyhow::Result<Self> {
        Ok(Self::of(Process::start_foreign(guard, program)?))
    }

    fn of(process: Process) -> Self {
        let watch = Watch::of(process.id());
        Self { process, watch }
    }

    /// Its process, to measure it from outside.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends it a job and waits for the answer. After an answer it takes another
    /// job; after a failure it has ended.
    pub fn ask(
        &mut self,
        job: &Job,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Response, Failure> {
        self.ask_with(Most::default(), job, patience, interrupt)
    }

    /// Like [`ask`](Self::ask), of a worker that needs `server`: while that does
    /// not run, no failure and no answer is the worker's.
    pub fn ask_beside(
        &mut self,
        server: &ServerProcess,
        job: &Job,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Response, Failure> {
        let health = server.health();
        let most = Most {
            server: Some(health),
            ..Most::default()
        };
        let asked = self.ask_with(most, job, patience, interrupt);
        let trouble = match &asked {
            Ok(_) => health.look(),
            Err(Failure::Failed(_)) => health.look().and_then(|()| server.answers_soon()),
            Err(_) => Ok(()),
        };
        trouble.map_err(Failure::Server).and(asked)
    }

    fn ask_with(
        &mut self,
        mut most: Most,
        job: &Job,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Response, Failure> {
        let before = self.watch.before_job(&mut self.process);
        let answer = self.ask_monitored(job, patience, interrupt, &mut most)?;
        let seen_bytes = most.resident_bytes;
        let outside = self
            .watch
            .after_answer(&mut self.process, &before, seen_bytes);
        Ok(Response {
            answer,
            threads_seen: most.threads,
            outside,
        })
    }

    /// Like [`ask`](Self::ask), with a monitor of the caller's.
    pub fn ask_monitored(
        &mut self,
        job: &Job,
        patience: Duration,
        interrupt: &Interrupt,
        monitor: &mut impl Monitor,
    ) -> Result<JobAnswer, Failure> {
        let process = &mut self.process;
        let line =
            serde_json::to_string(job).map_err(|error| Failure::Failed(error.to_string()))?;
        if let Ok(line) = process.lines.try_recv() {
            return Err(Failure::Failed(unasked(process, &line)));
        }
        if let Some(stdin) = process.stdin.as_mut() {
            // If the worker is gone, its output ends.
            let _ = writeln!(stdin, "{line}");
        }
        let line = match wait(process, patience, interrupt, monitor) {
            Waited::Line(line) => line,
            Waited::Stopped(why) => {
                process.kill();
                return Err(Failure::Failed(why));
            }
            Waited::Ended => return Err(Failure::Failed(ended(process))),
            Waited::Late => return Err(Failure::Failed(hung(process, patience))),
            Waited::Interrupted => return Err(Failure::Interrupted),
        };
        match serde_json::from_slice(&line) {
            Ok(answer) => Ok(answer),
            Err(_) => Err(Failure::Failed(invalid(process, &line))),
        }
    }
}

enum Waited {
    Line(Vec<u8>),
    Stopped(String),
    Ended,
    Late,
    Interrupted,
}

fn wait(
    process: &mut Process,
    patience: Duration,
    interrupt: &Interrupt,
    monitor: &mut impl Monitor,
) -> Waited {
    // Time in which this process did not run, because it or the machine was
    // stopped, is not the worker's: each look counts for little at most.
    let (mut looked, mut waited) = (Instant::now(), Duration::ZERO);
    loop {
        let line = process.lines.recv_timeout(monitor.every());
        waited += looked.elapsed().min(LONGEST_LOOK);
        looked = Instant::now();
        match line {
            Ok(line) => return Waited::Line(line),
            Err(RecvTimeoutError::Disconnected) => return Waited::Ended,
            Err(RecvTimeoutError::Timeout) if interrupt.is_set() => return Waited::Interrupted,
            Err(RecvTimeoutError::Timeout) if process.has_exited() => return last_line(process),
            Err(RecvTimeoutError::Timeout) if waited > patience => return Waited::Late,
            Err(RecvTimeoutError::Timeout) => {
                if let Err(why) = monitor.check(&Memory::of(process.worker_id())) {
                    return Waited::Stopped(why);
                }
            }
        }
    }
}

/// What a worker that has exited wrote at last. A process that it started may
/// hold the pipe open, so its output ends only once that has ended, too.
fn last_line(process: &mut Process) -> Waited {
    process.end_tree();
    match process.lines.recv_timeout(READ_WITHIN) {
        Ok(line) => Waited::Line(line),
        Err(_) => Waited::Ended,
    }
}

fn ended(process: &mut Process) -> String {
    let (status, stderr) = process.end();
    format!(
        "its worker ended without an answer ({status}){}",
        says(&stderr)
    )
}

fn hung(process: &mut Process, patience: Duration) -> String {
    let stopped = if process.is_stopped() {
        "its worker, which a signal had stopped, was ended"
    } else {
        "its worker was ended"
    };
    let stderr = process.kill();
    format!(
        "no answer within {:.1} s; {stopped}{}",
        patience.as_secs_f64(),
        says(&stderr)
    )
}

fn unasked(process: &mut Process, line: &[u8]) -> String {
    let stderr = process.kill();
    format!(
        "its worker wrote {:?} before it was given a job: expected one line for each job, after \
         it{}",
        beginning(line),
        says(&stderr)
    )
}

fn invalid(process: &mut Process, line: &[u8]) -> String {
    let stderr = process.kill();
    let cut = if line.ends_with(b"\n") {
        ""
    } else {
        " (without the end of the line)"
    };
    format!(
        "invalid answer of its worker {:?}{cut}: expected one line of JSON as in docs/PROTOCOL.md; \
         nothing but answers goes to its standard output{}",
        beginning(line),
        says(&stderr)
    )
}

/// Enough of a line to know what it is.
fn beginning(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(&line[..line.len().min(240)]);
    line.trim().chars().take(60).collect()
}

fn says(stderr: &str) -> String {
    if stderr.is_empty() {
        String::new()
    } else {
        format!("; its error output: {stderr}")
    }
}
