//! One scrape as a model sees it: ask for the next step, hand over what was
//! fetched. Everything that is not waiting happens here, once, the same for
//! every driver: the clock, the check of each page, the reading, the record.
//!
//! A [`Scrape`] is shared by all workers of a driver. What it keeps is atomic
//! and made before the clock starts, so that no driver pays for another's
//! locks, and none allocates for the record.
//!
//! | room | what |
//! |---|---|
//! | `record` | what the visits come to |
//! | `stop` | ending early: well, or at once |
//! | `lag` | how late an event loop comes to what is due |
//! | `logbook` | what was done with each page, and when, for a picture |
//! | `watch` | whoever wants to hear of each visit, and may ask to wait |
//! | `keep` | who watches for a store |

mod keep;
mod lag;
mod logbook;
mod record;
mod stop;
mod watch;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::clients::FetchError;
use crate::frontier::{Crawl, Crawled, Fate, Frontier, Moment, Step, Ticket, Wait};
use crate::measure::event_log;
use crate::site::page::{self, Reader, Reading};
use crate::site::workload::{Parse, Politeness};
use lag::Lag;
use logbook::Logbook;
use stop::Stopping;

pub use keep::{Keep, prices_cents};
pub use lag::Ticker;
pub use record::{Account, Record};
pub use stop::{Abort, Stop};
pub use watch::{Outcome, Visit, Watch};

/// What is scraped, as a worker is told it.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a thing to be done besides, or not"
)]
pub struct Scenario {
    /// The pages `0..pages`; of a crawl, the most that are found.
    pub pages: u64,
    /// At most this many in flight.
    pub concurrency: usize,
    /// What is read from each.
    pub parse: Parse,
    /// How often a page is tried, and how fast pages are asked for.
    pub politeness: Politeness,
    /// Where to begin, if the pages are to be found by their links.
    pub crawl: Option<Crawl>,
    /// Whether the pages are those of our own server, which carry a seal.
    pub sealed: bool,
    /// Whether it may be aborted; that costs a little for each page.
    pub abortable: bool,
    /// Whether the lag of event loops is measured.
    pub lag: bool,
    /// Whether it is written down what was done with each page, and when.
    pub log: bool,
}

impl Scenario {
    /// The pages `0..pages` of our own server, and nothing besides.
    pub fn of_pages(pages: u64, concurrency: usize, parse: Parse, politeness: Politeness) -> Self {
        Self {
            pages,
            concurrency,
            parse,
            politeness,
            crawl: None,
            sealed: true,
            abortable: false,
            lag: false,
            log: false,
        }
    }
}

/// One scenario, being scraped.
pub struct Scrape {
    begun: Instant,
    scenario: Scenario,
    frontier: Frontier,
    reader: Reader,
    record: Record,
    stopping: Stopping,
    lag: Lag,
    logbook: Option<Logbook>,
    watch: Option<Arc<dyn Watch>>,
}

impl Scrape {
    /// Lays out the scenario. The clock starts with [`Self::new`] and is set
    /// back by [`Self::begin`].
    pub fn new(scenario: Scenario) -> Self {
        let (concurrency, politeness) = (scenario.concurrency, scenario.politeness);
        let frontier = match &scenario.crawl {
            Some(crawl) => Frontier::crawl(crawl.clone(), concurrency, politeness),
            None => Frontier::new(scenario.pages, concurrency, politeness),
        };
        Self {
            begun: Instant::now(),
            frontier,
            // A crawl needs the links, whatever else is wanted.
            reader: Reader::new(match &scenario.crawl {
                Some(_) => Parse::Summary,
                None => scenario.parse,
            }),
            record: Record::new(scenario.pages),
            stopping: Stopping::default(),
            lag: Lag::default(),
            logbook: scenario.log.then(Logbook::begin),
            watch: None,
            scenario,
        }
    }

    /// Tells `watch` of each visit from now on.
    pub fn watched_by(&mut self, watch: Arc<dyn Watch>) {
        self.watch = Some(watch);
    }

    /// Starts the clock, as late as can be before the driver is let loose.
    pub fn begin(&mut self) {
        self.logbook = self.scenario.log.then(Logbook::begin);
        self.begun = Instant::now();
    }

    /// The next step for a worker that has nothing in hand.
    pub fn next(&self) -> Step {
        match self.watch_is_full() {
            Some(wait) => Step::Wait(wait),
            None => self.frontier.next(self.now()),
        }
    }

    /// A wait, while whoever watches has enough to do with what was had.
    fn watch_is_full(&self) -> Option<Wait> {
        let watch = self.watch.as_ref()?;
        let full = || watch.is_full() && !self.stopping.is_stopping();
        if full() {
            self.frontier.wait_while(full)
        } else {
            None
        }
    }

    /// Lets all who wait look again: whoever watches has room.
    pub fn look_again(&self) {
        self.frontier.wake_all();
    }

    /// Takes what was fetched for a ticket: checks that it is that page, byte
    /// for byte, reads it, and writes both down.
    pub fn visit(&self, ticket: Ticket, fetched: Result<&[u8], FetchError>) {
        if ticket.found().is_some_and(|found| found.is_rules) {
            return self.rules(ticket, &fetched);
        }
        let latency = self.now().saturating_sub(ticket.handed_out());
        let entry = self.entry(&ticket);
        let read = match fetched {
            Ok(body) => self.read(&ticket, body),
            Err(error) => {
                self.failed(ticket, &error);
                return;
            }
        };
        let outcome = match &read {
            Ok((visit, reading)) => {
                self.note(&ticket, latency, visit);
                Outcome::Fetched(reading)
            }
            // Bytes that are wrong are wrong: another attempt would hide it.
            Err(why) => {
                self.note_lost(self.number(&ticket), &label(&ticket), why);
                // Before its place is handed out again.
                self.lost();
                Outcome::Failed("wrong bytes", why)
            }
        };
        let fate = match &outcome {
            Outcome::Fetched(_) => event_log::Fate::Fetched,
            _ => event_log::Fate::Failed,
        };
        if self.watch.is_some() {
            self.tell(&Visit {
                path: &ticket.path(),
                host: ticket.host(),
                attempt: ticket.attempt(),
                latency,
                outcome,
            });
        }
        self.ended(entry, fate);
        self.frontier.done(ticket);
    }

    fn failed(&self, ticket: Ticket, error: &FetchError) -> Fate {
        let entry = self.entry(&ticket);
        if self.stopping.is_aborted() && !matches!(error, FetchError::Status(..)) {
            // Not the page's fault: it was given up, however that looked to
            // its client. An answer that came all the same is one.
            self.record.given_up();
            self.ended(entry, event_log::Fate::Cancelled);
            self.frontier.done(ticket);
            return Fate::Failed;
        }
        if matches!(error, FetchError::TimedOut(_)) {
            self.record.timed_out();
        }
        let now = self.now();
        let (label, path) = (label(&ticket), ticket.path());
        let number = self.number(&ticket);
        let mut visit = Visit {
            path: &path,
            host: ticket.host(),
            attempt: ticket.attempt(),
            latency: now.saturating_sub(ticket.handed_out()),
            outcome: Outcome::Failed("", ""),
        };
        let fate = self.frontier.failed(ticket, error.failure(), now);
        self.ended(
            entry,
            match (error, fate) {
                (FetchError::TimedOut(_), _) => event_log::Fate::TimedOut,
                (_, Fate::Again(_)) => event_log::Fate::Again,
                (_, Fate::Failed) => event_log::Fate::Failed,
            },
        );
        let (kind, why) = (error.kind(), error.to_string());
        visit.outcome = match fate {
            Fate::Again(after) => {
                self.record.retry();
                Outcome::Again(error, after)
            }
            Fate::Failed => {
                self.note_lost(number, &label, &why);
                Outcome::Failed(&kind, &why)
            }
        };
        self.tell(&visit);
        if fate == Fate::Failed {
            self.lost();
        }
        fate
    }

    fn note_lost(&self, number: Option<u64>, label: &str, why: &str) {
        if let Some(number) = number {
            self.record.lost(number);
        }
        self.record.error(label, why);
    }

    /// A page is lost for good: that may be the end of it all.
    fn lost(&self) {
        if self.scenario.politeness.fail_fast {
            self.stop(Stop::Abort);
        }
    }

    /// Takes the answer for the rules of a host.
    fn rules(&self, ticket: Ticket, fetched: &Result<&[u8], FetchError>) {
        let host = ticket.host();
        let answer = match fetched {
            Ok(body) => (200, *body),
            // A site without rules. "Too many requests" says nothing of them.
            Err(FetchError::Status(status @ 400..500, _)) if *status != 429 => (*status, &b""[..]),
            Err(error) => {
                if self.failed(ticket, error) == Fate::Failed {
                    self.frontier.rules(host, None);
                }
                return;
            }
        };
        self.frontier.rules(host, Some(answer));
        self.frontier.done(ticket);
    }

    /// Checks and reads a page, and follows its links in a crawl.
    fn read(&self, ticket: &Ticket, body: &[u8]) -> Result<(record::Visit, Reading), String> {
        let number = self.number(ticket);
        let hash = match number {
            Some(number) => page::verify(number, body).map_err(|error| error.to_string())?,
            None => 0,
        };
        let mut reading = self.reader.read(body).map_err(|error| error.to_string())?;
        if self.scenario.crawl.is_some() {
            self.frontier.links(ticket, &reading.links);
            reading = reading.limited_to(self.scenario.parse);
        }
        let visit = record::Visit {
            bytes: body.len() as u64,
            titles: reading.titles.len() as u64,
            digest: number.map_or(0, |number| page::digest(number, hash, &reading)),
        };
        Ok((visit, reading))
    }

    /// The number of a page that carries a seal.
    fn number(&self, ticket: &Ticket) -> Option<u64> {
        match ticket.found() {
            None => Some(ticket.page()),
            Some(found) if self.scenario.sealed => page::number_of(found.path()),
            Some(_) => None,
        }
    }

    fn note(&self, ticket: &Ticket, latency: Duration, visit: &record::Visit) {
        match self.number(ticket) {
            Some(number) => self.record.page(number, latency, visit),
            None if self.scenario.sealed => {} // The index, which is no page.
            None => self.record.next_page(latency, visit),
        }
    }

    /// Whoever watches hears of a visit; nobody does in a race.
    fn tell(&self, visit: &Visit<'_>) {
        if let Some(watch) = &self.watch {
            watch.visited(visit);
        }
    }

    /// How long ago the scrape began.
    pub fn now(&self) -> Moment {
        self.begun.elapsed()
    }

    /// How many pages the scenario has.
    pub fn pages(&self) -> u64 {
        self.scenario.pages
    }

    /// What a crawl found so far.
    pub fn crawled(&self) -> Option<Crawled> {
        self.frontier.crawled()
    }

    /// How long places were free, and pages known, and politeness forbade to ask.
    pub fn waited(&self) -> Duration {
        self.frontier.waited()
    }

    /// What has been written down so far.
    pub fn account(&self) -> Account {
        Account {
            lag: self.lag.measured(),
            stop_asked: self.stopping.asked_at().map(|at| at - self.begun),
            ..self.record.account()
        }
    }
}

/// What a page is called in an error.
fn label(ticket: &Ticket) -> String {
    match ticket.found() {
        Some(found) => found.path().to_owned(),
        None => format!("page {}", ticket.page()),
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
