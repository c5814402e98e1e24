//! However it ends: nothing measured is lost, and no process is left behind.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use regatta::report::Status;

use crate::support::{read, report, row, stderr};

/// A report that would go on for minutes, once it has said `after`.
fn begun(after: &str) -> (Child, std::thread::JoinHandle<String>) {
    let mut command = report(&["--driver=mio/raw,sequential/ureq", "--format=json"]);
    command.args(["--rounds=1000", "--latency=40ms"]);
    started(command, after)
}

fn started(mut command: Command, after: &str) -> (Child, std::thread::JoinHandle<String>) {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = lines
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.contains(after));
    assert!(said.is_some(), "it says {after:?}");
    // Read on, so that it never waits for us.
    let rest = std::thread::spawn(move || lines.map_while(Result::ok).collect());
    (child, rest)
}

/// The processes that `parent` started as its parts.
fn parts_of(parent: u32) -> Vec<u32> {
    let wanted = format!("--die-with\0{parent}\0");
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id| {
        let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&wanted)
    })
    .collect()
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what}");
        std::thread::yield_now();
    }
}

fn end(child: Child) -> (u32, Output) {
    let id = child.id();
    (id, child.wait_with_output().unwrap())
}

#[test]
fn ctrl_c_reports_the_rounds_done_so_far_and_marks_them_partial() {
    for how in [Signal::SIGINT, Signal::SIGTERM] {
        let (child, _rest) = begun("round 3");
        signal(&child, how);
        let (id, output) = end(child);
        assert_eq!(output.status.code(), Some(130), "{how}");
        let report = read(&output);
        assert!(report.partial);
        let row = row(&report, "mio/raw");
        assert_eq!(row.status, Status::Ok);
        assert!(row.samples.len() >= 2, "two rounds were done");
        assert_eq!(parts_of(id), Vec::<u32>::new(), "no part is left behind");
    }
}

#[test]
fn ctrl_c_before_anything_was_measured_says_so_in_every_row() {
    let (child, _rest) = begun("heap");
    signal(&child, Signal::SIGINT);
    let (id, output) = end(child);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let report = read(&output);
    assert!(report.drivers.iter().all(|row| row.summary.is_none()));
    assert_eq!(parts_of(id), Vec::<u32>::new());
}

#[test]
fn ctrl_c_is_heard_between_runs_too_short_to_be_watched() {
    let mut command = report(&["--driver=mio/raw", "--format=json", "--rounds=5000"]);
    command.args(["--latency=0ms", "--concurrency=2"]);
    let (child, _rest) = started(command, "round 2");
    signal(&child, Signal::SIGINT);
    let (_, output) = end(child);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(read(&output).rounds < 5000);
}

#[test]
fn a_report_that_is_killed_leaves_no_process_behind() {
    let (child, _rest) = begun("round 1");
    let id = child.id();
    assert!(!parts_of(id).is_empty(), "its server is there");
    signal(&child, Signal::SIGKILL);
    end(child);
    wait_until("its parts end by themselves", || parts_of(id).is_empty());
}

#[test]
fn the_next_start_removes_the_store_of_a_report_that_was_killed() {
    let place = tempfile::tempdir().unwrap();
    let mut command = report(&["--driver=mio/raw", "--rounds=1000", "--store=jsonl"]);
    command.env("TMPDIR", place.path());
    let (child, _rest) = started(command, "round 1");
    let is_empty = || fs::read_dir(place.path()).unwrap().next().is_none();
    wait_until("it has a store", || !is_empty());
    signal(&child, Signal::SIGKILL);
    let (id, _) = end(child);
    wait_until("its parts end by themselves", || parts_of(id).is_empty());
    let mut next = Command::new(env!("CARGO_BIN_EXE_regatta"));
    next.arg("workloads").env("TMPDIR", place.path());
    assert!(next.output().unwrap().status.success());
    assert!(is_empty());
}

#[test]
fn a_worker_that_is_stopped_for_too_long_is_named_for_that() {
    let mut command = report(&["--driver=mio/raw", "--format=json", "--rounds=1000"]);
    command.args(["--patience=1s", "--latency=40ms"]);
    let (child, rest) = started(command, "round 1");
    let id = child.id();
    let worker = || {
        parts_of(id).into_iter().find(|part| {
            let line = fs::read(format!("/proc/{part}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains("\0worker\0")
        })
    };
    // One that ends at this moment is not stopped.
    while !child_has_ended(id) {
        if let Some(worker) = worker() {
            let _ = kill(Pid::from_raw(worker.try_into().unwrap()), Signal::SIGSTOP);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let (_, output) = end(child);
    let said = rest.join().unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    let report = read(&output);
    let reason = row(&report, "mio/raw").reason.as_ref().unwrap();
    assert!(reason.contains("which a signal had stopped"), "{reason}");
}

/// Whether it waits to be reaped.
fn child_has_ended(id: u32) -> bool {
    fs::read_to_string(format!("/proc/{id}/stat"))
        .unwrap()
        .contains(") Z ")
}

/// The server of a report.
fn server_of(report: u32) -> Option<Pid> {
    part_with(report, "\0serve\0")
}

/// The process of a report with this text in its command line.
fn part_with(report: u32, text: &str) -> Option<Pid> {
    let part = parts_of(report).into_iter().find(|part| {
        let line = fs::read(format!("/proc/{part}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(text)
    });
    Some(Pid::from_raw(part?.try_into().unwrap()))
}

/// A report of so few rounds that it ends by itself.
fn short(rounds: &str) -> (Child, std::thread::JoinHandle<String>) {
    let mut command = report(&["--driver=mio/raw,sequential/ureq", "--format=json"]);
    command.args([rounds, "--latency=20ms"]);
    started(command, "round 1")
}

#[test]
fn a_server_that_is_killed_is_replaced_and_no_driver_is_blamed() {
    let (child, rest) = short("--rounds=4");
    let id = child.id();
    let server = server_of(id).expect("it has a server");
    kill(server, Signal::SIGKILL).unwrap();
    let (_, output) = end(child);
    let said = rest.join().unwrap();
    assert!(said.contains("is measured again: the server"), "{said}");
    assert_eq!(output.status.code(), Some(0), "{said}");
    let report = read(&output);
    assert!(!report.partial);
    assert!(report.drivers.iter().all(|row| row.samples.len() == 4));
    assert_eq!(parts_of(id), Vec::<u32>::new());
}

#[test]
fn a_server_that_was_stopped_for_a_while_is_waited_for() {
    let (child, rest) = short("--rounds=4");
    let id = child.id();
    let server = server_of(id).expect("it has a server");
    // Its runs are long enough to be hit.
    wait_until("it has a worker", || {
        part_with(id, "sequential/ureq").is_some()
    });
    kill(server, Signal::SIGSTOP).unwrap();
    // Longer than the report needs to look at the server.
    std::thread::sleep(Duration::from_secs(1));
    kill(server, Signal::SIGCONT).unwrap();
    let (_, output) = end(child);
    let said = rest.join().unwrap();
    assert!(
        said.contains("the server was stopped by a signal"),
        "{said}"
    );
    let report = read(&output);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{said}, {:?}",
        report.drivers
    );
    assert!(report.drivers.iter().all(|row| row.samples.len() == 4));
    assert_eq!(server_of(id), None);
}

#[test]
fn a_server_that_always_dies_is_named_in_the_row_and_is_no_interrupt() {
    let (child, rest) = short("--rounds=1000");
    let id = child.id();
    let killer = std::thread::spawn(move || {
        while fs::exists(format!("/proc/{id}/cmdline")).unwrap() {
            if let Some(server) = server_of(id) {
                // It may have ended at this moment.
                let _ = kill(server, Signal::SIGKILL);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let (_, output) = end(child);
    killer.join().unwrap();
    let said = rest.join().unwrap();
    assert!(
        matches!(output.status.code(), Some(1 | 4)),
        "{}: {said}",
        output.status
    );
    assert_eq!(parts_of(id), Vec::<u32>::new());
}
