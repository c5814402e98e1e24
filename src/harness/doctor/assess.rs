//! What each fact means for a report. Pure: the same facts give the same
//! findings.

use super::{Check, Facts, Need, Severity};
use crate::measure::limits::{OTHER_DESCRIPTORS, threads_in_maps};

/// Threads of a driver in addition to one per page in flight: its main thread, a
/// reactor, a runtime's workers.
const OTHER_THREADS: u64 = 16;
/// Pages in flight of the widest built-in workload.
const WIDE: u64 = 500;
/// The backlog that the server requests.
const BACKLOG: u64 = 4096;
/// A machine with fewer ports runs out of them when drivers without
/// keep-alive have left theirs in `TIME_WAIT`.
const PORTS: u64 = 10_000;
/// The load per core above which measurements suffer.
const LOAD_PER_CORE: f64 = 0.5;
/// The share of stolen time that makes a report's row noisy.
const STEAL_SHARE: f64 = 0.05;
/// Enough memory for the server's pages, a worker and the harness.
const MEMORY_BYTES: u64 = 512 << 20;
/// The highest median lateness of the server's delays.
const LATE_P50_NS: u64 = 100_000;
/// The highest lateness of any of them.
const LATE_MAX_NS: u64 = 5_000_000;
/// Clocks that are read without a system call.
const FAST_CLOCKS: [&str; 5] = [
    "tsc",
    "kvm-clock",
    "arch_sys_counter",
    "hyperv_clocksource_tsc_page",
    "riscv_clocksource",
];

/// Every finding, in the order they are printed.
#[must_use]
pub fn checks(facts: &Facts, need: Need) -> Vec<Check> {
    vec![
        cores(facts),
        load(facts),
        descriptors(facts, need),
        threads(facts, need),
        ports(facts, need),
        backlog(facts, need),
        loopback(facts),
        timers(facts),
        clock(facts),
        governor(facts),
        virtual_machine(facts),
        memory(facts),
        proc(facts),
        peak(facts),
    ]
}

fn cores(facts: &Facts) -> Check {
    let found = match facts.cores_online {
        Some(online) if online != facts.cores => {
            format!("{} of {online} for this process", facts.cores)
        }
        _ => facts.cores.to_string(),
    };
    let check = Check::ok("cores", found);
    if facts.cores > 1 {
        return check;
    }
    check.but(
        Severity::Look,
        "server and driver share one core: compare CPU time, not wall time",
    )
}

fn load(facts: &Facts) -> Check {
    let Some(load) = facts.load else {
        return Check::not_applicable("load");
    };
    let cores = facts.cores.max(1);
    let check = Check::ok("load", format!("{load:.2} on {cores} cores"));
    if load <= LOAD_PER_CORE * cores as f64 {
        return check;
    }
    let advice = "other programs are running: wait for them or end them; this command lists the \
        busiest";
    check
        .but(Severity::Look, advice)
        .fix("ps -eo pid,pcpu,comm --sort=-pcpu | head -5")
}

fn descriptors(facts: &Facts, need: Need) -> Check {
    let what = "open descriptors";
    let Some((soft, hard)) = facts.descriptors else {
        return Check::not_applicable(what);
    };
    let allows = hard.saturating_sub(OTHER_DESCRIPTORS);
    let (soft, hard) = (limit(soft), limit(hard));
    let check = Check::ok(
        what,
        format!(
            "{hard} (soft {soft}, raised at start): up to {} in flight",
            limit(allows)
        ),
    );
    enough(check, allows, need.concurrency, "in flight")
        .unwrap_or_else(|check| check.fix("sudo prlimit --pid $$ --nofile=65536"))
}

/// `Ok` when there is enough; the check with its severity when there is not.
fn enough(check: Check, allows: u64, needed: u64, of: &str) -> Result<Check, Check> {
    if allows < needed {
        let advice = format!("the default report needs {needed} {of}");
        return Err(check.but(Severity::Missing, advice));
    }
    if allows < WIDE {
        let advice = format!("enough for the default report; `wide` needs {WIDE} {of}");
        return Err(check.but(Severity::Look, advice));
    }
    Ok(check)
}

fn threads(facts: &Facts, need: Need) -> Check {
    let limits = [
        (
            facts.threads_max,
            "kernel.threads-max",
            "sudo sysctl -w kernel.threads-max=32768",
        ),
        (
            facts.user_processes,
            "max user processes",
            "sudo prlimit --pid $$ --nproc=32768",
        ),
        (
            facts.pid_max,
            "kernel.pid_max",
            "sudo sysctl -w kernel.pid_max=32768",
        ),
        (
            facts.cgroup_pids,
            "pids.max of the control group",
            "docker run --pids-limit 32768 ... # or TasksMax= of the unit",
        ),
        (
            facts.maps.map(threads_in_maps),
            "vm.max_map_count (four a thread)",
            "sudo sysctl -w vm.max_map_count=262144",
        ),
    ];
    let told = limits
        .into_iter()
        .filter_map(|(limit, name, command)| Some((limit?, name, command)));
    let Some((allowed, name, command)) = told.min_by_key(|&(allowed, ..)| allowed) else {
        return Check::not_applicable("threads");
    };
    let found = format!("{}; the lowest limit is {name}", limit(allowed));
    let allows = allowed.saturating_sub(OTHER_THREADS);
    enough(
        Check::ok("threads", found),
        allows,
        need.concurrency,
        "threads",
    )
    .unwrap_or_else(|check| check.fix(command))
}

fn ports(facts: &Facts, need: Need) -> Check {
    let what = "outgoing ports";
    let Some((first, last)) = facts.ports else {
        return Check::not_applicable(what);
    };
    let ports = (last + 1).saturating_sub(first);
    let again = match facts.time_wait_reuse {
        Some(1 | 2) => "reusable after a second (tcp_tw_reuse)",
        Some(_) => "reusable after 60 s (tcp_tw_reuse is 0)",
        None => "time until reuse unknown",
    };
    let check = Check::ok(
        what,
        format!("{}, {again}: the most connections at once", limit(ports)),
    );
    let wider = "sudo sysctl -w net.ipv4.ip_local_port_range=\"15000 65000\"";
    if ports < need.pages {
        let advice = format!("a driver without keep-alive needs {} a run", need.pages);
        return check.but(Severity::Missing, advice).fix(wider);
    }
    if ports < PORTS {
        let advice = "drivers without keep-alive may run out of them after some rounds";
        return check.but(Severity::Look, advice).fix(wider);
    }
    if facts.time_wait_reuse == Some(0) {
        let advice = "drivers without keep-alive may run out of them in long reports";
        return check
            .but(Severity::Look, advice)
            .fix("sudo sysctl -w net.ipv4.tcp_tw_reuse=2");
    }
    check
}

fn backlog(facts: &Facts, need: Need) -> Check {
    let Some(backlog) = facts.backlog else {
        return Check::not_applicable("backlog");
    };
    let check = Check::ok(
        "backlog",
        format!("{} connections may wait to be accepted", limit(backlog)),
    );
    if backlog >= BACKLOG {
        return check;
    }
    let advice = format!(
        "a burst of more than {} connections (the default report opens {}) is delayed by a \
         second",
        limit(backlog),
        need.concurrency
    );
    check
        .but(Severity::Look, advice)
        .fix(format!("sudo sysctl -w net.core.somaxconn={BACKLOG}"))
}

fn loopback(facts: &Facts) -> Check {
    match &facts.loopback {
        None => Check::not_applicable("loopback"),
        Some(Ok(())) => Check::ok("loopback", "a connection to 127.0.0.1 carries a byte"),
        Some(Err(error)) => Check::ok("loopback", format!("does not work: {error}"))
            .but(
                Severity::Missing,
                "server and drivers talk over it; a firewall may block it, or it is down",
            )
            .fix("sudo ip link set lo up"),
    }
}

fn timers(facts: &Facts) -> Check {
    let Some(late) = facts.lateness else {
        return Check::not_applicable("timers");
    };
    let found = format!(
        "a wait of 1 ms ends {} late (median), {} at most",
        milliseconds(late.p50_ns),
        milliseconds(late.max_ns)
    );
    let check = Check::ok("timers", found);
    if late.p50_ns <= LATE_P50_NS && late.max_ns <= LATE_MAX_NS {
        return check;
    }
    check.but(
        Severity::Look,
        "the server's delays will be late too, and rows may be flagged server-late: close \
         other programs, or choose longer delays",
    )
}

fn clock(facts: &Facts) -> Check {
    let Some(clock) = &facts.clock else {
        return Check::not_applicable("clock");
    };
    let check = Check::ok("clock", clock.clone());
    if FAST_CLOCKS.contains(&clock.as_str()) {
        return check;
    }
    check
        .but(
            Severity::Look,
            "reading it is a system call, which every driver pays for; if the machine has a \
             faster one, this changes to it",
        )
        .fix("echo tsc | sudo tee /sys/devices/system/clocksource/*/current_clocksource")
}

fn governor(facts: &Facts) -> Check {
    let what = "frequency";
    match facts.governor.as_deref() {
        None => Check::not_applicable(what),
        Some("powersave") => Check::ok(what, "governed by powersave")
            .but(
                Severity::Look,
                "cores that wait a lot are clocked down, so pages with delays cost more time",
            )
            .fix("sudo cpupower frequency-set -g performance"),
        Some(governor) => Check::ok(what, format!("governed by {governor}")),
    }
}

fn virtual_machine(facts: &Facts) -> Check {
    let what = "virtual machine";
    let Some(share) = facts.steal_share else {
        return Check::not_applicable(what);
    };
    let is = match facts.virtual_machine {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    };
    let check = Check::ok(
        what,
        format!(
            "{is}; the host took {:.2} % of the time so far",
            share * 100.0
        ),
    );
    if share <= STEAL_SHARE {
        return check;
    }
    check.but(
        Severity::Look,
        "other virtual machines use it: rows may be flagged noisy; use a dedicated machine, or \
         measure at another time",
    )
}

fn memory(facts: &Facts) -> Check {
    let Some(bytes) = facts.memory_available_bytes else {
        return Check::not_applicable("memory");
    };
    let check = Check::ok("memory", format!("{} MiB available", limit(bytes >> 20)));
    if bytes >= MEMORY_BYTES {
        return check;
    }
    check.but(
        Severity::Look,
        "if the machine swaps, its numbers mean nothing: close other programs",
    )
}

fn proc(facts: &Facts) -> Check {
    match facts.proc {
        None => Check::not_applicable("/proc"),
        Some(true) => Check::ok("/proc", "present"),
        Some(false) => Check::ok("/proc", "missing")
            .but(
                Severity::Look,
                "memory, threads and noise will be n/a in the report",
            )
            .fix("sudo mount -t proc proc /proc"),
    }
}

fn peak(facts: &Facts) -> Check {
    let what = "memory peak";
    match facts.peak_resettable {
        None => Check::not_applicable(what),
        Some(true) => Check::ok(what, "can be reset before each run"),
        Some(false) => Check::ok(what, "cannot be reset (/proc/self/clear_refs)").but(
            Severity::Look,
            "peak memory then covers a worker's whole life; in a fresh worker that is the same",
        ),
    }
}

/// With commas; a huge limit counts as none.
fn limit(number: u64) -> String {
    if number >= i64::MAX as u64 - OTHER_DESCRIPTORS {
        return "unlimited".to_owned();
    }
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(",")
}

fn milliseconds(nanoseconds: u64) -> String {
    format!("{:.3} ms", nanoseconds as f64 / 1e6)
}

#[cfg(test)]
#[path = "assess_tests.rs"]
mod tests;
