//! The five ways to end: what the server does, the driver's job, and the
//! expected result.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::expected::ExpectedEnd;
use super::nanoseconds;
use crate::harness::worker::{Job, StopAt};
use crate::measure::sample::Sample;
use crate::scrape::Stop;
use crate::site::server::Scenario;
use crate::site::workload::faults::Fault;
use crate::site::workload::{Faults, Latency, Politeness};

/// An unoptimised build takes several times as long until all slots are in use.
const SLOWER: u32 = if cfg!(debug_assertions) { 4 } else { 1 };

/// The time from the beginning to the request to end, to the deadline, or to the
/// answer that ends it. By then all slots are in use.
pub(super) const ASK_AFTER: Duration = Duration::from_millis(150).saturating_mul(SLOWER);
/// The delay of the answers that a drain waits for.
pub(super) const ANSWER_AFTER: Duration = Duration::from_millis(300).saturating_mul(SLOWER);
/// The timeout of a request.
pub(super) const TIMEOUT: Duration = Duration::from_millis(100).saturating_mul(SLOWER);
/// The timeout that ends a driver that cannot be aborted.
const LAST_RESORT: Duration = Duration::from_secs(3);
/// How many requests of each slot time out, one after the other.
const WAVES: u64 = 2;
/// Pages per slot, enough that there is always another one to request.
const PAGES_PER_SLOT: u64 = 8;

/// A way to end early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// On request; what is in flight is fetched.
    Drain,
    /// On request; what is in flight is given up.
    Abort,
    /// A request exceeds its timeout.
    Timeout,
    /// The scrape exceeds its deadline.
    Deadline,
    /// The first page that fails ends it.
    FailFast,
}

impl Ending {
    /// In the order of the table.
    pub(super) const ALL: [Self; 5] = [
        Self::Drain,
        Self::Abort,
        Self::Timeout,
        Self::Deadline,
        Self::FailFast,
    ];

    /// Its name in a reason.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Drain => "drain",
            Self::Abort => "abort",
            Self::Timeout => "timeout",
            Self::Deadline => "deadline",
            Self::FailFast => "fail fast",
        }
    }

    /// How long a run took to end, from the moment that it should have.
    pub(super) fn took_ns(self, sample: &Sample) -> Option<u64> {
        match self {
            Self::Drain | Self::Abort | Self::FailFast => sample.stop_ns,
            // Until the slot was free: it is used again at once.
            Self::Timeout => (sample.wall_ns / WAVES).checked_sub(nanoseconds(TIMEOUT)),
            Self::Deadline => sample.wall_ns.checked_sub(nanoseconds(ASK_AFTER)),
        }
    }
}

/// Which requests stall: the same for all drivers with this number of slots.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    slots: u64,
    seed: u64,
}

impl Scene {
    /// The first seed, from this one, with which the needed requests stall.
    pub(super) fn of(slots: usize, seed: u64) -> Self {
        let slots = slots as u64;
        let mut scene = Self { slots, seed };
        while !(scene.all_slots_stall() && scene.one_slot_fails()) {
            scene.seed += 1;
        }
        scene
    }

    /// Pages requested until every slot has a request that stalls.
    fn begun(&self) -> u64 {
        let faults = self.faults(Ending::Abort);
        let stalls = (0..).filter(|&page| faults.draw(self.seed, page, 0) == Some(Fault::Stall));
        let nth = usize::try_from(self.slots - 1).unwrap_or(usize::MAX);
        { stalls }.nth(nth).map_or(u64::MAX, |last| last + 1)
    }

    fn all_slots_stall(&self) -> bool {
        self.begun() < self.pages()
    }

    fn one_slot_fails(&self) -> bool {
        let faults = self.faults(Ending::FailFast);
        let fails = |page: &u64| faults.draw(self.seed, *page, 0) != Some(Fault::Stall);
        (0..self.slots).filter(fails).count() == 1
    }

    fn pages(&self) -> u64 {
        self.slots * PAGES_PER_SLOT
    }

    /// What the server serves.
    pub(super) fn scenario(&self, ending: Ending) -> Scenario {
        let latency = match ending {
            Ending::Drain => ANSWER_AFTER,
            Ending::FailFast => ASK_AFTER,
            Ending::Abort | Ending::Timeout | Ending::Deadline => Duration::ZERO,
        };
        Scenario {
            faults: self.faults(ending),
            ..Scenario::new(self.pages(), fixed(latency), self.seed)
        }
    }

    fn faults(&self, ending: Ending) -> Faults {
        let text = match ending {
            Ending::Drain => "none".to_owned(),
            Ending::Timeout => "stall=100%".to_owned(),
            Ending::Abort | Ending::Deadline => "stall=50%".to_owned(),
            // One for the number of slots.
            Ending::FailFast if self.slots == 1 => "404=100%".to_owned(),
            Ending::FailFast => {
                let fail = 100.0 / self.slots as f64;
                format!("404={fail:.2}%,stall={:.2}%", 100.0 - fail)
            }
        };
        text.parse().expect("shares that add up to 100 %")
    }

    /// The driver's job: `job` with this ending.
    pub(super) fn ask(&self, ending: Ending, job: &Job) -> Job {
        let stop = |how| {
            let after_ns = nanoseconds(ASK_AFTER);
            Some(StopAt { after_ns, how })
        };
        let limited = |timeout: Duration| Politeness {
            timeout_ns: nanoseconds(timeout),
            ..Politeness::default()
        };
        let mut job = Job {
            pages: self.pages(),
            politeness: limited(LAST_RESORT),
            ..job.clone()
        };
        match ending {
            Ending::Drain => job.stop = stop(Stop::Drain),
            Ending::Abort => job.stop = stop(Stop::Abort),
            Ending::Deadline => job.politeness.deadline_ns = nanoseconds(ASK_AFTER),
            Ending::FailFast => job.politeness.fail_fast = true,
            Ending::Timeout => {
                job.politeness = limited(TIMEOUT);
                job.pages = WAVES * self.slots;
            }
        }
        job
    }

    /// The expected result of a run of any driver.
    pub(super) fn expected(&self, ending: Ending) -> ExpectedEnd {
        let (slots, begun) = (self.slots, self.begun());
        match ending {
            Ending::Drain => ExpectedEnd::answered(slots),
            Ending::Abort => ExpectedEnd {
                given_up: slots,
                ..ExpectedEnd::answered(begun - slots)
            },
            Ending::Deadline => ExpectedEnd {
                errors: slots,
                timeouts: slots,
                ..ExpectedEnd::answered(begun - slots)
            },
            Ending::Timeout => ExpectedEnd {
                errors: WAVES * slots,
                timeouts: WAVES * slots,
                ..ExpectedEnd::answered(0)
            },
            Ending::FailFast => ExpectedEnd {
                errors: 1,
                given_up: slots - 1,
                ..ExpectedEnd::answered(0)
            },
        }
    }
}

fn fixed(latency: Duration) -> Latency {
    let text = format!("{}ms", latency.as_millis());
    text.parse().expect("milliseconds are a delay")
}

#[cfg(test)]
#[path = "ending_tests.rs"]
mod tests;
