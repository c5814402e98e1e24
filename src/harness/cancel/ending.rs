//! The five ways to end: what the server does, what the driver is asked, and
//! what it has to come to.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::expected::Expected;
use super::nanoseconds;
use crate::harness::worker::{Job, StopAt};
use crate::measure::sample::Sample;
use crate::scrape::Stop;
use crate::site::server::Scenario;
use crate::site::workload::faults::Fault;
use crate::site::workload::{Faults, Latency, Politeness};

/// An unoptimised build takes several times as long until every place is
/// taken.
const SLOWER: u32 = if cfg!(debug_assertions) { 4 } else { 1 };

/// So long after the beginning it is asked to end, or the deadline is over, or
/// the answer comes that ends it. By then all places are taken.
pub(super) const ASK_AFTER: Duration = Duration::from_millis(150).saturating_mul(SLOWER);
/// So long after the request comes an answer that is waited for.
pub(super) const ANSWER_AFTER: Duration = Duration::from_millis(300).saturating_mul(SLOWER);
/// After so long a request is given up.
pub(super) const TIMEOUT: Duration = Duration::from_millis(100).saturating_mul(SLOWER);
/// A driver that cannot be aborted sits this out.
const LAST_RESORT: Duration = Duration::from_secs(3);
/// Each place has so many requests time out, one after the other.
const WAVES: u64 = 2;
/// So many pages a place, so that there is always one more to be asked for.
const PAGES_A_PLACE: u64 = 8;

/// A way to end before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Asked to; what is in flight comes back.
    Drain,
    /// Asked to; what is in flight is given up.
    Abort,
    /// A request takes longer than it may.
    Timeout,
    /// All of it takes longer than it may.
    Deadline,
    /// The first page that is lost ends it.
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

    /// How long it took a run to end, from the moment that it was to.
    pub(super) fn took_ns(self, sample: &Sample) -> Option<u64> {
        match self {
            Self::Drain | Self::Abort | Self::FailFast => sample.stop_ns,
            // Until the place was free: it is taken again at once.
            Self::Timeout => (sample.wall_ns / WAVES).checked_sub(nanoseconds(TIMEOUT)),
            Self::Deadline => sample.wall_ns.checked_sub(nanoseconds(ASK_AFTER)),
        }
    }
}

/// The same for all drivers with so many places: which requests stall.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    places: u64,
    seed: u64,
}

impl Scene {
    /// The first seed from this one on, on which the requests that are to
    /// stall do.
    pub(super) fn of(places: usize, seed: u64) -> Self {
        let places = places as u64;
        let mut scene = Self { places, seed };
        while !(scene.all_places_stall() && scene.one_place_fails()) {
            scene.seed += 1;
        }
        scene
    }

    /// Pages asked for until every place has a request that stalls.
    fn begun(&self) -> u64 {
        let faults = self.faults(Ending::Abort);
        let stalls = (0..).filter(|&page| faults.draw(self.seed, page, 0) == Some(Fault::Stall));
        let nth = usize::try_from(self.places - 1).unwrap_or(usize::MAX);
        { stalls }.nth(nth).map_or(u64::MAX, |last| last + 1)
    }

    fn all_places_stall(&self) -> bool {
        self.begun() < self.pages()
    }

    fn one_place_fails(&self) -> bool {
        let faults = self.faults(Ending::FailFast);
        let fails = |page: &u64| faults.draw(self.seed, *page, 0) != Some(Fault::Stall);
        (0..self.places).filter(fails).count() == 1
    }

    fn pages(&self) -> u64 {
        self.places * PAGES_A_PLACE
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
            // One in so many as there are places.
            Ending::FailFast if self.places == 1 => "404=100%".to_owned(),
            Ending::FailFast => {
                let fail = 100.0 / self.places as f64;
                format!("404={fail:.2}%,stall={:.2}%", 100.0 - fail)
            }
        };
        text.parse().expect("shares that come to a whole")
    }

    /// What the driver is asked: `job` with this ending.
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
                job.pages = WAVES * self.places;
            }
        }
        job
    }

    /// What a run has to come to, whoever it was.
    pub(super) fn expected(&self, ending: Ending) -> Expected {
        let (places, begun) = (self.places, self.begun());
        match ending {
            Ending::Drain => Expected::answered(places),
            Ending::Abort => Expected {
                given_up: places,
                ..Expected::answered(begun - places)
            },
            Ending::Deadline => Expected {
                errors: places,
                timeouts: places,
                ..Expected::answered(begun - places)
            },
            Ending::Timeout => Expected {
                errors: WAVES * places,
                timeouts: WAVES * places,
                ..Expected::answered(0)
            },
            Ending::FailFast => Expected {
                errors: 1,
                given_up: places - 1,
                ..Expected::answered(0)
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
