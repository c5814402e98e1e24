//! A small process between this one and a program of somebody else.
//!
//! Our own worker and server ask the kernel to end them when their parent ends,
//! even by `kill -9`. A student's program, or cargo with its compilers, does not.
//! The guard asks in its place and ends the program with all that it started; it
//! is `regatta guard PARENT PROGRAM ARGUMENTS`, for Regatta's own use.

use std::ffi::OsStr;
use std::process::Command;

use super::Program;

/// The word that makes a `regatta` process a guard.
#[cfg(target_os = "linux")]
const WORD: &str = "guard";

/// The exit code of a guard whose program could not be started.
pub(crate) const NOT_STARTED: i32 = 127;

/// A command that runs `program` under a guard. Arguments are added as usual.
#[cfg(target_os = "linux")]
pub(crate) fn guarded(Program(guard): &Program, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(guard);
    command.args([WORD, &std::process::id().to_string()]);
    command.arg(program);
    command
}

/// There are no guards on this platform.
#[cfg(not(target_os = "linux"))]
pub(crate) fn guarded(_guard: &Program, program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// Runs the guard if these are its arguments. Returns its exit code.
#[cfg(not(target_os = "linux"))]
pub(crate) fn run(_args: &[std::ffi::OsString]) -> Option<u8> {
    None
}

#[cfg(target_os = "linux")]
pub(crate) use linux::run;

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsString;
    use std::fs::File;
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, ExitStatus};

    use anyhow::Context;
    use nix::sys::resource::{Resource, setrlimit};
    use nix::sys::signal::{SigSet, Signal, kill, raise};
    use nix::unistd::{Pid, dup2_stdin, dup2_stdout, getppid};

    use super::super::tree::{Tree, own_all_children};
    use super::{NOT_STARTED, WORD};

    /// Runs the guard if these are its arguments. Returns its exit code.
    pub(crate) fn run(args: &[OsString]) -> Option<u8> {
        let [_, word, parent, program, args @ ..] = args else {
            return None;
        };
        if word != WORD {
            return None;
        }
        let parent = Pid::from_raw(parent.to_str()?.parse().ok()?);
        let mut command = Command::new(program);
        command.args(args);
        Some(match guard(parent, command) {
            Ok(status) => end_like(status),
            Err(error) => {
                eprintln!("{error:#}");
                NOT_STARTED.try_into().unwrap_or(1)
            }
        })
    }

    fn guard(parent: Pid, mut command: Command) -> anyhow::Result<ExitStatus> {
        own_all_children();
        let program = command.get_program().display().to_string();
        let started = Tree::start(&mut command);
        let mut tree = started.with_context(|| format!("failed to start {program}"))?;
        // Not before: a child inherits which signals are blocked.
        let mut signals = SigSet::empty();
        signals.add(Signal::SIGCHLD);
        signals.add(Signal::SIGTERM);
        signals.thread_block()?;
        nix::sys::prctl::set_pdeathsig(Signal::SIGTERM)?;
        // The end of the program's output must not wait for the guard's.
        let nothing = File::options().read(true).write(true).open("/dev/null")?;
        dup2_stdin(&nothing)?;
        dup2_stdout(&nothing)?;
        // What ended before the signals were blocked sends none.
        while getppid() == parent && !tree.has_exited() {
            if signals.wait()? == Signal::SIGTERM {
                break;
            }
        }
        Ok(tree.end()?)
    }

    /// Ends this process as its program ended, for the one that asks how.
    fn end_like(status: ExitStatus) -> u8 {
        if let Some(signal) = status
            .signal()
            .and_then(|signal| Signal::try_from(signal).ok())
        {
            // One core file is enough.
            let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
            let mut set = SigSet::empty();
            set.add(signal);
            let _ = set.thread_unblock();
            // Where the Rust runtime handles it, the first only resets the handler.
            let _ = raise(signal).and_then(|()| raise(signal));
            // For one that does not end a process.
            let _ = kill(Pid::this(), Signal::SIGKILL);
        }
        status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(1)
    }
}
