//! Findings for people.

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Padding, Style};

use super::{change, sentences};
use crate::compare::{Cell, DriverFindings, Findings};

const HEAD: [&str; 6] = ["", "then", "now", "change", "95 % interval", "verdict"];

/// For the terminal, within 80 columns.
pub(super) fn table(findings: &Findings) -> String {
    let mut table = Builder::new();
    table.push_record(HEAD);
    for driver in findings.drivers.iter().chain([&findings.control]) {
        for line in lines(findings, driver) {
            table.push_record(line);
        }
    }
    let mut table = table.build();
    table.with(Style::blank()).with(Padding::new(0, 1, 0, 0));
    table.modify(Columns::new(1..4), Alignment::right());
    let table: Vec<String> = table
        .to_string()
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    let words: Vec<String> = sentences(findings).iter().map(|line| wrap(line)).collect();
    format!(
        "{}\n{}\n\n{}\n\n{}\n",
        findings.title,
        facts(findings),
        table.join("\n"),
        words.join("\n")
    )
}

/// For an issue, a comment or a job summary.
pub(super) fn markdown(findings: &Findings) -> String {
    let all = findings.drivers.iter().chain([&findings.control]);
    let row = |cells: [String; 6]| {
        format!(
            "| {} |",
            cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
        )
    };
    let rows: Vec<String> = all
        .flat_map(|driver| lines(findings, driver))
        .map(row)
        .collect();
    format!(
        "### {}\n\n{}\n\n| driver {}|\n|---|---:|---:|---:|---|---|\n{}\n\n{}\n",
        findings.title,
        facts(findings),
        HEAD.join(" | "),
        rows.join("\n"),
        sentences(findings).join("\n\n")
    )
}

fn facts(findings: &Findings) -> String {
    let host = &findings.host;
    format!(
        "{} {}, {} cores, {}, seed {}, {:.0} s of pairs",
        host.os, host.arch, host.cores, findings.taken_at, findings.seed, findings.took_seconds
    )
}

fn lines(findings: &Findings, driver: &DriverFindings) -> Vec<[String; 6]> {
    let is_control = std::ptr::eq(driver, &raw const findings.control);
    let name = if is_control {
        format!("{} against itself", driver.name)
    } else {
        driver.name.clone()
    };
    let mut lines = vec![one(format!("{name}, {} pairs", driver.pairs))];
    if let Some(reason) = &driver.failed {
        lines.push(one(format!("  failed: {reason}")));
        return lines;
    }
    lines.extend(driver.cells.iter().map(|cell| line(findings, cell)));
    lines.extend(
        driver
            .exact
            .iter()
            .map(|change| one(format!("  not as it was: {change}"))),
    );
    lines
}

fn one(text: String) -> [String; 6] {
    [
        text,
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]
}

fn line(findings: &Findings, cell: &Cell) -> [String; 6] {
    let value = |value: f64| {
        let value = value / cell.metric.unit();
        format!("{value:.*}", if value < 100.0 { 2 } else { 1 })
    };
    let known = cell.change.filter(|change| change.confidence > 0.0);
    let percent = |ratio: f64| change(ratio).replace(" %", "");
    let interval =
        known.map(|known| format!("{} to {} %", percent(known.low), percent(known.high)));
    let mut verdict = cell.verdict.to_string();
    if cell.gates && cell.verdict == crate::stats::Verdict::Unsure && findings.lets_pass(cell) {
        verdict.push_str(", tolerated");
    }
    let mark = if cell.gates { " (gate)" } else { "" };
    [
        format!("  {}{mark}", cell.metric.word()),
        value(cell.then),
        value(cell.now),
        cell.change.map_or("n/a".to_owned(), |by| change(by.median)),
        interval.unwrap_or_else(|| "too few pairs".to_owned()),
        verdict,
    ]
}

/// Breaks a sentence at 80 columns.
fn wrap(text: &str) -> String {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > 80 {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.join("\n")
}
