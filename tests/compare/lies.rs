//! A build whose worker lies is refused by `compare`, with the reason: it is
//! never praised for what it did not do.

use std::process::Command;

use super::{compare_with, regatta, said};

/// Each lie, and what the refusal says about it.
const LIES: [(&str, &str); 13] = [
    ("replay", "never requested 60 pages"),
    ("half", "its requests came over"),
    ("twice", "its requests came over"),
    // Into which steps they fall is a matter of chance.
    (
        "ahead",
        "requests came over|may have sent them|opened 21 connections",
    ),
    (
        "elsewhere",
        "sent 1 request for something other than a page",
    ),
    ("pages-0-later", "visited 0 of 60 pages"),
    ("wall-1-ns-later", "below the ideal"),
    ("digest-later", "digest of the bytes"),
    ("errors-later", "1 page failed"),
    ("allocations-0", "reports 0 allocations"),
    ("allocated-0", "of 0 bytes"),
    ("heap-pages-1", "visited 1 of 60 pages"),
    ("heap-replay", "sent 0 requests"),
];

fn lying() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/compare/lying_worker.py").to_owned()
}

#[test]
fn every_lie_of_a_worker_is_refused_with_its_own_reason() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no python3 here to run the worker that lies");
        return;
    }
    let this = env!("CARGO_BIN_EXE_regatta");
    let mut complaints = Vec::new();
    for (lie, reason) in LIES {
        let mut command = regatta();
        command.env("REAL", this).env("LIE", lie);
        let output = compare_with(command, this, &lying(), &["--pairs=12"]);
        // The table wraps the reason.
        let text = said(&output);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let refused = output.status.code() == Some(1) && text.contains("failed: ");
        let refused = refused && text.contains("the new build");
        if !refused
            || !reason.split('|').any(|reason| text.contains(reason))
            || text.contains("IMPROVED")
        {
            complaints.push(format!("{lie}: expected {reason:?} in {text}"));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn an_honest_worker_behind_a_relay_is_not_refused() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no python3 here to run the relay");
        return;
    }
    let this = env!("CARGO_BIN_EXE_regatta");
    let mut command = regatta();
    command.env("REAL", this).env("LIE", "none");
    let output = compare_with(command, this, &lying(), &["--pairs=12"]);
    assert_ne!(output.status.code(), Some(1), "{}", said(&output));
}
