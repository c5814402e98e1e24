//! Drivers that do what they say.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use regatta::measure::flag::Flag;
use regatta::report::Status;

use crate::support::{read, regatta, report, row, run, stderr};

#[test]
fn every_driver_is_raced_verified_and_given_its_numbers() {
    let mut command = report(&["--driver=all", "--format=json"]);
    // One thread for each runtime: the same on every machine.
    command.args(["--threads=1", "--seed=7"]);
    let output = run(command);
    assert!(output.status.success(), "{}", stderr(&output));
    let report = read(&output);
    assert_eq!(report.drivers.len(), regatta::drivers::all().len());
    for driver in &report.drivers {
        let says = format!("{}: {:?}", driver.name, driver.reason);
        assert_eq!(driver.status, Status::Ok, "{says}");
        let run = &driver.samples[0];
        assert_eq!((run.sample.pages, run.ledger.requests), (16, 16), "{says}");
        assert_eq!(run.sample.bytes, 16 * 15_360, "{says}");
        assert!(run.sample.titles >= 16 * 12, "{says}");
        assert!(run.ledger.request_head.is_some(), "{says}");
        assert!(driver.summary.is_some(), "{says}");
        assert!(
            driver
                .heap
                .as_ref()
                .is_some_and(|heap| heap.allocations > 0),
            "{says}"
        );
    }
    let digests: BTreeSet<_> = report
        .drivers
        .iter()
        .map(|driver| &driver.samples[0].sample.digest)
        .collect();
    assert_eq!(digests.len(), 1, "all have read the same");
}

#[test]
fn the_same_seed_makes_the_same_scenario_and_the_same_order() {
    let order = || {
        let mut command = report(&["--driver=tokio/*,mio/*", "--format=json", "--seed=3"]);
        command.args(["--latency=uniform:40ms:60ms", "--rounds=2"]);
        let report = read(&run(command));
        let delays: Vec<u64> = report
            .drivers
            .iter()
            .map(|row| row.samples[0].ledger.delay_mean_ns)
            .collect();
        (report.ideal_wall_ns, delays)
    };
    assert_eq!(order(), order());
}

#[test]
fn a_saved_report_renders_again_byte_for_byte_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("saved.json");
    let file = file.to_str().unwrap();
    let made = run(report(&[
        "--driver=mio/raw",
        "--format=json",
        "--output",
        file,
    ]));
    assert!(made.status.success(), "{}", stderr(&made));
    let from = |format| {
        let mut command = regatta();
        command.args(["report", "--from", file, "--format", format]);
        run(command).stdout
    };
    for format in ["table", "markdown", "csv", "json"] {
        let again = || from(format);
        assert!(!again().is_empty());
        assert_eq!(again(), again(), "{format}");
    }
    let json = from("json");
    assert_eq!(json, std::fs::read(file).unwrap());
}

#[test]
fn the_report_binary_starts_the_regatta_beside_it() {
    let output = Command::new(env!("CARGO_BIN_EXE_report"))
        // Started by cargo it would build regatta, with features other than the
        // tests'.
        .env_remove("CARGO")
        .args([
            "--pages=8",
            "--concurrency=4",
            "--latency=20ms",
            "--rounds=1",
            "--driver=mio/raw",
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("mio/raw"),
        "{text}{}",
        stderr(&output)
    );
}

#[test]
fn the_report_binary_passes_the_exit_code_on() {
    let output = Command::new(env!("CARGO_BIN_EXE_report"))
        .env_remove("CARGO")
        .arg("--no-such-flag")
        .output()
        .unwrap();
    let mut direct = regatta();
    direct.args(["report", "--no-such-flag"]);
    let direct = run(direct);
    assert_eq!(output.status.code(), direct.status.code());
    assert_eq!(stderr(&output), stderr(&direct));
}

#[test]
fn the_report_binary_alone_says_how_to_build_regatta() {
    let folder = tempfile::tempdir().unwrap();
    let alone = folder.path().join("report");
    std::fs::copy(env!("CARGO_BIN_EXE_report"), &alone).unwrap();
    let run = || Command::new(&alone).env_remove("CARGO").output();
    let output = regatta::harness::process::once_written(run).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(
        text.contains("cargo build --release --bin regatta"),
        "{text}"
    );
}

#[test]
fn progress_goes_to_standard_error_and_the_report_alone_to_standard_output() {
    let output = run(report(&["--driver=mio/raw", "--format=csv"]));
    assert!(stderr(&output).contains("round 1"), "{}", stderr(&output));
    assert!(
        String::from_utf8_lossy(&output.stdout).starts_with("driver,model,"),
        "only the CSV"
    );
    let quiet = run(report(&["--driver=mio/raw", "--quiet"]));
    assert_eq!(stderr(&quiet), "");
}

#[test]
fn a_noisy_neighbour_is_told() {
    let stop = AtomicBool::new(false);
    let report = std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores {
            scope.spawn(|| {
                while !stop.load(Relaxed) {
                    black_box(0);
                }
            });
        }
        let mut command = report(&["--driver=mio/raw", "--format=json"]);
        command.args(["--rounds=3", "--latency=100ms"]);
        let output = run(command);
        stop.store(true, Relaxed);
        read(&output)
    });
    let flags = &row(&report, "mio/raw").flags;
    if cfg!(target_os = "linux") {
        assert!(
            flags.iter().any(|flag| matches!(flag, Flag::Noisy(_))),
            "{flags:?}"
        );
    }
}
