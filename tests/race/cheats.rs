//! Drivers that cheat: each is rejected, and for its own reason.

use regatta::report::Status;

use crate::support::{read, report, row, run};

const LIES: [(&str, &str); 11] = [
    ("skips-a-page", "visited 15 of 16 pages"),
    (
        "fetches-twice",
        "requested 1 page more than once; the first: page 7",
    ),
    (
        "makes-pages-up",
        "never requested 1 page; the first: page 7",
    ),
    ("serves-from-cache", "15 pages failed"),
    ("truncates", "15359 bytes"),
    ("swaps-pages", "16 pages failed"),
    (
        "reconnects",
        "opened 16 connections, and at most 8 are allowed",
    ),
    ("exceeds", "had 16 in flight"),
    ("holds-back", "never had 8 in flight; the most was 4"),
    ("starts-early", "below the ideal"),
    ("leaves", "abandoned 1 request before"),
];

#[test]
fn every_cheat_is_rejected_for_its_own_reason_and_has_no_numbers() {
    let output = run(report(&[
        "--driver=cheat/*",
        "--format=json",
        "--patience=2s",
    ]));
    assert_eq!(output.status.code(), Some(4));
    let report = read(&output);
    for (cheat, why) in LIES {
        let row = row(&report, &format!("cheat/{cheat}"));
        let reason = row.reason.as_deref().unwrap_or_default();
        assert_eq!(row.status, Status::Rejected, "{cheat}: {reason}");
        assert!(
            reason.contains(why),
            "{cheat} is rejected because {reason:?}, not {why:?}"
        );
        assert_eq!(row.summary, None, "{cheat} has no numbers");
    }
    for (cheat, why) in [
        ("crashes", "crashes on purpose"),
        ("hangs", "no answer within"),
        ("babbles", "trust me"),
        ("ignores-robots", "use --workload crawl"),
        ("ignores-the-rate", "use --workload polite"),
        ("gives-up-early", "use --workload stalls"),
        ("hides-retries", "use --workload storm"),
    ] {
        let row = row(&report, &format!("cheat/{cheat}"));
        let reason = row.reason.as_deref().unwrap_or_default();
        assert_eq!(row.status, Status::Failed, "{cheat}: {reason}");
        assert!(
            reason.contains(why),
            "{cheat} failed because {reason:?}, not {why:?}"
        );
    }
}

#[test]
fn rules_of_some_scenarios_are_verified_there() {
    for (cheat, scenario, why) in [
        ("ignores-robots", &["--depth=3"][..], "a crawl takes 2"),
        ("ignores-the-rate", &["--rate=100"], "ahead of the rate"),
        (
            "gives-up-early",
            &["--timeout=20s", "--attempts=2"],
            "abandoned 1 request before the answer",
        ),
        (
            "hides-retries",
            &["--slots=2:reject", "--attempts=20"],
            "but reports 40",
        ),
    ] {
        let driver = format!("--driver=cheat/{cheat}");
        let mut command = report(&[&driver, "--format=json", "--pages=40"]);
        command.args(scenario);
        let report = read(&run(command));
        let row = row(&report, &format!("cheat/{cheat}"));
        let reason = row.reason.as_deref().unwrap_or_default();
        assert_eq!(row.status, Status::Rejected, "{cheat}: {reason}");
        assert!(reason.contains(why), "{cheat}: {reason:?}, not {why:?}");
    }
}

#[test]
fn without_latency_a_head_start_is_still_seen() {
    let mut command = report(&["--driver=cheat/starts-early", "--format=json"]);
    command.args(["--latency=0ms", "--pages=4000", "--parse=none"]);
    let report = read(&run(command));
    let reason = row(&report, "cheat/starts-early")
        .reason
        .clone()
        .unwrap_or_default();
    // It goes on past the last page. If the machine delays its end, its wall time
    // is long enough for all its requests, and only the surplus request shows
    // the cheat.
    let seen = ["its requests came over", "for something other than a page"];
    assert!(seen.iter().any(|way| reason.contains(way)), "{reason:?}");
}

#[test]
fn a_correct_driver_beside_a_cheat_keeps_its_row() {
    let mut command = report(&["--driver=cheat/crashes,mio/raw", "--format=table"]);
    command.args(["--width=80"]);
    let output = run(command);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(4));
    assert!(table.contains("1  mio/raw"), "{table}");
    assert!(table.contains("failed: the driver panicked"), "{table}");
}
