//! What a course comes to whoever sails it: delays and faults are drawn from
//! the seed, so how many requests each page takes is known before the first.

use std::time::Duration;

use super::faults::{DATE_AHEAD, Fault, RetryAfter};
use super::{Workload, ideal};

/// What every driver's run of a course has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// Requests for all pages, those that fail included.
    pub requests: u64,
    /// Pages of which every attempt fails, rising.
    pub lost: Vec<u64>,
    /// Requests that cost a connection.
    pub cuts: u64,
    /// The delay of each request, page by page.
    delays: Vec<Duration>,
    /// The longest that one page takes: its delays and the waits between.
    longest: Duration,
    /// The least time from the first request to the last, by the rate.
    paced: Duration,
}

impl Workload {
    /// What it comes to with this seed.
    #[must_use]
    pub fn foreseen(&self, seed: u64) -> Foreseen {
        let manners = self.manners(seed);
        let mut foreseen = Foreseen {
            requests: 0,
            lost: Vec::new(),
            cuts: 0,
            delays: self.latency.delays(seed, self.pages),
            longest: Duration::ZERO,
            paced: Duration::ZERO,
        };
        for page in (0..self.pages).filter(|_| !self.faults.is_none()) {
            let (attempts, answered) = self.faults.attempts(seed, page, manners.attempts);
            foreseen.requests += u64::from(attempts - 1);
            if !answered {
                foreseen.lost.push(page);
            }
            let mut takes = Duration::ZERO;
            for attempt in 0..attempts {
                let delay = self.latency.delay(seed, page, attempt);
                takes += delay;
                if attempt > 0 {
                    foreseen.delays.push(delay);
                }
                let fault = self.faults.draw(seed, page, attempt);
                if fault.is_some_and(|fault| !matches!(fault, Fault::Status(..))) {
                    foreseen.cuts += 1;
                }
                if attempt + 1 < attempts {
                    takes += manners.back_off(page, attempt).max(asked(fault));
                }
            }
            foreseen.longest = foreseen.longest.max(takes);
        }
        foreseen.requests += self.pages;
        let gaps = u32::try_from(foreseen.requests - 1).unwrap_or(u32::MAX);
        foreseen.paced = manners.spacing() * gaps;
        foreseen
    }
}

/// The least that a server asks to wait. A date has whole seconds, so it may
/// be over as soon as it is said.
fn asked(fault: Option<Fault>) -> Duration {
    match fault {
        Some(Fault::Status(_, Some(RetryAfter::Seconds(seconds)))) => {
            Duration::from_secs(seconds.into())
        }
        Some(Fault::Status(_, Some(RetryAfter::Date))) => {
            DATE_AHEAD.saturating_sub(Duration::from_secs(1))
        }
        _ => Duration::ZERO,
    }
}

impl Foreseen {
    /// The wall time that no driver can beat with so many in flight.
    ///
    /// Without faults it is the list schedule of [`ideal::wall`]. With them the
    /// order of the requests is not known, so it is the greatest of three
    /// bounds: all delays shared out evenly, the page that takes longest, and
    /// the rate.
    #[must_use]
    pub fn ideal(&self, concurrency: usize) -> Duration {
        if self.longest.is_zero() {
            return ideal::wall(&self.delays, concurrency).max(self.paced);
        }
        let all: Duration = self.delays.iter().sum();
        let shared = all / u32::try_from(concurrency).unwrap_or(u32::MAX);
        shared.max(self.longest).max(self.paced)
    }

    /// The shortest delay of any request.
    #[must_use]
    pub fn shortest_delay(&self) -> Duration {
        self.delays.iter().copied().min().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::load;

    fn flaky() -> Workload {
        load::load("flaky").unwrap()
    }

    #[test]
    fn without_faults_each_page_takes_one_request() {
        let foreseen = load::load("quick").unwrap().foreseen(1);
        assert_eq!((foreseen.requests, foreseen.cuts), (200, 0));
        assert!(foreseen.lost.is_empty());
        assert_eq!(foreseen.ideal(20), Duration::from_millis(200));
    }

    #[test]
    fn faults_cost_requests_and_pages_that_never_come_are_named() {
        let mut workload = flaky();
        let foreseen = workload.foreseen(1);
        assert!(foreseen.requests > workload.pages && foreseen.lost.is_empty());
        workload.attempts = 1;
        let once = workload.foreseen(1);
        assert_eq!(once.requests, workload.pages);
        let failing = (0..workload.pages).filter(|&page| {
            let fault = workload.faults.draw(1, page, 0);
            fault.is_some()
        });
        assert_eq!(once.lost, failing.collect::<Vec<_>>());
    }

    #[test]
    fn a_server_that_asks_for_a_second_makes_the_course_that_long() {
        let workload = Workload {
            faults: "429=20%:1s".parse().unwrap(),
            ..flaky()
        };
        assert!(workload.foreseen(1).ideal(20) >= Duration::from_secs(1));
    }

    #[test]
    fn a_rate_bounds_the_course_from_below() {
        let workload = Workload {
            rate: 100,
            ..load::load("quick").unwrap()
        };
        assert_eq!(workload.foreseen(1).ideal(20), Duration::from_millis(1990));
    }
}
