//! How many threads a process may start.
//!
//! This is asked before they are started: a thread that finds no memory map for
//! its signal stack aborts the whole process, and no handler is called.

use std::fs;

use anyhow::bail;

use crate::measure::memory::Memory;

/// Maps of a thread: its stack, the guard page, and both for its signals.
const MAPS_PER_THREAD: u64 = 4;
/// Maps for everything else, the allocator's heaps among them.
const OTHER_MAPS: u64 = 2_000;
/// Address space that the standard library takes for a thread.
const STACK_BYTES: u64 = 2 << 20;
/// Memory that a thread uses at least, kernel stack included.
const USED_BYTES: u64 = 32 << 10;

/// One thing that limits the threads of this process.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Limit {
    /// This many threads more.
    most: u64,
    /// What sets it.
    name: &'static str,
    /// What raises it.
    raise: &'static str,
}

/// An error if this process cannot start `count` threads.
pub fn check_threads(count: usize) -> anyhow::Result<()> {
    check(count as u64, limits().iter().min_by_key(|limit| limit.most))
}

fn check(count: u64, tightest: Option<&Limit>) -> anyhow::Result<()> {
    match tightest {
        Some(Limit { most, name, raise }) if *most < count => bail!(
            "{count} threads cannot be started: {name} allows {most} more in this process; ask for \
             fewer (threads, or pages in flight with a thread for each), or raise it: {raise}"
        ),
        _ => Ok(()),
    }
}

/// How many threads fit into this many memory maps.
pub fn threads_in_maps(maps: u64) -> u64 {
    maps.saturating_sub(OTHER_MAPS) / MAPS_PER_THREAD
}

fn limits() -> Vec<Limit> {
    let limit = |most: Option<u64>, name, raise| most.map(|most| Limit { most, name, raise });
    let running = running();
    let less = |most: Option<u64>, used: u64| most.map(|most| most.saturating_sub(used));
    let limits = [
        limit(
            number("/proc/sys/vm/max_map_count").map(threads_in_maps),
            "vm.max_map_count",
            "sudo sysctl -w vm.max_map_count=1000000",
        ),
        limit(
            less(number("/proc/sys/kernel/threads-max"), running),
            "kernel.threads-max",
            "sudo sysctl -w kernel.threads-max=1000000",
        ),
        limit(
            less(number("/proc/sys/kernel/pid_max"), running),
            "kernel.pid_max",
            "sudo sysctl -w kernel.pid_max=4194304",
        ),
        limit(
            user_processes(),
            "the limit on this user's processes",
            "ulimit -u unlimited",
        ),
        limit(
            fs::read_to_string("/proc/self/cgroup")
                .ok()
                .and_then(|groups| cgroup_pids(&groups)),
            "pids.max of the control group",
            "for a container, start it with a larger --pids-limit",
        ),
        limit(
            address_space(),
            "the limit on address space",
            "ulimit -v unlimited",
        ),
        limit(
            available_bytes().map(|bytes| bytes / USED_BYTES),
            "the memory available",
            "end other programs",
        ),
    ];
    limits.into_iter().flatten().collect()
}

/// Threads of the whole machine now.
fn running() -> u64 {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    // 0.20 0.18 0.12 2/310 11206: two of 310 are running.
    let all = load
        .split(' ')
        .nth(3)
        .and_then(|field| field.split_once('/'));
    all.and_then(|(_, all)| all.parse().ok())
        .unwrap_or_default()
}

fn number(path: &str) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn available_bytes() -> Option<u64> {
    let info = fs::read_to_string("/proc/meminfo").ok()?;
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// Stacks that fit into what is left of the address space, if it is limited.
#[cfg(target_os = "linux")]
fn address_space() -> Option<u64> {
    use nix::sys::resource::{Resource, getrlimit};
    let (soft, _) = getrlimit(Resource::RLIMIT_AS).ok()?;
    let left = soft.saturating_sub(Memory::now().virtual_bytes?);
    (soft < u64::MAX).then_some(left / (STACK_BYTES + USED_BYTES))
}

/// Unknown on this platform.
#[cfg(not(target_os = "linux"))]
fn address_space() -> Option<u64> {
    let _ = (STACK_BYTES, Memory::now());
    None
}

/// The limit on this user's processes and threads; root has none.
#[cfg(target_os = "linux")]
pub fn user_processes() -> Option<u64> {
    use nix::sys::resource::{Resource, getrlimit};
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let user = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    if user.split_whitespace().next() == Some("0") {
        return None;
    }
    let (soft, _) = getrlimit(Resource::RLIMIT_NPROC).ok()?;
    (soft < u64::MAX).then_some(soft)
}

/// Unknown on this platform.
#[cfg(not(target_os = "linux"))]
pub fn user_processes() -> Option<u64> {
    None
}

/// The tightest `pids.max` on the way from this process's control group up to
/// the root, in either version of control groups. `groups` is
/// `/proc/self/cgroup`.
pub fn cgroup_pids(groups: &str) -> Option<u64> {
    let roots = groups.lines().filter_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        match controllers {
            "" => Some(("/sys/fs/cgroup", path)),
            "pids" => Some(("/sys/fs/cgroup/pids", path)),
            _ => None,
        }
    });
    let files = roots.flat_map(|(root, path)| {
        let ancestors = std::path::Path::new(path).ancestors();
        ancestors.map(move |group| format!("{root}{}/pids.max", group.display()))
    });
    // A file that says "max" sets no limit, and is not a number.
    files.filter_map(|file| number(&file)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_group_without_a_limit_sets_none() {
        assert_eq!(cgroup_pids("0::/no/such/group\n2:cpu:/\n"), None);
    }

    #[test]
    fn more_threads_than_allowed_are_an_error_with_the_limit() {
        let limit = Limit {
            most: 7,
            name: "vm.max_map_count",
            raise: "sudo sysctl",
        };
        assert!(check(7, Some(&limit)).is_ok());
        assert!(check(1 << 40, None).is_ok());
        let error = check(8, Some(&limit)).unwrap_err().to_string();
        assert!(
            error.contains("8 threads") && error.contains("allows 7"),
            "{error}"
        );
    }

    #[test]
    fn this_machine_starts_a_few_threads_but_not_four_billion() {
        assert!(check_threads(8).is_ok());
        if !limits().is_empty() {
            assert!(check_threads(1 << 32).is_err());
        }
    }
}
