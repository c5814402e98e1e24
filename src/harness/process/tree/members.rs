//! Which processes belong to a program that was started, and their end.

use std::collections::BTreeSet;
use std::io;
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};

use super::super::entry::Entry;
use super::super::once_written;
use super::table::{all, below, markers};
use super::{MARKER, pid};

/// A killed process is gone within this time, unless the kernel cannot end it.
const GONE_WITHIN: Duration = Duration::from_secs(2);

/// The children of this process that were started here.
static STARTED: Mutex<Started> = Mutex::new(Started {
    children: BTreeSet::new(),
    count: 0,
    owns_all: false,
});

#[derive(Debug)]
struct Started {
    children: BTreeSet<u32>,
    count: u64,
    owns_all: bool,
}

/// Held while a child is started, so that nobody takes it for an orphan.
fn started() -> MutexGuard<'static, Started> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says that this process starts all of its children here, which makes every
/// other child an orphan that one of them left. It is for a program's first
/// line. With children from before, it does nothing.
pub(crate) fn own_all_children() {
    let mut started = started();
    let me = std::process::id();
    let has_others = all().iter().any(|entry| entry.parent == me);
    started.owns_all = !has_others && adopt_orphans();
}

/// Makes this process the parent of every orphan below it.
fn adopt_orphans() -> bool {
    nix::sys::prctl::set_child_subreaper(true).is_ok()
}

/// The child with this number has been reaped.
pub(super) fn forget(id: u32) {
    started().children.remove(&id);
}

#[derive(Debug)]
pub(super) struct Members {
    began_ticks: u64,
    marker: String,
    /// What was seen below it, so that it is known as an orphan.
    seen: BTreeSet<(u32, u64)>,
}

impl Members {
    pub(super) fn start(command: &mut Command) -> io::Result<(Child, Self)> {
        adopt_orphans();
        let me = std::process::id();
        let mut started = started();
        started.count += 1;
        let since = Entry::of(me).map_or(0, |entry| entry.began_ticks);
        let marker = format!("{me}-{since}-{}", started.count);
        let above = std::env::var(MARKER).unwrap_or_default();
        command.env(MARKER, format!("{above} {marker}").trim_start());
        let child = once_written(|| command.spawn())?;
        started.children.insert(child.id());
        let members = Self {
            began_ticks: Entry::of(child.id()).map_or(0, |entry| entry.began_ticks),
            marker,
            seen: BTreeSet::new(),
        };
        Ok((child, members))
    }

    /// All processes below the leader and the orphans that are its own, without
    /// the leader.
    pub(super) fn look(&mut self, leader: u32) -> Vec<Entry> {
        let me = std::process::id();
        let started = started();
        let all = all();
        let orphans = all
            .iter()
            .filter(|entry| entry.parent == me && !started.children.contains(&entry.id));
        let own = orphans.filter(|orphan| self.owns(orphan, leader, started.owns_all));
        let own: Vec<Entry> = own.copied().collect();
        let mut roots: BTreeSet<u32> = own.iter().map(|entry| entry.id).collect();
        roots.insert(leader);
        let mut members = own;
        members.extend(below(&all, &roots));
        self.seen
            .extend(members.iter().map(|entry| (entry.id, entry.began_ticks)));
        members
    }

    fn owns(&self, orphan: &Entry, leader: u32, owns_all: bool) -> bool {
        if self.seen.contains(&(orphan.id, orphan.began_ticks))
            || orphan.group == leader
            || orphan.session == leader
        {
            return true;
        }
        let markers = markers(*orphan);
        let has_erased_them = markers.is_empty() && orphan.began_ticks >= self.began_ticks;
        markers.contains(&self.marker) || (owns_all && has_erased_them)
    }

    /// Kills all members, until there are none. A process that is killed leaves
    /// its children to this one, where the next look finds them.
    pub(super) fn end(&mut self, leader: u32) {
        let begun = Instant::now();
        let me = std::process::id();
        loop {
            let members = self.look(leader);
            if members.is_empty() || begun.elapsed() > GONE_WITHIN {
                return;
            }
            for member in members {
                // Not if another process has its number by now.
                if Entry::of(member.id).is_some_and(|now| now.began_ticks == member.began_ticks) {
                    // It may have ended at this moment.
                    let _ = kill(pid(member.id), Signal::SIGKILL);
                }
                if member.parent == me {
                    let _ = waitpid(pid(member.id), Some(WaitPidFlag::WNOHANG));
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}
