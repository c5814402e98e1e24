//! Whether the figures of a report follow from its samples. A saved report is a
//! file, and a file can be edited.
//!
//! Everything here is a pure function of the report. What takes the scenario as
//! well is in `harness::recheck`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{DriverReport, Report, Status, summarise};

/// How far two numbers may differ that were computed from the same samples: a
/// logarithm may differ in its last digit from machine to machine.
const SAME: f64 = 1e-9;
/// More than any figure of an honest run: nanoseconds of eleven days, bytes of a
/// thousand terabytes. Sums of them fit into 64 bits.
const MOST: f64 = 1e15;
/// How the names of moments end. They count from the start of the machine, which
/// may be months ago, and are only compared with each other.
const MOMENT: &str = "_at_ns";
/// More threads than any machine has.
const MOST_THREADS: u64 = 10_000;

/// What does not follow, a sentence each; empty for an honest report.
#[must_use]
pub fn differences(report: &Report) -> Vec<String> {
    let impossible = impossible(report);
    if !impossible.is_empty() {
        return impossible;
    }
    let mut found = twice(report);
    found.extend(report.drivers.iter().filter_map(|row| samples(report, row)));
    found.extend(rounds(report));
    found.extend(summaries(report));
    found
}

/// Numbers that no run has: the rest computes with them.
fn impossible(report: &Report) -> Vec<String> {
    let mut found = Vec::new();
    let threads = [
        ("server_threads", report.server_threads),
        ("runtime_threads", report.runtime_threads),
        ("cores", report.host.cores),
    ];
    let ledgers = report.drivers.iter().flat_map(|row| &row.samples);
    let ledgers = ledgers.map(|run| ("server_threads", run.ledger.server_threads));
    let most = threads.into_iter().chain(ledgers);
    found.extend(
        most.filter(|(_, count)| *count > MOST_THREADS)
            .map(|(key, count)| format!("its {key} is {count}, and no machine has as many")),
    );
    if report.ideal_wall_ns as f64 > MOST {
        found.push(format!(
            "its ideal_wall_ns is {}, which nobody waits for",
            report.ideal_wall_ns
        ));
    }
    for row in &report.drivers {
        // Every number of a row has a form in JSON.
        let value = serde_json::to_value(row).unwrap_or_default();
        if let Some(place) = too_large(&value) {
            found.push(format!(
                "{}: {} is larger than any measured figure",
                row.name,
                place.trim_start_matches('.')
            ));
        }
    }
    found
}

/// The place of a number beyond [`MOST`], as `samples[1].wall_ns`.
fn too_large(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => {
            let size = number.as_f64().unwrap_or(f64::INFINITY).abs();
            (size.is_nan() || size > MOST).then(String::new)
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| Some(format!("[{index}]{}", too_large(item)?))),
        Value::Object(fields) => fields
            .iter()
            .filter(|(key, _)| !key.ends_with(MOMENT))
            .find_map(|(key, field)| Some(format!(".{key}{}", too_large(field)?))),
        _ => None,
    }
}

/// Drivers with more than one row.
fn twice(report: &Report) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let again = report.drivers.iter().filter(|row| !seen.insert(&row.name));
    again
        .map(|row| format!("{} has more than one row", row.name))
        .collect()
}

/// A row that is ok has samples of rounds one after the other, none rejected.
fn samples(report: &Report, row: &DriverReport) -> Option<String> {
    if row.status != Status::Ok {
        return None;
    }
    let name = &row.name;
    if let Some(reason) = &row.reason {
        return Some(format!(
            "{name} is ok, and yet has a reason not to be: {reason}"
        ));
    }
    if let Some(run) = row.samples.iter().find(|run| run.rejected.is_some()) {
        return Some(format!(
            "{name} is ok, and its run in round {} was rejected",
            run.round
        ));
    }
    let order = (1..)
        .zip(&row.samples)
        .find(|(round, run)| *round != run.round);
    if let Some((round, run)) = order {
        return Some(format!(
            "{name} has a sample of round {} in the place of round {round}",
            run.round
        ));
    }
    let visited = row
        .samples
        .iter()
        .find(|run| run.sample.pages > report.workload.pages);
    visited.map(|run| {
        format!(
            "{name} visited {} pages in round {}, and the workload has {}",
            run.sample.pages, run.round, report.workload.pages
        )
    })
}

/// A report has the round of its latest sample. It has more if it was interrupted,
/// and one more if no driver survived the last.
fn rounds(report: &Report) -> Option<String> {
    let all = report.drivers.iter().flat_map(|row| &row.samples);
    let latest = all.map(|run| run.round).max()?;
    let without_sample = report.rounds.checked_sub(latest);
    let may_lack_last = report.drivers.iter().any(|row| row.status != Status::Ok);
    let holds = match without_sample {
        Some(0) => true,
        Some(1) => report.partial || may_lack_last,
        Some(_) => report.partial,
        None => false,
    };
    (!holds).then(|| {
        format!(
            "it has {} rounds, and its samples have {latest}",
            report.rounds
        )
    })
}

/// Summaries that the samples do not make.
fn summaries(report: &Report) -> Vec<String> {
    let mut again = report.clone();
    summarise(&mut again);
    let rows = report.drivers.iter().zip(&again.drivers);
    rows.filter_map(|(saved, made)| {
        // Every number of a summary has a form in JSON.
        let value = |row: &DriverReport| serde_json::to_value(&row.summary).unwrap_or_default();
        let (place, saved_as, made_as) = differs("summary", &value(saved), &value(made))?;
        Some(format!(
            "{}: {place} is {saved_as}, and its samples give {made_as}",
            saved.name
        ))
    })
    .collect()
}

/// The first place where two values differ, and both.
fn differs(place: &str, saved: &Value, made: &Value) -> Option<(String, String, String)> {
    match (saved, made) {
        (Value::Object(one), Value::Object(other)) => other.iter().find_map(|(key, made)| {
            let saved = one.get(key).unwrap_or(&Value::Null);
            differs(&format!("{place}.{key}"), saved, made)
        }),
        _ if is_same(saved, made) => None,
        _ => {
            let saved = words(saved, "missing", "given");
            Some((place.to_owned(), saved, words(made, "none", "one")))
        }
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() <= SAME * one.abs().max(other.abs()),
        _ => one == other,
    }
}

fn words(value: &Value, none: &str, some: &str) -> String {
    match value {
        Value::Null => none.to_owned(),
        Value::Object(_) => some.to_owned(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::measure::sample::{Ledger, Outside, Run};

    #[test]
    fn a_machine_may_have_run_for_a_year_but_no_scrape() {
        let year_ns = 365 * 86_400 * 1_000_000_000;
        let run = |wall_ns| Run {
            ledger: Ledger {
                first_read_at_ns: Some(year_ns),
                ..Ledger::default()
            },
            outside: Some(Outside {
                told_at_ns: year_ns,
                wall_ns,
                ..Outside::default()
            }),
            ..Run::default()
        };
        assert_eq!(too_large(&json!([run(1)])), None);
        let place = too_large(&json!([run(year_ns)]));
        assert_eq!(place.as_deref(), Some("[0].outside.wall_ns"));
    }
}
