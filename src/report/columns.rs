//! The columns that the tables can show, in their order, and at which level of
//! detail each is shown: level 0 is the leanest table, [`FULLEST`] has it all.

use std::ops::RangeInclusive;

use super::scenario::Met;
use super::{DriverReport, Estimate, Summary};
use crate::fmt::{self, Align, escape, mb, ms, us};

/// One column: a head of two lines (name, unit) and a cell a row.
pub(super) struct Column<'a> {
    pub(super) head: &'a str,
    /// The levels of detail at which it is shown.
    pub(super) levels: RangeInclusive<u8>,
    pub(super) align: Align,
    pub(super) cells: Vec<String>,
}

/// The widest cell of the first column: "10=".
pub(super) const RANK_WIDTH: usize = 3;

/// A row with a valid result, and its numbers.
pub(super) type ValidRow<'a> = (&'a DriverReport, &'a Summary);

/// The level of detail at which nothing is left out.
pub(super) const FULLEST: u8 = 12;

/// From this level on there is room for intervals in full; below, for their
/// width in percent at most.
pub(super) const WIDE: u8 = 6;

/// Where flags are in words, not marks.
pub(super) const FLAGS_IN_WORDS: u8 = 11;

/// Every column that these rows can fill.
pub(super) fn all(rows: &[ValidRow]) -> Vec<Column<'static>> {
    let mut columns = identity(rows);
    columns.extend(time(rows));
    columns.extend(cost(rows));
    columns.extend(detail(rows));
    columns
}

fn identity(rows: &[ValidRow]) -> Vec<Column<'static>> {
    let places = texts(rows, |(_, summary)| summary.place());
    let names = texts(rows, |(driver, _)| escape::cell(&driver.name));
    vec![
        Column {
            align: Align::Left,
            ..column("#", 0, places)
        },
        Column {
            align: Align::Left,
            ..column("driver", 0, names)
        },
    ]
}

fn time(rows: &[ValidRow]) -> Vec<Column<'static>> {
    let arm = |estimate: &Estimate| estimate.half_width().map(|share| share * 100.0);
    let arms = texts(rows, |(_, s)| percent(arm(&s.wall_ns)));
    vec![
        numbers("wall\nms", 0, rows, 3, |s| Some(ms(s.wall_ns.median))),
        Column {
            levels: WIDE - 2..=WIDE - 1,
            ..column("±\n%", 0, arms)
        },
        column(
            "95 % interval\nms",
            WIDE,
            texts(rows, |(_, s)| interval(&s.wall_ns)),
        ),
        numbers("×\nideal", 2, rows, 3, |s| s.times_ideal),
        numbers("pages\nper s", 3, rows, 3, |s| Some(s.pages_per_second)),
    ]
}

fn cost(rows: &[ValidRow]) -> Vec<Column<'static>> {
    vec![
        numbers("CPU µs\n/page", 1, rows, 3, |s| {
            Some(us(s.cpu_ns_per_page?.median))
        }),
        numbers("peak\nMB", 1, rows, 3, |s| {
            Some(mb(s.peak_rss_bytes?.median))
        }),
        Column {
            levels: WIDE - 1..=WIDE - 1,
            ..numbers("\n+MB", 0, rows, 2, growth_mb)
        },
        numbers("growth\nMB", 7, rows, 3, growth_mb),
        column("\nthr", 3, texts(rows, |(_, s)| whole(s.threads_peak))),
        numbers("p99\nms", 2, rows, 3, |s| Some(ms(s.page_p99_ns.median))),
    ]
}

fn growth_mb(summary: &Summary) -> Option<f64> {
    Some(mb(summary.rss_growth_bytes?.median))
}

/// What is only shown when there is room for it.
fn detail(rows: &[ValidRow]) -> Vec<Column<'static>> {
    let connections = texts(rows, |(_, s)| whole(Some(s.connections_peak)));
    let rounds = texts(rows, |(_, s)| whole(Some(s.rounds.into())));
    let mut columns = met(rows);
    columns.extend([
        numbers("start\nms", 10, rows, 3, |s| Some(ms(s.start_ns.median))),
        column("connec-\ntions", 9, connections),
        column(
            "server\n%",
            8,
            texts(rows, |(_, s)| percent(s.server_share.map(|x| x * 100.0))),
        ),
        column("\nrounds", FULLEST, rounds),
    ]);
    if rows.iter().any(|(driver, _)| driver.heap.is_some()) {
        columns.push(column(
            "allocations\n/page",
            7,
            fmt::aligned(&allocations(rows), 3),
        ));
    }
    columns
}

/// What the scenario did beside answering, where it did: requests per page,
/// those of them that were rejected or abandoned, failed pages, time queued.
fn met(rows: &[ValidRow]) -> Vec<Column<'static>> {
    let all: Vec<Met> = rows.iter().map(|(driver, _)| Met::by(driver)).collect();
    let column = |head, from, least: f64, digits, value: fn(&Met) -> Option<f64>| {
        let values: Vec<Option<f64>> = all.iter().map(value).collect();
        let says_something = values.iter().flatten().any(|&value| value > least);
        says_something.then(|| column(head, from, fmt::aligned(&values, digits)))
    };
    [
        column("requests\n/page", 2, 1.0, 3, |met| met.requests_per_page),
        column("\nrejected", 2, 0.0, 1, |met| met.rejected),
        column("aban-\ndoned", 2, 0.0, 1, |met| met.abandoned),
        column("failed\npages", 2, 0.0, 1, |met| met.failed_pages),
        column("queued\nms", 2, 0.0, 3, |met| Some(ms(met.queue_wait_ns?))),
        // Measured only on request, so shown on the narrowest terminal.
        column("lag p99\nms", 0, 0.0, 3, |met| Some(ms(met.lag_p99_ns?))),
        column("lag max\nms", 0, 0.0, 3, |met| Some(ms(met.lag_max_ns?))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn allocations(rows: &[ValidRow]) -> Vec<Option<f64>> {
    let per_page = |(driver, _): &ValidRow| {
        let heap = driver.heap.as_ref().filter(|heap| heap.pages > 0)?;
        Some(heap.allocations as f64 / heap.pages as f64)
    };
    rows.iter().map(per_page).collect()
}

/// A column of numbers, shown from level `from` on.
fn column(head: &'static str, from: u8, cells: Vec<String>) -> Column<'static> {
    Column {
        head,
        levels: from..=FULLEST,
        align: Align::Right,
        cells,
    }
}

fn numbers(
    head: &'static str,
    from: u8,
    rows: &[ValidRow],
    digits: usize,
    value: impl Fn(&Summary) -> Option<f64>,
) -> Column<'static> {
    let values: Vec<Option<f64>> = rows.iter().map(|(_, summary)| value(summary)).collect();
    column(head, from, fmt::aligned(&values, digits))
}

fn texts(rows: &[ValidRow], text: impl Fn(&ValidRow) -> String) -> Vec<String> {
    rows.iter().map(text).collect()
}

/// "0.4", or "n/a".
fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "n/a".to_owned(), fmt::percent_number)
}

fn whole(value: Option<u64>) -> String {
    value.map_or_else(|| "n/a".to_owned(), fmt::count)
}

/// "202.9–204.1": one digit more than the median, or the ends of a narrow
/// interval would look the same.
fn interval(estimate: &Estimate) -> String {
    if estimate.confidence <= 0.0 {
        return "n/a".to_owned();
    }
    let ends = [Some(ms(estimate.low)), Some(ms(estimate.high))];
    fmt::aligned(&ends, 4).join("–")
}
