//! A build whose worker lies is refused by `compare`, with the reason: it is
//! never praised for what it did not do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use super::{compare_with, regatta, said};

/// Each lie, and what the refusal says about it.
const LIES: [(&str, &str); 34] = [
    ("replay", "never requested 60 pages"),
    ("head", "sent 60 requests by HEAD"),
    ("half", "its requests came over|never requested 30 pages"),
    ("twice", "its requests came over"),
    // Into which steps they fall is a matter of chance.
    (
        "ahead",
        "requests came over|may have sent them|opened 21 connections|before it had its job",
    ),
    (
        "elsewhere",
        "sent 1 request for something other than a page",
    ),
    ("pages-0-later", "visited 0 of 60 pages"),
    ("errors-later", "1 page failed"),
    ("retries-later", "reports 5 retries"),
    ("digest-later", "digest of the bytes"),
    ("bytes-7", "says it read 7 bytes"),
    ("titles-3", "says it read 3 titles"),
    ("wall-1-ns-later", "below the ideal"),
    ("wall-short", "was due|its requests came over"),
    ("wall-twice", "after it had its job"),
    ("start-0", "starting the driver took no time"),
    ("mean-1-ns-later", "says its mean latency"),
    ("p50-1-ns-later", "says its p50 latency"),
    ("p99-1-ns", "latencies are not in order"),
    ("max-1-ns-later", "latencies are not in order"),
    ("no-histogram-later", "histogram holds 0 pages"),
    ("histogram-1-ns-later", "histogram"),
    ("cpu-half", "CPU time"),
    ("cpu-half-later", "CPU time"),
    ("cpu-twice", "CPU time"),
    ("cpu-0", "CPU time"),
    ("cpu-null", "reports no CPU time"),
    ("peak-3-MB", "says it had 3.0 MB"),
    ("peak-0", "says it had 0.0 MB"),
    ("allocations-0", "reports 0 allocations"),
    ("allocated-0", "of 0 bytes"),
    ("heap-replay", "sent 0 requests"),
    ("heap-pages-1", "visited 1 of 60 pages"),
    ("peak-null", "reports no memory"),
];

/// The worker that lies, run by the interpreter itself: a wrapper that looks for
/// it would use CPU time of its own.
fn lying(directory: &Path) -> Option<String> {
    let python = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable, end='')"])
        .output();
    let Ok(python) = python else {
        eprintln!("SKIPPED: there is no python3 here to run the worker that lies");
        return None;
    };
    let python = String::from_utf8(python.stdout).unwrap();
    let program = directory.join("lying_worker");
    let script = include_str!("lying_worker.py");
    let (_, script) = script.split_once('\n').unwrap();
    fs::write(&program, format!("#!{python}\n{script}")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    Some(program.to_str().unwrap().to_owned())
}

fn compared(lying: &str, lie: &str) -> Output {
    let this = env!("CARGO_BIN_EXE_regatta");
    let mut command = regatta();
    command.env("REAL", this).env("LIE", lie);
    compare_with(command, this, lying, &["--pairs=12"])
}

#[test]
fn every_lie_of_a_worker_is_refused_with_its_own_reason() {
    let directory = tempfile::tempdir().unwrap();
    let Some(lying) = lying(directory.path()) else {
        return;
    };
    let mut complaints = Vec::new();
    for (lie, reason) in LIES {
        let output = compared(&lying, lie);
        // The table wraps the reason.
        let text = said(&output);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let refused = output.status.code() == Some(1) && text.contains("failed: ");
        let refused = refused && text.contains("the new build");
        let is_own = reason.split('|').any(|reason| text.contains(reason));
        if !refused || !is_own || text.contains("IMPROVED") {
            complaints.push(format!("{lie}: expected {reason:?} in {text}"));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn an_honest_worker_behind_a_relay_is_not_refused() {
    let directory = tempfile::tempdir().unwrap();
    let Some(lying) = lying(directory.path()) else {
        return;
    };
    let output = compared(&lying, "none");
    assert_ne!(output.status.code(), Some(1), "{}", said(&output));
}
