//! The time axis: which cell a moment falls into, and where the ticks stand.

use crate::measure::event_log::EventLog;

use super::unit::TimeUnit;

/// Until when something happens in `log`, in nanoseconds, at least one: the
/// length of its time axis. Two pictures share an axis when both are drawn
/// until the later one.
#[must_use]
pub fn until_ns(log: &EventLog) -> u64 {
    let requests = log.requests.iter().map(|request| request.ended_ns);
    let attempts = log.attempts.iter().map(|attempt| attempt.ended_ns);
    let works = log.works.iter().map(|work| work.ended_ns);
    let last = requests.chain(attempts).chain(works).max();
    log.wall_ns.max(last.unwrap_or(0)).max(1)
}

/// Time from zero to `until_ns`, cut into `cells` cells of equal length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    until_ns: u64,
    cells: usize,
}

/// A tick below the axis.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AxisTick {
    /// The cell that it stands at the beginning of; the last may stand at the
    /// end of the axis.
    pub(super) cell: usize,
    /// Its time; the last one's with the unit.
    pub(super) label: String,
}

impl Scale {
    pub(super) fn new(until_ns: u64, cells: usize) -> Self {
        Self {
            until_ns: until_ns.max(1),
            cells: cells.max(1),
        }
    }

    pub(super) fn until_ns(self) -> u64 {
        self.until_ns
    }

    pub(super) fn cells(self) -> usize {
        self.cells
    }

    /// The cell of a moment; what is later than the axis is in the last.
    pub(super) fn cell(self, at_ns: u64) -> usize {
        self.place(at_ns, 0).min(self.cells - 1)
    }

    /// The cell that a moment is nearest to the beginning of.
    pub(super) fn nearest(self, at_ns: u64) -> usize {
        self.place(at_ns, u128::from(self.until_ns)).min(self.cells)
    }

    /// `at_ns` in cells, with `more` halves of a cell's 1/`until_ns`.
    fn place(self, at_ns: u64, more: u128) -> usize {
        let until = u128::from(self.until_ns);
        let place = (2 * u128::from(at_ns) * self.cells as u128 + more) / (2 * until);
        usize::try_from(place).unwrap_or(usize::MAX)
    }

    /// When a cell begins.
    pub(super) fn begins(self, cell: usize) -> u64 {
        let at = u128::from(self.until_ns) * cell as u128 / self.cells as u128;
        u64::try_from(at).unwrap_or(u64::MAX)
    }

    /// Where the run ended, if the axis goes on for more than a cell.
    pub(super) fn end(self, wall_ns: u64) -> Option<usize> {
        Some(self.nearest(wall_ns)).filter(|cell| cell + 1 < self.cells)
    }

    /// Ticks at round times, at least `apart` cells from each other: one at the
    /// beginning, and as many as there is room for.
    pub(super) fn ticks(self, apart: usize) -> Vec<AxisTick> {
        let unit = TimeUnit::of_axis(self.until_ns);
        let Some(step) = self.step(apart) else {
            let label = unit.label(0, 1, true);
            return vec![AxisTick { cell: 0, label }];
        };
        let times: Vec<u64> = (0..=self.until_ns / step).map(|n| n * step).collect();
        let last = times.len() - 1;
        let ticks = times.iter().enumerate().map(|(index, &at_ns)| AxisTick {
            cell: self.nearest(at_ns),
            label: unit.label(at_ns, step, index == last),
        });
        ticks.collect()
    }

    /// The shortest of 1, 2, 5, 10, 20 ... ns that is `apart` cells long.
    fn step(self, apart: usize) -> Option<u64> {
        let least = u128::from(self.until_ns) * apart as u128;
        let is_long = |step: &u64| u128::from(*step) * self.cells as u128 >= least;
        let powers = (0..19).map(|power| 10_u64.pow(power));
        let mut steps = powers.flat_map(|power| [1, 2, 5].map(|first| power * first));
        steps.find(is_long)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_moment_is_in_the_cell_that_begins_before_it(
            until_ns in 1..u64::MAX,
            cells in 1..400_usize,
            at in any::<proptest::sample::Index>(),
        ) {
            let scale = Scale::new(until_ns, cells);
            let at_ns = at.index(usize::try_from(until_ns).unwrap()) as u64;
            let cell = scale.cell(at_ns);
            prop_assert!(scale.begins(cell) <= at_ns);
            prop_assert!(at_ns <= scale.begins(cell + 1));
        }

        #[test]
        fn ticks_are_no_nearer_to_each_other_than_asked(
            until_ns in any::<u64>(),
            cells in 1..400_usize,
            apart in 1..50_usize,
        ) {
            let ticks = Scale::new(until_ns, cells).ticks(apart);
            prop_assert_eq!(ticks[0].cell, 0);
            for pair in ticks.windows(2) {
                // Each may be rounded by half a cell.
                prop_assert!(pair[1].cell + 1 >= pair[0].cell + apart);
            }
        }
    }

    #[test]
    fn ticks_stand_at_round_times_and_the_last_has_the_unit() {
        let labels = |until_ns: u64| -> Vec<String> {
            let ticks = Scale::new(until_ns, 60).ticks(10);
            ticks.into_iter().map(|tick| tick.label).collect()
        };
        assert_eq!(
            labels(520_000_000),
            ["0", "100", "200", "300", "400", "500 ms"]
        );
        assert_eq!(labels(5_070_000_000), ["0", "1", "2", "3", "4", "5 s"]);
        assert_eq!(
            labels(2_600_000_000),
            ["0", "0.5", "1.0", "1.5", "2.0", "2.5 s"]
        );
        assert_eq!(labels(1), ["0", "1 ns"]);
    }

    #[test]
    fn an_axis_goes_on_while_the_server_works() {
        let mut log = EventLog {
            wall_ns: 100,
            ..EventLog::default()
        };
        assert_eq!(until_ns(&log), 100);
        log.requests.push(crate::measure::event_log::Request {
            page: 0,
            read_ns: 50,
            begun_ns: None,
            due_ns: None,
            ended_ns: 170,
            end: crate::measure::event_log::End::Abandoned,
        });
        assert_eq!(until_ns(&log), 170);
        assert_eq!(until_ns(&EventLog::default()), 1);
    }
}
