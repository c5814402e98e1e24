//! A worker process, as the experiment sees it: lines in, lines out.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use regatta::drivers::models::ASYNC_STD_THREADS;
use regatta::harness::worker::{Job, JobAnswer};
use regatta::measure::sample::Sample;
use regatta::site::workload::Parse;

use super::{PATIENCE, eventually};

/// The `regatta` command of this very build.
pub(crate) const REGATTA: &str = env!("CARGO_BIN_EXE_regatta");

/// A job like the experiment's, for a test to change what it is about.
pub(crate) fn job(server: SocketAddr, pages: u64, concurrency: usize) -> Job {
    Job {
        server,
        pages,
        concurrency,
        parse: Parse::Titles,
        threads: 2,
        politeness: regatta::site::workload::Politeness::default(),
        depth: None,
        stop: None,
        loop_lag: false,
        log: false,
        store: None,
        heap: false,
    }
}

/// A worker that is running; it is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Worker {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Worker {
    /// One for `driver`, with an async-std that has two threads.
    pub(crate) fn start(driver: &str) -> Self {
        Self::with_threads(driver, 2)
    }

    /// One for `driver` whose jobs will ask for so many threads.
    pub(crate) fn with_threads(driver: &str, threads: usize) -> Self {
        let mut command = Command::new(REGATTA);
        command
            .args(["worker", "--driver", driver])
            .env(ASYNC_STD_THREADS, threads.to_string());
        Self::from(command)
    }

    /// Whatever `command` starts, if it speaks the worker protocol.
    pub(crate) fn from(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (lines, taken) = channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if lines.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            stdin: child.stdin.take(),
            lines: taken,
            child,
        }
    }

    /// What it answers to a line, as it is written.
    pub(crate) fn ask_line(&mut self, line: &str) -> Result<String, String> {
        let stdin = self.stdin.as_mut().unwrap();
        // A worker that is gone shows as the end of its output.
        let _ = writeln!(stdin, "{line}");
        self.answer()
    }

    /// What it answers to a line of any bytes.
    pub(crate) fn ask_bytes(&mut self, line: &[u8]) -> Result<String, String> {
        let stdin = self.stdin.as_mut().unwrap();
        // A worker that is gone shows as the end of its output.
        let _ = stdin.write_all(line).and_then(|()| stdin.write_all(b"\n"));
        self.answer()
    }

    fn answer(&mut self) -> Result<String, String> {
        self.lines
            .recv_timeout(PATIENCE)
            .map_err(|error| format!("the worker does not answer ({error})"))
    }

    /// What it answers to a job.
    pub(crate) fn ask(&mut self, job: &Job) -> Result<JobAnswer, String> {
        let line = self.ask_line(&serde_json::to_string(job).unwrap())?;
        serde_json::from_str(&line).map_err(|error| format!("{error} in {line}"))
    }

    /// The sample it answers with; anything else is an error.
    pub(crate) fn sample(&mut self, job: &Job) -> Result<Sample, String> {
        match self.ask(job)? {
            JobAnswer::Sample(sample) => Ok(*sample),
            other => Err(format!("{other:?} where a sample was expected")),
        }
    }

    /// Ends its input and waits for it. Returns how it ended and what it said
    /// on its standard error.
    pub(crate) fn end(&mut self) -> Result<(ExitStatus, String), String> {
        self.stdin = None;
        let status = eventually(|| self.child.try_wait().unwrap())
            .ok_or_else(|| "does not end with its input".to_owned())?;
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let _ = stderr.read_to_string(&mut said);
        }
        Ok((status, said))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
