//! Traps without the mistake: drivers like any other in a report.

use regatta::measure::flag::Flag;
use regatta::report::Status;

use crate::support::{read, report, row, run, stderr};

#[test]
fn fixed_programs_stand_and_have_a_place_and_their_traps_have_none() {
    let fixed = "fixed/blocking-in-async,fixed/cpu-on-the-loop";
    let all = format!("--driver={fixed},trap/blocking-in-async");
    let output = run(report(&["--format=json", "--threads=1", &all]));
    assert!(output.status.success(), "{}", stderr(&output));
    let report = read(&output);
    for name in fixed.split(',') {
        let row = row(&report, name);
        assert_eq!(row.status, Status::Ok, "{name}: {:?}", row.reason);
        assert!(row.summary.as_ref().unwrap().rank > 0, "{name}");
        assert!(
            !row.flags
                .iter()
                .any(|flag| matches!(flag, Flag::Trap { .. }))
        );
        // On one thread of the runtime, which the trap holds.
        assert_eq!(row.samples[0].ledger.in_flight_peak, 8, "{name}");
    }
    let trap = row(&report, "trap/blocking-in-async");
    assert_eq!(trap.summary.as_ref().unwrap().rank, 0);
    assert_eq!(trap.samples[0].ledger.in_flight_peak, 1);
}

#[test]
fn they_are_no_pair_of_a_model_and_a_client() {
    let both = "--driver=fixed/blocking-in-async,tokio/raw";
    let output = run(report(&["--format=two-way", both]));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("tokio") && !text.contains("fixed"), "{text}");
}
