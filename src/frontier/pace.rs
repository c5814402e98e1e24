//! No faster than agreed: when the next request may leave.
//!
//! Requests have slots, evenly spread. Who comes to a slot late, because no
//! timer is exact, does not push back those after it: up to a quarter of a
//! slot is caught up with. What is never bent is the promise to the server: no
//! window of the agreed length sees more requests than agreed, wherever it
//! begins.
//!
//! The slots are those of a leaky bucket (GCRA, ITU-T I.371, with a tolerance
//! of a quarter of a slot); the window is a log of the last requests. Crates
//! that limit rates keep the first of the two promises or the second.

use std::collections::VecDeque;
use std::time::Duration;

use super::Moment;

/// The longest log. A faster rate is held in windows that are as much shorter.
const MOST_IN_WINDOW: u32 = 1000;

#[derive(Debug)]
pub(super) struct Pace {
    /// The least time from one slot to the next; zero is no limit.
    spacing: Duration,
    /// At most so many requests within `window`.
    most: usize,
    window: Duration,
    /// When the last `most` requests left.
    recent: VecDeque<Moment>,
    /// The next slot.
    slot: Moment,
}

impl Pace {
    /// This many requests a second; 0 is no limit.
    pub(super) fn per_second(rate: u32, spacing: Duration) -> Self {
        let most = rate.clamp(1, MOST_IN_WINDOW);
        Self {
            spacing,
            most: most as usize,
            window: spacing * most,
            recent: VecDeque::new(),
            slot: Duration::ZERO,
        }
    }

    /// From now on at least so long from each request to the next, as a site
    /// asks for; a pace that is slower already stays.
    pub(super) fn slow_down(&mut self, spacing: Duration) {
        if spacing > self.spacing {
            self.slot = self.slot.saturating_sub(self.spacing) + spacing;
            self.spacing = spacing;
            self.most = 1;
            self.window = spacing;
            self.recent.drain(..self.recent.len().saturating_sub(1));
        }
    }

    /// Before this no request may leave.
    pub(super) fn open_at(&self) -> Moment {
        let oldest = self.recent.front();
        let window = oldest.filter(|_| self.recent.len() == self.most);
        self.slot
            .max(window.map_or(Duration::ZERO, |&oldest| oldest + self.window))
    }

    /// A request leaves, not before [`Self::open_at`].
    pub(super) fn take(&mut self, now: Moment) {
        if self.spacing.is_zero() {
            return;
        }
        let caught_up = now.saturating_sub(self.spacing / 4);
        self.slot = self.slot.max(caught_up) + self.spacing;
        if self.recent.len() == self.most {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn per_second(rate: u32) -> Pace {
        Pace::per_second(rate, Duration::from_secs(1) / rate)
    }

    /// Requests that leave as soon as they may, but up to `late` after that.
    fn simulated(pace: &mut Pace, requests: usize, late: Duration, seed: u64) -> Vec<Moment> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut now = Duration::ZERO;
        (0..requests)
            .map(|_| {
                now = now.max(pace.open_at()) + late.mul_f64(random.random());
                pace.take(now);
                now
            })
            .collect()
    }

    #[test]
    fn no_window_of_a_second_sees_more_than_the_rate_however_late_timers_are() {
        for seed in 0..500_usize {
            let rate = [1, 2, 7, 50, 200][seed % 5];
            let late = Duration::from_millis([0, 1, 3, 40][seed % 4]);
            let left = simulated(&mut per_second(rate), 600, late, seed as u64);
            for window in left.windows(rate as usize + 1) {
                let span = window.last().unwrap().saturating_sub(window[0]);
                // The spacing is a whole number of nanoseconds.
                let second = Duration::from_secs(1) / rate * rate;
                assert!(span >= second, "seed {seed}: {} in {span:?}", rate + 1);
            }
        }
    }

    #[test]
    fn lateness_of_the_timers_does_not_add_up() {
        let left = simulated(&mut per_second(200), 1000, Duration::from_millis(1), 1);
        let slots = Duration::from_millis(5) * 999;
        let last = *left.last().unwrap();
        // Once a second the window passes on what one request was late; slot
        // by slot it would have come to half a second.
        assert!(last >= slots && last < slots + Duration::from_millis(10));
    }

    #[test]
    fn a_pause_is_no_licence_to_catch_up() {
        let mut pace = per_second(10);
        pace.take(Duration::ZERO);
        let after_a_pause = Duration::from_secs(5);
        pace.take(after_a_pause);
        let next = pace.open_at().saturating_sub(after_a_pause);
        assert_eq!(
            next,
            Duration::from_millis(75),
            "a quarter of a slot at most"
        );
    }

    #[test]
    fn a_site_that_asks_for_two_seconds_gets_two_seconds() {
        let mut pace = per_second(10);
        pace.take(Duration::ZERO);
        pace.slow_down(Duration::from_secs(2));
        assert_eq!(pace.open_at(), Duration::from_secs(2));
        pace.slow_down(Duration::from_secs(1));
        assert_eq!(pace.open_at(), Duration::from_secs(2));
        let left = simulated(&mut pace, 20, Duration::from_millis(300), 3);
        let apart = left
            .windows(2)
            .all(|two| two[1].saturating_sub(two[0]) >= Duration::from_secs(2));
        assert!(apart, "{left:?}");
    }

    #[test]
    fn no_rate_is_no_wait() {
        let mut pace = Pace::per_second(0, Duration::ZERO);
        for now in [3, 3, 4] {
            assert!(pace.open_at() <= Duration::from_secs(now));
            pace.take(Duration::from_secs(now));
        }
    }
}
