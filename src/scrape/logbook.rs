//! The driver's part of a run's log: what it did with each page, and when.
//!
//! Kept only when somebody wants to see a picture of the run; a race has none,
//! and what keeps it is out of the way of the code that races.

use std::sync::{Mutex, PoisonError};

use super::Scrape;
use crate::frontier::{Moment, Ticket};
use crate::log::{self, Attempt, DriverLog, Fate, Work};

#[derive(Debug)]
pub(super) struct Logbook {
    /// The beginning on the machine's clock.
    begun_at_ns: u64,
    attempts: Mutex<Vec<Attempt>>,
    works: Mutex<Vec<Work>>,
}

impl Logbook {
    pub(super) fn begin() -> Self {
        Self {
            begun_at_ns: log::now_ns(),
            attempts: Mutex::default(),
            works: Mutex::default(),
        }
    }
}

/// What a log says of an attempt, up to its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry(Option<Attempt>);

impl Scrape {
    /// Begins an entry for what was fetched for `ticket`, just now.
    pub(super) fn entry(&self, ticket: &Ticket) -> Entry {
        match self.logbook {
            None => Entry(None),
            Some(_) => self.new_entry(ticket),
        }
    }

    #[cold]
    fn new_entry(&self, ticket: &Ticket) -> Entry {
        Entry(self.number(ticket).map(|page| Attempt {
            page,
            attempt: ticket.attempt(),
            handed_out_ns: nanoseconds(ticket.handed_out()),
            fetched_ns: nanoseconds(self.now()),
            ended_ns: 0,
            fate: Fate::Lost,
        }))
    }

    /// Ends it: before the place is free, so that nobody is seen to take it
    /// earlier.
    pub(super) fn ended(&self, entry: Entry, fate: Fate) {
        if let (Some(attempt), Some(book)) = (entry.0, &self.logbook) {
            self.write_down(book, attempt, fate);
        }
    }

    #[cold]
    fn write_down(&self, book: &Logbook, attempt: Attempt, fate: Fate) {
        let ended_ns = nanoseconds(self.now());
        let attempt = Attempt {
            ended_ns,
            fate,
            ..attempt
        };
        push(&book.attempts, attempt);
    }

    /// Computes something for `page`, and writes down when.
    pub fn works<T>(&self, page: u64, work: impl FnOnce() -> T) -> T {
        let Some(book) = &self.logbook else {
            return work();
        };
        let begun_ns = nanoseconds(self.now());
        let done = work();
        let ended_ns = nanoseconds(self.now());
        push(
            &book.works,
            Work {
                page,
                begun_ns,
                ended_ns,
            },
        );
        done
    }

    /// What was written down, if it was to be.
    pub fn log(&self) -> Option<DriverLog> {
        let book = self.logbook.as_ref()?;
        Some(DriverLog {
            begun_at_ns: book.begun_at_ns,
            attempts: all(&book.attempts),
            works: all(&book.works),
            beats: self.lag.beats(self.begun),
        })
    }
}

fn push<T>(to: &Mutex<Vec<T>>, entry: T) {
    to.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(entry);
}

fn all<T: Clone>(of: &Mutex<Vec<T>>) -> Vec<T> {
    of.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn nanoseconds(moment: Moment) -> u64 {
    u64::try_from(moment.as_nanos()).unwrap_or(u64::MAX)
}
