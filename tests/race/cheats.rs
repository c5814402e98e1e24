//! Drivers that cheat: each is rejected, and for its own reason.

use regatta::report::Status;

use crate::support::{read, report, row, run};

const LIES: [(&str, &str); 11] = [
    ("skips-a-page", "visited 15 of 16 pages"),
    (
        "fetches-twice",
        "more than once for 1 page; the first: page 7",
    ),
    (
        "makes-pages-up",
        "never asked the server for 1 page; the first: page 7",
    ),
    ("serves-from-cache", "15 pages failed"),
    ("truncates", "15359 bytes"),
    ("swaps-pages", "16 pages failed"),
    ("reconnects", "opened 16 connections, and 8 are allowed"),
    ("exceeds", "had 16 in flight"),
    ("holds-back", "never had 8 in flight, 4 at most"),
    ("starts-early", "below the ideal"),
    ("leaves", "went away before 1"),
];

#[test]
fn every_cheat_is_refused_for_its_own_reason_and_has_no_numbers() {
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
        ("ignores-robots", "give it --workload crawl"),
        ("ignores-the-rate", "give it --workload polite"),
        ("gives-up-early", "give it --workload stalls"),
        ("hides-retries", "give it --workload storm"),
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
fn what_is_only_asked_for_on_some_scenarios_is_held_to_there() {
    for (cheat, scenario, why) in [
        ("ignores-robots", &["--depth=3"][..], "a crawl takes 2"),
        ("ignores-the-rate", &["--rate=100"], "ahead of the rate"),
        (
            "gives-up-early",
            &["--timeout=20s", "--attempts=2"],
            "went away before 1 of its answers",
        ),
        (
            "hides-retries",
            &["--slots=2:reject", "--attempts=20"],
            "and says 40",
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
    // It goes on until there is no page any more. Where the machine keeps it
    // from ending at once, its wall time is long enough for all its requests,
    // and the one too many is what gives it away.
    let seen = ["its requests came over", "requests for what is no page"];
    assert!(seen.iter().any(|way| reason.contains(way)), "{reason:?}");
}

#[test]
fn an_honest_driver_beside_a_cheat_keeps_its_row() {
    let mut command = report(&["--driver=cheat/crashes,mio/raw", "--format=table"]);
    command.args(["--width=80"]);
    let output = run(command);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(4));
    assert!(table.contains("1  mio/raw"), "{table}");
    assert!(table.contains("failed: its worker ended"), "{table}");
}
