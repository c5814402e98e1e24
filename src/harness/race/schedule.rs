//! Which driver runs next, and when to stop. No processes and no clock: the
//! caller says how long each run took, so tests can simulate it.
//!
//! A round is one run of every driver, in a new random order. Rounds go on until
//! the median wall time of each driver is known to 2 %, or the budget is used. A
//! slow driver does not cost the others their rounds: if three of its runs would
//! take over a third of the budget, it has as many as fit into that third, at
//! least one, and its row says so.

use std::time::Duration;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::stats::Estimate;

/// Only slow drivers and reports that were cut short have fewer rounds.
pub(super) const LEAST_ROUNDS: u32 = 3;
/// Fewer runs than this give no exact interval of a median (see
/// [`crate::stats`]), and a rough one is no reason to stop.
const FEWEST_FOR_AN_INTERVAL: usize = 6;
/// A median is known when its interval is within this share of it.
const KNOWN_TO: f64 = 0.02;
/// The share of the budget that one slow driver may use.
const SLOW_SHARE: u32 = 3;

/// How much to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time budget: after three rounds, start no round that would exceed it.
    pub budget: Duration,
    /// Exactly this number of rounds, whatever the budget.
    pub rounds: Option<u32>,
}

/// Which rounds have run, and what each driver took.
#[derive(Debug)]
pub(super) struct Schedule {
    limits: Limits,
    random: ChaCha8Rng,
    drivers: Vec<History>,
    round: u32,
    /// Those of this round that have not run yet.
    to_run: Vec<usize>,
}

#[derive(Debug, Default, Clone)]
struct History {
    walls: Vec<f64>,
    spent: Duration,
    last: Duration,
    dropped_out: bool,
}

impl Schedule {
    /// A schedule for drivers whose runs take at least these times, its orders
    /// drawn from `seed`.
    pub(super) fn new(least: Vec<Duration>, limits: Limits, seed: u64) -> Self {
        let drivers = least.into_iter().map(|last| History {
            last,
            ..History::default()
        });
        Self {
            limits,
            random: ChaCha8Rng::seed_from_u64(seed),
            drivers: drivers.collect(),
            round: 0,
            to_run: Vec::new(),
        }
    }

    /// Notes time spent on a driver outside the rounds.
    pub(super) fn spent(&mut self, driver: usize, took: Duration) {
        let driver = &mut self.drivers[driver];
        driver.spent += took;
        driver.last = driver.last.max(took);
    }

    /// Notes a run: how long it took with everything around it, and the wall time
    /// it measured.
    pub(super) fn ran(&mut self, driver: usize, took: Duration, wall_ns: u64) {
        self.spent(driver, took);
        self.drivers[driver].last = took;
        self.drivers[driver].walls.push(wall_ns as f64);
        self.to_run.retain(|&other| other != driver);
    }

    /// This driver has no further runs.
    pub(super) fn drop_out(&mut self, driver: usize) {
        self.drivers[driver].dropped_out = true;
        self.to_run.retain(|&other| other != driver);
    }

    /// The number of the current round, from 1.
    pub(super) fn round(&self) -> u32 {
        self.round
    }

    /// The drivers of the next round in the order they run, `elapsed` after the
    /// beginning; `None` after the last round.
    pub(super) fn next_round(&mut self, elapsed: Duration) -> Option<Vec<usize>> {
        let mut order = self.due();
        let over = match self.limits.rounds {
            Some(rounds) => self.round >= rounds,
            None => self.round >= LEAST_ROUNDS && !self.worth_it(&order, elapsed),
        };
        if over || order.is_empty() {
            return None;
        }
        self.round += 1;
        order.shuffle(&mut self.random);
        self.to_run.clone_from(&order);
        Some(order)
    }

    /// About how long it still takes, `elapsed` after the beginning: what is left
    /// of this round, and the rounds after it.
    pub(super) fn left(&self, elapsed: Duration) -> Duration {
        let this_round = self.takes(&self.to_run);
        let round = self.takes(&self.due());
        let further = |rounds: u32| round * rounds.saturating_sub(self.round);
        match self.limits.rounds {
            Some(rounds) => this_round + further(rounds),
            None => {
                (this_round + further(LEAST_ROUNDS)).max(self.limits.budget.saturating_sub(elapsed))
            }
        }
    }

    /// What one run of each of these takes.
    fn takes(&self, drivers: &[usize]) -> Duration {
        drivers
            .iter()
            .map(|&driver| self.drivers[driver].last)
            .sum()
    }

    fn due(&self) -> Vec<usize> {
        (0..self.drivers.len())
            .filter(|&index| {
                !self.drivers[index].dropped_out && self.may_run_again(&self.drivers[index])
            })
            .collect()
    }

    fn may_run_again(&self, driver: &History) -> bool {
        let share = self.limits.budget / SLOW_SHARE;
        let slow = driver.last * LEAST_ROUNDS > share;
        let in_any_case = self.limits.rounds.is_some() || driver.walls.is_empty();
        in_any_case || !slow || driver.spent + driver.last <= share
    }

    fn worth_it(&self, order: &[usize], elapsed: Duration) -> bool {
        let round = self.takes(order);
        let unknown = order.iter().any(|&driver| !self.drivers[driver].is_known());
        unknown && elapsed + round <= self.limits.budget
    }
}

impl History {
    fn is_known(&self) -> bool {
        let enough = self.walls.len() >= FEWEST_FOR_AN_INTERVAL;
        enough && Estimate::of(&self.walls).is_some_and(|wall| wall.is_known_to(KNOWN_TO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Plays a schedule with drivers that always take the given times and measure
    /// what `wall` returns. Returns the number of runs of each and the time used.
    fn play(
        limits: Limits,
        took: &[Duration],
        mut wall: impl FnMut(usize, u32) -> u64,
    ) -> (Vec<u32>, Duration) {
        let mut schedule = Schedule::new(took.to_vec(), limits, 7);
        let (mut runs, mut elapsed) = (vec![0; took.len()], Duration::ZERO);
        while let Some(order) = schedule.next_round(elapsed) {
            for driver in order {
                elapsed += took[driver];
                runs[driver] += 1;
                schedule.ran(driver, took[driver], wall(driver, schedule.round()));
            }
        }
        (runs, elapsed)
    }

    fn within(budget: Duration) -> Limits {
        Limits {
            budget,
            rounds: None,
        }
    }

    #[test]
    fn stops_as_soon_as_every_median_is_known() {
        let (runs, _) = play(within(45 * SECOND), &[SECOND / 4; 4], |_, _| 200_000_000);
        assert_eq!(
            runs, [6; 4],
            "six equal runs are the fewest that make an interval"
        );
    }

    #[test]
    fn uses_the_budget_and_no_more_when_a_driver_stays_noisy() {
        let noisy = |driver, round| {
            if driver == 0 && round % 2 == 0 {
                300
            } else {
                200
            }
        };
        let (runs, elapsed) = play(within(20 * SECOND), &[SECOND; 2], noisy);
        assert_eq!(runs, [10, 10]);
        assert!(elapsed <= 20 * SECOND);
    }

    #[test]
    fn has_three_rounds_however_small_the_budget() {
        let (runs, _) = play(within(SECOND / 10), &[SECOND / 100; 3], |_, _| 5);
        assert!(runs.iter().all(|&runs| runs >= 3));
    }

    #[test]
    fn a_slow_driver_has_fewer_runs_and_leaves_the_others_theirs() {
        let took = [6 * SECOND, SECOND / 4, SECOND / 4];
        let noisy = |_, round| if round % 2 == 0 { 100 } else { 200 };
        let (runs, elapsed) = play(within(45 * SECOND), &took, noisy);
        assert_eq!(
            runs[0], 2,
            "two of six seconds fit into a third of the budget"
        );
        assert!(runs[1] > 40 && runs[1] == runs[2]);
        assert!(elapsed <= 45 * SECOND);
    }

    #[test]
    fn a_driver_slower_than_the_whole_budget_still_has_one_run() {
        let (runs, _) = play(within(45 * SECOND), &[100 * SECOND, SECOND], |_, _| 5);
        assert_eq!(runs[0], 1);
    }

    #[test]
    fn a_given_number_of_rounds_is_exact() {
        let limits = Limits {
            budget: SECOND,
            rounds: Some(2),
        };
        let (runs, _) = play(limits, &[40 * SECOND, SECOND], |_, _| 5);
        assert_eq!(runs, [2, 2]);
    }

    #[test]
    fn the_time_left_counts_the_runs_that_are_still_to_come() {
        let limits = Limits {
            budget: SECOND,
            rounds: Some(2),
        };
        let mut schedule = Schedule::new(vec![40 * SECOND, 10 * SECOND], limits, 7);
        assert_eq!(schedule.left(Duration::ZERO), 100 * SECOND);
        schedule.next_round(Duration::ZERO);
        assert_eq!(schedule.left(Duration::ZERO), 100 * SECOND);
        schedule.ran(0, 44 * SECOND, 5);
        assert_eq!(schedule.left(44 * SECOND), 64 * SECOND);
        schedule.ran(1, 10 * SECOND, 5);
        schedule.next_round(54 * SECOND);
        schedule.ran(1, 10 * SECOND, 5);
        assert_eq!(schedule.left(64 * SECOND), 44 * SECOND);
    }

    #[test]
    fn a_driver_that_is_out_does_not_run_again() {
        let mut schedule = Schedule::new(vec![SECOND; 2], within(SECOND), 7);
        schedule.drop_out(1);
        assert_eq!(schedule.next_round(Duration::ZERO), Some(vec![0]));
    }

    #[test]
    fn the_same_seed_draws_the_same_orders_and_another_draws_others() {
        let orders = |seed| -> Vec<_> {
            let mut schedule = Schedule::new(
                vec![SECOND; 8],
                Limits {
                    budget: SECOND,
                    rounds: Some(3),
                },
                seed,
            );
            std::iter::from_fn(|| schedule.next_round(Duration::ZERO)).collect()
        };
        assert_eq!(orders(1), orders(1));
        assert_ne!(orders(1), orders(2));
        assert_ne!(orders(1)[0], orders(1)[1], "each round has a new order");
    }
}
