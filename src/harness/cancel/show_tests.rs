//! The table of endings, from simulated findings.

use super::super::findings::CancelRun;
use super::*;
use crate::measure::sample::Machine;

fn row(driver: &str, cancel_mode: &str, abort_ms: u64) -> CancelRow {
    let run = |ending| CancelRun {
        round: 1,
        ending,
        took_ns: match ending {
            Ending::Abort => abort_ms * 1_000_000,
            _ => 1_000_000,
        },
        pages: 2,
        lost: 3,
        abandoned: 4,
    };
    CancelRow {
        driver: driver.to_owned(),
        cancel_mode: cancel_mode.to_owned(),
        rejected: None,
        runs: Ending::ALL.map(run).into(),
    }
}

fn findings(rows: Vec<CancelRow>) -> CancelReport {
    CancelReport {
        schema: "regatta-cancel/1".to_owned(),
        taken_at: "2026-11-21T11:27:16Z".to_owned(),
        partial: false,
        host: Machine::default(),
        concurrency: 20,
        rounds: 1,
        seed: 1,
        ask_after_ns: 150_000_000,
        answer_after_ns: 300_000_000,
        timeout_ns: 100_000_000,
        rows,
    }
}

fn shown(findings: &CancelReport) -> String {
    table(findings, &Style::default())
}

/// Whether the text has the sentence, wherever its lines break.
fn says(text: &str, sentence: &str) -> bool {
    let words = text.split_whitespace().collect::<Vec<_>>();
    words.join(" ").contains(sentence)
}

#[test]
fn a_row_has_a_time_for_each_ending_and_the_counts_of_a_round() {
    let text = shown(&findings(vec![row("thread-per-page/ureq", "shut down", 7)]));
    let line = text
        .lines()
        .find(|line| line.starts_with("thread-per-page"));
    let cells: Vec<&str> = line.unwrap().split_whitespace().collect();
    let expected = "thread-per-page/ureq shut down 1.0 7.0 1.0 1.0 1.0 20 10 15";
    assert_eq!(cells.join(" "), expected);
    assert!(
        says(&text, "the slowest is thread-per-page/ureq with 7.0 ms"),
        "{text}"
    );
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn a_driver_that_is_slow_to_abort_is_named() {
    let slow = row("slow/raw", "dropped", 101);
    let text = shown(&findings(vec![slow, row("quick/raw", "closed", 1)]));
    assert!(says(&text, "not ended within 100 ms: slow/raw."), "{text}");
}

#[test]
fn a_rejected_row_has_its_reason_and_no_numbers() {
    let mut rejected = row("odd/raw", "closed", 1);
    rejected.runs.clear();
    rejected.rejected = Some("abort: 3 requests were left behind at the server".to_owned());
    let findings = findings(vec![rejected]);
    let text = shown(&findings);
    assert!(findings.any_rejected());
    assert!(text.contains("odd/raw  rejected, see below\n"), "{text}");
    assert!(
        says(&text, "odd/raw: abort: 3 requests were left"),
        "{text}"
    );
    assert!(!text.contains("n/a"), "{text}");
}

#[test]
fn only_the_cancel_modes_in_the_table_are_explained() {
    let text = shown(&findings(vec![row("mio/raw", "closed", 1)]));
    assert!(text.contains("\nclosed     the event loop"), "{text}");
    assert!(
        !text.contains("the future") && !text.contains("the thread"),
        "{text}"
    );
}

#[test]
fn what_is_saved_is_read_again() {
    let findings = findings(vec![row("mio/raw", "closed", 1)]);
    let read: CancelReport = serde_json::from_str(&json(&findings)).unwrap();
    assert_eq!(read, findings);
}

#[test]
fn what_was_cut_short_says_so() {
    let partial = CancelReport {
        partial: true,
        ..findings(Vec::new())
    };
    assert!(shown(&partial).contains("cut short"));
}
