//! Flags: what a reader should know about a row that stands. In words where
//! there is room, else as letters with footnotes.

use std::ops::RangeInclusive;

use super::columns::{Column, FLAGS_IN_WORDS, FULLEST, Row};
use super::{Report, words};

/// What the flags of this project mean, by the word they begin with.
const MEANINGS: [(&str, &str); 7] = [
    (
        "server-bound",
        "the server used over 80 % of the CPU it was given, so this row measures the server",
    ),
    (
        "store-bound",
        "pages were held back for the store for over 5 % of the time, so this row measures \
         the store",
    ),
    (
        "server-late",
        "the server wrote its answers late by more than 1 % of their delay",
    ),
    (
        "not full",
        "a page costs more CPU time than could be had for all that may be in flight within \
         the delay",
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

/// The kinds of flags in a report, in the order of its rows, each with what
/// its rows say of themselves.
pub(super) struct Flags(Vec<(String, Vec<String>)>);

/// Up to this many rows' own words stand in a footnote; beyond that they are
/// in the wider table and in the other forms.
const MOST_DETAILS: usize = 2;

impl Flags {
    pub(super) fn of(report: &Report) -> Self {
        let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
        let standing = report.standing();
        for flag in standing.iter().flat_map(|(driver, _)| &driver.flags) {
            let (kind, detail) = split(flag);
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, details)) => details.push(detail.to_owned()),
                None => kinds.push((kind.to_owned(), vec![detail.to_owned()])),
            }
        }
        Self(kinds)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The column of flags twice: as letters, and as words for where there is
    /// room.
    pub(super) fn columns(&self, rows: &[Row]) -> Vec<Column<'static>> {
        let position = |flag: &String| self.0.iter().position(|(kind, _)| kind == split(flag).0);
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
        let kinds = self.0.iter().enumerate();
        kinds
            .map(|(index, kind)| words::hanging(&letter(index), &explained(kind), width))
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

/// A flag's kind, which is one of ours or all of the flag, and what it says
/// beyond that.
fn split(flag: &str) -> (&str, &str) {
    let mut kinds = MEANINGS.iter().map(|&(kind, _)| kind);
    let kind = kinds.find(|kind| flag.starts_with(kind)).unwrap_or(flag);
    (kind, flag[kind.len()..].trim_matches([':', ' ', '(', ')']))
}

/// The kind, its meaning when it is one of ours, and the rows' own words where
/// there are few.
fn explained((kind, details): &(String, Vec<String>)) -> String {
    let meaning = MEANINGS.iter().find(|(known, _)| known == kind);
    let meaning = meaning.map_or(String::new(), |(_, meaning)| format!(": {meaning}"));
    let details: Vec<&str> = details
        .iter()
        .map(String::as_str)
        .filter(|d| !d.is_empty())
        .collect();
    let said = if (1..=MOST_DETAILS).contains(&details.len()) {
        format!(" ({})", details.join("; "))
    } else {
        String::new()
    };
    words::plain(&format!("{kind}{meaning}{said}"))
}
