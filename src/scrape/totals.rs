//! The totals of a scrape.
//!
//! One slot a page for its latency, which is also the mark that it was
//! visited, and four sums: a visit costs six uncontended atomic operations
//! and no lock.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::measure::latency;
use crate::measure::sample::{LoopLag, PageLatency};

/// What one fetched page adds.
#[derive(Debug)]
pub(super) struct PageSums {
    pub bytes: u64,
    pub titles: u64,
    pub digest: u64,
}

/// In place of the latency of a page that failed.
const FAILED: u64 = u64::MAX;

/// How many failed pages an account names before it only counts them.
const NAMED: usize = 10;

/// The sums, while the scrape goes on.
#[derive(Debug)]
pub(super) struct Totals {
    /// Latency of each page in nanoseconds; 0 until it was visited, and
    /// [`FAILED`] if it failed.
    latencies_ns: Box<[AtomicU64]>,
    /// How many of these were taken in order, by pages without a number.
    unnumbered: AtomicU64,
    bytes: AtomicU64,
    titles: AtomicU64,
    digest: AtomicU64,
    retries: AtomicU64,
    timeouts: AtomicU64,
    given_up: AtomicU64,
    errors: AtomicU64,
    first_error: Mutex<Option<String>>,
}

/// The sums, when it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Pages visited with the right bytes.
    pub pages: u64,
    /// Bytes of their bodies.
    pub bytes: u64,
    /// Titles read from them.
    pub titles: u64,
    /// Attempts that failed and were followed by another.
    pub retries: u64,
    /// Attempts that took longer than they may.
    pub timeouts: u64,
    /// Attempts that were given up because the scrape was aborted.
    pub given_up: u64,
    /// Pages that failed for good, or were handed over twice.
    pub errors: u64,
    /// The first error, in words.
    pub first_error: Option<String>,
    /// The first ten of the pages that failed for good, by their numbers.
    pub first_failed: Vec<u64>,
    /// Order-free sum over the visits.
    pub digest: u64,
    /// Latency of each page visited.
    pub latencies_ns: Vec<u64>,
    /// When it was asked to end early, on its own clock.
    pub stop_asked: Option<Duration>,
    /// The lag of its event loop, if that was measured.
    pub lag: Option<LoopLag>,
}

impl Totals {
    /// Room for the pages `0..pages`, touched now so that no visit faults it in.
    pub(super) fn new(pages: u64) -> Self {
        Self {
            latencies_ns: (0..pages).map(|_| AtomicU64::new(0)).collect(),
            unnumbered: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            titles: AtomicU64::new(0),
            digest: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            timeouts: AtomicU64::new(0),
            given_up: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            first_error: Mutex::new(None),
        }
    }

    pub(super) fn page(&self, page: u64, latency: Duration, sums: &PageSums) {
        let latency_ns = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX).max(1);
        let latency_ns = latency_ns.min(FAILED - 1);
        let slot = self.slot(page);
        if slot.is_none_or(|slot| slot.swap(latency_ns, Relaxed) != 0) {
            return self.error(&format!("page {page}"), "it was handed over twice");
        }
        self.bytes.fetch_add(sums.bytes, Relaxed);
        self.titles.fetch_add(sums.titles, Relaxed);
        self.digest.fetch_add(sums.digest, Relaxed);
    }

    /// A page that has no number of its own.
    pub(super) fn next_page(&self, latency: Duration, sums: &PageSums) {
        self.page(self.unnumbered.fetch_add(1, Relaxed), latency, sums);
    }

    /// An attempt failed and is followed by another.
    pub(super) fn retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    /// An attempt took longer than it may.
    pub(super) fn timed_out(&self) {
        self.timeouts.fetch_add(1, Relaxed);
    }

    /// What was in flight at an abort was given up.
    pub(super) fn given_up(&self) {
        self.given_up.fetch_add(1, Relaxed);
    }

    /// A page that has a number failed for good.
    pub(super) fn failed(&self, page: u64) {
        if let Some(slot) = self.slot(page) {
            slot.store(FAILED, Relaxed);
        }
    }

    fn slot(&self, page: u64) -> Option<&AtomicU64> {
        self.latencies_ns.get(usize::try_from(page).ok()?)
    }

    pub(super) fn error(&self, page: &str, why: &str) {
        if self.errors.fetch_add(1, Relaxed) == 0 {
            let mut first = self
                .first_error
                .lock()
                .expect("nobody panics while holding this");
            *first = Some(format!("{page}: {why}"));
        }
    }

    pub(super) fn account(&self) -> Account {
        let latencies = self.latencies_ns.iter().map(|slot| slot.load(Relaxed));
        let latencies_ns: Vec<u64> = latencies
            .filter(|latency| ![0, FAILED].contains(latency))
            .collect();
        let first = self
            .first_error
            .lock()
            .expect("nobody panics while holding this");
        Account {
            pages: latencies_ns.len() as u64,
            bytes: self.bytes.load(Relaxed),
            titles: self.titles.load(Relaxed),
            retries: self.retries.load(Relaxed),
            timeouts: self.timeouts.load(Relaxed),
            given_up: self.given_up.load(Relaxed),
            errors: self.errors.load(Relaxed),
            first_error: first.clone(),
            first_failed: self.first_failed(),
            digest: self.digest.load(Relaxed),
            latencies_ns,
            stop_asked: None,
            lag: None,
        }
    }
}

impl Totals {
    fn first_failed(&self) -> Vec<u64> {
        let slots = (0..).zip(&self.latencies_ns);
        let failed = slots.filter(|(_, slot)| slot.load(Relaxed) == FAILED);
        failed.map(|(page, _)| page).take(NAMED).collect()
    }
}

impl Account {
    /// The latencies as a histogram.
    pub fn page_latency(&self) -> PageLatency {
        latency::summary(&self.latencies_ns)
    }
}
