//! Flags: what a reader should know about a row that stands. In words where
//! there is room, else as letters with footnotes.

use std::ops::RangeInclusive;

use super::columns::{Column, FLAGS_IN_WORDS, FULLEST, Row};
use super::{Report, words};

/// What the flags of this project mean, by the word they begin with.
const MEANINGS: [(&str, &str); 5] = [
    (
        "server-bound",
        "the server used over 80 % of the CPU it was given, so this row measures the server",
    ),
    (
        "server-late",
        "the server wrote its answers late by more than 1 % of their delay",
    ),
    (
        "noisy",
        "other programs or other virtual machines took over 5 % of the CPU meanwhile",
    ),
    ("fewer rounds", "the other rows rest on more runs"),
    (
        "surplus connections",
        "it opened more connections than it may have pages in flight",
    ),
];

/// The distinct flags of a report, in the order of its rows.
pub(super) struct Flags(Vec<String>);

impl Flags {
    pub(super) fn of(report: &Report) -> Self {
        let mut distinct = Vec::new();
        for flag in report
            .standing()
            .iter()
            .flat_map(|(driver, _)| &driver.flags)
        {
            if !distinct.contains(flag) {
                distinct.push(flag.clone());
            }
        }
        Self(distinct)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The column of flags twice: as letters, and as words for where there is
    /// room.
    pub(super) fn columns(&self, rows: &[Row]) -> Vec<Column<'static>> {
        let position = |flag: &String| self.0.iter().position(|known| known == flag);
        let marks = |flags: &[String]| {
            let marks: Vec<String> = flags.iter().filter_map(position).map(mark).collect();
            marks.join(" ")
        };
        let in_words = |flags: &[String]| words::plain(&flags.join("; "));
        vec![
            column(rows, 0..=FLAGS_IN_WORDS - 1, marks),
            column(rows, FLAGS_IN_WORDS..=FULLEST, in_words),
        ]
    }

    /// One line a flag and what it means; with its letter where the column has
    /// letters.
    pub(super) fn footnotes(&self, level: u8, width: usize) -> Vec<String> {
        let letter = |index| {
            let marked = level < FLAGS_IN_WORDS;
            if marked {
                format!("{}  ", mark(index))
            } else {
                String::new()
            }
        };
        let flags = self.0.iter().enumerate();
        flags
            .map(|(index, flag)| words::hanging(&letter(index), &explained(flag), width))
            .collect()
    }
}

fn column(
    rows: &[Row],
    levels: RangeInclusive<u8>,
    cell: impl Fn(&[String]) -> String,
) -> Column<'static> {
    Column {
        head: "\nnote",
        levels,
        words: true,
        cells: rows.iter().map(|(driver, _)| cell(&driver.flags)).collect(),
    }
}

/// `a` to `z`, then numbers.
fn mark(index: usize) -> String {
    u8::try_from(index)
        .ok()
        .filter(|&index| index < 26)
        .map_or_else(
            || (index + 1).to_string(),
            |index| char::from(b'a' + index).to_string(),
        )
}

/// The flag and its meaning, when it is one of ours.
fn explained(flag: &str) -> String {
    let flag = words::plain(flag);
    match MEANINGS.iter().find(|(word, _)| flag.starts_with(word)) {
        Some((_, meaning)) => format!("{flag}: {meaning}"),
        None => flag,
    }
}
