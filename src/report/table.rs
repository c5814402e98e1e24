//! The table for a terminal: what was done, the rows, and what they mean.
//!
//! The most detailed table that fits is shown. Each is tried by laying it out
//! and measuring, because the width of a column depends on the numbers in it.
//! A row that does not stand has its reason where the numbers would be.

use super::columns::{self, Column, FULLEST, WIDE};
use super::flags::Flags;
use super::grid::{self, Note};
use super::{DriverReport, Report, Style, heading, sentences, words};

/// Narrower than this the driver names alone are too wide.
const NARROWEST: usize = 60;

const ARM: &str = "how far the 95 % interval of the wall time reaches from its median";
const TIE: &str = "shares its place: cannot be told apart from the first of that place";

/// `report` as a table with its heading above and its meaning below.
#[must_use]
pub fn table(report: &Report, style: &Style) -> String {
    let width = style.width.max(NARROWEST);
    let mut blocks = vec![top(report, width, style.colour)];
    if !report.drivers.is_empty() {
        let flags = Flags::of(report);
        let (level, table) = best_fit(report, &flags, width, style.colour);
        blocks.push(table);
        blocks.push(legend(report, &flags, level, width));
    }
    let said = sentences(report);
    let said: Vec<String> = said
        .iter()
        .flat_map(|text| words::wrap(text, width))
        .collect();
    blocks.push(said.join("\n"));
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n") + "\n"
}

/// The heading, its first line bold and whatever says that the report is
/// partial.
fn top(report: &Report, width: usize, colour: bool) -> String {
    let mut lines = Vec::new();
    for (index, text) in heading::heading(report).iter().enumerate() {
        let bold = colour && (index == 0 || text.starts_with(heading::PARTIAL));
        let wrapped = words::wrap(text, width);
        lines.extend(
            wrapped
                .into_iter()
                .map(|line| if bold { grid::in_bold(&line) } else { line }),
        );
    }
    lines.join("\n")
}

/// The most detailed table within `width`, and its level.
fn best_fit(report: &Report, flags: &Flags, width: usize, bold: bool) -> (u8, String) {
    let rows = report.standing();
    let mut all = columns::all(&rows);
    if !flags.is_empty() {
        all.extend(flags.columns(&rows));
    }
    let tries = (0..=FULLEST).rev().flat_map(|level| {
        // Where detail is plenty, air is worth more than another column.
        let gaps: &[usize] = if level < WIDE { &[2, 1] } else { &[2] };
        gaps.iter().map(move |&gap| (level, gap))
    });
    let fits = |&(level, gap): &(u8, usize)| {
        grid::width(&whole(report, &at_level(&all, level), gap, width, false)) <= width
    };
    let (level, gap) = { tries }.find(fits).unwrap_or((0, 1));
    (
        level,
        whole(report, &at_level(&all, level), gap, width, bold),
    )
}

fn at_level<'a>(all: &'a [Column<'a>], level: u8) -> Vec<&'a Column<'a>> {
    all.iter()
        .filter(|column| column.levels.contains(&level))
        .collect()
}

/// The rows that stand and, below them, those that do not.
fn whole(report: &Report, columns: &[&Column], gap: usize, width: usize, bold: bool) -> String {
    let standing = report.standing();
    let numbers = grid::width(&grid::lay_out(columns, &[], gap, false));
    // Reasons end where the numbers end; with no numbers, where the screen does.
    let ends = if standing.is_empty() { width } else { numbers };
    let name = report
        .drivers
        .iter()
        .map(|driver| grid::width(&driver.name))
        .max();
    let begins = columns::PLACE_WIDTH + gap + name.unwrap_or(0) + gap;
    let room = ends.saturating_sub(begins).max(20);
    let notes: Vec<Note> = report.rows()[standing.len()..]
        .iter()
        .map(|driver| note(driver, room))
        .collect();
    grid::lay_out(columns, &notes, gap, bold)
}

fn note(driver: &DriverReport, room: usize) -> Note {
    let text = driver.standing().err().unwrap_or_default();
    Note {
        place: "–".to_owned(),
        name: words::plain(&driver.name),
        text: words::wrap(&text, room).join("\n"),
    }
}

/// What the signs in the table mean, as far as they are in it.
fn legend(report: &Report, flags: &Flags, level: u8, width: usize) -> String {
    let rows = report.standing();
    let mut lines = flags.footnotes(level, width);
    if level == WIDE - 1 && !rows.is_empty() {
        lines.push(words::hanging("±  ", ARM, width));
    }
    if rows.iter().any(|(_, summary)| summary.tied) {
        lines.push(words::hanging("=  ", TIE, width));
    }
    lines.join("\n")
}
