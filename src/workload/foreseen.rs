//! What a course comes to whoever sails it: delays and faults are drawn from
//! the seed, so how many requests each page takes is known before the first.
//!
//! Only what depends on when requests come cannot be known: how many a server
//! turns away that is full, or asked too often. Such a course is *open*.

use std::time::Duration;

use super::faults::{DATE_AHEAD, Fault, RetryAfter};
use super::{Manners, Slots, Workload, ideal};

/// What every driver's run of a course has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// Requests for all pages, those that fail included; the least, if the
    /// course is open.
    pub requests: u64,
    /// Whether there may be more, because the server turns requests away.
    pub open: bool,
    /// Pages of which every attempt fails, rising.
    pub lost: Vec<u64>,
    /// Requests that cost a connection.
    pub cuts: u64,
    /// Of those, the ones that their client gives up.
    pub abandoned: u64,
    /// The time of each request, page by page.
    times: Vec<Duration>,
    /// The longest that one page takes: its requests and the waits between.
    longest: Duration,
    /// The least time from the first request to the last, by a rate.
    paced: Duration,
    /// At most so many are worked on at once, whoever asks.
    slots: usize,
    /// Whether pages are asked for in the order of their numbers, each once.
    in_order: bool,
}

/// What becomes of one request.
struct Attempt {
    takes: Duration,
    end: End,
    /// The least wait before the next that the server asks for.
    asks: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The page comes.
    Answered,
    /// A status says that it does not.
    Told,
    /// The connection ends.
    Cut,
    /// The client gives up.
    Abandoned,
}

impl Workload {
    /// What it comes to with this seed.
    #[must_use]
    pub fn foreseen(&self, seed: u64) -> Foreseen {
        self.foreseen_without(seed, &[])
    }

    /// The same, of a course on which these pages (rising) are never asked for.
    #[must_use]
    pub fn foreseen_without(&self, seed: u64, unreached: &[u64]) -> Foreseen {
        let manners = self.manners(seed);
        let mut foreseen = Foreseen {
            requests: 0,
            open: matches!(self.slots, Slots::Reject(_)) || self.allowed_rate > 0,
            lost: Vec::new(),
            cuts: 0,
            abandoned: 0,
            times: Vec::new(),
            longest: Duration::ZERO,
            paced: Duration::ZERO,
            slots: self.slots.count().unwrap_or(usize::MAX),
            in_order: self.faults.is_none() && self.depth.is_none(),
        };
        for page in 0..self.pages {
            if unreached.binary_search(&page).is_err() {
                self.foresee_page(page, &manners, &mut foreseen);
            }
        }
        let gaps = u32::try_from(foreseen.requests.saturating_sub(1)).unwrap_or(u32::MAX);
        foreseen.paced = manners.spacing() * gaps;
        foreseen
    }

    fn foresee_page(&self, page: u64, manners: &Manners, foreseen: &mut Foreseen) {
        let mut takes = Duration::ZERO;
        for tried in 0..manners.attempts {
            let attempt = self.attempt(manners, page, tried);
            foreseen.requests += 1;
            foreseen.times.push(attempt.takes);
            foreseen.cuts += u64::from(matches!(attempt.end, End::Cut | End::Abandoned));
            foreseen.abandoned += u64::from(attempt.end == End::Abandoned);
            takes += attempt.takes;
            if attempt.end == End::Answered {
                break;
            }
            let fault = self.faults.draw(manners.seed, page, tried);
            let passes = attempt.end == End::Abandoned || fault.is_some_and(Fault::passes);
            if !passes || tried + 1 == manners.attempts {
                foreseen.lost.push(page);
                break;
            }
            takes += manners.back_off(page, tried).max(attempt.asks);
        }
        foreseen.longest = foreseen.longest.max(takes);
    }

    fn attempt(&self, manners: &Manners, page: u64, tried: u32) -> Attempt {
        let fault = self.faults.draw(manners.seed, page, tried);
        let extra = fault.map_or(Duration::ZERO, Fault::extra);
        let takes = self.latency.delay(manners.seed, page, tried) + extra;
        let end = match fault {
            None | Some(Fault::Slow(_)) => End::Answered,
            Some(Fault::Status(..)) => End::Told,
            Some(_) => End::Cut,
        };
        match manners.timeout().filter(|timeout| *timeout <= takes) {
            Some(timeout) => Attempt {
                takes: timeout,
                end: End::Abandoned,
                asks: Duration::ZERO,
            },
            None => Attempt {
                takes,
                end,
                asks: asked(fault),
            },
        }
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
    /// Where pages are asked for in order it is the list schedule of
    /// [`ideal::wall`]. Elsewhere the order of the requests is not known, so it
    /// is the greatest of three bounds: all times shared out evenly, the page
    /// that takes longest, and the rate.
    #[must_use]
    pub fn ideal(&self, concurrency: usize) -> Duration {
        let at_once = concurrency.min(self.slots);
        if self.in_order {
            return ideal::wall(&self.times, at_once).max(self.paced);
        }
        let all: Duration = self.times.iter().sum();
        let shared = all / u32::try_from(at_once).unwrap_or(u32::MAX);
        shared.max(self.longest).max(self.paced)
    }

    /// The pages of a crawl lie so many links from its start, of which none
    /// can be followed before its page has come.
    pub fn chained(&mut self, links: u32) {
        self.longest = self.longest.max(self.shortest() * links);
    }

    /// The shortest time of any request.
    #[must_use]
    pub fn shortest(&self) -> Duration {
        self.times.iter().copied().min().unwrap_or_default()
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
    fn a_request_that_stalls_is_given_up_at_its_timeout() {
        let workload = Workload {
            faults: "stall=10%".parse().unwrap(),
            timeout: "300ms".parse().unwrap(),
            ..flaky()
        };
        let foreseen = workload.foreseen(1);
        assert!(foreseen.abandoned > 5 && foreseen.abandoned == foreseen.cuts);
        assert_eq!(foreseen.requests, workload.pages + foreseen.abandoned);
        assert!(foreseen.ideal(200) >= Duration::from_millis(320));
    }

    #[test]
    fn a_page_that_is_slower_than_the_timeout_is_never_had() {
        let workload = Workload {
            timeout: "10ms".parse().unwrap(),
            attempts: 2,
            ..load::load("quick").unwrap()
        };
        let foreseen = workload.foreseen(1);
        assert_eq!(foreseen.lost.len() as u64, workload.pages);
        assert_eq!(foreseen.abandoned, 2 * workload.pages);
    }

    #[test]
    fn slots_are_the_limit_where_they_are_fewer_than_may_be_in_flight() {
        let workload = Workload {
            slots: "10:queue".parse().unwrap(),
            ..load::load("quick").unwrap()
        };
        let foreseen = workload.foreseen(1);
        assert_eq!(foreseen.ideal(20), Duration::from_millis(400));
        assert!(!foreseen.open);
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
