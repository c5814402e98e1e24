//! A program that was started, and everything that it started in turn.
//!
//! A student's program, a compiler or another build may start children, fork
//! twice, or become a daemon in a session of its own. All of it has ended when
//! its [`Tree`] has. On Linux:
//!
//! - Each program leads a process group.
//! - This process is a subreaper: a process whose parent has ended becomes its
//!   child, so that nothing that was started leaves it. The kernel keeps the
//!   number of an unreaped child, so a signal to it reaches no other process.
//! - Such an orphan belongs to a program if it was seen below it, if it is still
//!   in its group or session, or if its environment has the program's marker. An
//!   orphan that erased all of that belongs to whatever ends first, if every
//!   child of this process was started here ([`own_all_children`]): a shell that
//!   became this program (`exec regatta`) has children of its own, and so has a
//!   program that uses Regatta as a library. Those are left alone.
//!
//! On other systems the group is ended.

#[cfg(target_os = "linux")]
mod members;
mod output;
#[cfg(target_os = "linux")]
mod table;
#[cfg(all(test, target_os = "linux"))]
mod tests;

use std::io;
use std::process::{Child, Command, ExitStatus};

#[cfg(target_os = "linux")]
use super::entry::Entry;
#[cfg(target_os = "linux")]
pub(crate) use members::own_all_children;
pub(crate) use output::output;
#[cfg(target_os = "linux")]
pub(crate) use table::descendants;

/// The variable that tells the descendants of a program from others: one word
/// for each program above it.
#[cfg(target_os = "linux")]
const MARKER: &str = "REGATTA_STARTED_BY";

/// Without subreapers there are no orphans to own.
#[cfg(not(target_os = "linux"))]
pub(crate) fn own_all_children() {}

/// A started program. Dropping it ends it and all that it started.
#[derive(Debug)]
pub(crate) struct Tree {
    /// Reaped last: until then its number, which is also that of its group, is
    /// nobody else's.
    pub(crate) child: Child,
    #[cfg(target_os = "linux")]
    members: members::Members,
    ended: Option<ExitStatus>,
}

impl Tree {
    /// Starts `command` as the leader of a new process group. Ctrl-C in a
    /// terminal then does not reach it: the process that started it ends it.
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        #[cfg(target_os = "linux")]
        let (child, members) = members::Members::start(command)?;
        #[cfg(not(target_os = "linux"))]
        let child = super::once_written(|| command.spawn())?;
        Ok(Self {
            child,
            #[cfg(target_os = "linux")]
            members,
            ended: None,
        })
    }

    /// The process that was started.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether the process that was started has ended. Its children may live.
    #[cfg(unix)]
    pub(crate) fn has_exited(&mut self) -> bool {
        use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        self.ended.is_some()
            || !matches!(
                waitid(Id::Pid(pid(self.id())), flags),
                Ok(WaitStatus::StillAlive)
            )
    }

    /// Whether the process that was started has ended. Its children may live.
    #[cfg(not(unix))]
    pub(crate) fn has_exited(&mut self) -> bool {
        self.ended.is_some() || matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Kills all of it that still lives. Returns how the process that was
    /// started ended.
    pub(crate) fn end(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        #[cfg(target_os = "linux")]
        self.members.look(self.child.id());
        // Each fails only where the process has ended already.
        #[cfg(unix)]
        let _ = nix::sys::signal::killpg(pid(self.id()), nix::sys::signal::Signal::SIGKILL);
        let _ = self.child.kill();
        #[cfg(target_os = "linux")]
        self.members.end(self.child.id());
        let status = self.child.wait();
        #[cfg(target_os = "linux")]
        members::forget(self.child.id());
        let status = status?;
        self.ended = Some(status);
        Ok(status)
    }

    /// The processes that it started and that still live, or wait to be reaped.
    #[cfg(target_os = "linux")]
    pub(crate) fn descendants(&mut self) -> Vec<Entry> {
        self.members.look(self.child.id())
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // It has ended, or cannot be waited for.
        let _ = self.end();
    }
}

#[cfg(unix)]
fn pid(id: u32) -> nix::unistd::Pid {
    // The kernel's numbers are below 2^22.
    nix::unistd::Pid::from_raw(i32::try_from(id).unwrap_or(i32::MAX))
}
