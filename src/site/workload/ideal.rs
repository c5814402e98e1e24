//! The wall time that no driver can tick, and what makes it that long.
//!
//! It is the greatest of a few lower bounds. Each holds for any driver on the
//! scenario, whatever the luck of the threads: an honest driver that came below
//! would be refused for nothing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What makes the ideal wall time of a scenario as long as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// The delays of the pages at this concurrency.
    #[default]
    Delays,
    /// The same, with no more in flight than the server works on at once.
    Slots,
    /// The rate: at most this many requests a second.
    Rate,
    /// A page that fails at first, and the waits until it is tried again.
    Retries,
    /// A page of which a request is given up when it has taken too long.
    Timeout,
    /// Links that have to be found before they can be followed.
    Links,
}

impl Bound {
    /// Whether it is what is left out when it is not said.
    #[must_use]
    pub fn is_delays(&self) -> bool {
        *self == Self::Delays
    }
}

/// What one page takes, with any driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PageTime {
    /// Its first request.
    pub first: Duration,
    /// All of its requests together.
    pub busy: Duration,
    /// The same, with the waits between them.
    pub whole: Duration,
    /// How many requests that is.
    pub requests: u32,
    /// Whether any of them is given up.
    pub times_out: bool,
    /// How many links have to be followed before the one that leads to it.
    pub links: u32,
}

/// What all pages of a scenario take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Times {
    pub pages: Vec<PageTime>,
    /// The shortest request of all.
    pub shortest: Duration,
    /// The least time from one request to the next.
    pub spacing: Duration,
    /// At most this many are worked on at once.
    pub slots: usize,
    /// Whether pages are first asked for in the order of their numbers.
    pub in_order: bool,
}

impl Times {
    /// The ideal wall time at this concurrency, and what sets it.
    pub(super) fn bound(&self, concurrency: usize) -> (Duration, Bound) {
        let bounds = [
            self.shared(concurrency),
            self.last(concurrency),
            self.paced(),
        ];
        greatest(bounds.into_iter())
    }

    /// All time in flight shared out evenly; in a crawl, that of the pages so
    /// many links away, none of which can begin before its links were found.
    fn shared(&self, concurrency: usize) -> (Duration, Bound) {
        let farthest = self.pages.iter().map(|page| page.links).max().unwrap_or(0);
        let at_once = u32::try_from(concurrency.min(self.slots)).unwrap_or(u32::MAX);
        let bound = |links| match links {
            0 if self.slots < concurrency => Bound::Slots,
            0 => Bound::Delays,
            _ => Bound::Links,
        };
        let ends = |links| self.shortest * links + self.beyond(links, at_once);
        greatest((0..=farthest).map(|links| (ends(links), bound(links))))
    }

    /// The time of the pages at least this many links away, shared out evenly, or
    /// in full waves of the shortest.
    fn beyond(&self, links: u32, at_once: u32) -> Duration {
        let pages = || self.pages.iter().filter(|page| page.links >= links);
        let busy: Duration = pages().map(|page| page.busy).sum();
        let requests: u32 = pages().map(|page| page.requests).sum();
        (busy / at_once).max(self.shortest * requests.div_ceil(at_once))
    }

    /// The page that ends last, if each begins as early as it can.
    fn last(&self, concurrency: usize) -> (Duration, Bound) {
        let firsts = self.pages.iter().map(|page| page.first);
        // Where requests queue or are turned away, the order is not ours.
        let begins: Vec<Duration> = if self.in_order && concurrency <= self.slots {
            begins(firsts, concurrency).collect()
        } else {
            let links = self.pages.iter().map(|page| page.links);
            links.map(|links| self.shortest * links).collect()
        };
        let pages = begins.iter().zip(&self.pages);
        greatest(pages.map(|(begin, page)| (*begin + page.whole, page.bound())))
    }

    /// The last request, if all keep the rate.
    fn paced(&self) -> (Duration, Bound) {
        let requests: u32 = self.pages.iter().map(|page| page.requests).sum();
        if self.spacing.is_zero() {
            return (Duration::ZERO, Bound::Rate);
        }
        let begins = self.spacing * requests.saturating_sub(1);
        (begins + self.shortest, Bound::Rate)
    }
}

impl PageTime {
    /// What makes it late, if it is the last.
    fn bound(&self) -> Bound {
        match self {
            page if page.times_out => Bound::Timeout,
            page if page.whole > page.first => Bound::Retries,
            page if page.links > 0 => Bound::Links,
            _ => Bound::Delays,
        }
    }
}

/// The greatest; of equal ones the first, which is the plainer reason.
fn greatest(bounds: impl Iterator<Item = (Duration, Bound)>) -> (Duration, Bound) {
    bounds.fold(Default::default(), |a, b| if b.0 > a.0 { b } else { a })
}

/// When pages whose requests take so long can begin at the earliest, in their
/// order, with at most `concurrency` in flight.
///
/// This is greedy list scheduling (R. L. Graham, 1966): each page, in order,
/// goes to the place that is free first. Pages are handed out in that same
/// order to every driver; what takes longer than its delay, and what is tried
/// again in between, can only make a page begin later. So it is a bound and
/// not merely an estimate. For a fixed delay L the last of N pages ends at
/// `ceil(N / concurrency) * L`.
fn begins(
    requests: impl Iterator<Item = Duration>,
    concurrency: usize,
) -> impl Iterator<Item = Duration> {
    let mut free_at: BinaryHeap<Reverse<Duration>> =
        (0..concurrency).map(|_| Reverse(Duration::ZERO)).collect();
    requests.map(move |takes| {
        let Reverse(begin) = free_at.pop().unwrap_or_default();
        free_at.push(Reverse(begin + takes));
        begin
    })
}

#[cfg(test)]
#[path = "ideal_tests.rs"]
mod tests;
