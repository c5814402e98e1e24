//! One process: lines in, lines out, and the end of its error output.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

/// No line of our protocols is longer than this.
const LONGEST_LINE_BYTES: u64 = 64 << 20;
/// A process has this long to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// The error when no thread can be started to read what a process writes.
const NO_READER: &str =
    "failed to start a thread; see `regatta doctor` for the limit and how to raise it";
/// How much of the end of its error output is kept.
const KEPT_STDERR_BYTES: usize = 4096;

use super::Program;
#[cfg(target_os = "linux")]
use super::entry::Entry;
use super::guard::guarded;
use super::tree::Tree;
use super::tree::descendants;

/// A process that Regatta started: lines in, lines out.
#[derive(Debug)]
pub(super) struct Process {
    tree: Tree,
    pub(super) stdin: Option<ChildStdin>,
    /// The lines it writes; disconnected at the end of its output.
    pub(super) lines: Receiver<Vec<u8>>,
    stderr: Stderr,
    is_guarded: bool,
    guarded: Option<u32>,
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

    /// Starts somebody else's program, without arguments, under a guard.
    pub(super) fn start_foreign(
        guard: &Program,
        Program(program): &Program,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            is_guarded: true,
            ..Self::spawn(guarded(guard, program))?
        })
    }

    fn spawn(mut command: Command) -> anyhow::Result<Self> {
        command
            // The end of its error output may become the reason of a row.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut tree = Tree::start(&mut command)
            .with_context(|| format!("failed to start {}", command.get_program().display()))?;
        let stdout = tree
            .child
            .stdout
            .take()
            .context("the process has no standard output")?;
        let stderr = tree
            .child
            .stderr
            .take()
            .context("the process has no standard error")?;
        Ok(Self {
            stdin: tree.child.stdin.take(),
            lines: read_lines(stdout).context(NO_READER)?,
            stderr: Stderr::read(stderr).context(NO_READER)?,
            tree,
            is_guarded: false,
            guarded: None,
        })
    }

    /// The process that does the work: the one that was started, or the first that
    /// its guard has started.
    pub(super) fn worker_id(&mut self) -> u32 {
        #[cfg(target_os = "linux")]
        if self.is_guarded && self.guarded.is_none() {
            let below = descendants(self.id());
            let first = below.iter().filter(|entry| entry.parent == self.id());
            self.guarded = first
                .min_by_key(|entry| entry.began_ticks)
                .map(|entry| entry.id);
        }
        self.guarded.unwrap_or(self.id())
    }

    pub(super) fn id(&self) -> u32 {
        self.tree.id()
    }

    /// The processes that it started and that still live, or wait to be reaped.
    #[cfg(target_os = "linux")]
    pub(super) fn children(&mut self) -> Vec<u32> {
        let children = self.tree.descendants();
        children.iter().map(|child| child.id).collect()
    }

    /// They cannot be listed on this platform.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn children(&mut self) -> Vec<u32> {
        Vec::new()
    }

    /// Whether it has ended by itself.
    pub(super) fn has_exited(&mut self) -> bool {
        self.tree.has_exited()
    }

    /// Whether a signal or a debugger has stopped the process that does the work.
    #[cfg(target_os = "linux")]
    pub(super) fn is_stopped(&mut self) -> bool {
        Entry::of(self.worker_id()).is_some_and(Entry::is_stopped)
    }

    /// Unknown on this platform.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn is_stopped(&mut self) -> bool {
        false
    }

    /// Kills all of it that lives.
    pub(super) fn end_tree(&mut self) {
        // An error means that it cannot be waited for; it has been killed.
        let _ = self.tree.end();
    }

    /// How it ended, in words, and the end of its error output, once its output
    /// has ended. A process that lives on is killed.
    pub(super) fn end(&mut self) -> (String, String) {
        drop(self.stdin.take());
        let exited = within(GRACE, || self.has_exited().then_some(()));
        let status = self.tree.end();
        let how = match (exited, status) {
            (Some(()), Ok(status)) => words(status),
            _ => "it did not exit".to_owned(),
        };
        (how, self.stderr.tail())
    }

    /// Kills it and all that it started, and returns the end of its error output.
    pub(super) fn kill(&mut self) -> String {
        self.end_tree();
        self.stderr.tail()
    }
}

impl Stderr {
    fn read(mut stderr: ChildStderr) -> io::Result<Self> {
        let tail = Arc::new(Mutex::new(Vec::new()));
        let keep = tail.clone();
        let reader = thread::Builder::new().spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(count @ 1..) = stderr.read(&mut buffer) {
                let mut tail = keep.lock().expect("nobody panics while holding this");
                tail.extend_from_slice(&buffer[..count]);
                let surplus = tail.len().saturating_sub(KEPT_STDERR_BYTES);
                tail.drain(..surplus);
            }
        })?;
        Ok(Self { tail, reader })
    }

    /// The end of the error output of a process that has ended. A process that it
    /// started may still hold the pipe open, so the wait for its end is short.
    fn tail(&mut self) -> String {
        within(GRACE, || self.reader.is_finished().then_some(()));
        let tail = self.tail.lock().expect("nobody panics while holding this");
        String::from_utf8_lossy(&tail).trim().to_owned()
    }
}

/// How a process ended, with the name of the signal that ended it.
fn words(status: ExitStatus) -> String {
    #[cfg(unix)]
    if std::os::unix::process::ExitStatusExt::signal(&status) == Some(9) {
        return format!(
            "{status}; unless you sent it, the kernel did because memory was short: see `dmesg`"
        );
    }
    status.to_string()
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

/// Reads lines as they come, at most two ahead of the receiver. A line that is
/// longer than any of our protocols is cut and is the last one.
fn read_lines(stdout: ChildStdout) -> io::Result<Receiver<Vec<u8>>> {
    let (lines, taken) = sync_channel(2);
    thread::Builder::new().spawn(move || {
        let mut stdout = BufReader::new(stdout);
        loop {
            let mut line = Vec::new();
            let read = stdout
                .by_ref()
                .take(LONGEST_LINE_BYTES)
                .read_until(b'\n', &mut line);
            let is_last = !line.ends_with(b"\n");
            if !matches!(read, Ok(1..)) || lines.send(line).is_err() || is_last {
                return;
            }
        }
    })?;
    Ok(taken)
}
