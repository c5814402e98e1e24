//! Facts about the machine.

use std::fs;

use crate::measure::sample::Machine;

/// Facts about this machine; unknown ones are `None` or "n/a".
pub fn host() -> Machine {
    Machine {
        os: std::env::consts::OS.to_owned(),
        arch: std::env::consts::ARCH.to_owned(),
        kernel: first_line("/proc/sys/kernel/osrelease").unwrap_or_else(|| "n/a".to_owned()),
        cpu: cpu_info("model name").unwrap_or_else(|| "n/a".to_owned()),
        cores: cores() as u64,
        memory_bytes: memory_bytes(),
        virtual_machine: cpu_info("flags")
            .map(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
    }
}

/// Cores this process may run on.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn first_line(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.lines().next()?.to_owned())
}

fn cpu_info(field: &str) -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| {
        line.split('\t')
            .next()
            .is_some_and(|name| name.trim_end_matches(':').trim() == field)
    })?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn memory_bytes() -> Option<u64> {
    let info = fs::read_to_string("/proc/meminfo").ok()?;
    let kib = info
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = kib.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}
