//! What a correct run of one driver produces.

use std::sync::Arc;
use std::time::Duration;

use super::Expectation;
use crate::drivers::{Driver, Kind};
use crate::site::workload::{DelaySums, Workload};

/// What a correct run of one driver produces.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a promise of its own"
)]
pub struct Expected {
    /// The number of pages to fetch, each once.
    pub pages: u64,
    /// Pages that cannot be fetched, because every attempt at them fails.
    pub failing: u64,
    /// The first ten of them.
    pub first_failing: Vec<u64>,
    /// Requests for all of them, including those that fail on purpose.
    pub requests: u64,
    /// Whether there may be more, because the server turns some away.
    pub open: bool,
    /// How many of those requests the client gives up.
    pub abandoned: u64,
    /// Pages that following links never finds.
    pub unreached: u64,
    /// Requests for anything but pages: the index and `robots.txt`.
    pub others: u64,
    /// The number in flight: the most allowed, and the number to reach.
    pub in_flight: u64,
    /// At most this many connections; `None` where each request has its own.
    pub connections: Option<u64>,
    /// Whether more connections are flagged instead of rejected.
    pub pool_races: bool,
    /// The digest of all pages as generated.
    pub digest: String,
    /// The number of titles on them.
    pub titles: u64,
    /// Whether every request brings its page.
    pub faultless: bool,
    /// How long the server has requests wait.
    pub delays: Arc<DelaySums>,
    /// What the server says of the scenario that it serves.
    pub scenario_fingerprint: String,
    /// The shortest possible wall time with that many in flight.
    pub ideal: Duration,
    /// The shortest delay of the scenario.
    pub shortest_delay: Duration,
    /// The shortest time from one request to the next, by the rate.
    pub spacing: Duration,
    /// Whether there are always enough pages to request at once. A crawl has
    /// to find links first, and a driver that was turned away waits.
    pub crowded: bool,
    /// Whether the CPU time that a run left out is verified for that run alone. A
    /// step of a pair is too short for that.
    pub cpu_of_each: bool,
    /// What is wrong with the driver, if it is a trap.
    pub trap: Option<String>,
}

impl Expected {
    /// What a correct run of `driver` over `workload` produces.
    pub fn of(driver: &Driver, workload: &Workload, expectation: &Expectation) -> Self {
        let predicted = &expectation.predicted;
        let unreached = expectation.unreached;
        let in_flight = driver.in_flight(workload.concurrency);
        let failing = predicted.lost.len() as u64;
        Self {
            pages: workload.pages - failing - unreached,
            failing,
            first_failing: predicted.lost.iter().copied().take(10).collect(),
            requests: predicted.requests,
            open: predicted.open,
            abandoned: predicted.abandoned,
            unreached,
            others: if workload.depth.is_some() { 2 } else { 0 },
            in_flight: in_flight as u64,
            connections: driver
                .model
                .keep_alive
                .then_some(in_flight as u64 + predicted.cuts),
            pool_races: driver.client.pool_races,
            digest: format!("{:016x}", expectation.sums.digest),
            titles: expectation.sums.titles,
            faultless: workload.faults.is_none() && !predicted.open && predicted.abandoned == 0,
            delays: Arc::clone(&expectation.delays),
            scenario_fingerprint: expectation.scenario_fingerprint.clone(),
            ideal: predicted.ideal(in_flight),
            shortest_delay: predicted.shortest(),
            spacing: workload.politeness(0).spacing(),
            crowded: workload.depth.is_none() && !predicted.open,
            cpu_of_each: true,
            trap: trap(driver),
        }
    }
}

fn trap(driver: &Driver) -> Option<String> {
    match driver.kind() {
        Kind::Trap { wrong, lesson } => Some(format!("{wrong} (lesson {lesson})")),
        _ => None,
    }
}
