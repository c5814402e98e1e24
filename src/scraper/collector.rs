//! The observer of a scrape: each visit is stored, logged and counted.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::{info, warn};

use super::{Log, ScrapeSummary};
use crate::scrape::{Observer, Outcome, StoreSink, Visit, prices_cents};

/// The number of failed pages that the summary names.
const NAMED: usize = 10;

/// Observes a scrape.
#[derive(Debug)]
pub(super) struct Collector {
    sink: Arc<StoreSink>,
    log: Log,
    /// Whether each page is logged.
    verbose: bool,
    counts: Mutex<ScrapeSummary>,
}

impl Collector {
    pub(super) fn new(sink: Arc<StoreSink>, log: &Log, verbose: bool) -> Self {
        Self {
            sink,
            log: log.clone(),
            verbose,
            counts: Mutex::default(),
        }
    }

    /// The counts so far.
    pub(super) fn counts(&self) -> ScrapeSummary {
        self.lock().clone()
    }

    fn say(&self, url: &str, visit: &Visit<'_>) {
        if let Outcome::Fetched(reading) = visit.outcome
            && let Some(truncated) = &reading.truncated
        {
            warn!(url, truncated, "page is too long to be kept whole");
        }
        match visit.outcome {
            Outcome::Fetched(reading) if self.verbose => {
                let (ms, titles) = (visit.latency.as_millis(), reading.titles.len());
                info!(url, ms, titles, "page");
            }
            Outcome::Fetched(_) => {}
            Outcome::Again(why, after) => {
                let (attempt, after_ms) = (visit.attempt + 1, after.as_millis());
                warn!(url, attempt, %why, after_ms, "retrying");
            }
            Outcome::Failed(_, why) => warn!(url, why, "failed"),
        }
    }

    fn count(&self, url: &str, visit: &Visit<'_>) {
        let mut counts = self.lock();
        match visit.outcome {
            Outcome::Fetched(reading) => {
                counts.pages += 1;
                counts.truncated += u64::from(reading.truncated.is_some());
                counts.titles += reading.titles.len() as u64;
                counts.prices += prices_cents(reading).count() as u64;
            }
            Outcome::Again(why, _) => *counts.retries.entry(why.kind()).or_default() += 1,
            Outcome::Failed(kind, why) => {
                *counts.failed.entry(kind.to_owned()).or_default() += 1;
                if counts.first_failed.len() < NAMED {
                    counts.first_failed.push(format!("{url}: {why}"));
                }
            }
        }
    }

    fn show_progress(&self) {
        let crawled = self.sink.scrape().and_then(|scrape| scrape.crawled());
        let counts = self.lock();
        let failed = counts.failed.values().sum();
        let retries = counts.retries.values().sum();
        let found = crawled.map_or(0, |crawled| crawled.found);
        self.log.progress(found, counts.pages, retries, failed);
    }

    fn lock(&self) -> MutexGuard<'_, ScrapeSummary> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Collector {
    fn visited(&self, visit: &Visit<'_>) {
        let url = self.sink.url(visit);
        self.say(&url, visit);
        self.count(&url, visit);
        self.sink.visited(visit);
        if self.log.has_bar() {
            self.show_progress();
        }
    }

    fn is_full(&self) -> bool {
        self.sink.is_full()
    }
}
