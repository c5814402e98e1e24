//! With politeness: trying again, but not at once, no faster than agreed, and not
//! for ever.
//!
//! A [`PageSchedule`] is plain data and arithmetic. It is told the time, so a test
//! simulates hours of a scrape in a millisecond.

use std::time::Duration;

use super::Moment;
use super::host::{Due, HostQueue};
use super::pace::Pace;
use crate::site::workload::Politeness;

/// Why a page failed, as far as that decides what is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageFailure {
    /// Whether it may be gone the next time.
    pub passes: bool,
    /// The wait that the server asks for.
    pub not_before: Option<Duration>,
}

/// What becomes of a page that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryDecision {
    /// It is tried again after this time.
    Again(Duration),
    /// It is given up.
    Failed,
}

/// What a schedule says to a worker with nothing in hand.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Fetch(Pick),
    /// Until something changes, or this long at most.
    Wait(Option<Duration>),
    Stop,
}

/// A page that may be fetched now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pick {
    pub page: u64,
    pub attempt: u32,
    pub host: usize,
    /// When it is given up.
    pub until: Option<Moment>,
}

/// The pages of a scenario, and which are due, waiting, in flight or done.
#[derive(Debug)]
pub(super) struct PageSchedule {
    politeness: Politeness,
    concurrency: u64,
    in_flight: u64,
    hosts: Vec<HostQueue>,
    /// Whether pages lead to further pages.
    grows: bool,
    retries_left: Option<u32>,
    stopped: bool,
    /// Since when a place is free and politeness forbid to ask for a page.
    waiting_since: Option<Moment>,
    waited: Duration,
    /// Pages that have no room beside others, and their hosts. As long as there
    /// is one, one page is in flight at a time.
    alone: Vec<(usize, u64)>,
}

impl PageSchedule {
    /// The pages `0..pages` of one host.
    pub(super) fn new(pages: u64, concurrency: usize, politeness: Politeness) -> Self {
        assert!(concurrency > 0, "nothing would ever be handed out");
        Self {
            politeness,
            concurrency: concurrency as u64,
            in_flight: 0,
            hosts: vec![host(pages, &politeness)],
            grows: false,
            retries_left: politeness.retries,
            stopped: false,
            waiting_since: None,
            waited: Duration::ZERO,
            alone: Vec::new(),
        }
    }

    /// Pages that are found during the scrape, on this many hosts.
    pub(super) fn growing(hosts: usize, concurrency: usize, politeness: Politeness) -> Self {
        Self {
            hosts: (0..hosts).map(|_| host(0, &politeness)).collect(),
            grows: true,
            ..Self::new(0, concurrency, politeness)
        }
    }

    pub(super) fn next(&mut self, now: Moment) -> Next {
        let left = self.politeness.deadline().map(|at| at.saturating_sub(now));
        if self.is_over() || left.is_some_and(|left| left.is_zero()) {
            return Next::Stop;
        }
        let at_most = if self.alone.is_empty() {
            self.concurrency
        } else {
            1
        };
        let earliest = self.earliest(now).filter(|_| self.in_flight < at_most);
        let Some((at, host)) = earliest else {
            // Whatever comes back wakes who waits.
            return Next::Wait(left);
        };
        if at > now {
            self.waiting_since.get_or_insert(now);
            let wait = at.saturating_sub(now);
            return Next::Wait(Some(left.map_or(wait, |left| left.min(wait))));
        }
        let Due { page, attempt } = self.hosts[host].take(now).expect("a host with a page due");
        let since = self.waiting_since.take().unwrap_or(now);
        self.waited += now.saturating_sub(since);
        self.in_flight += 1;
        self.hosts[host].in_flight += 1;
        self.hosts[host].pace.take(now);
        Next::Fetch(Pick {
            page,
            attempt,
            host,
            until: self.until(now),
        })
    }

    /// The host that has a page first, and when.
    fn earliest(&self, now: Moment) -> Option<(Moment, usize)> {
        let hosts = self.hosts.iter().enumerate();
        // Before any other page, or they would all be fetched one by one.
        let of_one_alone = |index| self.alone.iter().any(|&(host, _)| host == index);
        hosts
            .filter(|&(index, _)| self.alone.is_empty() || of_one_alone(index))
            .filter_map(|(index, host)| Some((host.ready_at(now)?, index)))
            .min()
    }

    /// When a request that is begun now is given up.
    fn until(&self, now: Moment) -> Option<Moment> {
        let timeout = self.politeness.timeout().map(|timeout| now + timeout);
        [timeout, self.politeness.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    /// A page is done with.
    pub(super) fn done(&mut self, host: usize) {
        self.in_flight -= 1;
        self.hosts[host].in_flight -= 1;
    }

    /// A page is done with, and has its place no longer alone.
    pub(super) fn back(&mut self, pick: Pick) {
        self.alone.retain(|&page| page != (pick.host, pick.page));
        self.done(pick.host);
    }

    /// A page waits until nothing else is in flight.
    pub(super) fn postpone(&mut self, pick: Pick, now: Moment) {
        self.back(pick);
        self.alone.push((pick.host, pick.page));
        let due = Due {
            page: pick.page,
            attempt: pick.attempt,
        };
        self.hosts[pick.host].push_again(now, due);
    }

    /// A page failed. If that ends the scrape, its place is not handed
    /// out again.
    pub(super) fn failed(
        &mut self,
        pick: Pick,
        failure: PageFailure,
        now: Moment,
    ) -> RetryDecision {
        let fate = self.fate(pick, failure, now);
        self.stopped |= fate == RetryDecision::Failed && self.politeness.fail_fast;
        fate
    }

    fn fate(&mut self, pick: Pick, failure: PageFailure, now: Moment) -> RetryDecision {
        self.back(pick);
        let tried = pick.attempt + 1;
        if self.stopped || !failure.passes || tried >= self.politeness.attempts {
            return RetryDecision::Failed;
        }
        let wait = self.politeness.back_off(pick.page, pick.attempt);
        let wait = wait.max(failure.not_before.unwrap_or_default());
        let at = now.saturating_add(wait);
        // Another attempt that would come too late is none.
        if self
            .politeness
            .deadline()
            .is_some_and(|deadline| at >= deadline)
        {
            return RetryDecision::Failed;
        }
        if let Some(left) = &mut self.retries_left {
            match left.checked_sub(1) {
                Some(fewer) => *left = fewer,
                None => return RetryDecision::Failed,
            }
        }
        let due = Due {
            page: pick.page,
            attempt: tried,
        };
        self.hosts[pick.host].push_again(at, due);
        RetryDecision::Again(wait)
    }

    /// The host of that number.
    pub(super) fn host(&mut self, host: usize) -> &mut HostQueue {
        &mut self.hosts[host]
    }

    /// How long a place was free and politeness forbade to ask for a page.
    pub(super) fn waited(&self) -> Duration {
        self.waited
    }

    /// Nothing more is handed out.
    pub(super) fn stop(&mut self) {
        self.stopped = true;
    }

    /// Whether all pages were handed out and none may come back to be tried
    /// again, or lead to another.
    pub(super) fn is_over(&self) -> bool {
        let more = self.in_flight > 0 && (self.politeness.attempts > 1 || self.grows);
        self.stopped || (self.hosts.iter().all(HostQueue::is_empty) && !more)
    }
}

fn host(pages: u64, politeness: &Politeness) -> HostQueue {
    let at_most = match politeness.per_host {
        0 => u64::MAX,
        most => most,
    };
    let pace = Pace::per_second(politeness.rate_per_second, politeness.spacing());
    HostQueue::new(0..pages, at_most, pace)
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
