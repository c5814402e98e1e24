//! The doctor's severities on simulated facts.

use super::super::Lateness;
use super::*;

const NEED: Need = Need {
    concurrency: 20,
    pages: 200,
};

/// A machine without findings.
fn good() -> Facts {
    Facts {
        cores: 8,
        cores_online: Some(8),
        descriptors: Some((1024, 1_048_576)),
        threads_max: Some(250_000),
        user_processes: Some(100_000),
        pid_max: Some(4_194_304),
        cgroup_pids: None,
        maps: Some(65_530),
        ports: Some((32_768, 60_999)),
        time_wait_reuse: Some(2),
        backlog: Some(4096),
        load: Some(0.1),
        virtual_machine: Some(false),
        steal_share: Some(0.0),
        clock: Some("tsc".to_owned()),
        governor: Some("performance".to_owned()),
        memory_available_bytes: Some(8 << 30),
        proc: Some(true),
        peak_resettable: Some(true),
        lateness: Some(Lateness {
            p50_ns: 60_000,
            max_ns: 200_000,
        }),
        loopback: Some(Ok(())),
    }
}

fn finding(facts: &Facts, what: &str) -> Check {
    let mut checks = checks(facts, NEED);
    let at = checks.iter().position(|check| check.what == what);
    checks.remove(at.unwrap_or_else(|| panic!("nothing says {what}")))
}

#[test]
fn a_good_machine_has_nothing_to_fix() {
    for check in checks(&good(), NEED) {
        assert_eq!(check.severity, Severity::Ok, "{check:?}");
        assert!(
            check.advice.is_empty() && check.command.is_none(),
            "{check:?}"
        );
    }
}

#[test]
fn what_a_platform_does_not_tell_is_neither_good_nor_bad() {
    let silent = Facts {
        cores: 4,
        ..Facts::default()
    };
    let checks = checks(&silent, NEED);
    assert_eq!(checks[0].severity, Severity::Ok);
    assert!(
        checks[1..]
            .iter()
            .all(|check| check.severity == Severity::NotApplicable)
    );
}

/// A change for the worse, its finding, its severity, and a word of the advice or
/// the command.
type Worse = (fn(&mut Facts), &'static str, Severity, &'static str);

#[test]
fn every_limit_that_is_too_low_is_found_and_comes_with_advice() {
    use Severity::{Look, Missing};
    let changes: [Worse; 10] = [
        (
            |facts| facts.descriptors = Some((64, 83)),
            "open descriptors",
            Missing,
            "prlimit",
        ),
        (
            |facts| facts.descriptors = Some((256, 256)),
            "open descriptors",
            Look,
            "--nofile",
        ),
        (
            |facts| facts.maps = Some(70),
            "threads",
            Missing,
            "vm.max_map_count=",
        ),
        (
            |facts| facts.cgroup_pids = Some(100),
            "threads",
            Look,
            "--pids-limit",
        ),
        (
            |facts| facts.user_processes = Some(30),
            "threads",
            Missing,
            "--nproc",
        ),
        (
            |facts| facts.threads_max = Some(300),
            "threads",
            Look,
            "threads-max=",
        ),
        (
            |facts| facts.pid_max = Some(301),
            "threads",
            Look,
            "pid_max=",
        ),
        (
            |facts| facts.ports = Some((60_000, 60_100)),
            "outgoing ports",
            Missing,
            "port_range",
        ),
        (
            |facts| facts.ports = Some((60_000, 60_999)),
            "outgoing ports",
            Look,
            "port_range",
        ),
        (
            |facts| facts.time_wait_reuse = Some(0),
            "outgoing ports",
            Look,
            "tcp_tw_reuse=2",
        ),
    ];
    changes.into_iter().for_each(worsen);
}

#[test]
fn everything_that_spoils_measurements_is_found_and_comes_with_advice() {
    use Severity::{Look, Missing};
    let changes: [Worse; 11] = [
        (|facts| facts.cores = 1, "cores", Look, "CPU time"),
        (|facts| facts.load = Some(4.1), "load", Look, "ps -eo"),
        (
            |facts| facts.backlog = Some(128),
            "backlog",
            Look,
            "somaxconn=4096",
        ),
        (
            |facts| facts.loopback = Some(Err("refused".to_owned())),
            "loopback",
            Missing,
            "lo up",
        ),
        (
            |facts| facts.lateness = late(101_000, 200_000),
            "timers",
            Look,
            "late",
        ),
        (
            |facts| facts.lateness = late(60_000, 6_000_000),
            "timers",
            Look,
            "late",
        ),
        (
            |facts| facts.clock = Some("acpi_pm".to_owned()),
            "clock",
            Look,
            "tee",
        ),
        (
            |facts| facts.governor = Some("powersave".to_owned()),
            "frequency",
            Look,
            "cpupower",
        ),
        (
            |facts| facts.steal_share = Some(0.06),
            "virtual machine",
            Look,
            "noisy",
        ),
        (
            |facts| facts.memory_available_bytes = Some(100 << 20),
            "memory",
            Look,
            "swap",
        ),
        (
            |facts| facts.peak_resettable = Some(false),
            "memory peak",
            Look,
            "whole life",
        ),
    ];
    changes.into_iter().for_each(worsen);
}

fn worsen((worse, what, severity, word): Worse) {
    let mut facts = good();
    worse(&mut facts);
    let check = finding(&facts, what);
    assert_eq!(check.severity, severity, "{check:?}");
    let said = format!("{} {}", check.advice, check.command.unwrap_or_default());
    assert!(said.contains(word), "{what}: {said:?} says {word:?}");
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is written where an option is wanted"
)]
fn late(p50_ns: u64, max_ns: u64) -> Option<Lateness> {
    Some(Lateness { p50_ns, max_ns })
}

#[test]
fn cores_that_this_process_may_not_use_are_named() {
    let facts = Facts { cores: 2, ..good() };
    assert_eq!(finding(&facts, "cores").found, "2 of 8 for this process");
}

#[test]
fn the_tightest_limit_on_threads_is_the_one_that_is_named() {
    let found = finding(&good(), "threads").found;
    assert_eq!(
        found,
        "15,882; the lowest limit is vm.max_map_count (four a thread)"
    );
}

#[test]
fn a_missing_limit_is_unlimited() {
    let facts = Facts {
        descriptors: Some((256, u64::MAX)),
        ..good()
    };
    assert!(
        finding(&facts, "open descriptors")
            .found
            .starts_with("unlimited")
    );
}

#[test]
fn every_line_fits_eighty_columns_whatever_is_wrong() {
    let bad = Facts {
        cores: 1,
        load: Some(9.0),
        descriptors: Some((1, 1)),
        maps: Some(2),
        ports: Some((1, 2)),
        backlog: Some(1),
        lateness: late(u64::MAX / 4, u64::MAX / 4),
        clock: Some("hpet".to_owned()),
        governor: Some("powersave".to_owned()),
        steal_share: Some(0.5),
        memory_available_bytes: Some(1),
        proc: Some(false),
        peak_resettable: Some(false),
        loopback: Some(Err("no".to_owned())),
        ..good()
    };
    let text = super::super::render(&checks(&bad, NEED), 80);
    for line in text.lines().filter(|line| !line.trim().starts_with('$')) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
