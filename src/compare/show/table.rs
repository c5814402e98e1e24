//! Findings as a table, for the terminal and for markdown.

use super::sentences::sentences;
use crate::compare::{DriverFindings, Findings, MetricFinding};
use crate::fmt::{self, Align, Table, escape};
use crate::stats::Verdict;

/// Columns of a terminal.
const SCREEN: usize = 80;

/// For the terminal.
pub(super) fn table(findings: &Findings) -> String {
    let mut table = Table::new(columns("", findings));
    table.gap(1, 1);
    for row in rows(findings) {
        match row.as_slice() {
            [heading] => {
                table.note([heading]);
            }
            // A long reason must not widen the columns.
            [mark, text] => {
                for line in fmt::hanging(mark, text, SCREEN).lines() {
                    table.note([line]);
                }
            }
            cells => {
                table.row(cells);
            }
        }
    }
    let words = sentences(findings)
        .into_iter()
        .flat_map(|sentence| fmt::wrap(&sentence, SCREEN));
    format!(
        "{}\n{}\n\n{}\n\n{}\n",
        fmt::plain(&findings.title),
        fmt::plain(&facts(findings)),
        table.render(),
        words.collect::<Vec<_>>().join("\n")
    )
}

/// For an issue, a comment or a job summary.
pub(super) fn markdown(findings: &Findings) -> String {
    let mut table = Table::new(columns("driver", findings));
    for row in rows(findings) {
        let row = if row.len() == 2 {
            vec![row.concat()]
        } else {
            row
        };
        table.row(row.iter().map(|cell| escape::markdown(cell)));
    }
    format!(
        "### {}\n\n{}\n\n{}\n\n{}\n",
        escape::markdown(&findings.title),
        escape::markdown_line(&facts(findings)),
        table.markdown(),
        sentences(findings)
            .iter()
            .map(|sentence| escape::markdown_line(sentence))
            .collect::<Vec<_>>()
            .join("\n\n")
    )
}

/// The head says of what the change is, where the two columns before it do not.
fn columns(first: &'static str, findings: &Findings) -> [(&'static str, Align); 6] {
    let change = match findings.ratio_to {
        Some(_) => "change\nof ratio",
        None => "change",
    };
    [
        (first, Align::Left),
        ("baseline", Align::Right),
        ("candidate", Align::Right),
        (change, Align::Right),
        ("95 % interval", Align::Left),
        ("verdict", Align::Left),
    ]
}

fn facts(findings: &Findings) -> String {
    let host = &findings.host;
    format!(
        "{} {}, {} cores, {}, seed {}, measured for {:.0} s",
        host.os, host.arch, host.cores, findings.taken_at, findings.seed, findings.took_seconds
    )
}

/// Cells; or a mark and its text; or a heading alone.
fn rows(findings: &Findings) -> Vec<Vec<String>> {
    let control = &findings.control;
    let control_name = format!("{} compared with itself", control.name);
    let drivers = findings.drivers.iter();
    drivers
        .flat_map(|driver| driver_rows(findings, driver, &driver.name))
        .chain(driver_rows(findings, control, &control_name))
        .collect()
}

fn driver_rows(findings: &Findings, driver: &DriverFindings, name: &str) -> Vec<Vec<String>> {
    let pairs = fmt::plural(driver.pairs as u64, "pair");
    let mut rows = vec![vec![format!("{}, {pairs}", escape::cell(name))]];
    if let Some(reason) = &driver.failed {
        rows.push(vec!["  failed: ".to_owned(), fmt::plain(reason)]);
        return rows;
    }
    let metrics = driver.metrics.iter();
    rows.extend(metrics.map(|found| metric_row(findings, found)));
    let exact = driver.exact.iter();
    rows.extend(exact.map(|change| vec!["  changed: ".to_owned(), fmt::plain(change)]));
    rows
}

fn metric_row(findings: &Findings, found: &MetricFinding) -> Vec<String> {
    let value = |value: f64| {
        let value = value / found.metric.unit();
        if value.is_finite() {
            format!("{value:.*}", if value < 100.0 { 2 } else { 1 })
        } else {
            "n/a".to_owned()
        }
    };
    let mark = if found.is_primary { " (primary)" } else { "" };
    let change = found.change.map(|change| fmt::change(change.median));
    vec![
        format!("  {}{mark}", found.metric.word()),
        value(found.baseline),
        value(found.candidate),
        change.unwrap_or_else(|| "n/a".to_owned()),
        interval(found),
        verdict(findings, found),
    ]
}

fn interval(found: &MetricFinding) -> String {
    let number = |ratio: f64| fmt::change(ratio).replace(" %", "");
    match found.known_change() {
        Some(change) => format!("{} to {} %", number(change.low), number(change.high)),
        None if found.is_measured() => "too few pairs".to_owned(),
        None => "not measured".to_owned(),
    }
}

fn verdict(findings: &Findings, found: &MetricFinding) -> String {
    let is_unsure = found.is_primary && found.verdict == Verdict::Unsure;
    let tolerated = is_unsure && findings.tolerates(found);
    let note = if findings.control_differs(found.metric) {
        ", invalid"
    } else if tolerated {
        ", tolerated"
    } else {
        ""
    };
    format!("{}{note}", found.verdict)
}
