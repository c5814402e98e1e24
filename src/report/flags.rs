//! Flags: what a reader should know about a row with numbers.
//!
//! A flag that nearly all rows have is about the machine, not about a driver,
//! and is said once above the table with its size. The others set a row apart:
//! they are in its row, in words where there is room, else as letters with
//! footnotes.

use std::ops::RangeInclusive;

use super::Report;
use super::columns::{Column, FLAGS_IN_WORDS, FULLEST, ValidRow};
use crate::fmt::{self, Align};
use crate::measure::flag::{Flag, Neighbour};

/// A flag is on nearly all rows from this many rows on, ...
const LEAST_ROWS: usize = 3;
/// ... and this share of them.
const NEARLY_ALL: f64 = 0.8;

/// What a kind of flag means; a trap and a flag of another version say it
/// themselves.
fn meaning(flag: &Flag) -> Option<&'static str> {
    Some(match flag {
        Flag::ServerBound(_) => {
            "the server used over 80 % of its CPU, so the row measures the server"
        }
        Flag::StoreBound(_) => {
            "pages waited for the store for over 5 % of the time, so the row measures the store"
        }
        Flag::ServerLate(_) => "the server sent its answers late, which is part of the wall time",
        Flag::NotFull(_) => {
            "the run never had all allowed requests in flight, because a page takes too much CPU \
             time; a longer --latency or a lower --concurrency leaves more CPU time for each"
        }
        Flag::Noisy(_) => {
            "other programs or virtual machines used over 5 % of the CPU, so CPU and wall time \
             are upper bounds"
        }
        Flag::FewerRounds(_) => "the other rows have more runs",
        Flag::SurplusConnections(_) => {
            "the driver opened more connections than it may have requests in flight"
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

/// Flags as they are saved.
pub(super) fn in_words<'a>(flags: impl IntoIterator<Item = &'a Flag>) -> String {
    let said: Vec<String> = flags.into_iter().map(ToString::to_string).collect();
    fmt::plain(&said.join("; "))
}

/// The flags of one kind, with the index of the row that each is on.
struct Kind(Vec<(usize, Flag)>);

impl Kind {
    fn is_of(&self, flag: &Flag) -> bool {
        same_kind(&self.0[0].1, flag)
    }

    fn is_on(&self, row: usize) -> bool {
        self.0.iter().any(|(index, _)| *index == row)
    }

    fn is_on_nearly_all(&self, rows: usize) -> bool {
        rows >= LEAST_ROWS && self.0.len() as f64 >= rows as f64 * NEARLY_ALL
    }
}

/// The kinds of flags in a report, in the order in which its rows show them.
pub(super) struct Flags {
    /// The names of the rows.
    names: Vec<String>,
    /// What nearly all rows have.
    common: Vec<Kind>,
    /// What sets rows apart.
    own: Vec<Kind>,
}

/// Up to this many rows' own words are in a footnote; beyond that they are in
/// the wider table and in the other forms.
const MOST_DETAILS: usize = 2;

impl Flags {
    pub(super) fn of(report: &Report) -> Self {
        let mut kinds: Vec<Kind> = Vec::new();
        let standing = report.standing();
        for (row, (driver, _)) in standing.iter().enumerate() {
            for flag in &driver.flags {
                match kinds.iter_mut().find(|kind| kind.is_of(flag)) {
                    Some(kind) => kind.0.push((row, flag.clone())),
                    None => kinds.push(Kind(vec![(row, flag.clone())])),
                }
            }
        }
        let names: Vec<String> = standing.iter().map(|row| row.0.name.clone()).collect();
        let (common, own) = kinds
            .into_iter()
            .partition(|kind| kind.is_on_nearly_all(names.len()));
        Self { names, common, own }
    }

    /// What is said once above the table, a text a kind.
    pub(super) fn on_nearly_all_rows(&self) -> Vec<String> {
        self.common.iter().map(|kind| self.once(kind)).collect()
    }

    fn once(&self, kind: &Kind) -> String {
        let flags: Vec<&Flag> = kind.0.iter().map(|(_, flag)| flag).collect();
        let rows = self.names.iter().enumerate();
        let without: Vec<&String> = rows
            .filter(|(row, _)| !kind.is_on(*row))
            .map(|(_, name)| name)
            .collect();
        let rows = match without.len() {
            0 => "all rows".to_owned(),
            1 | 2 => format!("all rows but {}", fmt::list(&without)),
            _ => format!("{} of {} rows", flags.len(), self.names.len()),
        };
        let size = size(&flags).map_or_else(String::new, |size| format!(", {size}"));
        match flags[0].kind().zip(meaning(flags[0])) {
            Some((name, meaning)) => fmt::plain(&format!("{name} ({rows}{size}): {meaning}.")),
            None => fmt::plain(&format!("{} ({rows})", flags[0])),
        }
    }

    /// The flags of a row that set it apart.
    pub(super) fn own<'a>(&'a self, flags: &'a [Flag]) -> Vec<&'a Flag> {
        let is_own = |flag: &&Flag| self.own.iter().any(|kind| kind.is_of(flag));
        flags.iter().filter(is_own).collect()
    }

    /// The column of flags twice: as letters, and as words for where there is
    /// room. None where no flag sets a row apart.
    pub(super) fn columns(&self, rows: &[ValidRow]) -> Vec<Column<'static>> {
        if self.own.is_empty() {
            return Vec::new();
        }
        let place = |flag: &Flag| self.own.iter().position(|kind| kind.is_of(flag));
        let marks = |flags: &[Flag]| {
            let mut places: Vec<usize> = flags.iter().filter_map(place).collect();
            places.sort_unstable();
            let marks: Vec<String> = places.into_iter().map(mark).collect();
            marks.join(" ")
        };
        vec![
            column(rows, 0..=FLAGS_IN_WORDS - 1, marks),
            column(rows, FLAGS_IN_WORDS..=FULLEST, |flags| {
                in_words(self.own(flags))
            }),
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
        let kinds = self.own.iter().enumerate();
        kinds
            .map(|(index, kind)| fmt::hanging(&letter(index), &explained(kind), width))
            .collect()
    }
}

/// From the least to the most of a flag's share, where it has one.
fn size(flags: &[&Flag]) -> Option<String> {
    let shares = || flags.iter().filter_map(|flag| share(flag));
    let least = shares().reduce(f64::min)?;
    let most = shares().reduce(f64::max)?;
    let (least, most) = (fmt::percent(least), fmt::percent(most));
    Some(if least == most {
        most
    } else {
        format!("{} to {most}", least.trim_end_matches(" %"))
    })
}

fn share(flag: &Flag) -> Option<f64> {
    match *flag {
        Flag::ServerBound(share) | Flag::StoreBound(share) | Flag::ServerLate(share) => share,
        Flag::Noisy(noise) => Some(match noise? {
            Neighbour::Hypervisor(share) | Neighbour::Programs(share) => share,
        }),
        _ => None,
    }
}

fn column(
    rows: &[ValidRow],
    levels: RangeInclusive<u8>,
    cell: impl Fn(&[Flag]) -> String,
) -> Column<'static> {
    Column {
        head: "\nnote",
        levels,
        align: Align::Left,
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
fn explained(kind: &Kind) -> String {
    let flag = &kind.0[0].1;
    let Some((name, meaning)) = flag.kind().zip(meaning(flag)) else {
        return in_words([flag]);
    };
    let details = kind.0.iter().filter_map(|(_, flag)| flag.detail());
    let details: Vec<String> = details.collect();
    let said = if (1..=MOST_DETAILS).contains(&details.len()) {
        format!(" ({})", details.join("; "))
    } else {
        String::new()
    };
    fmt::plain(&format!("{name}: {meaning}{said}"))
}
