//! One process: lines in, lines out, and the end of its error output.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

/// No line of our protocols is longer than this.
const LONGEST_LINE_BYTES: u64 = 64 << 20;
/// A process has this long to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// How much of the end of its error output is kept.
const KEPT_STDERR_BYTES: usize = 4096;

use super::Program;

/// A process that Regatta started: lines in, lines out.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    pub(super) stdin: Option<ChildStdin>,
    /// The lines it writes; disconnected at the end of its output.
    pub(super) lines: Receiver<Vec<u8>>,
    stderr: Stderr,
}

#[derive(Debug)]
struct Stderr {
    tail: Arc<Mutex<Vec<u8>>>,
    reader: thread::JoinHandle<()>,
}

impl Process {
    /// Starts `program` with these arguments, to end when this process does.
    pub(super) fn start(
        Program(program): &Program,
        args: &[String],
        environment: &[(&str, String)],
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command
            .args(args)
            .args(["--die-with", &std::process::id().to_string()])
            .envs(environment.iter().map(|(name, value)| (name, value)));
        Self::spawn(command)
    }

    /// Starts a program of another build, without arguments. It must end at the
    /// end of its input.
    pub(super) fn start_foreign(Program(program): &Program) -> anyhow::Result<Self> {
        Self::spawn(Command::new(program))
    }

    fn spawn(mut command: Command) -> anyhow::Result<Self> {
        command
            // The end of its error output may become the reason of a row.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Ctrl-C in a terminal goes to the whole group, but the race ends its
        // processes itself, after it has read what they measured.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .spawn()
            .with_context(|| format!("failed to start {}", command.get_program().display()))?;
        let stdout = child
            .stdout
            .take()
            .context("the process has no standard output")?;
        let stderr = child
            .stderr
            .take()
            .context("the process has no standard error")?;
        Ok(Self {
            stdin: child.stdin.take(),
            lines: read_lines(stdout),
            stderr: Stderr::read(stderr),
            child,
        })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status and the end of its error output, once its output has
    /// ended. A process that lives on is killed.
    pub(super) fn end(&mut self) -> (String, String) {
        drop(self.stdin.take());
        let ended = within(GRACE, || self.child.try_wait().ok().flatten());
        let how = ended.map_or_else(|| "it did not exit".to_owned(), |status| status.to_string());
        self.end_now();
        (how, self.stderr.tail())
    }

    /// Kills it and returns the end of its error output.
    pub(super) fn kill(&mut self) -> String {
        self.end_now();
        self.stderr.tail()
    }

    fn end_now(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end_now();
    }
}

impl Stderr {
    fn read(mut stderr: ChildStderr) -> Self {
        let tail = Arc::new(Mutex::new(Vec::new()));
        let keep = tail.clone();
        let reader = thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(count @ 1..) = stderr.read(&mut buffer) {
                let mut tail = keep.lock().expect("nobody panics while holding this");
                tail.extend_from_slice(&buffer[..count]);
                let surplus = tail.len().saturating_sub(KEPT_STDERR_BYTES);
                tail.drain(..surplus);
            }
        });
        Self { tail, reader }
    }

    /// The end of the error output of a process that has ended. A process that it
    /// started may still hold the pipe open, so the wait for its end is short.
    fn tail(&mut self) -> String {
        within(GRACE, || self.reader.is_finished().then_some(()));
        let tail = self.tail.lock().expect("nobody panics while holding this");
        String::from_utf8_lossy(&tail).trim().to_owned()
    }
}

/// Asks until there is an answer, for at most `time`.
fn within<T>(time: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        match ask() {
            None if begun.elapsed() < time => thread::sleep(Duration::from_millis(1)),
            answer => return answer,
        }
    }
}

/// Reads lines as they come, at most two ahead of the receiver.
fn read_lines(stdout: ChildStdout) -> Receiver<Vec<u8>> {
    let (lines, taken) = sync_channel(2);
    thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        loop {
            let mut line = Vec::new();
            let read = stdout
                .by_ref()
                .take(LONGEST_LINE_BYTES)
                .read_until(b'\n', &mut line);
            let over = !matches!(read, Ok(1..)) || lines.send(line).is_err();
            if over {
                return;
            }
        }
    });
    taken
}
