//! Findings for programs.

use serde_json::{Map, Value, json};

use super::change;
use crate::compare::{Cell, DriverFindings, Findings};
use crate::stats::Verdict;

/// Everything, indented.
pub(super) fn json(findings: &Findings) -> String {
    let text =
        serde_json::to_string_pretty(findings).expect("findings hold nothing that JSON lacks");
    text + "\n"
}

/// Workflow commands of GitHub Actions: an error for each regression, a
/// warning for each doubt.
pub(super) fn annotations(findings: &Findings) -> String {
    let mut lines = Vec::new();
    for driver in &findings.drivers {
        let Some(cell) = driver.gate() else { continue };
        let level = match cell.verdict {
            Verdict::Regressed => "error",
            Verdict::Unsure if !findings.lets_pass(cell) => "warning",
            _ => continue,
        };
        let by = cell.change.map_or_else(String::new, |by| change(by.median));
        let text = format!("{} {}: {by}", cell.metric.word(), cell.verdict);
        // The one character of ours that a workflow command does not take as
        // it is.
        let text = text.replace('%', "%25");
        lines.push(format!("::{level} title={}::{text}\n", driver.name));
    }
    lines.concat()
}

fn cells(findings: &Findings) -> impl Iterator<Item = (&DriverFindings, &Cell)> {
    findings
        .drivers
        .iter()
        .flat_map(|driver| driver.cells.iter().map(move |cell| (driver, cell)))
}

/// A list of `{name, unit, value, range}`, smaller being better.
pub(super) fn action_benchmark(findings: &Findings) -> String {
    let entries = cells(findings).map(|(driver, cell)| {
        let (name, unit) = cell
            .metric
            .word()
            .split_once(' ')
            .unwrap_or((cell.metric.word(), ""));
        json!({
            "name": format!("{} {name}", driver.name),
            "unit": unit,
            "value": cell.now / cell.metric.unit(),
            "extra": format!("{} pairs, {}", driver.pairs, cell.verdict),
        })
    });
    format!("{:#}\n", Value::Array(entries.collect()))
}

/// `{driver: {metric: {value}}}`.
pub(super) fn bencher(findings: &Findings) -> String {
    let mut all = Map::new();
    for (driver, cell) in cells(findings) {
        let metrics = all.entry(&driver.name).or_insert_with(|| json!({}));
        let metric = format!("{:?}", cell.metric).to_lowercase();
        metrics[metric] = json!({ "value": cell.now });
    }
    format!("{:#}\n", Value::Object(all))
}
