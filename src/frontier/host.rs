//! The pages to fetch from one host, and when each may start.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::ops::Range;

use super::Moment;
use super::pace::Pace;

/// A page that is due, and how often it was tried before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub page: u64,
    pub attempt: u32,
}

#[derive(Debug)]
pub(super) struct HostQueue {
    pub pace: Pace,
    pub in_flight: u64,
    at_most: u64,
    /// Pages never tried: a list that was known beforehand, then what was found.
    listed: Range<u64>,
    found: VecDeque<u64>,
    /// Pages to be tried again: when, which, and its how manieth attempt.
    again: BinaryHeap<Reverse<(Moment, u64, u32)>>,
}

impl HostQueue {
    /// A host of which these pages are wanted, with at most so many in flight.
    pub(super) fn new(listed: Range<u64>, at_most: u64, pace: Pace) -> Self {
        Self {
            pace,
            in_flight: 0,
            at_most,
            listed,
            found: VecDeque::new(),
            again: BinaryHeap::new(),
        }
    }

    /// A page was found.
    pub(super) fn push(&mut self, page: u64) {
        self.found.push_back(page);
    }

    /// Schedules a retry of a page, not before `at`.
    pub(super) fn push_again(&mut self, at: Moment, due: Due) {
        self.again.push(Reverse((at, due.page, due.attempt)));
    }

    /// Whether no page waits here.
    pub(super) fn is_empty(&self) -> bool {
        self.listed.is_empty() && self.found.is_empty() && self.again.is_empty()
    }

    /// When its next page may leave; `None` until something comes back.
    pub(super) fn ready_at(&self, now: Moment) -> Option<Moment> {
        if self.in_flight >= self.at_most {
            return None;
        }
        let fresh = !self.listed.is_empty() || !self.found.is_empty();
        let again = self.again.peek().map(|Reverse(next)| next.0);
        let page = if fresh { Some(now) } else { again };
        page.map(|at| at.max(self.pace.open_at()))
    }

    /// A page whose wait is over comes before one that was never tried: it
    /// has waited longer.
    pub(super) fn take(&mut self, now: Moment) -> Option<Due> {
        if let Some(Reverse((at, page, attempt))) = self.again.peek().copied()
            && at <= now
        {
            self.again.pop();
            return Some(Due { page, attempt });
        }
        let page = self.listed.next().or_else(|| self.found.pop_front())?;
        Some(Due { page, attempt: 0 })
    }
}
