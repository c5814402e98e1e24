//! The lag of an event loop: how late it comes to what is due.
//!
//! A ticker ticks every 10 ms beside the tasks. When a task keeps the loop to
//! itself, by computing or by blocking, the tick is late by as much as every
//! other task is. The coarseness of the runtime's timer is in it, too: it is
//! as late for every task that sleeps.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use super::Scrape;
use crate::measure::event_log::Tick;
use crate::measure::sample::LoopLag;

/// From one tick to the next.
const TICK: Duration = Duration::from_millis(10);

#[derive(Debug, Default)]
pub(super) struct Lag {
    /// When each tick was due, and how late it came.
    ticks: Mutex<Vec<(Instant, Duration)>>,
}

impl Lag {
    async fn beside<F, S, T>(&self, all: F, sleep: S) -> F::Output
    where
        F: Future,
        S: Fn(Duration) -> T,
        T: Future,
    {
        let mut all = pin!(all);
        loop {
            let due = Instant::now() + TICK;
            let mut asleep = pin!(sleep(TICK));
            let ended = std::future::poll_fn(|context| {
                if let Poll::Ready(output) = all.as_mut().poll(context) {
                    return Poll::Ready(Some(output));
                }
                asleep.as_mut().poll(context).map(|_| None)
            });
            if let Some(output) = ended.await {
                // A tick that was due and that the end came before: the tasks
                // kept the loop to themselves until there were none.
                if let Some(late) = Instant::now().checked_duration_since(due) {
                    self.tick(due, late);
                }
                return output;
            }
            self.tick(due, due.elapsed());
        }
    }

    fn tick(&self, due: Instant, late: Duration) {
        self.lock().push((due, late));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Instant, Duration)>> {
        self.ticks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of them, on the clock of a scrape that has `begun`.
    pub(super) fn ticks(&self, begun: Instant) -> Vec<Tick> {
        let since = |at: Instant| nanoseconds(at.saturating_duration_since(begun));
        let tick = |&(due, late): &(Instant, Duration)| Tick {
            due_ns: since(due),
            came_ns: since(due + late),
        };
        self.lock().iter().map(tick).collect()
    }

    /// What it came to; `None` when it was not measured.
    pub(super) fn measured(&self) -> Option<LoopLag> {
        let late = |&(_, late): &(Instant, Duration)| nanoseconds(late);
        let mut late_ns: Vec<u64> = self.lock().iter().map(late).collect();
        late_ns.sort_unstable();
        let max_ns = *late_ns.last()?;
        let p99 = (late_ns.len() * 99).div_ceil(100) - 1;
        Some(LoopLag {
            ticks: late_ns.len() as u64,
            p99_ns: late_ns[p99],
            max_ns,
        })
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A ticker for an event loop written by hand: it sleeps no longer than
/// [`Self::rest`], and calls [`Self::tick`] when it wakes.
#[derive(Debug)]
pub struct Ticker<'a> {
    lag: &'a Lag,
    due: Instant,
}

impl Ticker<'_> {
    /// How long until the next tick is due.
    pub fn rest(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }

    /// Ticks, if that is due.
    pub fn tick(&mut self) {
        let now = Instant::now();
        if let Some(late) = now.checked_duration_since(self.due) {
            self.lag.tick(self.due, late);
            self.due = now + TICK;
        }
    }
}

impl Drop for Ticker<'_> {
    /// A tick that was due by the end, and did not come.
    fn drop(&mut self) {
        self.tick();
    }
}

impl Scrape {
    /// A ticker that begins to tick now, if lag is measured.
    pub fn ticker(&self) -> Option<Ticker<'_>> {
        self.task.lag.then(|| Ticker {
            lag: &self.lag,
            due: Instant::now() + TICK,
        })
    }

    /// Awaits all workers; if lag is measured, beside a ticker that ticks on
    /// the same event loop.
    pub async fn with_ticker<F, S, T>(self: Arc<Self>, all: F, sleep: S) -> F::Output
    where
        F: Future,
        S: Fn(Duration) -> T,
        T: Future,
    {
        if self.task.lag {
            self.lag.beside(all, sleep).await
        } else {
            all.await
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::thread::sleep;

    use super::*;

    /// Runs a future that is ready or wakes itself.
    fn run<F: Future>(future: F) -> F::Output {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
        }
    }

    #[test]
    fn a_tick_is_late_by_what_kept_the_loop() {
        let lag = Lag::default();
        let mut turns = 0;
        let busy = std::future::poll_fn(|_| {
            turns += 1;
            // The second turn keeps the loop to itself.
            sleep(if turns == 2 { 5 * TICK } else { Duration::ZERO });
            if turns > 3 {
                Poll::Ready("through")
            } else {
                Poll::Pending
            }
        });
        assert_eq!(run(lag.beside(busy, |_| ready(()))), "through");
        let measured = lag.measured().unwrap();
        assert_eq!(measured.ticks, 3);
        assert!(measured.max_ns >= 40_000_000, "{measured:?}");
        assert_eq!(measured.p99_ns, measured.max_ns);
    }

    #[test]
    fn a_tick_that_did_not_come_before_the_end_is_late_by_then() {
        let lag = Lag::default();
        let busy = std::future::poll_fn(|_| {
            sleep(5 * TICK);
            Poll::Ready(())
        });
        run(lag.beside(busy, |_| pending::<()>()));
        let measured = lag.measured().unwrap();
        assert_eq!(measured.ticks, 1);
        assert!(measured.max_ns >= 40_000_000, "{measured:?}");
    }

    #[test]
    fn what_ends_before_the_first_tick_has_no_lag() {
        let lag = Lag::default();
        run(lag.beside(ready(()), |_| pending::<()>()));
        assert_eq!(lag.measured(), None);
    }

    #[test]
    fn the_p99_is_what_99_of_100_ticks_are_at_most() {
        let lag = Lag::default();
        let due = Instant::now();
        (1..=200).for_each(|late| lag.tick(due, Duration::from_nanos(late)));
        let expected = LoopLag {
            ticks: 200,
            p99_ns: 198,
            max_ns: 200,
        };
        assert_eq!(lag.measured(), Some(expected));
    }
}
