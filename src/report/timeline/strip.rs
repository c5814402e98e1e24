//! Strips below the rows: a number over time, the highest in each cell.

use crate::fmt;
use crate::measure::event_log::{EventLog, Gauge};

use super::axis::Scale;

/// A lag up to this fills no strip: it is that of an idle loop on a busy
/// machine, and must not look like a blocked one.
const LAG_NS: u64 = 10_000_000;

/// A number over time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Strip {
    /// Its highest value, in words: `10 in flight`.
    pub(super) label: String,
    /// The value at its upper edge, no less than any of the cells.
    pub(super) top: u64,
    /// The highest value in each cell; `None` where nobody knows.
    pub(super) cells: Vec<Option<u64>>,
}

/// The strips of `log`, the weightiest first: always that of the pages in
/// flight, the others where there are notes.
pub(super) fn strips(log: &EventLog, scale: Scale) -> Vec<Strip> {
    let gauge =
        |value: fn(&Gauge) -> Option<u64>| held(log.gauges.iter().map(|g| (g.at_ns, value(g))));
    let flights = in_flight(log);
    let strips = [
        Some(strip(&flights, scale, 1, |peak| {
            format!("{} in flight", fmt::count(peak))
        })),
        known(&late(log), scale, LAG_NS, |peak| {
            format!("{} lag", fmt::duration(peak))
        }),
        known(&gauge(|gauge| gauge.threads), scale, 1, |peak| {
            fmt::plural(peak, "thread")
        }),
        known(&gauge(|gauge| gauge.resident_bytes), scale, 1, |peak| {
            format!("{} memory", fmt::size(peak as f64))
        }),
    ];
    strips.into_iter().flatten().collect()
}

/// The most pages that the server had at a time.
pub(super) fn peak_in_flight(log: &EventLog) -> u64 {
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

fn known(
    levels: &[Level],
    scale: Scale,
    least_top: u64,
    label: impl Fn(u64) -> String,
) -> Option<Strip> {
    (!levels.is_empty()).then(|| strip(levels, scale, least_top, label))
}

fn strip(levels: &[Level], scale: Scale, least_top: u64, label: impl Fn(u64) -> String) -> Strip {
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
        top: peak.max(least_top),
        cells,
    }
}

/// Requests that the server had read and not yet ended with, whichever page
/// they were for. One that ended as it was read counts for a nanosecond.
fn in_flight(log: &EventLog) -> Vec<Level> {
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

/// How late each ticker tick was, from when it was due until it came.
fn late(log: &EventLog) -> Vec<Level> {
    let late = log.ticks.iter().map(|tick| Level {
        from_ns: tick.due_ns,
        to_ns: tick.came_ns.max(tick.due_ns.saturating_add(1)),
        value: tick.came_ns.saturating_sub(tick.due_ns),
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

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use crate::measure::event_log::{End, Request};

    use super::*;

    fn log(times: &[(u64, u64)]) -> EventLog {
        let requests = times.iter().map(|&(read_ns, length)| Request {
            page: 0,
            read_ns,
            begun_ns: None,
            due_ns: None,
            ended_ns: read_ns + length,
            end: End::Sent,
        });
        EventLog {
            requests: requests.collect(),
            ..EventLog::default()
        }
    }

    proptest! {
        /// Counted moment by moment: a request is in flight from its head until
        /// its end.
        #[test]
        fn the_strip_is_what_counting_gives(times in vec((0..60_u64, 1..30_u64), 0..30)) {
            let at = |now: u64| {
                let there = times.iter().filter(|(read, length)| (*read..read + length).contains(&now));
                there.count() as u64
            };
            let strips = strips(&log(&times), Scale::new(100, 100));
            for (now, cell) in (0..).zip(&strips[0].cells) {
                prop_assert_eq!(cell.unwrap_or(0), at(now), "at {}", now);
            }
            prop_assert_eq!(peak_in_flight(&log(&times)), (0..100).map(at).max().unwrap());
        }
    }

    #[test]
    fn one_after_the_other_is_never_two_at_a_time() {
        assert_eq!(peak_in_flight(&log(&[(0, 50), (50, 50), (100, 50)])), 1);
    }

    #[test]
    fn a_gauge_holds_until_the_next_and_there_is_no_strip_without_one() {
        let mut log = log(&[(0, 100)]);
        assert_eq!(strips(&log, Scale::new(100, 10)).len(), 1);
        let gauge = |at_ns, threads| Gauge {
            at_ns,
            threads,
            ..Gauge::default()
        };
        log.gauges = vec![gauge(20, Some(3)), gauge(30, None), gauge(50, Some(7))];
        let strips = strips(&log, Scale::new(100, 10));
        assert_eq!(strips.len(), 2);
        assert_eq!(strips[1].label, "7 threads");
        let expected = [0, 0, 3, 3, 3, 7, 0, 0, 0, 0];
        let cells = strips[1].cells.iter().map(|cell| cell.unwrap_or(0));
        assert!(cells.eq(expected), "{:?}", strips[1].cells);
    }
}
