//! What a scenario costs any driver: delays and faults are drawn from
//! the seed, so how many requests each page takes is known before the first.
//!
//! Only what depends on when requests come cannot be known: how many a server
//! turns away that is full, or asked too often. Such a scenario is *open*.

use std::time::Duration;

use super::faults::{DATE_AHEAD, Fault, RetryAfter};
use super::ideal::{PageTime, Times};
use super::{Bound, Politeness, Slots, Workload};

/// What every driver's run of a scenario has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicted {
    /// Requests for all pages, those that fail included; the least, if the
    /// scenario is open.
    pub requests: u64,
    /// Whether there may be more, because the server turns requests away.
    pub open: bool,
    /// Pages of which every attempt fails, rising.
    pub lost: Vec<u64>,
    /// Requests that cost a connection.
    pub cuts: u64,
    /// Of those, the ones that their client gives up.
    pub abandoned: u64,
    /// How long the server has them wait.
    pub delays: DelaySums,
    times: Times,
}

/// How long a server has requests wait that it does not turn away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DelaySums {
    /// All of them together, with the planned time of slow bodies.
    pub sum_ns: u64,
    /// The shortest.
    pub shortest_ns: u64,
    /// The longest.
    pub longest_ns: u64,
    /// Those of the requests that bring a page, rising.
    pub of_pages_ns: Vec<u64>,
}

/// What becomes of one request.
struct Attempt {
    takes: Duration,
    /// How long the server has it wait, if its client does.
    delay: Duration,
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
    /// The result with this seed.
    #[must_use]
    pub fn predicted(&self, seed: u64) -> Predicted {
        self.predicted_of(seed, (0..self.pages).map(|page| (page, 0)))
    }

    /// The same, if only these pages (rising) are asked for, each when so many
    /// links were followed.
    #[must_use]
    pub fn predicted_of(&self, seed: u64, found: impl Iterator<Item = (u64, u32)>) -> Predicted {
        let politeness = self.politeness(seed);
        let mut predicted = Predicted {
            requests: 0,
            open: self.is_open(),
            lost: Vec::new(),
            cuts: 0,
            abandoned: 0,
            delays: DelaySums::default(),
            times: Times {
                pages: Vec::new(),
                shortest: Duration::MAX,
                spacing: politeness.spacing(),
                slots: self.slots.count().unwrap_or(usize::MAX),
                in_order: self.depth.is_none() && !self.is_open(),
            },
        };
        for (page, links) in found {
            let time = self.predict_page(page, &politeness, &mut predicted);
            predicted.times.pages.push(PageTime { links, ..time });
        }
        predicted.delays.of_pages_ns.sort_unstable();
        predicted
    }

    /// Whether the server turns requests away.
    fn is_open(&self) -> bool {
        matches!(self.slots, Slots::Reject(_)) || self.allowed_rate > 0
    }

    fn predict_page(
        &self,
        page: u64,
        politeness: &Politeness,
        predicted: &mut Predicted,
    ) -> PageTime {
        let mut time = PageTime::default();
        for tried in 0..politeness.attempts {
            let attempt = self.attempt(politeness, page, tried);
            predicted.note(&attempt);
            time.request(&attempt);
            if attempt.end == End::Answered {
                let delay_ns = nanoseconds(attempt.delay);
                predicted.delays.of_pages_ns.push(delay_ns);
                break;
            }
            let fault = self.faults.draw(politeness.seed, page, tried);
            let passes = attempt.end == End::Abandoned || fault.is_some_and(Fault::passes);
            if !passes || tried + 1 == politeness.attempts {
                predicted.lost.push(page);
                break;
            }
            time.whole += politeness.back_off(page, tried).max(attempt.asks);
        }
        time
    }

    fn attempt(&self, politeness: &Politeness, page: u64, tried: u32) -> Attempt {
        let fault = self.faults.draw(politeness.seed, page, tried);
        let extra = fault.map_or(Duration::ZERO, Fault::extra);
        let delay = self.latency.delay(politeness.seed, page, tried);
        let takes = delay + extra;
        let delay = match fault {
            // Nobody waits for the whole of it.
            Some(Fault::Stall) => delay,
            _ => takes,
        };
        let end = match fault {
            None | Some(Fault::Slow(_)) => End::Answered,
            Some(Fault::Status(..)) => End::Told,
            Some(_) => End::Cut,
        };
        match politeness.timeout().filter(|timeout| *timeout <= takes) {
            Some(timeout) => Attempt {
                takes: timeout,
                delay,
                end: End::Abandoned,
                asks: Duration::ZERO,
            },
            None => Attempt {
                takes,
                delay,
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

impl PageTime {
    fn request(&mut self, attempt: &Attempt) {
        if self.requests == 0 {
            self.first = attempt.takes;
        }
        self.requests += 1;
        self.busy += attempt.takes;
        self.whole += attempt.takes;
        self.times_out |= attempt.end == End::Abandoned;
    }
}

impl Predicted {
    fn note(&mut self, attempt: &Attempt) {
        self.delays
            .note(nanoseconds(attempt.delay), self.requests == 0);
        self.requests += 1;
        self.cuts += u64::from(matches!(attempt.end, End::Cut | End::Abandoned));
        self.abandoned += u64::from(attempt.end == End::Abandoned);
        self.times.shortest = self.times.shortest.min(attempt.takes);
    }

    /// The wall time that no driver can beat at this concurrency.
    #[must_use]
    pub fn ideal(&self, concurrency: usize) -> Duration {
        self.times.bound(concurrency).0
    }

    /// What makes it that long.
    #[must_use]
    pub fn bound(&self, concurrency: usize) -> Bound {
        self.times.bound(concurrency).1
    }

    /// The shortest time of any request.
    #[must_use]
    pub fn shortest(&self) -> Duration {
        self.times.shortest
    }
}

impl DelaySums {
    fn note(&mut self, delay_ns: u64, is_first: bool) {
        self.sum_ns += delay_ns;
        self.longest_ns = self.longest_ns.max(delay_ns);
        self.shortest_ns = if is_first {
            delay_ns
        } else {
            self.shortest_ns.min(delay_ns)
        };
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::workload::load;

    fn flaky() -> Workload {
        load::load("flaky").unwrap()
    }

    #[test]
    fn without_faults_each_page_takes_one_request() {
        let predicted = load::load("quick").unwrap().predicted(1);
        assert_eq!((predicted.requests, predicted.cuts), (200, 0));
        assert!(predicted.lost.is_empty());
        assert_eq!(predicted.ideal(20), Duration::from_millis(200));
        let delay_ns = 20_000_000;
        let delays = DelaySums {
            sum_ns: 200 * delay_ns,
            shortest_ns: delay_ns,
            longest_ns: delay_ns,
            of_pages_ns: vec![delay_ns; 200],
        };
        assert_eq!(predicted.delays, delays);
    }

    #[test]
    fn faults_cost_requests_and_pages_that_never_come_are_named() {
        let mut workload = flaky();
        let predicted = workload.predicted(1);
        assert!(predicted.requests > workload.pages && predicted.lost.is_empty());
        workload.attempts = 1;
        let once = workload.predicted(1);
        assert_eq!(once.requests, workload.pages);
        let failing = (0..workload.pages).filter(|&page| {
            let fault = workload.faults.draw(1, page, 0);
            fault.is_some()
        });
        assert_eq!(once.lost, failing.collect::<Vec<_>>());
    }

    #[test]
    fn a_server_that_asks_for_a_second_makes_the_scenario_that_long() {
        let workload = Workload {
            faults: "429=20%:1s".parse().unwrap(),
            ..flaky()
        };
        assert!(workload.predicted(1).ideal(20) >= Duration::from_secs(1));
    }

    #[test]
    fn a_request_that_stalls_is_given_up_at_its_timeout() {
        let workload = Workload {
            faults: "stall=10%".parse().unwrap(),
            timeout: "300ms".parse().unwrap(),
            ..flaky()
        };
        let predicted = workload.predicted(1);
        assert!(predicted.abandoned > 5 && predicted.abandoned == predicted.cuts);
        assert_eq!(predicted.requests, workload.pages + predicted.abandoned);
        assert!(predicted.ideal(200) >= Duration::from_millis(320));
        assert_eq!(predicted.delays.of_pages_ns.len() as u64, workload.pages);
        let waits_ns = predicted.requests * 20_000_000;
        assert_eq!(predicted.delays.sum_ns, waits_ns, "none of the minute");
    }

    #[test]
    fn a_page_that_is_slower_than_the_timeout_is_never_had() {
        let workload = Workload {
            timeout: "10ms".parse().unwrap(),
            attempts: 2,
            ..load::load("quick").unwrap()
        };
        let predicted = workload.predicted(1);
        assert_eq!(predicted.lost.len() as u64, workload.pages);
        assert_eq!(predicted.abandoned, 2 * workload.pages);
    }

    #[test]
    fn slots_are_the_limit_where_they_are_fewer_than_may_be_in_flight() {
        let workload = Workload {
            slots: "10:queue".parse().unwrap(),
            ..load::load("quick").unwrap()
        };
        let predicted = workload.predicted(1);
        assert_eq!(predicted.ideal(20), Duration::from_millis(400));
        assert!(!predicted.open);
    }

    #[test]
    fn a_rate_bounds_the_scenario_from_below() {
        let workload = Workload {
            rate: 100,
            ..load::load("quick").unwrap()
        };
        assert_eq!(workload.predicted(1).ideal(20), Duration::from_millis(2010));
    }
}
