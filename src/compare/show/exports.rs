//! Findings for other programs.

use serde_json::{Map, Value, json};

use super::sentences::possible_loss;
use crate::compare::{DriverFindings, Findings, MetricFinding};
use crate::fmt;
use crate::stats::Verdict;

/// Everything, indented.
pub(super) fn json(findings: &Findings) -> String {
    let text =
        serde_json::to_string_pretty(findings).expect("findings have no type that JSON lacks");
    text + "\n"
}

/// Workflow commands of GitHub Actions: an error for each regression, a
/// warning for each UNSURE that is not tolerated.
pub(super) fn annotations(findings: &Findings) -> String {
    let mut lines = Vec::new();
    for driver in &findings.drivers {
        if let Some(reason) = &driver.failed {
            lines.push(annotation(
                "error",
                &driver.name,
                &format!("failed: {reason}"),
            ));
            continue;
        }
        let Some(found) = driver.primary() else {
            continue;
        };
        let (level, loss) = match found.verdict {
            Verdict::Regressed => ("error", String::new()),
            Verdict::Unsure if !findings.tolerates(found) => {
                ("warning", format!("; {}", possible_loss(found)))
            }
            _ => continue,
        };
        let by = found
            .change
            .map_or_else(String::new, |by| fmt::change(by.median));
        let text = format!("{} {}: {by}{loss}", found.metric.word(), found.verdict);
        lines.push(annotation(level, &driver.name, &text));
    }
    lines.concat()
}

/// A workflow command. A line break in its text would begin another command.
fn annotation(level: &str, title: &str, text: &str) -> String {
    let text = fmt::plain(text).replace('%', "%25");
    format!("::{level} title={}::{text}\n", fmt::plain(title))
}

fn all_metrics(findings: &Findings) -> impl Iterator<Item = (&DriverFindings, &MetricFinding)> {
    let drivers = findings.drivers.iter();
    let all = drivers.flat_map(|driver| driver.metrics.iter().map(move |found| (driver, found)));
    // A value that was not measured would be `null`, which other programs reject.
    all.filter(|(_, found)| found.candidate.is_finite())
}

/// A list of `{name, unit, value, extra}`, smaller being better.
pub(super) fn action_benchmark(findings: &Findings) -> String {
    let entries = all_metrics(findings).map(|(driver, found)| {
        let (name, unit) = found
            .metric
            .word()
            .split_once(' ')
            .unwrap_or((found.metric.word(), ""));
        json!({
            "name": format!("{} {name}", driver.name),
            "unit": unit,
            "value": found.candidate / found.metric.unit(),
            "extra": format!("{} pairs, {}", driver.pairs, found.verdict),
        })
    });
    format!("{:#}\n", Value::Array(entries.collect()))
}

/// `{driver: {metric: {value}}}`.
pub(super) fn bencher(findings: &Findings) -> String {
    let mut all = Map::new();
    for (driver, found) in all_metrics(findings) {
        let metrics = all.entry(&driver.name).or_insert_with(|| json!({}));
        let metric = format!("{:?}", found.metric).to_lowercase();
        metrics[metric] = json!({ "value": found.candidate });
    }
    format!("{:#}\n", Value::Object(all))
}
