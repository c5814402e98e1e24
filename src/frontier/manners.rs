//! Manners: trying again, but not at once, and no faster than agreed.
//!
//! A [`Schedule`] is plain data and arithmetic. It is told the time, so a test
//! plays hours of a scrape in a millisecond.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::Moment;

/// What a scraper owes the server, and itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manners {
    /// Each page is tried at most so often.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles before each further one.
    pub back_off_ns: u64,
    /// At most so many requests a second; 0 is no limit.
    pub rate_per_second: u32,
    /// Draws the jitter of the waits.
    pub seed: u64,
}

impl Default for Manners {
    /// None at all: each page once, as fast as can be.
    fn default() -> Self {
        Self {
            attempts: 1,
            back_off_ns: 0,
            rate_per_second: 0,
            seed: 0,
        }
    }
}

/// No wait between attempts is longer, but for a server that asks for it.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(30);

impl Manners {
    /// Whether nothing is asked for that needs a clock.
    #[must_use]
    pub fn are_plain(&self) -> bool {
        self.attempts <= 1 && self.rate_per_second == 0
    }

    /// How long `page` waits after its `attempt`-th attempt (from 0) has
    /// failed: doubling, of which between a half and all is taken. Without
    /// that jitter all pages that failed together would come back together.
    ///
    /// Source: M. Brooker, "Exponential Backoff and Jitter" (2015), which
    /// calls this one equal jitter.
    #[must_use]
    pub fn back_off(&self, page: u64, attempt: u32) -> Duration {
        let doubled = self.back_off_ns.saturating_mul(1 << attempt.min(30));
        let whole = Duration::from_nanos(doubled).min(LONGEST_BACK_OFF);
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&page.to_le_bytes());
        key[16..20].copy_from_slice(&attempt.to_le_bytes());
        key[24..].copy_from_slice(b"a jitter");
        whole.mul_f64(ChaCha8Rng::from_seed(key).random_range(0.5..=1.0))
    }

    /// The least time from one request to the next.
    #[must_use]
    pub fn spacing(&self) -> Duration {
        match self.rate_per_second {
            0 => Duration::ZERO,
            // Rounded up: the rate is never exceeded.
            rate => Duration::from_nanos(1_000_000_000_u64.div_ceil(u64::from(rate))),
        }
    }
}

/// Why a page was not had, as far as it matters to what is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Whether it may be gone the next time.
    pub passes: bool,
    /// The server asks not to come again before so long.
    pub not_before: Option<Duration>,
}

/// What a schedule says to a worker with nothing in hand.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Fetch { page: u64, attempt: u32 },
    Wait(Option<Duration>),
    Stop,
}

/// The pages of a course with what is to become of each.
#[derive(Debug)]
pub(super) struct Schedule {
    manners: Manners,
    pages: u64,
    concurrency: u64,
    in_flight: u64,
    /// The next page that was never tried.
    fresh: u64,
    /// Pages to be tried again: when, which, and its how manieth attempt.
    again: BinaryHeap<Reverse<(Moment, u64, u32)>>,
    /// The rate allows no request before this.
    open_at: Moment,
}

impl Schedule {
    pub(super) fn new(pages: u64, concurrency: usize, manners: Manners) -> Self {
        assert!(concurrency > 0, "nothing would ever be handed out");
        Self {
            manners,
            pages,
            concurrency: concurrency as u64,
            in_flight: 0,
            fresh: 0,
            again: BinaryHeap::new(),
            open_at: Duration::ZERO,
        }
    }

    pub(super) fn next(&mut self, now: Moment) -> Next {
        if self.is_over() {
            return Next::Stop;
        }
        let ready_at = if self.fresh < self.pages {
            now
        } else {
            self.again
                .peek()
                .map_or(Moment::MAX, |Reverse(next)| next.0)
        };
        let at = ready_at.max(self.open_at);
        if self.in_flight >= self.concurrency || at == Moment::MAX {
            // Whatever comes back wakes who waits.
            return Next::Wait(None);
        }
        let wait = at.saturating_sub(now);
        if !wait.is_zero() {
            return Next::Wait(Some(wait));
        }
        let (page, attempt) = self.take(now);
        self.in_flight += 1;
        self.open_at = now + self.manners.spacing();
        Next::Fetch { page, attempt }
    }

    /// A page whose wait is over comes before one that was never tried: it
    /// has waited longer.
    fn take(&mut self, now: Moment) -> (u64, u32) {
        if let Some(Reverse(next)) = self.again.peek().copied()
            && next.0 <= now
        {
            self.again.pop();
            return (next.1, next.2);
        }
        self.fresh += 1;
        (self.fresh - 1, 0)
    }

    /// A page is done with. Returns whether nothing is left to hand out.
    pub(super) fn done(&mut self) -> bool {
        self.in_flight -= 1;
        self.is_over()
    }

    /// A page was not had. Returns whether it will be tried again.
    pub(super) fn failed(
        &mut self,
        page: u64,
        attempt: u32,
        failure: Failure,
        now: Moment,
    ) -> bool {
        self.in_flight -= 1;
        let tried = attempt + 1;
        if !failure.passes || tried >= self.manners.attempts {
            return false;
        }
        let wait = self.manners.back_off(page, attempt);
        let wait = wait.max(failure.not_before.unwrap_or_default());
        self.again.push(Reverse((now + wait, page, tried)));
        true
    }

    /// Whether all pages were handed out and none may come back to be tried
    /// again.
    pub(super) fn is_over(&self) -> bool {
        let may_fail = self.in_flight > 0 && self.manners.attempts > 1;
        self.fresh >= self.pages && self.again.is_empty() && !may_fail
    }
}

#[cfg(test)]
#[path = "manners_tests.rs"]
mod tests;
