//! What becomes of each visit: the store has it, the log tells it, and it is
//! counted.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use tracing::{debug, error, info, warn};

use super::{Log, Settings, Summary};
use crate::page::{Reading, cents};
use crate::scrape::{Outcome, Scrape, Stop, Visit, Watch};
use crate::store::{Intake, Record};

/// So many lost pages are named in the summary.
const NAMED: usize = 10;

/// Watches a scrape.
#[derive(Debug)]
pub(super) struct Collector {
    /// `http://name` of each host, as pages are called in the store.
    bases: Vec<String>,
    verbose: bool,
    log: Log,
    intake: OnceLock<Intake>,
    scrape: OnceLock<Weak<Scrape>>,
    counts: Mutex<Summary>,
}

impl Collector {
    pub(super) fn new(settings: &Settings, log: &Log) -> Self {
        let hosts = settings.target.hosts.iter();
        Self {
            bases: hosts.map(|host| format!("http://{}", host.name)).collect(),
            verbose: settings.verbose,
            log: log.clone(),
            intake: OnceLock::new(),
            scrape: OnceLock::new(),
            counts: Mutex::default(),
        }
    }

    /// Where records go. Once, before the first visit.
    pub(super) fn feeds(&self, intake: Intake) {
        let _ = self.intake.set(intake);
    }

    /// What is watched. Once, before the first visit.
    pub(super) fn watches(&self, scrape: &Arc<Scrape>) {
        let _ = self.scrape.set(Arc::downgrade(scrape));
    }

    /// The store has room again, or has failed.
    pub(super) fn look_again(&self) {
        let failed = self.intake.get().is_some_and(Intake::failed);
        let Some(scrape) = self.scrape.get().and_then(Weak::upgrade) else {
            return;
        };
        if failed {
            error!("the store has failed: stopping");
            // What is in flight could not be kept.
            scrape.stop(Stop::Abort);
        }
        scrape.look_again();
    }

    /// What was counted so far.
    pub(super) fn counts(&self) -> Summary {
        self.lock().clone()
    }

    /// Records that the store has for good.
    pub(super) fn acknowledged(&self) -> u64 {
        self.intake.get().map_or(0, Intake::acknowledged)
    }

    fn had(&self, url: &str, latency: Duration, reading: &Reading) -> Record {
        let prices_cents: Vec<u64> = reading
            .prices
            .iter()
            .filter_map(|text| cents(text))
            .collect();
        if self.verbose {
            let milliseconds = latency.as_millis();
            info!(url, milliseconds, titles = reading.titles.len(), "page");
        }
        let mut counts = self.lock();
        counts.pages += 1;
        counts.titles += reading.titles.len() as u64;
        counts.prices += prices_cents.len() as u64;
        Record {
            title: reading.title.clone(),
            titles: reading.titles.clone(),
            headings: reading.headings.clone(),
            links: reading.links.len() as u64,
            prices_cents,
            ..record(url)
        }
    }

    fn lost(&self, url: &str, kind: &str, why: &str) -> Record {
        warn!(url, why, "lost");
        let mut counts = self.lock();
        *counts.lost.entry(kind.to_owned()).or_default() += 1;
        if counts.first_lost.len() < NAMED {
            counts.first_lost.push(format!("{url}: {why}"));
        }
        Record {
            error: Some(why.to_owned()),
            ..record(url)
        }
    }

    fn show_progress(&self) {
        let Some(scrape) = self.scrape.get().and_then(Weak::upgrade) else {
            return;
        };
        let found = scrape.crawled().map_or(0, |crawled| crawled.found);
        let counts = self.lock();
        let lost = counts.lost.values().sum();
        self.log
            .progress(found, counts.pages, counts.retries.values().sum(), lost);
    }

    fn lock(&self) -> MutexGuard<'_, Summary> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Collector {
    fn visited(&self, visit: &Visit<'_>) {
        let url = format!("{}{}", self.bases[visit.host], visit.path);
        let record = match visit.outcome {
            Outcome::Had(reading) => self.had(&url, visit.latency, reading),
            Outcome::Lost(kind, why) => self.lost(&url, kind, why),
            Outcome::Again(why, after) => {
                let attempt = visit.attempt + 1;
                warn!(url, attempt, why = %why, again_in = ?after, "trying again");
                *self.lock().retries.entry(why.kind()).or_default() += 1;
                return;
            }
        };
        if let Some(intake) = self.intake.get() {
            intake.push(record);
        }
        if self.log.has_bar() {
            self.show_progress();
        }
        debug!(url, "visited");
    }

    fn is_full(&self) -> bool {
        self.intake.get().is_some_and(Intake::is_full)
    }
}

fn record(url: &str) -> Record {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let milliseconds = since.unwrap_or_default().as_millis();
    Record {
        url: url.to_owned(),
        seen_at_ms: u64::try_from(milliseconds).unwrap_or(u64::MAX),
        ..Record::default()
    }
}
