//! The findings as text: pure functions of them.

use tabled::builder::Builder;
use tabled::settings::formatting::AlignmentStrategy;
use tabled::settings::object::{Cell, Columns, Rows};
use tabled::settings::style::{HorizontalLine, Style as Lines};
use tabled::settings::{Alignment, Padding, Span};

use super::ending::Ending;
use super::findings::{CancelReport, CancelRow};
use crate::fmt::{escape, hanging};
use crate::measure::sample::Machine;
use crate::report::Style;

/// The limit for an abort to count as immediate.
const AT_ONCE_MS: f64 = 100.0;

/// The line below the head.
const RULE: char = '─';

const HEAD: [&str; 10] = [
    "\ndriver",
    "\ncancel",
    "\ndrain",
    "\nabort",
    "time\nout",
    "dead\nline",
    "fail\nfast",
    "aban-\ndoned",
    "fet-\nched",
    "\nlost",
];

/// How many of the columns come before the times.
const WORDS: usize = 2;
/// How many come before the counts.
const COUNTS: usize = WORDS + Ending::ALL.len();

/// All of it as JSON.
#[must_use]
pub fn json(findings: &CancelReport) -> String {
    // Numbers and strings are always valid JSON.
    escape::json(&serde_json::to_string_pretty(findings).unwrap_or_default()) + "\n"
}

/// The table with its meaning in words.
#[must_use]
pub fn table(findings: &CancelReport, style: &Style) -> String {
    let wrap = |text: String| hanging("", &text, style.width);
    let notes = notes(findings).into_iter();
    let notes: Vec<String> = notes
        .map(|(mark, text)| hanging(&format!("{mark:<11}"), &text, style.width))
        .collect();
    let words: Vec<String> = sentences(findings).into_iter().map(wrap).collect();
    format!(
        "{}\n{}\n\n{}\n\n{}\n\n{}\n",
        wrap(title(findings)),
        wrap(facts(findings)),
        grid(findings, style),
        notes.join("\n"),
        words.join("\n")
    )
}

fn title(findings: &CancelReport) -> String {
    format!(
        "How long a scrape takes to end early, in milliseconds, with {} requests in flight that \
         stall or take long.",
        findings.concurrency
    )
}

fn facts(findings: &CancelReport) -> String {
    let Machine {
        os,
        kernel,
        arch,
        cpu,
        cores,
        ..
    } = &findings.host;
    let rounds = match findings.rounds {
        1 => "1 round".to_owned(),
        rounds => format!("medians of {rounds} rounds"),
    };
    format!(
        "{os} {kernel} {arch}, {cpu}, {cores} cores; {rounds}, seed {}, {}",
        findings.seed, findings.taken_at
    )
}

fn grid(findings: &CancelReport, style: &Style) -> String {
    let mut table = Builder::default();
    table.push_record(HEAD);
    for row in &findings.rows {
        table.push_record(cells(row));
    }
    let mut table = table.build();
    table
        .with(Lines::empty().horizontals([(1, HorizontalLine::new(RULE))]))
        .with(Padding::new(0, 0, 0, 0))
        .modify(Columns::new(1..), Padding::new(2, 0, 0, 0))
        .modify(Columns::new(COUNTS..), Padding::new(1, 0, 0, 0))
        .modify(Columns::new(WORDS..), Alignment::right())
        .modify(Rows::first(), Alignment::bottom())
        // Otherwise a head of two lines moves as one block.
        .with(AlignmentStrategy::PerLine);
    for (index, row) in findings.rows.iter().enumerate() {
        if row.rejected.is_some() {
            let span = isize::try_from(HEAD.len() - 1).unwrap_or(1);
            table.modify(Cell::new(index + 1, 1), Span::column(span));
        }
    }
    let lines = table.to_string();
    let lines = lines.lines().map(str::trim_end).enumerate();
    let lines = lines.map(|(index, line)| match index {
        0 | 1 if style.colour => format!("\u{1b}[1m{line}\u{1b}[22m"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn cells(row: &CancelRow) -> Vec<String> {
    let mut cells = vec![escape::cell(&row.driver)];
    if row.rejected.is_some() {
        cells.push("rejected, see below".to_owned());
        cells.resize(HEAD.len(), String::new());
        return cells;
    }
    cells.push(escape::cell(&row.cancel_mode));
    cells.extend(Ending::ALL.map(|ending| milliseconds(row.took_ns(ending))));
    let counts = [
        row.sum(|run| run.abandoned),
        row.sum(|run| run.pages),
        row.sum(|run| run.lost),
    ];
    cells.extend(counts.map(|count| count.to_string()));
    cells
}

fn milliseconds(ns: Option<f64>) -> String {
    ns.map_or_else(|| "n/a".to_owned(), |ns| format!("{:.1}", ns / 1e6))
}

/// What the columns and their words mean.
fn notes(findings: &CancelReport) -> Vec<(&'static str, String)> {
    let ms = |ns: u64| ns / 1_000_000;
    let left = findings
        .answer_after_ns
        .saturating_sub(findings.ask_after_ns);
    let mut notes = vec![
        (
            "drain",
            format!("asked to end {} ms before the answers", ms(left)),
        ),
        ("abort", "asked to give up what is in flight".to_owned()),
        (
            "timeout",
            format!(
                "time from the {} ms timeout until the request's slot was free",
                ms(findings.timeout_ns)
            ),
        ),
        (
            "deadline",
            format!(
                "time from the {} ms deadline until the scrape ended",
                ms(findings.ask_after_ns)
            ),
        ),
        (
            "fail fast",
            "time from the failed answer until the scrape ended".to_owned(),
        ),
        (
            "abandoned",
            "requests that the server saw abandoned, in one round of all five".to_owned(),
        ),
        (
            "fetched",
            "pages requested and fetched, in one round of all five; lost: not fetched".to_owned(),
        ),
    ];
    notes.extend(modes(findings));
    let rejected = findings.rows.iter();
    notes.extend(rejected.filter_map(|row| {
        let why = row.rejected.as_ref()?;
        Some(("rejected", format!("{}: {why}", row.driver)))
    }));
    notes
}

/// The cancel modes that are in the table.
fn modes(findings: &CancelReport) -> Vec<(&'static str, String)> {
    let modes = [
        (
            "dropped",
            "the future is dropped, and its connection with it",
        ),
        ("closed", "the event loop closes the connection"),
        (
            "shut down",
            "the thread is blocked, so another thread shuts its socket down",
        ),
    ];
    let is_there = |way: &str| findings.rows.iter().any(|row| row.cancel_mode == way);
    let there = modes.into_iter().filter(|(mode, _)| is_there(mode));
    there.map(|(way, text)| (way, text.to_owned())).collect()
}

fn sentences(findings: &CancelReport) -> Vec<String> {
    let mut sentences = Vec::new();
    if findings.partial {
        sentences.push("It was cut short: drivers are missing.".to_owned());
    }
    sentences.extend(at_once(findings));
    sentences.extend(timed_out(findings));
    sentences.extend(drained(findings));
    sentences
}

/// Whether every driver aborts at once, by the slowest.
fn at_once(findings: &CancelReport) -> Option<String> {
    let all = sorted(findings, Ending::Abort);
    let (driver, ms) = all.last()?;
    let late = all.iter().filter(|(_, ms)| *ms > AT_ONCE_MS);
    let late: Vec<&str> = late.map(|(driver, _)| *driver).collect();
    Some(if late.is_empty() {
        format!(
            "After an abort every driver ended within {AT_ONCE_MS:.0} ms; the slowest is \
             {driver} with {ms:.1} ms."
        )
    } else {
        format!(
            "After an abort these had not ended within {AT_ONCE_MS:.0} ms: {}.",
            late.join(", ")
        )
    })
}

fn timed_out(findings: &CancelReport) -> Option<String> {
    let all = sorted(findings, Ending::Timeout);
    let ((early, least), (late, most)) = (all.first()?, all.last()?);
    let range = if early == late {
        format!("{most:.1} ms ({late})")
    } else {
        format!("{least:.1} ms ({early}) to {most:.1} ms ({late})")
    };
    Some(format!(
        "After a timeout the slot was free within {range}: a timeout is only as exact as the \
         timer behind it."
    ))
}

fn drained(findings: &CancelReport) -> Option<String> {
    let any = findings.rows.iter().any(|row| row.rejected.is_none());
    any.then(|| {
        "A drain abandons nothing and takes as long as the answers do; an abort loses what is \
         in flight."
            .to_owned()
    })
}

/// The drivers by how long an ending took them, in milliseconds, rising.
fn sorted(findings: &CancelReport, ending: Ending) -> Vec<(&str, f64)> {
    let took = |row: &'_ CancelRow| row.took_ns(ending).map(|ns| ns / 1e6);
    let rows = findings.rows.iter();
    let mut all: Vec<(&str, f64)> = rows
        .filter_map(|row| Some((row.driver.as_str(), took(row)?)))
        .collect();
    all.sort_by(|one, other| one.1.total_cmp(&other.1));
    all
}

#[cfg(test)]
#[path = "show_tests.rs"]
mod tests;
