//! Measures how far ahead of an agreed rate requests come. It rejects nothing.

use std::sync::{Mutex, PoisonError};

/// Meters one agreed rate over all threads.
#[derive(Debug)]
pub(super) struct RateMeter {
    /// From one request to the next, at that rate.
    spacing_ns: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the next request would come, had all of them kept the rate from
    /// the earliest of them on: the "theoretical arrival time" of the generic
    /// cell rate algorithm (ITU-T I.371).
    next_due_ns: u64,
    ahead_max_ns: u64,
}

impl RateMeter {
    /// For at most `rate` requests a second; `None` when it is 0.
    pub(super) fn of(rate: u32) -> Option<Self> {
        (rate > 0).then(|| Self {
            spacing_ns: 1_000_000_000_u64.div_ceil(rate.into()),
            state: Mutex::default(),
        })
    }

    /// A request came.
    pub(super) fn note(&self, now_ns: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let ahead_ns = state.next_due_ns.saturating_sub(now_ns);
        state.ahead_max_ns = state.ahead_max_ns.max(ahead_ns);
        state.next_due_ns = state.next_due_ns.max(now_ns) + self.spacing_ns;
    }

    /// How far ahead a request came at most. However many requests are taken
    /// together, from any on, they came over as much less time than they should
    /// have at most.
    pub(super) fn ahead_max_ns(&self) -> u64 {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.ahead_max_ns
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const MILLISECOND_NS: u64 = 1_000_000;

    fn ahead_max_ns(rate: u32, times_ns: &[u64]) -> u64 {
        let meter = RateMeter::of(rate).unwrap();
        for &now_ns in times_ns {
            meter.note(now_ns);
        }
        meter.ahead_max_ns()
    }

    #[test]
    fn a_client_that_keeps_the_rate_is_never_ahead() {
        let times_ns: Vec<u64> = (3..900).map(|n| n * 5 * MILLISECOND_NS).collect();
        assert_eq!(ahead_max_ns(200, &times_ns), 0);
    }

    #[test]
    fn ten_at_once_are_nine_slots_ahead_wherever_they_come() {
        let mut times_ns: Vec<u64> = (0..50).map(|n| n * 5 * MILLISECOND_NS).collect();
        times_ns.extend([300 * MILLISECOND_NS; 10]);
        times_ns.extend((0..50).map(|n| (900 + n * 5) * MILLISECOND_NS));
        assert_eq!(ahead_max_ns(200, &times_ns), 45 * MILLISECOND_NS);
    }

    #[test]
    fn it_is_the_most_that_any_stretch_of_requests_is_too_short_by() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..50 {
            let mut now_ns = 0;
            let times_ns: Vec<u64> = (0..80)
                .map(|_| {
                    now_ns += random.random_range(0..11 * MILLISECOND_NS);
                    now_ns
                })
                .collect();
            let stretches = (0..80).flat_map(|first| (first..80).map(move |last| (first, last)));
            let short_by = stretches.map(|(first, last)| {
                let should_take_ns = (last - first) as u64 * 5 * MILLISECOND_NS;
                should_take_ns.saturating_sub(times_ns[last] - times_ns[first])
            });
            assert_eq!(Some(ahead_max_ns(200, &times_ns)), short_by.max());
        }
    }
}
