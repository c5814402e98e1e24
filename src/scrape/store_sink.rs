//! Writing pages to a store: each attempt becomes a record on its way there.
//!
//! The store's queue is bounded, and when it is full no further page is handed
//! out: back-pressure that is the same for a thread and for a task.

use std::sync::{Arc, OnceLock, Weak};
use std::time::SystemTime;

use super::{Observer, Outcome, Scrape, Stop, Visit};
use crate::site::page::{Reading, cents};
use crate::store::{Intake, Record, Store, Writer};

/// Records that may wait for the store before pages wait for it: four of its
/// batches, so that the next is ready when one is durable.
const CAPACITY: usize = 1024;

/// Observes a scrape and writes its pages to a store.
#[derive(Debug)]
pub struct StoreSink {
    /// `http://name` of each host, as pages are called in the store.
    bases: Vec<String>,
    intake: OnceLock<Intake>,
    scrape: OnceLock<Weak<Scrape>>,
}

impl StoreSink {
    /// Writes pages of these hosts, by name, to `store`; those that wait for it
    /// take about `most_bytes` at most. The writer says at the
    /// end whether that went well.
    pub fn start<'a>(
        hosts: impl Iterator<Item = &'a str>,
        store: Box<dyn Store>,
        most_bytes: usize,
    ) -> anyhow::Result<(Arc<Self>, Writer)> {
        let sink = Arc::new(Self {
            bases: hosts.map(|name| format!("http://{name}")).collect(),
            intake: OnceLock::new(),
            scrape: OnceLock::new(),
        });
        let room = sink.clone();
        let (intake, writer) =
            Writer::start_bounded(store, CAPACITY, most_bytes, move || room.look_again())?;
        let _ = sink.intake.set(intake);
        Ok((sink, writer))
    }

    /// Names the scrape. Once, before its first page.
    pub fn attach(&self, scrape: &Arc<Scrape>) {
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

    /// Records that the store does not have for good yet.
    pub fn waiting(&self) -> u64 {
        self.intake.get().map_or(0, Intake::waiting)
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
                // What is in flight could not be stored.
                scrape.stop(Stop::Abort);
            }
            scrape.look_again();
        }
    }
}

impl Observer for StoreSink {
    fn visited(&self, visit: &Visit<'_>) {
        let found = match visit.outcome {
            Outcome::Fetched(reading) => fetched(reading),
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

fn fetched(reading: &Reading) -> Record {
    Record {
        title: reading.title.clone(),
        titles: reading.titles.clone(),
        headings: reading.headings.clone(),
        links: reading.links.len() as u64 + reading.more_links,
        truncated: reading.truncated.clone(),
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
