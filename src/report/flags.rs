//! Flags: what a reader should know about a row that stands. In words where
//! there is room, else as letters with footnotes.

use std::ops::RangeInclusive;

use super::columns::{Column, FLAGS_IN_WORDS, FULLEST, Row};
use super::{Report, words};
use crate::measure::flag::Flag;

/// What a kind of flag means; a trap and a flag of another version say it
/// themselves.
fn meaning(flag: &Flag) -> Option<&'static str> {
    Some(match flag {
        Flag::ServerBound(_) => {
            "the server used over 80 % of the CPU it was given, so this row measures the server"
        }
        Flag::StoreBound(_) => {
            "pages were held back for the store for over 5 % of the time, so this row measures \
             the store"
        }
        Flag::ServerLate(_) => "the server wrote its answers late by more than 1 % of their delay",
        Flag::NotFull(_) => {
            "a page costs more CPU time than could be had for all that may be in flight within \
             the delay"
        }
        Flag::Noisy(_) => {
            "other programs or other virtual machines took over 5 % of the CPU meanwhile"
        }
        Flag::FewerRounds(_) => "the other rows rest on more runs",
        Flag::SurplusConnections(_) => {
            "it opened more connections than it may have pages in flight"
        }
        Flag::Trap { .. } | Flag::Other(_) => return None,
    })
}

/// Flags of one kind share a letter. A trap and a flag of another version are
/// a kind of their own.
fn same_kind(one: &Flag, other: &Flag) -> bool {
    match meaning(one) {
        Some(_) => one.kind() == other.kind(),
        None => one == other,
    }
}

/// The flags of one row, as they are saved.
pub(super) fn in_words(flags: &[Flag]) -> String {
    let said: Vec<String> = flags.iter().map(ToString::to_string).collect();
    words::plain(&said.join("; "))
}

/// The kinds of flags in a report, in the order of its rows, each with the
/// flags of that kind.
pub(super) struct Flags(Vec<Vec<Flag>>);

/// Up to this many rows' own words are in a footnote; beyond that they are in
/// the wider table and in the other forms.
const MOST_DETAILS: usize = 2;

impl Flags {
    pub(super) fn of(report: &Report) -> Self {
        let mut kinds: Vec<Vec<Flag>> = Vec::new();
        let standing = report.standing();
        for flag in standing.iter().flat_map(|(driver, _)| &driver.flags) {
            match kinds.iter_mut().find(|kind| same_kind(&kind[0], flag)) {
                Some(kind) => kind.push(flag.clone()),
                None => kinds.push(vec![flag.clone()]),
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
        let position = |flag: &Flag| self.0.iter().position(|kind| same_kind(&kind[0], flag));
        let marks = |flags: &[Flag]| {
            let marks: Vec<String> = flags.iter().filter_map(position).map(mark).collect();
            marks.join(" ")
        };
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
    cell: impl Fn(&[Flag]) -> String,
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

/// The kind, its meaning when it is one of ours, and the rows' own words where
/// there are few.
fn explained(flags: &[Flag]) -> String {
    let flag = &flags[0];
    let Some((kind, meaning)) = flag.kind().zip(meaning(flag)) else {
        return in_words(&flags[..1]);
    };
    let details: Vec<String> = flags.iter().filter_map(Flag::detail).collect();
    let said = if (1..=MOST_DETAILS).contains(&details.len()) {
        format!(" ({})", details.join("; "))
    } else {
        String::new()
    };
    words::plain(&format!("{kind}: {meaning}{said}"))
}
