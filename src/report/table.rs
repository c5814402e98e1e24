//! The table for a terminal: what was done, the rows, and what they mean.
//!
//! The most detailed table that fits is shown. Each is tried by laying it out
//! and measuring, because the width of a column depends on the numbers in it.
//! A row that does not stand has its reason where the numbers would be.

use super::columns::{self, Column, FULLEST, WIDE};
use super::flags::Flags;
use super::{DriverReport, Report, Style, heading, sentences};
use crate::fmt::{self, Table, escape};

/// Narrower than this the driver names alone are too wide.
const NARROWEST: usize = 60;

const ARM: &str = "half width of the 95 % interval of the wall time, as a share of the median";
const TIE: &str = "a tie: the wall time does not differ measurably from the first of this rank";

/// `report` as a table with its heading above and its meaning below.
#[must_use]
pub fn table(report: &Report, style: &Style) -> String {
    let width = style.width.max(NARROWEST);
    let mut blocks = vec![top(report, width, style.colour)];
    if !report.drivers.is_empty() {
        let flags = Flags::of(report);
        let common = flags.on_nearly_all_rows();
        blocks.push(lines(&common, width));
        let (level, mut table) = best_fit(report, &flags, width);
        blocks.push(table.bold(style.colour).render());
        blocks.push(legend(report, &flags, level, width));
    }
    blocks.push(lines(&sentences(report), width));
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n") + "\n"
}

/// Each of `texts` from a line of its own on.
fn lines(texts: &[String], width: usize) -> String {
    let lines = texts.iter().flat_map(|text| fmt::wrap(text, width));
    lines.collect::<Vec<_>>().join("\n")
}

/// The heading, its first line bold and whatever says that the report is
/// partial.
fn top(report: &Report, width: usize, colour: bool) -> String {
    let mut lines = Vec::new();
    for (index, text) in heading::heading(report).iter().enumerate() {
        let bold = colour && (index == 0 || text.starts_with(heading::PARTIAL));
        let wrapped = fmt::wrap(text, width);
        lines.extend(
            wrapped
                .into_iter()
                .map(|line| if bold { fmt::bold(&line) } else { line }),
        );
    }
    lines.join("\n")
}

/// The most detailed table within `width`, and its level.
fn best_fit(report: &Report, flags: &Flags, width: usize) -> (u8, Table) {
    let rows = report.standing();
    let mut all = columns::all(&rows);
    all.extend(flags.columns(&rows));
    let tries = (0..=FULLEST).rev().flat_map(|level| {
        // Where detail is plenty, air is worth more than another column.
        let gaps: &[usize] = if level < WIDE { &[2, 1] } else { &[2] };
        gaps.iter().map(move |&gap| (level, gap))
    });
    let laid_out = |level, gap| whole(report, &at_level(&all, level), gap, width);
    let mut tables = tries.map(|(level, gap)| (level, laid_out(level, gap)));
    tables
        .find(|(_, table)| table.width() <= width)
        .unwrap_or_else(|| (0, laid_out(0, 1)))
}

fn at_level<'a>(all: &'a [Column<'a>], level: u8) -> Vec<&'a Column<'a>> {
    all.iter()
        .filter(|column| column.levels.contains(&level))
        .collect()
}

/// The rows that stand and, below them, those that do not.
fn whole(report: &Report, columns: &[&Column], gap: usize, width: usize) -> Table {
    let standing = report.standing();
    let mut table = numbers(columns, standing.len(), gap);
    // Reasons end where the numbers end; with no numbers, where the screen does.
    let ends = if standing.is_empty() {
        width
    } else {
        table.width()
    };
    let names = report.drivers.iter();
    let names = names.map(|driver| fmt::width(&escape::cell(&driver.name)));
    let begins = columns::RANK_WIDTH + gap + names.max().unwrap_or(0) + gap;
    let room = ends.saturating_sub(begins).max(20);
    for driver in &report.rows()[standing.len()..] {
        table.note(note(driver, room));
    }
    table
}

fn numbers(columns: &[&Column], rows: usize, gap: usize) -> Table {
    let mut table = Table::new(columns.iter().map(|column| (column.head, column.align)));
    for row in 0..rows {
        table.row(columns.iter().map(|column| column.cells[row].as_str()));
    }
    table.gap(1, gap);
    table
}

fn note(driver: &DriverReport, room: usize) -> [String; 3] {
    let reason = driver.standing().err().unwrap_or_default();
    [
        "–".to_owned(),
        escape::cell(&driver.name),
        fmt::wrap(&reason, room).join("\n"),
    ]
}

/// What the signs in the table mean, as far as they are in it.
fn legend(report: &Report, flags: &Flags, level: u8, width: usize) -> String {
    let rows = report.standing();
    let mut lines = flags.footnotes(level, width);
    if level == WIDE - 1 && !rows.is_empty() {
        lines.push(fmt::hanging("±  ", ARM, width));
    }
    if rows.iter().any(|(_, summary)| summary.tied) {
        lines.push(fmt::hanging("=  ", TIE, width));
    }
    lines.join("\n")
}
