//! The driver's part of a run's log: what it did with each page, and when.
//!
//! Kept only when somebody wants to see a picture of the run; a race has none,
//! and what keeps it is out of the way of the code that races.

use std::sync::{Mutex, PoisonError};

use super::Scrape;
use crate::frontier::{Moment, Ticket};
use crate::measure::event_log::{self, Attempt, DriverLog, Fate, Work};

#[derive(Debug)]
pub(super) struct AttemptLog {
    /// The beginning on the machine's clock.
    begun_at_ns: u64,
    attempts: Mutex<Vec<Attempt>>,
    works: Mutex<Vec<Work>>,
}

impl AttemptLog {
    pub(super) fn begin() -> Self {
        Self {
            begun_at_ns: event_log::now_ns(),
            attempts: Mutex::default(),
            works: Mutex::default(),
        }
    }
}

/// What a log says of an attempt, up to its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct AttemptEntry(Option<Attempt>);

impl Scrape {
    /// Begins an entry for what came back for `ticket` at `fetched_at`.
    pub(super) fn entry(&self, ticket: &Ticket, fetched_at: Moment) -> AttemptEntry {
        match self.attempt_log {
            None => AttemptEntry(None),
            Some(_) => self.new_entry(ticket, fetched_at),
        }
    }

    #[cold]
    fn new_entry(&self, ticket: &Ticket, fetched_at: Moment) -> AttemptEntry {
        AttemptEntry(self.number(ticket).map(|page| Attempt {
            page,
            attempt: ticket.attempt(),
            handed_out_ns: nanoseconds(ticket.handed_out()),
            fetched_ns: nanoseconds(fetched_at),
            ended_ns: 0,
            fate: Fate::Failed,
        }))
    }

    /// Ends it, just now.
    pub(super) fn log_end(&self, entry: AttemptEntry, fate: Fate) {
        if let (Some(attempt), Some(log)) = (entry.0, &self.attempt_log) {
            self.write_down(log, attempt, fate);
        }
    }

    #[cold]
    fn write_down(&self, log: &AttemptLog, attempt: Attempt, fate: Fate) {
        let ended_ns = nanoseconds(self.now());
        let attempt = Attempt {
            ended_ns,
            fate,
            ..attempt
        };
        push(&log.attempts, attempt);
    }

    /// Computes something for `page`, and writes down when.
    pub fn works<T>(&self, page: u64, work: impl FnOnce() -> T) -> T {
        let Some(log) = &self.attempt_log else {
            return work();
        };
        let begun_ns = nanoseconds(self.now());
        let done = work();
        let ended_ns = nanoseconds(self.now());
        push(
            &log.works,
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
        let log = self.attempt_log.as_ref()?;
        Some(DriverLog {
            begun_at_ns: log.begun_at_ns,
            attempts: all(&log.attempts),
            works: all(&log.works),
            ticks: self.lag.ticks(self.begun),
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clients::FetchError;
    use crate::frontier::Step;
    use crate::scrape::{ScrapeTask, Stop};
    use crate::site::workload::{Parse, Politeness};

    /// A scrape of some pages, each tried twice at most.
    fn scrape(log: bool) -> Scrape {
        let politeness = Politeness {
            attempts: 2,
            ..Politeness::default()
        };
        let task = ScrapeTask::of_pages(4, 4, Parse::None, politeness);
        let mut scrape = Scrape::new(ScrapeTask {
            log,
            abortable: true,
            ..task
        });
        scrape.begin();
        scrape
    }

    fn ticket(scrape: &Scrape) -> Ticket {
        match scrape.next() {
            Step::Fetch(ticket) => ticket,
            step => panic!("there is a page: {step:?}"),
        }
    }

    #[test]
    fn every_attempt_is_written_down_with_what_became_of_it() {
        let scrape = scrape(true);
        let timed_out = || Err(FetchError::TimedOut(Duration::from_millis(1)));
        scrape.visit(ticket(&scrape), Err(FetchError::Status(503, None)));
        scrape.visit(ticket(&scrape), timed_out());
        scrape.visit(ticket(&scrape), Err(FetchError::Status(404, None)));
        let last = ticket(&scrape);
        scrape.stop(Stop::Abort);
        scrape.visit(last, Err(FetchError::Aborted));
        let log = scrape.log().unwrap();
        let fates: Vec<Fate> = log.attempts.iter().map(|attempt| attempt.fate).collect();
        assert_eq!(
            fates,
            [Fate::Again, Fate::TimedOut, Fate::Failed, Fate::Cancelled]
        );
        for attempt in &log.attempts {
            assert!(attempt.handed_out_ns <= attempt.fetched_ns);
            assert!(attempt.fetched_ns <= attempt.ended_ns);
        }
        assert!(log.begun_at_ns <= event_log::now_ns());
    }

    #[test]
    fn computing_is_written_down_and_its_result_handed_on() {
        let scrape = scrape(true);
        assert_eq!(scrape.works(1, || "done"), "done");
        let [work] = scrape.log().unwrap().works[..] else {
            panic!("one span");
        };
        assert_eq!(work.page, 1);
        assert!(work.begun_ns <= work.ended_ns);
    }

    #[test]
    fn a_race_keeps_no_log() {
        let scrape = scrape(false);
        scrape.visit(ticket(&scrape), Err(FetchError::Status(404, None)));
        assert_eq!(scrape.works(1, || "done"), "done");
        assert_eq!(scrape.log(), None);
    }
}
