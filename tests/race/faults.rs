//! A server with bad days: every driver comes through with the same result.

use std::process::Output;

use regatta::report::{DriverReport, Status};

use crate::support::{read, report, run, stderr};

const SCENARIO: [&str; 5] = [
    "--format=json",
    "--quiet",
    "--pages=60",
    "--concurrency=6",
    "--parse=none",
];

fn raced(args: &[&str]) -> Output {
    run(report(&[&SCENARIO[..], args].concat()))
}

fn stands(row: &DriverReport) {
    assert_eq!(row.status, Status::Ok, "{}: {:?}", row.name, row.reason);
}

#[test]
fn every_driver_comes_through_with_every_page() {
    let faults = "--faults=500=12%,503=4%:0s,reset=5%,break=5%,truncate=5%";
    for seed in ["--seed=1", "--seed=2"] {
        let patience = ["--attempts=8", "--back-off=2ms", "--latency=4ms"];
        let output = raced(&[&patience[..], &[faults, seed, "--driver=all"]].concat());
        let rows = read(&output).drivers;
        assert_eq!(rows.len(), 19);
        for row in &rows {
            // An accepted row has every page that can be fetched, with as many
            // requests as the seed predicts.
            stands(row);
            assert_eq!(row.samples[0].sample.pages, 60);
            assert!(row.samples[0].sample.retries > 5, "{}", row.name);
        }
    }
}

#[test]
fn pages_that_fail_are_counted_and_the_rest_is_verified() {
    let once = ["--attempts=1", "--latency=4ms", "--faults=500=20%,404=10%"];
    let drivers = "--driver=thread-pool/ureq,tokio/reqwest,smol/hyper,mio/raw";
    let output = raced(&[&once[..], &["--seed=1", drivers]].concat());
    for row in read(&output).drivers {
        stands(&row);
        let sample = &row.samples[0].sample;
        assert!(sample.errors > 5, "of 60 pages about 18 fail");
        assert_eq!(sample.pages + sample.errors, 60);
        assert!(sample.first_error.as_ref().unwrap().contains("status"));
    }
}

#[test]
fn a_rate_is_kept_by_every_model() {
    let output = raced(&["--rate=300", "--latency=2ms", "--driver=*/raw"]);
    let report = read(&output);
    // The last of 60 requests leaves when 59 slots have passed.
    assert_eq!(report.ideal_wall_ns, 59 * 3_333_334 + 2_000_000);
    for row in &report.drivers {
        // None is faster than its ideal, which is that of the rate.
        stands(row);
    }
}

#[test]
fn invalid_faults_are_rejected_with_an_example() {
    for (flag, says) in [
        ("--faults=500=5", "expected 0% to 100%"),
        ("--attempts=0", "expected a whole number from 1 to 20"),
        ("--back-off=50", "example 50ms"),
    ] {
        let output = raced(&[flag]);
        assert!(!output.status.success());
        assert!(stderr(&output).contains(says), "{}", stderr(&output));
    }
}
