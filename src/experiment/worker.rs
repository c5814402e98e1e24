//! One worker, from the outside: give it a job, watch it, take its answer.

use std::io::Write;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::part::Part;
use crate::interrupt::Interrupt;
use crate::measure::memory::Memory;
use crate::worker::{Answer, Job};

/// How often a worker's threads are counted, and the user listened to.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The user wants it to stop.
    Interrupted,
    /// It crashed, hung or spoke nonsense.
    Failed(String),
}

/// What a worker's run came to.
#[derive(Debug)]
pub(super) struct Outcome {
    pub answer: Answer,
    /// Most threads seen in it while it ran.
    pub threads_seen: Option<u64>,
}

/// Starts a worker for one job and waits for its answer. The worker is given
/// back with it, its connections still open; it ends when it is dropped.
pub(super) fn run(
    driver: &str,
    job: &Job,
    patience: Duration,
    interrupt: &Interrupt,
) -> Result<(Outcome, Part), Failure> {
    let failed = |error: anyhow::Error| Failure::Failed(format!("{error:#}"));
    let args = [
        "worker".to_owned(),
        "--driver".to_owned(),
        driver.to_owned(),
    ];
    let threads = (crate::models::async_std::THREADS, job.threads.to_string());
    let mut part = Part::start(&args, &[threads]).map_err(failed)?;
    let line = serde_json::to_string(job).map_err(|error| failed(error.into()))?;
    if let Some(stdin) = part.stdin.as_mut() {
        // A worker that is gone already shows as the end of its output.
        let _ = writeln!(stdin, "{line}");
    }
    let (line, threads_seen) = match wait(&part, patience, interrupt) {
        Waited::Line(line, threads_seen) => (line, threads_seen),
        Waited::Ended => return Err(Failure::Failed(ended(part))),
        Waited::Late => return Err(Failure::Failed(hung(part, patience))),
        Waited::Interrupted => return Err(Failure::Interrupted),
    };
    match serde_json::from_slice(&line) {
        Ok(answer) => Ok((
            Outcome {
                answer,
                threads_seen,
            },
            part,
        )),
        Err(_) => Err(Failure::Failed(nonsense(part, &line))),
    }
}

enum Waited {
    Line(Vec<u8>, Option<u64>),
    Ended,
    Late,
    Interrupted,
}

fn wait(part: &Part, patience: Duration, interrupt: &Interrupt) -> Waited {
    let begun = Instant::now();
    let mut threads_seen = None;
    loop {
        match part.lines.recv_timeout(LOOK_EVERY) {
            Ok(line) => return Waited::Line(line, threads_seen),
            Err(RecvTimeoutError::Disconnected) => return Waited::Ended,
            Err(RecvTimeoutError::Timeout) if interrupt.is_set() => return Waited::Interrupted,
            Err(RecvTimeoutError::Timeout) if begun.elapsed() > patience => return Waited::Late,
            Err(RecvTimeoutError::Timeout) => {
                threads_seen = threads_seen.max(Memory::of(part.id()).threads);
            }
        }
    }
}

fn ended(part: Part) -> String {
    let (status, stderr) = part.end();
    format!(
        "its worker ended without an answer ({status}){}",
        says(&stderr)
    )
}

fn hung(part: Part, patience: Duration) -> String {
    let stderr = part.kill();
    format!(
        "no answer within {:.1} s; its worker was ended{}",
        patience.as_secs_f64(),
        says(&stderr)
    )
}

fn nonsense(part: Part, line: &[u8]) -> String {
    let stderr = part.kill();
    let line = String::from_utf8_lossy(line);
    let line: String = line.trim().chars().take(60).collect();
    format!(
        "its worker answered with something that is no sample: {line:?}{}",
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
