//! Facts about this machine. Any of them may be missing: no platform tells them
//! all.

use std::fs;

use super::probe::{self, Lateness};
use crate::measure::host;
use crate::measure::limits;

/// Everything the doctor checks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Cores this process may use (affinity and control groups counted in).
    pub cores: u64,
    /// Cores the machine has.
    pub cores_online: Option<u64>,
    /// Open descriptors of a process: the soft and the hard limit.
    pub descriptors: Option<(u64, u64)>,
    /// Threads of the whole system (`kernel.threads-max`).
    pub threads_max: Option<u64>,
    /// Processes and threads of this user; `None` for root, who has no limit.
    pub user_processes: Option<u64>,
    /// Process and thread numbers there are (`kernel.pid_max`).
    pub pid_max: Option<u64>,
    /// Processes and threads of this control group.
    pub cgroup_pids: Option<u64>,
    /// Memory maps of a process; a thread takes two.
    pub maps: Option<u64>,
    /// First and last port that an outgoing connection may have.
    pub ports: Option<(u64, u64)>,
    /// `net.ipv4.tcp_tw_reuse`: 0 never, 1 everywhere, 2 on loopback.
    pub time_wait_reuse: Option<u64>,
    /// Connections that may wait to be accepted, at most.
    pub backlog: Option<u64>,
    /// Programs that ran or waited for a core, mean of the last minute.
    pub load: Option<f64>,
    /// Whether a hypervisor is present.
    pub virtual_machine: Option<bool>,
    /// Share of all time since the machine was started that the hypervisor
    /// gave to others, 0 to 1.
    pub steal_share: Option<f64>,
    /// Where the kernel reads the time.
    pub clock: Option<String>,
    /// How the cores' frequency is governed.
    pub governor: Option<String>,
    /// Memory available to a program now.
    pub memory_available_bytes: Option<u64>,
    /// Whether there is `/proc` with this process in it.
    pub proc: Option<bool>,
    /// Whether the memory peak can be reset.
    pub peak_resettable: Option<bool>,
    /// How late waits of 1 ms end.
    pub lateness: Option<Lateness>,
    /// Whether a connection over loopback carries a byte, or the error.
    pub loopback: Option<Result<(), String>>,
}

impl Facts {
    /// Reads all facts. Takes about a tenth of a second, nearly all of it for
    /// timing the waits.
    #[must_use]
    pub fn read() -> Self {
        let common = Self {
            cores: host::cores() as u64,
            descriptors: limits::descriptors(),
            lateness: Some(probe::lateness()),
            loopback: Some(probe::loopback().map_err(|error| error.to_string())),
            ..Self::default()
        };
        if cfg!(target_os = "linux") {
            common.with_linux()
        } else {
            common
        }
    }

    fn with_linux(self) -> Self {
        Self {
            cores_online: read("/proc/cpuinfo").map(|info| processors(&info)),
            threads_max: number("/proc/sys/kernel/threads-max"),
            user_processes: limits::user_processes(),
            pid_max: number("/proc/sys/kernel/pid_max"),
            cgroup_pids: read("/proc/self/cgroup").and_then(|groups| limits::cgroup_pids(&groups)),
            maps: number("/proc/sys/vm/max_map_count"),
            ports: read("/proc/sys/net/ipv4/ip_local_port_range").and_then(|range| pair(&range)),
            time_wait_reuse: number("/proc/sys/net/ipv4/tcp_tw_reuse"),
            backlog: number("/proc/sys/net/core/somaxconn"),
            load: read("/proc/loadavg").and_then(|load| load.split(' ').next()?.parse().ok()),
            virtual_machine: host::host().virtual_machine,
            steal_share: read("/proc/stat").and_then(|stat| steal(&stat)),
            clock: read("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
            governor: read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            memory_available_bytes: read("/proc/meminfo").and_then(|info| available(&info)),
            proc: Some(fs::metadata("/proc/self/status").is_ok()),
            peak_resettable: Some(fs::write("/proc/self/clear_refs", "5").is_ok()),
            ..self
        }
    }
}

fn read(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

fn number(path: &str) -> Option<u64> {
    read(path)?.parse().ok()
}

fn pair(text: &str) -> Option<(u64, u64)> {
    let mut numbers = text.split_whitespace().map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn processors(cpuinfo: &str) -> u64 {
    let lines = cpuinfo.lines();
    lines.filter(|line| line.starts_with("processor")).count() as u64
}

fn available(meminfo: &str) -> Option<u64> {
    let mut lines = meminfo.lines();
    let kib = lines.find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = kib.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// The eighth number of the first line over the sum of the first eight; the
/// two that follow are counted in the first two already.
fn steal(stat: &str) -> Option<f64> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks = fields.split_whitespace().take(8).map(str::parse::<u64>);
    let ticks: Vec<u64> = ticks.collect::<Result<_, _>>().ok()?;
    let all: u64 = ticks.iter().sum();
    (ticks.len() == 8 && all > 0).then(|| ticks[7] as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_read_as_the_kernel_writes_them() {
        assert_eq!(pair("32768\t60999"), Some((32_768, 60_999)));
        assert_eq!(pair("32768"), None);
        assert_eq!(
            processors("processor\t: 0\nflags\t: x\n\nprocessor\t: 1\n"),
            2
        );
        assert_eq!(
            available("MemTotal: 9 kB\nMemAvailable:  2 kB\n"),
            Some(2048)
        );
        assert_eq!(steal("cpu  50 0 20 20 0 0 0 10 7 7\ncpu0 1\n"), Some(0.1));
        assert_eq!(steal("cpu  1 2 3\n"), None);
    }

    #[test]
    fn the_facts_of_this_machine_are_read() {
        let facts = Facts::read();
        assert!(facts.cores >= 1);
        assert!(facts.lateness.is_some() && facts.loopback == Some(Ok(())));
    }
}
