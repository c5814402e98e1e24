//! One process: lines in, lines out, and what it said last.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

/// A line longer than this is not a line of any protocol of ours.
const LONGEST_LINE_BYTES: u64 = 64 << 20;
/// A part that is to end does so within this, or is ended.
const GRACE: Duration = Duration::from_secs(2);
/// As much of what a part says on its standard error is kept.
const KEPT_STDERR_BYTES: usize = 4096;

use super::Program;

/// A process of ours: lines in, lines out.
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

    /// Starts a program that is not ours, and knows nothing of parts: it is to
    /// end at the end of its input.
    pub(super) fn start_foreign(Program(program): &Program) -> anyhow::Result<Self> {
        Self::spawn(Command::new(program))
    }

    fn spawn(mut command: Command) -> anyhow::Result<Self> {
        command
            // What a part says last may become the reason of its row.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Ctrl-C in a terminal goes to the whole group; the experiment wants
        // to end its parts itself, after it has taken what they measured.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .spawn()
            .with_context(|| format!("{} could not be started", command.get_program().display()))?;
        let stdout = child.stdout.take().context("the part has no output")?;
        let stderr = child
            .stderr
            .take()
            .context("the part has no error output")?;
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

    /// How it ended and what it said last, for a part whose output has ended.
    /// One that lives on without an output is ended.
    pub(super) fn end(&mut self) -> (String, String) {
        drop(self.stdin.take());
        let ended = within(GRACE, || self.child.try_wait().ok().flatten());
        let how = ended.map_or_else(|| "it lived on".to_owned(), |status| status.to_string());
        self.end_now();
        (how, self.stderr.tail())
    }

    /// Ends it now and returns what it said last.
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

    /// The end of it, for a part that has ended. Somebody it started may still
    /// hold its error output open, so the end of that is not waited for long.
    fn tail(&mut self) -> String {
        within(GRACE, || self.reader.is_finished().then_some(()));
        let tail = self.tail.lock().expect("nobody panics while holding this");
        String::from_utf8_lossy(&tail).trim().to_owned()
    }
}

/// Asks until there is an answer, for so long at most.
fn within<T>(time: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        match ask() {
            None if begun.elapsed() < time => thread::sleep(Duration::from_millis(1)),
            answer => return answer,
        }
    }
}

/// Reads lines as they come, two at most ahead of whoever takes them.
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
