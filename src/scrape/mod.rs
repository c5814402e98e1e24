//! One scrape as a model sees it: ask for the next step, hand over what was
//! fetched. Everything that is not waiting happens here, once, the same for
//! every driver: the clock, the check of each page, the reading, the record.
//!
//! A [`Scrape`] is shared by all workers of a driver. What it keeps is atomic
//! and made before the clock starts, so that no driver pays for another's
//! locks, and none allocates for the record.
//!
//! | file | what |
//! |---|---|
//! | `finish` | the end of an attempt: what is counted, told and logged |
//! | `gate` | how many long pages are read at a time |
//! | `totals` | the sums over all pages |
//! | `attempt_log` | what happened with each page, and when, for a picture |
//! | `observer` | receives each attempt, and may ask to wait |
//! | `store_sink` | the observer that writes pages to a store |
//! | `stop` | ending early: drain or abort |
//! | `lag` | how late an event loop is |

mod attempt_log;
mod finish;
mod gate;
mod lag;
mod observer;
mod stop;
mod store_sink;
mod totals;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::clients::{Body, FetchError, Memory};
use crate::frontier::{Crawl, Crawled, Frontier, Moment, RetryDecision, Step, Ticket, Wait};
use crate::site::page::{self, Reader};
use crate::site::workload::{Parse, Politeness};
use attempt_log::AttemptLog;
use finish::{NoPage, ReadPage};
use gate::Gate;
use lag::Lag;
use stop::Stopping;
use totals::{PageSums, Totals};

pub use lag::Ticker;
pub use observer::{Observer, Outcome, Visit};
pub use stop::{Abort, Stop};
pub use store_sink::{StoreSink, prices_cents};
pub use totals::Account;

/// What is scraped, as a worker is told it.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a thing to be done besides, or not"
)]
pub struct ScrapeTask {
    /// The pages `0..pages`; of a crawl, the most that are found.
    pub pages: u64,
    /// At most this many in flight.
    pub concurrency: usize,
    /// What is read from each.
    pub parse: Parse,
    /// How often a page is tried, and how fast pages are asked for.
    pub politeness: Politeness,
    /// Where to begin, if pages are found by following links.
    pub crawl: Option<Crawl>,
    /// Whether the pages are those of our own server, which carry checksums.
    pub checksums: bool,
    /// Whether it may be aborted; that costs a little for each page.
    pub abortable: bool,
    /// Whether the lag of event loops is measured.
    pub lag: bool,
    /// Whether it is written down what was done with each page, and when.
    pub log: bool,
}

impl ScrapeTask {
    /// The pages `0..pages` of our own server, and nothing else.
    pub fn of_pages(pages: u64, concurrency: usize, parse: Parse, politeness: Politeness) -> Self {
        Self {
            pages,
            concurrency,
            parse,
            politeness,
            crawl: None,
            checksums: true,
            abortable: false,
            lag: false,
            log: false,
        }
    }
}

/// A scrape of one task.
pub struct Scrape {
    begun: Instant,
    task: ScrapeTask,
    frontier: Frontier,
    reader: Reader,
    totals: Totals,
    stopping: Stopping,
    lag: Lag,
    attempt_log: Option<AttemptLog>,
    observer: Option<Arc<dyn Observer>>,
    memory: Memory,
    long_pages: Gate,
}

/// So many links of a page are followed before somebody else has a turn. Each
/// may be checked against 50,000 rules of a hostile robots.txt.
const LINKS_AT_ONCE: usize = 64;

impl Scrape {
    /// Lays out the task. The clock starts with [`Self::new`] and is set
    /// back by [`Self::begin`].
    pub fn new(task: ScrapeTask) -> Self {
        let (concurrency, politeness) = (task.concurrency, task.politeness);
        let frontier = match &task.crawl {
            Some(crawl) => Frontier::crawl(crawl.clone(), concurrency, politeness),
            None => Frontier::new(task.pages, concurrency, politeness),
        };
        Self {
            begun: Instant::now(),
            frontier,
            // A crawl needs the links, whatever else is wanted.
            reader: Reader::new(match &task.crawl {
                Some(_) => Parse::Summary,
                None => task.parse,
            }),
            totals: Totals::new(task.pages),
            stopping: Stopping::default(),
            lag: Lag::default(),
            attempt_log: task.log.then(AttemptLog::begin),
            observer: None,
            memory: Memory::default(),
            long_pages: Gate::default(),
            task,
        }
    }

    /// Begins no page while long bodies take over half of `memory`, and reads
    /// no more than so many of them at a time.
    pub fn bounded_by(&mut self, memory: Memory, long_pages: usize) {
        self.memory = memory;
        self.long_pages = Gate::of(long_pages);
    }

    /// Tells `observer` of each attempt from now on.
    pub fn observed_by(&mut self, observer: Arc<dyn Observer>) {
        self.observer = Some(observer);
    }

    /// Starts the clock, as late as possible before the driver starts.
    pub fn begin(&mut self) {
        self.attempt_log = self.task.log.then(AttemptLog::begin);
        self.begun = Instant::now();
    }

    /// The next step for a worker that has nothing in hand.
    pub fn next(&self) -> Step {
        match self.has_no_room() {
            Some(wait) => Step::Wait(wait),
            None => self.frontier.next(self.now()),
        }
    }

    /// A wait, while the observer has no room for more pages, or the bodies in
    /// flight take most of the memory that they may.
    fn has_no_room(&self) -> Option<Wait> {
        let observer = self.observer.as_ref()?;
        let full =
            || (observer.is_full() || self.memory.is_tight()) && !self.stopping.is_stopping();
        if full() {
            self.frontier.wait_while(full)
        } else {
            None
        }
    }

    /// Wakes all who wait, when the observer has room again.
    pub fn look_again(&self) {
        self.frontier.wake_all();
    }

    /// Takes what was fetched for a ticket: checks that it is that page, byte
    /// for byte, reads it, and ends the attempt.
    pub fn visit(&self, ticket: Ticket, fetched: Result<Body<'_>, FetchError>) {
        match fetched {
            Ok(body) if body.is_long() => {
                // Until all is done that takes memory for it.
                let reading = self.long_pages.begin();
                self.take(ticket, Ok(&body));
                drop((body, reading));
                // There is room again.
                self.frontier.wake_all();
            }
            Ok(body) => self.take(ticket, Ok(&body)),
            Err(error) => self.take(ticket, Err(error)),
        }
    }

    fn take(&self, ticket: Ticket, fetched: Result<&[u8], FetchError>) {
        if ticket.found().is_some_and(|found| found.is_rules) {
            return self.rules(ticket, fetched);
        }
        let fetched_at = self.now();
        let result = match fetched {
            Ok(body) => self.read(&ticket, body),
            Err(error) => Err(NoPage::Fetch(error)),
        };
        self.finish(ticket, fetched_at, result);
    }

    /// Takes the answer for the rules of a host.
    fn rules(&self, ticket: Ticket, fetched: Result<&[u8], FetchError>) {
        let host = ticket.host();
        let answer = match fetched {
            Ok(body) => (200, body),
            // A site without rules. "Too many requests" says nothing of them.
            Err(FetchError::Status(status @ 400..500, _)) if status != 429 => (status, &b""[..]),
            Err(error) => {
                let result = Err(NoPage::Fetch(error));
                let decision = self.finish(ticket, self.now(), result);
                // Given up, they are not known: the pages are left, not forbidden.
                if decision == RetryDecision::Failed && !self.stopping.is_aborted() {
                    self.frontier.rules(host, None);
                }
                return;
            }
        };
        self.frontier.rules(host, Some(answer));
        self.frontier.done(ticket);
    }

    /// Checks and reads a page, and follows its links in a crawl.
    fn read(&self, ticket: &Ticket, body: &[u8]) -> Result<ReadPage, NoPage> {
        let number = self.number(ticket);
        let hash = match number {
            Some(number) => {
                page::verify(number, body).map_err(|error| NoPage::wrong_bytes(&error))?
            }
            None => 0,
        };
        let goes_on = || !self.stopping.is_aborted();
        let mut reading = self.reader.read_while(body, goes_on)?;
        if self.task.crawl.is_some() {
            // In parts: meanwhile others get at the frontier, and a stop is
            // heard of.
            for links in reading.links.chunks(LINKS_AT_ONCE) {
                if !goes_on() {
                    return Err(NoPage::Stopped);
                }
                self.frontier.links(ticket, links);
            }
            reading = reading.limited_to(self.task.parse);
        }
        let sums = PageSums {
            bytes: body.len() as u64,
            titles: reading.titles.len() as u64,
            digest: number.map_or(0, |number| page::digest(number, hash, &reading)),
        };
        Ok((sums, reading))
    }

    /// The number of a page that carries a checksum.
    fn number(&self, ticket: &Ticket) -> Option<u64> {
        match ticket.found() {
            None => Some(ticket.page()),
            Some(found) if self.task.checksums => page::number_of(found.path()),
            Some(_) => None,
        }
    }

    /// How long ago the scrape began.
    pub fn now(&self) -> Moment {
        self.begun.elapsed()
    }

    /// How many pages the task has.
    pub fn pages(&self) -> u64 {
        self.task.pages
    }

    /// What a crawl found so far.
    pub fn crawled(&self) -> Option<Crawled> {
        self.frontier.crawled()
    }

    /// How long politeness kept free places from known pages.
    pub fn waited(&self) -> Duration {
        self.frontier.waited()
    }

    /// What has been written down so far.
    pub fn account(&self) -> Account {
        Account {
            lag: self.lag.measured(),
            stop_asked: self.stopping.asked_at().map(|at| at - self.begun),
            ..self.totals.account()
        }
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
