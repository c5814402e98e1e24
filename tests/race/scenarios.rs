//! Scenarios with politeness of their own: links, slots, storms, stalls. Every
//! driver comes through with the same result, and the report says what it met.

use std::collections::BTreeSet;

use regatta::report::{DriverReport, Report, Status};

use crate::support::{read, report, run, stderr};

const SCENARIO: [&str; 5] = [
    "--format=json",
    "--quiet",
    "--pages=60",
    "--concurrency=6",
    "--parse=none",
];

/// One of each way to wait.
const FEW: &str = "--driver=thread-pool/ureq,tokio/reqwest,smol/hyper,mio/raw";

fn raced(args: &[&str]) -> Report {
    let output = run(report(&[&SCENARIO[..], args].concat()));
    let report = read(&output);
    for row in &report.drivers {
        let why = (&row.name, &row.reason);
        assert_eq!(row.status, Status::Ok, "{why:?}\n{}", stderr(&output));
    }
    report
}

/// What a driver has in the end: the digest, how many pages, and which are lost.
fn result(row: &DriverReport) -> (String, u64, u64, Vec<u64>) {
    let sample = &row.samples[0].sample;
    let digest = sample.digest.clone();
    (
        digest,
        sample.pages,
        sample.errors,
        sample.first_lost.clone(),
    )
}

/// The one result that all drivers of a report have.
fn one_result(report: &Report) -> (String, u64, u64, Vec<u64>) {
    let results: BTreeSet<_> = report.drivers.iter().map(result).collect();
    assert_eq!(results.len(), 1, "seed {}: {results:?}", report.seed);
    results.into_iter().next().unwrap()
}

/// The table that a saved report makes.
fn table(report: &Report) -> String {
    let style = regatta::report::Style {
        width: 140,
        colour: false,
    };
    regatta::report::table(report, &style)
}

#[test]
fn every_driver_finds_the_same_pages_by_their_links_and_names_the_same_lost_ones() {
    let faults = ["--latency=4ms", "--faults=404=15%,500=10%"];
    let patience = ["--attempts=6", "--back-off=2ms", "--driver=all"];
    for (seed, depth) in [("--seed=1", "--depth=3"), ("--seed=2", "--depth=2")] {
        let report = raced(&[&faults[..], &patience, &[seed, depth]].concat());
        assert_eq!(report.drivers.len(), 19);
        let (_, pages, errors, lost) = one_result(&report);
        assert!(errors > 0 && lost.len() as u64 == errors.min(10));
        for row in &report.drivers {
            let ledger = &row.samples[0].ledger;
            // What is lost was asked for; the rest nobody has heard of.
            assert_eq!(pages + errors + ledger.pages_missed, 60, "{}", row.name);
            assert_eq!(ledger.other_requests, 2, "the rules and the index");
        }
        let missed = report.drivers[0].samples[0].ledger.pages_missed;
        assert_eq!(missed > 0, depth == "--depth=2", "{missed}");
        let said = table(&report);
        assert!(said.contains("failed for every driver"), "{said}");
        assert!(said.contains(&format!("page{}", if errors > 1 { "s" } else { "" })));
    }
}

#[test]
fn a_queue_is_told_by_how_long_requests_were_in_it() {
    let report = raced(&["--slots=3:queue", "--latency=10ms", FEW]);
    assert_eq!(report.ideal_wall_ns, 200_000_000, "60 pages, 3 at once");
    one_result(&report);
    for row in &report.drivers {
        let ledger = &row.samples[0].ledger;
        assert!(ledger.queued > 0 && ledger.queue_wait_mean_ns > 0);
        assert_eq!(ledger.requests, 60, "none is sent twice for waiting");
    }
    assert!(table(&report).contains("queued"), "{}", table(&report));
}

#[test]
fn a_driver_that_is_turned_away_reports_its_retries() {
    let storm = ["--slots=2:reject", "--attempts=20", "--back-off=2ms"];
    let report = raced(&[&storm[..], &["--latency=10ms", FEW]].concat());
    one_result(&report);
    for row in &report.drivers {
        let (sample, ledger) = (&row.samples[0].sample, &row.samples[0].ledger);
        assert!(ledger.rejected > 0, "{}", row.name);
        assert_eq!(sample.retries, ledger.rejected, "{}", row.name);
        assert_eq!(ledger.requests, 60 + ledger.rejected, "{}", row.name);
    }
    let said = table(&report);
    assert!(
        said.contains("jected") && said.contains("requests"),
        "{said}"
    );
}

#[test]
fn what_stalls_is_given_up_and_nothing_else_is() {
    // A second is long enough for every other request, on a busy machine too.
    let stalls = ["--faults=stall=8%", "--timeout=1s", "--latency=4ms"];
    let patience = ["--attempts=6", "--back-off=2ms", "--seed=4"];
    let report = raced(&[&stalls[..], &patience, &[FEW]].concat());
    one_result(&report);
    for row in &report.drivers {
        let (sample, ledger) = (&row.samples[0].sample, &row.samples[0].ledger);
        assert!(sample.timeouts > 0, "{}", row.name);
        assert_eq!(sample.timeouts, ledger.clients_gone, "{}", row.name);
        assert_eq!(sample.timeouts, ledger.faults["stall"], "{}", row.name);
    }
    assert!(table(&report).contains("doned"), "{}", table(&report));
}

#[test]
fn who_agreed_to_a_rate_is_seen_to_keep_it() {
    let report = raced(&["--rate=200", "--latency=30ms", FEW]);
    for row in &report.drivers {
        let ahead_ns = row.samples[0].ledger.ahead_max_ns.unwrap();
        // That is what a row is held to; most are far below.
        assert!(ahead_ns <= 7 * 5_000_000, "{}: {ahead_ns}", row.name);
    }
}

#[test]
fn the_lag_of_event_loops_is_measured_when_asked_for_and_threads_have_none() {
    let report = raced(&[
        "--loop-lag",
        "--latency=40ms",
        "--driver=tokio*/hyper,smol/hyper,async-std/hyper,mio/raw,thread-pool/ureq",
    ]);
    for row in &report.drivers {
        let lag = row.samples[0].sample.loop_lag.as_ref();
        assert_eq!(
            lag.is_some(),
            row.model != "thread-pool",
            "{}: {lag:?}",
            row.name
        );
        // Ten waves of 40 ms have room for some 40 ticks.
        assert!(lag.is_none_or(|lag| lag.ticks >= 2 && lag.p99_ns <= lag.max_ns));
    }
    let said = table(&report);
    assert!(
        said.contains("lag p99") && said.contains("lag max"),
        "{said}"
    );
    let unasked = raced(&["--latency=20ms", "--driver=mio/raw"]);
    assert!(unasked.drivers[0].samples[0].sample.loop_lag.is_none());
}

#[test]
#[ignore = "takes half an hour: 20 seeds of two workloads with 19 drivers"]
fn the_real_scenarios_give_every_driver_the_same_result_over_twenty_seeds() {
    for seed in 1..=20 {
        for workload in ["flaky", "crawl"] {
            let mut command = crate::support::regatta();
            command.args(["report", "--rounds=1", "--driver=all", "--format=json"]);
            command.args(["--quiet", "--workload", workload]);
            let output = run({
                command.args(["--seed", &seed.to_string()]);
                command
            });
            let report = read(&output);
            assert_eq!(report.drivers.len(), 19);
            for row in &report.drivers {
                let why = (seed, workload, &row.name, &row.reason);
                assert_eq!(row.status, Status::Ok, "{why:?}");
            }
            let (digest, pages, errors, _) = one_result(&report);
            let requests = report.drivers[0].samples[0].ledger.requests;
            eprintln!(
                "{workload}, seed {seed}: {pages} pages, {errors} lost, {requests} requests, digest {digest}"
            );
        }
    }
}
