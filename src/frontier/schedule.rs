//! With manners: trying again, but not at once, and no faster than agreed.
//!
//! A [`Schedule`] is plain data and arithmetic. It is told the time, so a test
//! plays hours of a scrape in a millisecond.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::Moment;
use crate::workload::Manners;

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
#[path = "schedule_tests.rs"]
mod tests;
