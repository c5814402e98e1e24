//! Bad input: every error says what happened, why, and what to type next.

use std::fs;

use crate::support::{regatta, report, run, stderr};

/// Runs the report with flags that cannot be right.
fn rejected(args: &[&str]) -> String {
    let mut command = regatta();
    command.arg("report").args(args);
    let output = run(command);
    assert!(!output.status.success(), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?} prints no report");
    stderr(&output)
}

#[test]
fn invalid_flags_are_rejected_with_a_remedy() {
    for (args, words) in [
        (&["--workload=quik"][..], &["quik", "quick, article"][..]),
        (&["--workload=none.toml"], &["none.toml", "exists"]),
        (&["--driver=tokyo/*"], &["tokyo", "regatta drivers"]),
        (&["--concurrency=0"], &["concurrency", "from 1 to 100000"]),
        (&["--pages=10"], &["`concurrency` 20", "at most 10"]),
        (&["--pages=0"], &["--pages", "from 1 to 100000"]),
        (&["--pages=-1"], &["--pages", "must be positive"]),
        (&["--latency=soon"], &["soon", "20ms"]),
        (&["--latency=2h"], &["2h"]),
        (&["--rounds=0"], &["--rounds"]),
        (&["--budget=soon"], &["45s"]),
        (&["--threads=0"], &["1 to 1024"]),
        (&["--format=xml"], &["xml", "markdown"]),
        (
            &["--from=none.json", "--pages=7"],
            &["--pages", "cannot be used"],
        ),
        // Found out at once, not after three quarters of a minute.
        (
            &["--output=/nowhere/at/all.json"],
            &["/nowhere/at/all.json"],
        ),
        (&["--from=none.json"], &["none.json"]),
        (
            &["--concurrency=90000", "--pages=90000"],
            &["descriptors", "ulimit"],
        ),
    ] {
        let error = rejected(args);
        for word in words {
            assert!(error.contains(word), "{args:?} says {word:?}:\n{error}");
        }
    }
}

#[test]
fn a_workload_file_is_a_workload() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("mine.toml");
    let text = "why = 'mine'\npages = 8\nconcurrency = 4\nlatency = '20ms'\nparse = 'none'\n";
    fs::write(&file, text).unwrap();
    let mut command = regatta();
    command
        .args(["report", "--rounds=1", "--driver=mio/raw", "--workload"])
        .arg(&file);
    let output = run(command);
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        table.contains("mine") && table.contains("8 pages"),
        "{table}"
    );
    fs::write(&file, text.replace("pages = 8", "pges = 8")).unwrap();
    let error = rejected(&["--workload", file.to_str().unwrap()]);
    assert!(
        error.contains("mine.toml") && error.contains("`pges`"),
        "{error}"
    );
}

#[test]
fn an_output_that_cannot_be_written_is_told_and_nothing_is_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing").join("report.json");
    let output = run(report(&[
        "--driver=mio/raw",
        "--output",
        missing.to_str().unwrap(),
    ]));
    assert!(!output.status.success());
    assert!(stderr(&output).contains("missing"), "{}", stderr(&output));
}
