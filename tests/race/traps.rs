//! Wrong programs: each stands beside the figure that gives it away, or is
//! rejected for its own reason.
//!
//! What is asserted is the shape of what the server saw, and times only where
//! a mistake makes them longer: a busy machine makes nothing shorter.

use std::time::Duration;

use regatta::drivers;
use regatta::measure::flag::{Flag, OutOf};
use regatta::measure::sample::Run;
use regatta::report::{DriverReport, Report, Status};
use regatta::site::workload::Latency;

use crate::support::{read, regatta, report, row, run, stderr};

fn raced(args: &[&str]) -> Report {
    read(&run(report(&[args, &["--format=json"]].concat())))
}

/// The one run of a trap whose row stands, marked and without a place.
fn standing<'a>(report: &'a Report, trap: &str) -> (&'a DriverReport, &'a Run) {
    let row = row(report, &format!("trap/{trap}"));
    assert_eq!(row.status, Status::Ok, "{trap}: {:?}", row.reason);
    assert!(matches!(row.flags[0], Flag::Trap { .. }), "{:?}", row.flags);
    assert_eq!(row.summary.as_ref().map(|summary| summary.rank), Some(0));
    (row, &row.samples[0])
}

/// Why a trap is rejected.
fn rejected<'a>(report: &'a Report, trap: &str) -> &'a str {
    let row = row(report, &format!("trap/{trap}"));
    assert_eq!(row.status, Status::Rejected, "{trap}: {:?}", row.reason);
    assert_eq!(row.summary, None);
    row.reason.as_deref().unwrap_or_default()
}

#[test]
fn traps_that_wait_one_after_the_other_have_fewer_in_flight_than_they_may() {
    let mut command = report(&["--format=json", "--threads=2"]);
    command.arg("--driver=trap/await-in-loop,trap/blocking-in-async,trap/rayon-default");
    // Whatever is said here, the worker's global pool has as many threads as
    // are given above.
    let report = read(&run({
        command.env("RAYON_NUM_THREADS", "5");
        command
    }));
    for (trap, most) in [
        ("await-in-loop", 1),
        ("blocking-in-async", 2),
        ("rayon-default", 2),
    ] {
        let (row, run) = standing(&report, trap);
        let peak = run.ledger.in_flight_peak;
        assert!(peak <= most, "{trap} had {peak} in flight");
        let Flag::Trap { in_flight, .. } = &row.flags[0] else {
            panic!("{:?}", row.flags)
        };
        assert_eq!(*in_flight, Some(OutOf { count: peak, of: 8 }));
        let ideal_ns = 50_000_000 * 16 / most;
        assert!(run.sample.wall_ns >= ideal_ns, "{trap} is as fast as that");
    }
}

#[test]
fn a_client_for_each_page_is_a_connection_for_each_page() {
    let report = raced(&["--driver=trap/client-per-page"]);
    let (row, run) = standing(&report, "client-per-page");
    assert_eq!(run.ledger.connections, 16);
    let opened = Flag::SurplusConnections(OutOf { count: 16, of: 8 });
    assert!(row.flags.contains(&opened), "{:?}", row.flags);
}

#[test]
fn futures_that_never_run_and_tasks_without_a_limit_are_rejected() {
    let report = raced(&["--driver=trap/forgotten-future,trap/unbounded,tokio/raw"]);
    let reason = rejected(&report, "forgotten-future");
    assert!(reason.contains("visited 0 of 16 pages"), "{reason}");
    let reason = rejected(&report, "unbounded");
    assert!(
        reason.contains("in flight, and at most 8 is allowed"),
        "{reason}"
    );
    // The drivers beside them are verified as usual.
    let right = row(&report, "tokio/raw");
    assert_eq!(right.status, Status::Ok, "{:?}", right.reason);
    assert_eq!(right.summary.as_ref().map(|summary| summary.rank), Some(1));
}

#[test]
fn pages_whose_errors_are_swallowed_are_missed() {
    let both = "--driver=trap/swallowed-task-error,tokio/raw";
    let report = raced(&[both, "--faults=500=30%", "--seed=1"]);
    let reason = rejected(&report, "swallowed-task-error");
    let lost = row(&report, "tokio/raw").samples[0].sample.errors;
    let says = format!("0 pages failed; expected {lost} to fail");
    assert!(lost > 0 && reason.contains(&says), "{reason}");
}

#[test]
fn swallowed_errors_free_their_slots_and_the_program_still_ends() {
    let patience = ["--attempts=4", "--back-off=1ms", "--faults=500=80%"];
    let trap = ["--driver=trap/swallowed-task-error", "--seed=1"];
    let report = raced(&[&patience[..], &trap].concat());
    let reason = rejected(&report, "swallowed-task-error");
    assert!(reason.contains("0 pages failed; expected"), "{reason}");
    let run = &row(&report, "trap/swallowed-task-error").samples[0];
    // Eight of sixteen failed, and nobody was left to ask for the others.
    assert!(run.ledger.pages_missed > 0, "{:?}", run.ledger);
}

#[test]
fn a_storm_of_retries_is_more_requests_than_its_account_has() {
    let full = ["--slots=4:reject", "--driver=trap/retry-storm"];
    let report = raced(&full);
    let reason = rejected(&report, "retry-storm");
    let run = &row(&report, "trap/retry-storm").samples[0];
    let sent = run.ledger.requests;
    assert!(sent > 16 && run.ledger.rejected == sent - 16, "{reason}");
    let says = format!("sent {sent} requests, but reports 16");
    assert!(reason.contains(&says), "{reason}");
}

#[test]
fn chunks_take_as_long_as_the_slowest_page_of_each() {
    let latency: Latency = "5ms*7,100ms".parse().unwrap();
    let report = raced(&[
        "--driver=trap/join-in-chunks",
        "--latency=5ms*7,100ms",
        "--pages=48",
        "--seed=1",
    ]);
    let pages: Vec<u64> = (0..48).collect();
    let slowest = |chunk: &[u64]| {
        let delays = chunk.iter().map(|&page| latency.delay(1, page, 0));
        delays.max().unwrap()
    };
    let chunks: Duration = pages.chunks(8).map(slowest).sum();
    let ideal = Duration::from_nanos(report.ideal_wall_ns);
    assert!(chunks >= ideal * 2, "{chunks:?}, {ideal:?}");
    let (_, run) = standing(&report, "join-in-chunks");
    let wall = Duration::from_nanos(run.sample.wall_ns);
    assert!(wall >= chunks, "{wall:?}, {chunks:?}");
}

#[test]
fn computing_on_the_loop_makes_all_else_late_by_more_than_a_page_takes() {
    let both = "--driver=trap/cpu-on-the-loop,tokio-current/raw";
    // Two waves: while the first is computed, a tick is due, and late.
    let report = raced(&["--loop-lag", "--pages=8", "--concurrency=4", both]);
    let lag = |run: &Run| run.sample.loop_lag.clone().unwrap().max_ns;
    let (_, run) = standing(&report, "cpu-on-the-loop");
    let right = &row(&report, "tokio-current/raw").samples[0];
    assert!(lag(run) > lag(right), "{} and {}", lag(run), lag(right));
    // Its pages come together, and each keeps the loop from the others.
    if let Some(cpu_ns) = run.sample.cpu_ns {
        let page_ns = cpu_ns / run.sample.pages;
        assert!(lag(run) > page_ns, "{} and {page_ns}", lag(run));
    }
}

#[test]
fn traps_are_listed_in_a_group_of_their_own_with_what_is_wrong() {
    let mut command = regatta();
    command.arg("drivers");
    let output = run(command);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = String::from_utf8_lossy(&output.stdout);
    let group = text.split("\n\n").find(|group| group.starts_with("trap: "));
    let group = group.expect("there is a group of traps");
    assert_eq!(drivers::traps().len(), 10);
    for trap in drivers::traps() {
        let listed = group.lines().any(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some(&trap.name) && line.contains("runs here")
        });
        assert!(listed, "{} is not in:\n{group}", trap.name);
        assert!(group.contains(trap.kind().summary()), "{group}");
    }
    assert_eq!(text.matches("trap/").count(), 10, "each once");
    let fixed = text
        .split("\n\n")
        .find(|group| group.starts_with("fixed: "));
    let fixed = fixed.expect("there is a group of fixed ones");
    for right in drivers::fixed() {
        assert!(fixed.contains(&right.name) && fixed.contains(right.kind().summary()));
    }
}
