//! One worker, from the outside: give it a job, watch it, take its answer.

use std::io::Write;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::Program;
use super::process::Process;
use crate::harness::worker::{Answer, Job};
use crate::measure::memory::Memory;
use crate::measure::slowdown::Slowdown;
use crate::term::interrupt::Interrupt;

/// How often a worker's threads are counted, and the user listened to.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks in while a worker works, at its process, and says whether it may go
/// on: an error ends it, with that reason.
pub trait LookIn {
    /// From one look to the next.
    fn every(&self) -> Duration;
    /// One look.
    fn look(&mut self, worker: &Memory) -> Result<(), String>;
}

/// Counts its threads.
#[derive(Default)]
struct Threads {
    most: Option<u64>,
}

impl LookIn for Threads {
    fn every(&self) -> Duration {
        LOOK_EVERY
    }

    fn look(&mut self, worker: &Memory) -> Result<(), String> {
        self.most = self.most.max(worker.threads);
        Ok(())
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// The user wants it to stop.
    Interrupted,
    /// It crashed, hung or spoke nonsense; how, in words.
    Failed(String),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(format!("{error:#}"))
    }
}

/// What a worker said to a job.
#[derive(Debug)]
pub struct Outcome {
    /// Its answer.
    pub answer: Answer,
    /// Most threads seen in it while it ran.
    pub threads_seen: Option<u64>,
}

/// A worker process. It ends when this is dropped.
#[derive(Debug)]
pub struct Worker {
    process: Process,
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
        // Executors of a process, which ask its environment.
        let executors = [
            crate::drivers::models::ASYNC_STD_THREADS,
            crate::drivers::traps::RAYON_THREADS,
        ];
        let threads = executors.map(|variable| (variable, threads.to_string()));
        Ok(Self {
            process: Process::start(program, &args, &threads)?,
        })
    }

    /// Starts a program that is not of this build and speaks the protocol, as
    /// it is: without arguments.
    pub fn foreign(program: &Program) -> anyhow::Result<Self> {
        Ok(Self {
            process: Process::start_foreign(program)?,
        })
    }

    /// Gives it a job and waits for the answer. It can be asked again after
    /// an answer; after a failure it has ended.
    pub fn ask(
        &mut self,
        job: &Job,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Outcome, Failure> {
        let mut threads = Threads::default();
        let answer = self.ask_looking_in(job, patience, interrupt, &mut threads)?;
        Ok(Outcome {
            answer,
            threads_seen: threads.most,
        })
    }

    /// The same; somebody looks in meanwhile.
    pub fn ask_looking_in(
        &mut self,
        job: &Job,
        patience: Duration,
        interrupt: &Interrupt,
        look_in: &mut impl LookIn,
    ) -> Result<Answer, Failure> {
        let process = &mut self.process;
        let line =
            serde_json::to_string(job).map_err(|error| Failure::Failed(error.to_string()))?;
        if let Some(stdin) = process.stdin.as_mut() {
            // A worker that is gone already shows as the end of its output.
            let _ = writeln!(stdin, "{line}");
        }
        let line = match wait(process, patience, interrupt, look_in) {
            Waited::Line(line) => line,
            Waited::Forbidden(why) => {
                process.kill();
                return Err(Failure::Failed(why));
            }
            Waited::Ended => return Err(Failure::Failed(ended(process))),
            Waited::Late => return Err(Failure::Failed(hung(process, patience))),
            Waited::Interrupted => return Err(Failure::Interrupted),
        };
        match serde_json::from_slice(&line) {
            Ok(answer) => Ok(answer),
            Err(_) => Err(Failure::Failed(nonsense(process, &line))),
        }
    }
}

enum Waited {
    Line(Vec<u8>),
    Forbidden(String),
    Ended,
    Late,
    Interrupted,
}

fn wait(
    process: &Process,
    patience: Duration,
    interrupt: &Interrupt,
    look_in: &mut impl LookIn,
) -> Waited {
    let begun = Instant::now();
    loop {
        match process.lines.recv_timeout(look_in.every()) {
            Ok(line) => return Waited::Line(line),
            Err(RecvTimeoutError::Disconnected) => return Waited::Ended,
            Err(RecvTimeoutError::Timeout) if interrupt.is_set() => return Waited::Interrupted,
            Err(RecvTimeoutError::Timeout) if begun.elapsed() > patience => return Waited::Late,
            Err(RecvTimeoutError::Timeout) => {
                if let Err(why) = look_in.look(&Memory::of(process.id())) {
                    return Waited::Forbidden(why);
                }
            }
        }
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
    let stderr = process.kill();
    format!(
        "no answer within {:.1} s; its worker was ended{}",
        patience.as_secs_f64(),
        says(&stderr)
    )
}

fn nonsense(process: &mut Process, line: &[u8]) -> String {
    let stderr = process.kill();
    let line = String::from_utf8_lossy(line);
    let line: String = line.trim().chars().take(60).collect();
    format!(
        "its worker answered with something that is no sample: {line:?} (nothing but answers goes to \
         its standard output){}",
        says(&stderr)
    )
}

fn says(stderr: &str) -> String {
    if stderr.is_empty() {
        String::new()
    } else {
        format!("; it said: {stderr}")
    }
}
