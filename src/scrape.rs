//! One scrape as a model sees it: ask for the next step, hand over what was
//! fetched. Everything that is not waiting happens here, once, the same for
//! every driver: the clock, the check of each page, the reading, the record.
//!
//! A [`Scrape`] is shared by all workers of a driver. What it keeps is atomic
//! and made before the clock starts, so that no driver pays for another's
//! locks, and none allocates for the record.

mod record;

use std::time::Instant;

use crate::clients::FetchError;
use crate::frontier::{Frontier, Moment, Step, Ticket};
use crate::page::{self, Reader};
use crate::workload::{Manners, Parse};

pub use record::{Account, Record};

/// What is scraped, as a worker is told it.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// The pages `0..pages`.
    pub pages: u64,
    /// At most this many in flight.
    pub concurrency: usize,
    /// What is read from each.
    pub parse: Parse,
    /// How often a page is tried, and how fast pages are asked for.
    pub manners: Manners,
}

/// One course, being scraped.
pub struct Scrape {
    begun: Instant,
    frontier: Frontier,
    reader: Reader,
    record: Record,
}

impl Scrape {
    /// Lays out the course. The clock starts with [`Self::new`] and is set
    /// back by [`Self::begin`].
    pub fn new(course: &Course) -> Self {
        Self {
            begun: Instant::now(),
            frontier: Frontier::new(course.pages, course.concurrency, course.manners),
            reader: Reader::new(course.parse),
            record: Record::new(course.pages),
        }
    }

    /// Starts the clock, as late as can be before the driver is let loose.
    pub fn begin(&mut self) {
        self.begun = Instant::now();
    }

    /// The next step for a worker that has nothing in hand.
    pub fn next(&self) -> Step {
        self.frontier.next(self.now())
    }

    /// Takes what was fetched for a ticket: checks that it is that page, byte
    /// for byte, reads it, and writes both down.
    pub fn visit(&self, ticket: Ticket, fetched: Result<&[u8], FetchError>) {
        let page = ticket.page();
        let latency = self.now().saturating_sub(ticket.handed_out());
        let body = match fetched {
            Ok(body) => body,
            Err(error) => return self.failed(ticket, &error),
        };
        match self.read(&ticket, body) {
            Ok(visit) => self.record.page(page, latency, &visit),
            // Bytes that are wrong are wrong: another attempt would hide it.
            Err(why) => self.record.error(page, &why),
        }
        self.frontier.done(ticket);
    }

    fn failed(&self, ticket: Ticket, error: &FetchError) {
        let page = ticket.page();
        if self.frontier.failed(ticket, error.failure(), self.now()) {
            self.record.retry();
        } else {
            self.record.error(page, &error.to_string());
        }
    }

    fn read(&self, ticket: &Ticket, body: &[u8]) -> Result<record::Visit, String> {
        let hash = page::verify(ticket.page(), body).map_err(|error| error.to_string())?;
        let reading = self.reader.read(body).map_err(|error| error.to_string())?;
        Ok(record::Visit {
            bytes: body.len() as u64,
            titles: reading.titles.len() as u64,
            digest: page::digest(ticket.page(), hash, &reading),
        })
    }

    fn now(&self) -> Moment {
        self.begun.elapsed()
    }

    /// How many pages the course has.
    pub fn pages(&self) -> u64 {
        self.frontier.pages()
    }

    /// What has been written down so far.
    pub fn account(&self) -> Account {
        self.record.account()
    }
}

impl std::fmt::Debug for Scrape {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let record = formatter.debug_struct("Scrape");
        { record }
            .field("frontier", &self.frontier)
            .finish_non_exhaustive()
    }
}
