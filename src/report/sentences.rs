//! What the numbers say, in sentences computed from them.
//!
//! Most readers read only these, so they claim nothing that the intervals do
//! not support: a tie is called a tie, few rounds are called rough, and a limit
//! is named only where it is clear.

use super::columns::ValidRow;
use super::{Estimate, Report, limits};
use crate::fmt;
use crate::site::workload::Bound;

/// From this many rounds on, intervals are exact.
const EXACT_ROUNDS: u32 = 6;

/// At most this many names are listed in a sentence.
const NAMES: usize = 4;

/// The meaning of `report`, a sentence or two an entry.
///
/// Needs the summaries that [`super::summarise()`] fills in.
#[must_use]
pub fn sentences(report: &Report) -> Vec<String> {
    let rows = report.placed();
    let mut said = Vec::new();
    if let Some(&best) = rows.first() {
        said.push(wall(&rows));
        said.extend(against_sequential(report, &rows));
        said.extend(cost(&rows));
        said.push(limits::sentence(report, best));
        said.extend(failed(best));
        said.extend(rough(&rows));
    } else {
        said.push(nobody(report).to_owned());
    }
    said.extend(without_numbers(report));
    said
}

fn nobody(report: &Report) -> &'static str {
    if report.standing().is_empty() {
        "No driver has a valid result."
    } else {
        "Only traps have a valid result: run a correct driver beside them to see what each mistake \
         costs."
    }
}

fn name<'a>(row: &ValidRow<'a>) -> &'a str {
    &row.0.name
}

/// Who is first, and whether that can be said at all.
fn wall(rows: &[ValidRow]) -> String {
    let first = rows
        .iter()
        .take_while(|(_, summary)| summary.rank == 1)
        .count()
        // A file may give nobody the first place.
        .max(1);
    let range = range(rows[0].1.wall_ns.median, rows[first - 1].1.wall_ns.median);
    let next = rows.get(first).map_or_else(String::new, |next| {
        format!(
            "; {} is next with {}",
            name(next),
            fmt::in_ms(next.1.wall_ns.median)
        )
    });
    match (first, rows.len()) {
        (1, 1) => format!(
            "{} took {range}; no other driver has a result.",
            name(&rows[0])
        ),
        (1, _) => format!("{} is the fastest with {range}{next}.", name(&rows[0])),
        _ => format!(
            "{} cannot be told apart on wall time ({range}){next}.",
            group(rows, first)
        ),
    }
}

fn range(low_ns: f64, high_ns: f64) -> String {
    let (low, high) = (fmt::in_ms(low_ns), fmt::in_ms(high_ns));
    if low == high {
        low
    } else {
        format!("{} to {high}", low.trim_end_matches(" ms"))
    }
}

/// The first `size` rows by name while a sentence holds the names; the table
/// marks them in any case.
fn group(rows: &[ValidRow], size: usize) -> String {
    if size <= NAMES {
        return fmt::list(&rows[..size].iter().map(name).collect::<Vec<_>>());
    }
    if size == rows.len() {
        return format!("The {size} drivers");
    }
    format!("{size} of {} drivers (marked 1=)", rows.len())
}

/// How much waiting together saves, compared with the most it can save.
fn against_sequential(report: &Report, rows: &[ValidRow]) -> Option<String> {
    let (best, sequential) = (
        rows.first()?,
        rows.iter().find(|row| row.0.model == "sequential")?,
    );
    let times = sequential.1.wall_ns.median / best.1.wall_ns.median;
    if best.0.model == "sequential" || sequential.1.rank == 1 || at_once(report) < 2 {
        return None;
    }
    Some(format!(
        "{} is {} times as fast as {}{}.",
        name(best),
        fmt::significant(times, 3),
        name(sequential),
        most(report, times)
    ))
}

/// How many pages are worked on at once at most.
fn at_once(report: &Report) -> u64 {
    let workload = &report.workload;
    let slots = workload.slots.count().unwrap_or(usize::MAX);
    workload.pages.min(workload.concurrency.min(slots) as u64)
}

/// The most that waiting together can save, where nothing else saves time.
fn most(report: &Report, times: f64) -> String {
    let most = at_once(report);
    let what = match report.ideal_bound {
        Bound::Delays => format!("{most} in flight"),
        Bound::Slots => format!("{most} slots"),
        _ => return String::new(),
    };
    let beyond = if times > most as f64 {
        " (above it, because the sequential driver also does its own work between the waits)"
    } else {
        ""
    };
    format!("; {what} can shorten waiting {most} times{beyond}")
}

/// The cheapest and the dearest driver, in CPU and in memory.
fn cost(rows: &[ValidRow]) -> Option<String> {
    let cpu = extremes(rows, |row| row.1.cpu_ns_per_page);
    let memory = extremes(rows, |row| row.1.peak_rss_bytes);
    let parts: Vec<String> = [
        cpu.map(|ends| compare("CPU per page", fmt::duration, ends)),
        memory.map(|ends| compare("peak memory", fmt::size, ends)),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| capitalised(&format!("{}.", parts.join("; "))))
}

type End<'a> = (&'a str, Estimate);

/// The least and the most of a measure; `None` with fewer than two rows that
/// have it.
fn extremes<'a>(
    rows: &[ValidRow<'a>],
    measure: impl Fn(&ValidRow) -> Option<Estimate>,
) -> Option<(End<'a>, End<'a>)> {
    let with = |row: &ValidRow<'a>| Some((name(row), measure(row)?));
    let mut ends: Vec<End> = rows.iter().filter_map(with).collect();
    ends.sort_by(|a, b| a.1.median.total_cmp(&b.1.median));
    (ends.len() > 1).then(|| (ends[0], ends[ends.len() - 1]))
}

fn compare(what: &str, print: fn(f64) -> String, (least, most): (End, End)) -> String {
    let shown = |end: &End| print(end.1.median);
    if least.1.overlaps(&most.1) {
        return format!(
            "{what} cannot be told apart ({} to {})",
            shown(&least),
            shown(&most)
        );
    }
    let times = fmt::significant(most.1.median / least.1.median, 2);
    format!(
        "{what} ranges from {} ({}) to {} ({}), a factor of {times}",
        shown(&least),
        least.0,
        shown(&most),
        most.0,
    )
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Which pages fail for every driver; a row that failed others is rejected.
fn failed(best: ValidRow) -> Option<String> {
    let sample = &best.0.samples.first()?.sample;
    let named: Vec<String> = sample.first_lost.iter().map(u64::to_string).collect();
    let unnamed = sample.errors.saturating_sub(named.len() as u64);
    let which = match (named.len(), unnamed) {
        (0, _) => return None,
        (1, 0) => format!("page {}", named[0]),
        (_, 0) => format!("pages {}", fmt::list(&named)),
        _ => format!("pages {} and {unnamed} more", named.join(", ")),
    };
    Some(format!(
        "{} failed for every driver, as this scenario intends: {which}.",
        fmt::plural(sample.errors, "page")
    ))
}

/// Which rows have too few rounds for an exact interval.
fn rough(rows: &[ValidRow]) -> Option<String> {
    let few: Vec<&ValidRow> = rows
        .iter()
        .filter(|row| row.1.rounds < EXACT_ROUNDS)
        .collect();
    let least = few.iter().map(|row| row.1.rounds).min()?;
    let most = few.iter().map(|row| row.1.rounds).max()?;
    let who = match few.len() {
        all if all == rows.len() => "Each row has".to_owned(),
        1 => format!("{} has", name(few[0])),
        many if many > NAMES => format!("{many} rows have"),
        _ => fmt::list(&few.iter().map(|row| name(row)).collect::<Vec<_>>()) + " have",
    };
    let on = match (least, most) {
        (1, 1) => "1 round, which has no interval".to_owned(),
        _ if least == most => format!("{least} rounds, so the interval is rough"),
        _ => format!("{least} to {most} rounds, so the intervals are rough"),
    };
    Some(format!(
        "{who} only {on}: {EXACT_ROUNDS} rounds give an exact one."
    ))
}

/// The rows that carry no numbers.
fn without_numbers(report: &Report) -> Option<String> {
    let rows = report.rows();
    let (standing, fallen) = rows.split_at(report.standing().len());
    let names: Vec<&str> = fallen.iter().map(|driver| driver.name.as_str()).collect();
    let who = match names.len() {
        0 => return None,
        _ if standing.is_empty() => "Each row".to_owned(),
        many if many > NAMES => format!("{many} rows"),
        _ => fmt::list(&names),
    };
    let (have, reason) = if names.len() == 1 || standing.is_empty() {
        ("has", "the reason is")
    } else {
        ("have", "the reasons are")
    };
    Some(format!("{who} {have} no numbers: {reason} in the table."))
}
