//! Watching a worker from outside: what it uses, whatever it says.
//!
//! The CPU time of a process is exact from outside as well, ended threads
//! included. The CPU time of its ended children is counted in ticks of 10 ms.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use super::child::Process;
use super::entry::Entry;
use crate::measure::cpu;
use crate::measure::event_log::now_ns;
use crate::measure::host::cores;
use crate::measure::memory::Memory;
use crate::measure::sample::Outside;

/// A process that starts has this long to wait for its first job.
const READY_WITHIN: Duration = Duration::from_secs(10);
/// A process that sleeps without using the CPU for this long has started.
const QUIET: Duration = Duration::from_millis(20);
const LOOK_EVERY: Duration = Duration::from_micros(500);

/// Watches one worker.
#[derive(Debug)]
pub(super) struct Watch {
    id: u32,
    /// CPU time at its last answer.
    answered: Option<u64>,
    has_answered: bool,
    /// The processes of the machine that are not below it.
    others: BTreeSet<u32>,
    had_children: bool,
}

/// What a worker had used when it was given a job.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "the unit is in the name")]
pub(super) struct Before {
    told_at_ns: u64,
    cpu_ns: Option<u64>,
    idle_cpu_ns: Option<u64>,
}

impl Watch {
    pub(super) fn of(id: u32) -> Self {
        Self {
            id,
            answered: None,
            has_answered: false,
            others: BTreeSet::new(),
            had_children: false,
        }
    }

    /// Its child processes. To read what every process of the machine says of
    /// itself takes milliseconds, so that is done only if a new one may be below
    /// it: its own child, or an orphan, which is a child of this process.
    fn children(&mut self, process: &mut Process) -> Vec<u32> {
        let Some(all) = processes() else {
            return process.children();
        };
        let parents = [self.id, std::process::id()];
        let is_near =
            |&id: &u32| Entry::of(id).is_some_and(|entry| parents.contains(&entry.parent));
        let is_first = self.others.is_empty();
        if is_first || self.had_children || all.difference(&self.others).any(is_near) {
            let children = process.children();
            self.had_children = !children.is_empty();
            self.others = all;
            return children;
        }
        self.others = all;
        Vec::new()
    }

    /// Waits until a fresh process is ready for its first job, so that its start
    /// is not taken for the job.
    pub(super) fn before_job(&mut self, process: &mut Process) -> Before {
        if !self.has_answered {
            wait_until_ready(self.id);
        }
        let cpu_ns = cpu_ns(self.id, &self.children(process));
        Before {
            cpu_ns,
            idle_cpu_ns: cpu_ns
                .zip(self.answered)
                .map(|(now, then)| now.saturating_sub(then)),
            told_at_ns: now_ns(),
        }
    }

    /// What it used since; `seen_bytes` is the most memory seen meanwhile.
    pub(super) fn after_answer(
        &mut self,
        process: &mut Process,
        before: &Before,
        seen_bytes: Option<u64>,
    ) -> Outside {
        let wall_ns = now_ns().saturating_sub(before.told_at_ns);
        let own_cpu_ns = cpu::of_process(self.id);
        let memory = Memory::of(self.id);
        let children = self.children(process);
        let cpu_ns = own_cpu_ns.map(|own| own + children_cpu_ns(self.id, &children));
        let of_children = children.iter();
        let of_children: Vec<u64> = of_children
            .filter_map(|&child| Memory::of(child).peak_bytes)
            .collect();
        let largest_child = of_children.iter().copied().max();
        let outside = Outside {
            wall_ns,
            told_at_ns: before.told_at_ns,
            fresh: !self.has_answered,
            cores: cores() as u64,
            cpu_ns: cpu_ns
                .zip(before.cpu_ns)
                .map(|(now, then)| now.saturating_sub(then)),
            idle_cpu_ns: before.idle_cpu_ns,
            peak_rss_bytes: memory.peak_bytes.max(seen_bytes).max(largest_child),
            child_processes: children.len() as u64,
            child_rss_bytes: of_children.iter().sum(),
            window: None,
        };
        self.answered = cpu_ns;
        self.has_answered = true;
        outside
    }
}

/// Waits for its first reading of its input, but not for long: a program that
/// never reads will be late with its answer.
fn wait_until_ready(process: u32) {
    let begun = Instant::now();
    let mut quiet = (begun, None);
    while begun.elapsed() < READY_WITHIN {
        let Some(used) = cpu::of_process(process) else {
            return;
        };
        let now = Instant::now();
        if !sleeps(process) || Some(used) != quiet.1 {
            quiet = (now, Some(used));
        } else if waits_for_input(process) || now - quiet.0 > QUIET && is_idle(process) {
            return;
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// CPU time of a process, its ended children, and its `children` that live.
fn cpu_ns(process: u32, children: &[u32]) -> Option<u64> {
    Some(cpu::of_process(process)? + children_cpu_ns(process, children))
}

fn children_cpu_ns(process: u32, children: &[u32]) -> u64 {
    let ended = |process| Entry::of(process).map_or(0, |entry| entry.ended_children_ns);
    let living = children
        .iter()
        .map(|&child| cpu::of_process(child).unwrap_or_default() + ended(child));
    ended(process) + living.sum::<u64>()
}

/// The numbers of all processes; `None` where there is no `/proc`.
fn processes() -> Option<BTreeSet<u32>> {
    let entries = fs::read_dir("/proc").ok()?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Some(names.filter_map(|name| name.parse().ok()).collect())
}

fn sleeps(process: u32) -> bool {
    Entry::of(process).is_some_and(|entry| entry.state == 'S')
}

/// Whether it waits for bytes of its standard input; false also where the kernel
/// does not say.
fn waits_for_input(process: u32) -> bool {
    let call = fs::read_to_string(format!("/proc/{process}/syscall")).unwrap_or_default();
    call.starts_with(READ_OF_INPUT)
}

/// Whether it waits for anything but a child: a shell that starts the program
/// waits for those first, or reads what they print.
fn is_idle(process: u32) -> bool {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    children.is_ok_and(|children| children.trim().is_empty())
}

/// The number of the system call `read` and its first argument.
const READ_OF_INPUT: &str = if cfg!(target_arch = "x86_64") {
    "0 0x0 "
} else {
    "63 0x0 "
};

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};

    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_work_of_a_child_is_seen_while_it_runs_and_after_it_has_ended() {
        use std::process::{Command, Stdio};
        let script = "(while :; do :; done) & echo $!; read line; kill $!; wait; echo; read line";
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let id = shell.id();
        let mut stdin = shell.stdin.take().unwrap();
        let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines();
        let child = lines.next().unwrap().unwrap().parse().unwrap();
        let of_children = |children: &[u32]| {
            let all = cpu_ns(id, children).unwrap();
            all - cpu::of_process(id).unwrap().min(all)
        };
        while of_children(&[child]) < 50_000_000 {
            std::thread::sleep(LOOK_EVERY);
        }
        stdin.write_all(b"\n").unwrap();
        lines.next();
        assert!(of_children(&[]) >= 30_000_000);
        wait_until_ready(id);
        assert!(waits_for_input(id));
        drop(stdin);
        shell.wait().unwrap();
        assert_eq!(cpu_ns(id, &[]), None);
    }
}
