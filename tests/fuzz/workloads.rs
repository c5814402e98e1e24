//! Files of workloads, and the small languages in them.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use regatta::site::workload::load::from_toml;
use regatta::site::workload::{Faults, Latency, Slots, Span, Workload};
use toml::Table;

use super::run::{Target, must};

const WORDS: [&str; 30] = [
    "pages = ",
    "concurrency = ",
    "latency = \"",
    "20ms",
    "0ms",
    "1ns",
    "584y",
    "99999999y",
    "fixed 20ms",
    "uniform 1ms..2ms",
    "lognormal p50 20ms p99 2s",
    "5ms..1s",
    "503=1%",
    "503=100%",
    "stall=50%",
    "429=20%;retry-after=1s",
    "truncate",
    "reset",
    "slow",
    "10:reject",
    "10:queue",
    "attempts = ",
    "timeout = \"",
    "back-off = \"",
    "rate = ",
    "depth = ",
    "store = \"jsonl\"",
    "parse = \"titles\"",
    "[a.b]",
    "[[a]]",
];

#[test]
fn workloads() {
    let target = Target {
        more: &["fixtures/workloads"],
        ..Target::new("workloads", &WORDS)
    };
    target.hold(|input| {
        let text = String::from_utf8_lossy(input);
        let Ok(table) = text.parse::<Table>() else {
            return;
        };
        let workload = match from_toml("fuzz", &table) {
            Ok(workload) => workload,
            Err(error) => return assert!(!format!("{error:#}").is_empty()),
        };
        must("what was read stands", workload.check());
        let json = must("written", serde_json::to_string(&workload));
        let again: Workload = must(&json, serde_json::from_str(&json));
        assert_eq!(again, workload, "written and read again");
        // What it costs grows with the pages; a file of two lines may ask for
        // all there are.
        if workload.pages <= 2_000 {
            let _ = workload.predicted(u64::MAX).ideal(workload.concurrency);
        }
    });
}

#[test]
fn values() {
    let target = Target::new("values", &WORDS);
    target.hold(|input| {
        let text = String::from_utf8_lossy(input);
        for line in text.lines() {
            again::<Faults>(line);
            again::<Latency>(line);
            again::<Slots>(line);
            again::<Span>(line);
            let _ = line.parse::<regatta::measure::slowdown::Slowdown>();
            let _ = line.parse::<regatta::teach::lesson::Formula>();
            if let Ok(spec) = line.parse::<regatta::store::Spec>() {
                let _ = format!("{spec} {spec:?}");
            }
            if let Ok(latency) = line.parse::<Latency>() {
                let _ = (latency.delay(1, 2, 3), latency.delays(u64::MAX, 50));
            }
            if let Ok(faults) = line.parse::<Faults>() {
                let _ = (faults.draw(1, 2, 3), faults.attempts(1, 2, 20));
            }
        }
    });
}

/// What is printed is read again as the same.
fn again<T: FromStr<Err: Display> + Display + PartialEq + Debug>(text: &str) {
    match text.parse::<T>() {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(value) => {
            let printed = value.to_string();
            let again = must(&printed, printed.parse::<T>());
            assert_eq!(again, value, "printed as {printed:?}");
        }
    }
}
