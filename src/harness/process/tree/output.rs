//! The standard output of a short command, bounded in time and size.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Tree;

/// More than any command that is asked for a line says.
const MOST_BYTES: u64 = 1 << 20;
/// How often to look whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
}

/// Runs a command and ends it, with all that it started, after `time`.
pub(crate) fn output(command: &mut Command, time: Duration) -> io::Result<Output> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let begun = Instant::now();
    let mut tree = Tree::start(command)?;
    let stdout = read(tree.child.stdout.take())?;
    while !tree.has_exited() {
        if begun.elapsed() > time {
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("it did not end within {} s and was ended", time.as_secs()),
            ));
        }
        thread::sleep(LOOK_EVERY);
    }
    // Nobody holds the pipes after this.
    let status = tree.end()?;
    Ok(Output {
        status,
        stdout: stdout.join().unwrap_or_default(),
    })
}

fn read(pipe: Option<impl Read + Send + 'static>) -> io::Result<thread::JoinHandle<Vec<u8>>> {
    thread::Builder::new().spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read counts. The rest is read and dropped, so that the
            // program does not wait for it.
            let _ = pipe.by_ref().take(MOST_BYTES).read_to_end(&mut bytes);
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
        bytes
    })
}
