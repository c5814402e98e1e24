//! Keeping what was found: each visit becomes a record on its way to a store.
//!
//! The store's queue is bounded, and when it is full no further page is handed
//! out: back-pressure that is the same for a thread and for a task.

use std::sync::{Arc, OnceLock, Weak};
use std::time::SystemTime;

use super::{Outcome, Scrape, Stop, Visit, Watch};
use crate::site::page::{Reading, cents};
use crate::store::{Intake, Record, Store, Writer};

/// So many records may wait for the store before pages wait for it: four of its
/// batches, so that it has the next at hand when one is durable.
const CAPACITY: usize = 1024;

/// Watches a scrape and keeps what was found.
#[derive(Debug)]
pub struct Keep {
    /// `http://name` of each host, as pages are called in the store.
    bases: Vec<String>,
    intake: OnceLock<Intake>,
    scrape: OnceLock<Weak<Scrape>>,
}

impl Keep {
    /// Keeps what is found on these hosts, by name, in `store`. What is
    /// returned beside it says at the end whether that went well.
    pub fn start<'a>(
        hosts: impl Iterator<Item = &'a str>,
        store: Box<dyn Store>,
    ) -> anyhow::Result<(Arc<Self>, Writer)> {
        let keep = Arc::new(Self {
            bases: hosts.map(|name| format!("http://{name}")).collect(),
            intake: OnceLock::new(),
            scrape: OnceLock::new(),
        });
        let room = keep.clone();
        let (intake, writer) = Writer::start(store, CAPACITY, move || room.look_again())?;
        let _ = keep.intake.set(intake);
        Ok((keep, writer))
    }

    /// What is watched. Once, before the first visit.
    pub fn watches(&self, scrape: &Arc<Scrape>) {
        let _ = self.scrape.set(Arc::downgrade(scrape));
    }

    /// The scrape, while it is there.
    pub fn scrape(&self) -> Option<Arc<Scrape>> {
        self.scrape.get().and_then(Weak::upgrade)
    }

    /// What the page of a visit is called in the store.
    pub fn url(&self, visit: &Visit<'_>) -> String {
        format!("{}{}", self.bases[visit.host], visit.path)
    }

    /// Records that the store has for good.
    pub fn acknowledged(&self) -> u64 {
        self.intake.get().map_or(0, Intake::acknowledged)
    }

    /// Whether the store has failed.
    pub fn failed(&self) -> bool {
        self.intake.get().is_some_and(Intake::failed)
    }

    /// The store has room again, or has failed.
    fn look_again(&self) {
        if let Some(scrape) = self.scrape() {
            if self.failed() {
                // What is in flight could not be kept.
                scrape.stop(Stop::Abort);
            }
            scrape.look_again();
        }
    }
}

impl Watch for Keep {
    fn visited(&self, visit: &Visit<'_>) {
        let found = match visit.outcome {
            Outcome::Fetched(reading) => had(reading),
            Outcome::Failed(_, why) => Record {
                error: Some(why.to_owned()),
                ..Record::default()
            },
            Outcome::Again(..) => return,
        };
        if let Some(intake) = self.intake.get() {
            intake.push(Record {
                url: self.url(visit),
                seen_at_ms: now_ms(),
                ..found
            });
        }
    }

    fn is_full(&self) -> bool {
        self.intake.get().is_some_and(Intake::is_full)
    }
}

fn had(reading: &Reading) -> Record {
    Record {
        title: reading.title.clone(),
        titles: reading.titles.clone(),
        headings: reading.headings.clone(),
        links: reading.links.len() as u64,
        prices_cents: prices_cents(reading).collect(),
        ..Record::default()
    }
}

/// The prices on a page, as far as they are written like prices.
pub fn prices_cents(reading: &Reading) -> impl Iterator<Item = u64> {
    reading.prices.iter().filter_map(|text| cents(text))
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}
