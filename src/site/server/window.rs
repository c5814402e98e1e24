//! A window: the time between two resets, with one scenario, and the counts that belong to it.
//!
//! A reset replaces the whole window instead of setting counters to zero. A
//! request that began before the reset keeps the window it began in and ends
//! in its books, so what is left over from one run can never show up in the
//! next.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::Scenario;
use super::capacity::Capacity;
use super::clock;
use super::counters::Counters;
use super::pages::Pages;
use super::rate_meter::RateMeter;
use super::requests::Requests;
use crate::site::workload::faults::Fault;

#[derive(Debug)]
pub(super) struct Window {
    /// Rises with every reset.
    pub(super) number: u64,
    pub(super) scenario: Scenario,
    pub(super) pages: Arc<Pages>,
    /// The limits, if there are any.
    pub(super) capacity: Option<Capacity>,
    /// Whether clients keep the rate, if they agreed to one.
    pub(super) rate_meter: Option<RateMeter>,
    /// Delay of the first attempt at each page.
    delays: Vec<Duration>,
    /// How often each page was requested.
    pub(super) page_requests: Vec<AtomicU32>,
    /// Requests waiting now. Shared by all threads, because a peak cannot be
    /// added up afterwards.
    pub(super) in_flight: AtomicU64,
    pub(super) in_flight_peak: AtomicU64,
    pub(super) counters: Vec<Counters>,
    /// Every request by itself, if the scenario wants that.
    pub(super) requests: Option<Requests>,
    /// The head of the first request, as its client sent it.
    pub(super) request_head: OnceLock<String>,
    pub(super) reset_at_ns: u64,
    pub(super) cpu_at_reset_ns: Option<u64>,
}

impl Window {
    pub(super) fn new(number: u64, scenario: Scenario, pages: Arc<Pages>, threads: usize) -> Self {
        let kinds = scenario.faults.kinds().len();
        Self {
            number,
            delays: scenario.latency.delays(scenario.seed, scenario.pages),
            page_requests: (0..scenario.pages).map(|_| AtomicU32::new(0)).collect(),
            capacity: Capacity::of(&scenario),
            rate_meter: RateMeter::of(scenario.agreed_rate),
            requests: scenario.log.then(Requests::default),
            scenario,
            pages,
            in_flight: AtomicU64::new(0),
            in_flight_peak: AtomicU64::new(0),
            counters: (0..threads).map(|_| Counters::new(kinds)).collect(),
            request_head: OnceLock::new(),
            reset_at_ns: clock::now_ns(),
            cpu_at_reset_ns: clock::cpu_ns(),
        }
    }

    /// Requests that wait for their answer now.
    pub(super) fn waiting(&self) -> u64 {
        self.in_flight.load(Relaxed)
    }

    /// Sum of the time from head to last byte, over all answers.
    pub(super) fn held_sum_ns(&self) -> u64 {
        let sums = self
            .counters
            .iter()
            .map(|counters| counters.held_sum_ns.get());
        sums.sum()
    }

    /// Answers written so far, by all threads.
    pub(super) fn answers(&self) -> u64 {
        self.counters
            .iter()
            .map(|counters| counters.answers.get())
            .sum()
    }

    /// What happens to the `attempt`-th request (from 0) for `page`.
    pub(super) fn fault(&self, page: usize, attempt: u32) -> Option<Fault> {
        let Scenario { faults, seed, .. } = &self.scenario;
        faults.draw(*seed, page as u64, attempt)
    }

    /// How long the `attempt`-th request (from 0) for `page` is to wait.
    pub(super) fn delay_ns(&self, page: usize, attempt: u32) -> u64 {
        let delay = match attempt {
            0 => self.delays[page],
            _ => self
                .scenario
                .latency
                .delay(self.scenario.seed, page as u64, attempt),
        };
        u64::try_from(delay.as_nanos()).expect("a delay is at most a minute")
    }
}
