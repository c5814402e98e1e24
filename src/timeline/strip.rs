//! Strips below the rows: a number over time, the highest in each cell.

use crate::log::{Gauge, Log};

use super::axis::Scale;
use super::words;

/// A number over time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Strip {
    /// Its highest value, in words: `10 in flight`.
    pub(super) label: String,
    /// Its highest value; the cells are a part of this.
    pub(super) peak: u64,
    /// The highest value in each cell; `None` where nobody knows.
    pub(super) cells: Vec<Option<u64>>,
}

/// The strips of `log`, the weightiest first: always that of the pages in
/// flight, the others where there are notes.
pub(super) fn strips(log: &Log, scale: Scale) -> Vec<Strip> {
    let gauge =
        |value: fn(&Gauge) -> Option<u64>| held(log.gauges.iter().map(|g| (g.at_ns, value(g))));
    let flights = in_flight(log);
    let strips = [
        Some(strip(&flights, scale, |peak| format!("{peak} in flight"))),
        known(&late(log), scale, |peak| {
            format!("beat {} late", words::duration(peak))
        }),
        known(&gauge(|gauge| gauge.threads), scale, |peak| {
            words::count(peak, "thread", "threads")
        }),
        known(&gauge(|gauge| gauge.resident_bytes), scale, |peak| {
            format!("{} memory", words::megabytes(peak))
        }),
    ];
    strips.into_iter().flatten().collect()
}

/// The most pages that the server had at a time.
pub(super) fn peak_in_flight(log: &Log) -> u64 {
    in_flight(log)
        .iter()
        .map(|level| level.value)
        .max()
        .unwrap_or(0)
}

/// A value and its time.
struct Level {
    from_ns: u64,
    /// Up to here, and not including it.
    to_ns: u64,
    value: u64,
}

fn known(levels: &[Level], scale: Scale, label: impl Fn(u64) -> String) -> Option<Strip> {
    (!levels.is_empty()).then(|| strip(levels, scale, label))
}

fn strip(levels: &[Level], scale: Scale, label: impl Fn(u64) -> String) -> Strip {
    let mut cells = vec![None; scale.cells()];
    let drawn = levels
        .iter()
        .filter(|level| level.from_ns < scale.until_ns());
    for level in drawn {
        let (from, to) = (scale.cell(level.from_ns), scale.cell(level.to_ns - 1));
        for cell in &mut cells[from..=to] {
            *cell = (*cell).max(Some(level.value));
        }
    }
    let peak = levels.iter().map(|level| level.value).max().unwrap_or(0);
    Strip {
        label: label(peak),
        peak,
        cells,
    }
}

/// Requests that the server had read and not yet ended with, whichever page
/// they were for. One that ended as it was read counts for a nanosecond.
fn in_flight(log: &Log) -> Vec<Level> {
    let mut changes: Vec<(u64, bool)> = Vec::with_capacity(2 * log.requests.len());
    for request in &log.requests {
        let after = request.read_ns.saturating_add(1);
        changes.push((request.read_ns, true));
        changes.push((request.ended_ns.max(after), false));
    }
    // What ends leaves before what begins at the same instant comes.
    changes.sort_unstable();
    let mut levels = Vec::new();
    let (mut value, mut from_ns) = (0_u64, 0);
    for (at_ns, begins) in changes {
        if from_ns < at_ns {
            levels.push(Level {
                from_ns,
                to_ns: at_ns,
                value,
            });
        }
        from_ns = at_ns;
        value = if begins {
            value + 1
        } else {
            value.saturating_sub(1)
        };
    }
    levels
}

/// How late each heart beat was, from when it was due until it came.
fn late(log: &Log) -> Vec<Level> {
    let late = log.beats.iter().map(|beat| Level {
        from_ns: beat.due_ns,
        to_ns: beat.came_ns.max(beat.due_ns.saturating_add(1)),
        value: beat.came_ns.saturating_sub(beat.due_ns),
    });
    late.filter(|level| level.from_ns < level.to_ns).collect()
}

/// What was read at a moment holds until the next reading.
fn held(readings: impl Iterator<Item = (u64, Option<u64>)>) -> Vec<Level> {
    let known: Vec<(u64, u64)> = readings
        .filter_map(|(at_ns, value)| Some((at_ns, value?)))
        .collect();
    let next = known.iter().skip(1).map(|(at_ns, _)| *at_ns);
    let until = next.chain([0]);
    let levels = known.iter().zip(until).map(|(&(from_ns, value), until)| {
        let to_ns = until.max(from_ns.saturating_add(1));
        Level {
            from_ns,
            to_ns,
            value,
        }
    });
    levels.filter(|level| level.from_ns < level.to_ns).collect()
}
