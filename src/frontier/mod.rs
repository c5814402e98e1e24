//! Which page next, and when.
//!
//! The frontier does no I/O, has no clock and starts no threads: the caller
//! passes the time and receives the next [`Step`]. Every rule about *what* to
//! fetch is here, once for all models. A model only decides *how* to wait.
//!
//! | rule | what it is |
//! |---|---|
//! | `plain` | a fixed list of pages, each once, with a limit in flight |
//! | `schedule` | with [`Politeness`]: retries, a rate (`pace`), time limits, hosts (`host`) |
//! | `crawl` | pages that lead to pages: what was found (`link`), what may be fetched (`robots`) |
//! | `wait` | how a worker waits for a page without spinning |

mod crawl;
mod host;
pub mod link;
mod pace;
mod plain;
pub mod robots;
mod schedule;
mod wait;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use event_listener::{Event, IntoNotification};

pub use crawl::{Crawl, Crawled, Found};
pub use schedule::{PageFailure, RetryDecision};
pub use wait::Wait;

use crate::site::workload::Politeness;
use crawl::Crawling;
use plain::Plain;
use schedule::{Next, PageSchedule, Pick};
use wait::Keeper;

/// The time since the scrape began.
pub type Moment = Duration;

/// What a worker does next.
#[derive(Debug)]
pub enum Step {
    /// Fetch this page and hand it back with [`Frontier::done`].
    Fetch(Ticket),
    /// Nothing to do now; ask again when the wait is over.
    Wait(Wait),
    /// The scrape is over for this worker.
    Stop,
}

/// The right to have one page in flight. It is neither `Copy` nor `Clone`: a
/// ticket counts as in flight until it is handed back.
#[derive(Debug)]
#[must_use = "a page handed out stays in flight until its ticket is handed back"]
pub struct Ticket {
    pick: Pick,
    handed_out: Moment,
    /// Where it is, in a crawl.
    found: Option<Arc<Found>>,
}

impl Ticket {
    /// The number of the page.
    pub fn page(&self) -> u64 {
        self.pick.page
    }

    /// How often the page was tried before.
    pub fn attempt(&self) -> u32 {
        self.pick.attempt
    }

    /// When the page was handed out, this time.
    pub fn handed_out(&self) -> Moment {
        self.handed_out
    }

    /// How long the request may take, if that is limited: who fetches it gives
    /// it up by then.
    pub fn limit(&self) -> Option<Duration> {
        let until = self.pick.until?;
        Some(until.saturating_sub(self.handed_out))
    }

    /// The end of that, on the run's own clock.
    pub fn until(&self) -> Option<Moment> {
        self.pick.until
    }

    /// Which of the plan's hosts it is fetched from.
    pub fn host(&self) -> usize {
        self.pick.host
    }

    /// Where it was found, in a crawl.
    pub fn found(&self) -> Option<&Arc<Found>> {
        self.found.as_ref()
    }

    /// What stands in the request line: `/page/N`.
    pub fn path(&self) -> String {
        match &self.found {
            Some(found) => found.path().to_owned(),
            None => crate::site::page::path(self.pick.page),
        }
    }
}

/// Hands out pages, at most so many at a time, and takes them back.
#[derive(Debug)]
pub struct Frontier {
    rule: Rule,
    changed: Event,
    keeper: Arc<Keeper>,
}

#[derive(Debug)]
enum Rule {
    Plain(Plain),
    /// A lock, because time and what came back decide together.
    Polite(Box<Mutex<Polite>>),
}

impl Rule {
    fn polite(schedule: PageSchedule, crawling: Option<Crawling>) -> Self {
        Self::Polite(Box::new(Mutex::new(Polite { schedule, crawling })))
    }
}

#[derive(Debug)]
struct Polite {
    schedule: PageSchedule,
    crawling: Option<Crawling>,
}

impl Frontier {
    /// A scenario of the pages `0..pages`.
    ///
    /// # Panics
    /// When `pages` or `concurrency` does not fit in 31 bits, or nothing may
    /// be in flight.
    pub fn new(pages: u64, concurrency: usize, politeness: Politeness) -> Self {
        Self::ruled(if politeness.are_plain() {
            Rule::Plain(Plain::new(pages, concurrency))
        } else {
            let schedule = PageSchedule::new(pages, concurrency, politeness);
            Rule::polite(schedule, None)
        })
    }

    /// A scenario that begins at one page and grows by what is found.
    ///
    /// # Panics
    /// When nothing may be in flight.
    pub fn crawl(crawl: Crawl, concurrency: usize, politeness: Politeness) -> Self {
        let mut schedule = PageSchedule::growing(crawl.hosts.len(), concurrency, politeness);
        let crawling = Some(Crawling::begin(crawl, &mut schedule));
        Self::ruled(Rule::polite(schedule, crawling))
    }

    fn ruled(rule: Rule) -> Self {
        Self {
            rule,
            changed: Event::new(),
            keeper: Arc::default(),
        }
    }

    /// The next step for a worker that has nothing in hand at `now`.
    pub fn next(&self, now: Moment) -> Step {
        self.try_next(now).unwrap_or_else(|_| {
            // Listen first and look again after: a place that became free
            // between the two looks must not be missed.
            let changed = self.changed.listen();
            let wait = |at_most| Step::Wait(Wait::new(changed, at_most, now, &self.keeper));
            self.try_next(now).unwrap_or_else(wait)
        })
    }

    /// A wait for whatever changes next, if `still` holds once it is begun.
    pub fn wait_while(&self, still: impl Fn() -> bool) -> Option<Wait> {
        let changed = self.changed.listen();
        still().then(|| Wait::new(changed, None, Duration::ZERO, &self.keeper))
    }

    /// A page or the end; or else how long to wait at most.
    fn try_next(&self, now: Moment) -> Result<Step, Option<Duration>> {
        let (next, found) = match &self.rule {
            Rule::Plain(plain) => (plain.next(), None),
            Rule::Polite(polite) => self.mannered_next(&mut lock(polite), now),
        };
        match next {
            Next::Fetch(pick) => Ok(Step::Fetch(Ticket {
                pick,
                handed_out: now,
                found,
            })),
            Next::Stop => Ok(Step::Stop),
            Next::Wait(at_most) => Err(at_most),
        }
    }

    fn mannered_next(&self, polite: &mut Polite, now: Moment) -> (Next, Option<Arc<Found>>) {
        let next = polite.schedule.next(now);
        let mut found = None;
        match &next {
            Next::Fetch(pick) => {
                found = polite.crawling.as_ref().map(|all| all.found(pick.page));
                // The worker that kept the time has a page now; the next one that
                // waits keeps it.
                self.wake(1);
            }
            // The clock may have said so, of which only one was woken.
            Next::Stop => self.wake_all(),
            Next::Wait(_) => {}
        }
        (next, found)
    }

    /// Takes the ticket of a page back that is done with, for good or ill.
    pub fn done(&self, ticket: Ticket) {
        let all_out = match &self.rule {
            Rule::Plain(plain) => plain.back(),
            Rule::Polite(polite) => {
                let mut polite = lock(polite);
                polite.schedule.back(ticket.pick);
                polite.schedule.is_over()
            }
        };
        drop(ticket);
        self.tell(all_out);
    }

    /// Takes back the ticket of a page that failed, and says what becomes of
    /// the page.
    pub fn failed(&self, ticket: Ticket, failure: PageFailure, now: Moment) -> RetryDecision {
        let Rule::Polite(polite) = &self.rule else {
            self.done(ticket);
            return RetryDecision::Failed;
        };
        let (fate, all_out) = {
            let schedule = &mut lock(polite).schedule;
            let fate = schedule.failed(ticket.pick, failure, now);
            (fate, schedule.is_over())
        };
        drop(ticket);
        self.tell(all_out);
        fate
    }

    /// Takes back the ticket of a page that has no room beside others. It is
    /// handed out again when nothing else is in flight.
    pub fn postpone(&self, ticket: Ticket, now: Moment) {
        let Rule::Polite(polite) = &self.rule else {
            return self.done(ticket);
        };
        lock(polite).schedule.postpone(ticket.pick, now);
        drop(ticket);
        self.wake_all();
    }

    /// Takes note of the links of a page, before its ticket is handed back.
    pub fn links(&self, ticket: &Ticket, links: &[String]) {
        if let Some(from) = ticket.found() {
            let to = from.resolve(links);
            self.in_crawl(|crawling, schedule| crawling.links(from.id, to, schedule));
        }
    }

    /// Takes note of what a host's robots.txt says: with the status of the
    /// answer and its body, or `None` if no answer came.
    pub fn rules(&self, host: usize, answer: Option<(u16, &[u8])>) {
        self.in_crawl(|crawling, schedule| crawling.rules(host, answer, schedule));
    }

    fn in_crawl(&self, change: impl FnOnce(&mut Crawling, &mut PageSchedule) -> usize) {
        let Rule::Polite(polite) = &self.rule else {
            return;
        };
        let more = {
            let Polite { schedule, crawling } = &mut *lock(polite);
            crawling
                .as_mut()
                .map_or(0, |crawling| change(crawling, schedule))
        };
        self.wake(more);
    }

    /// Hands nothing out any more. What is in flight may still come back.
    pub fn stop(&self) {
        match &self.rule {
            Rule::Plain(plain) => plain.stop(),
            Rule::Polite(polite) => lock(polite).schedule.stop(),
        }
        self.wake_all();
    }

    /// What a crawl came to so far; `None` for a scenario of a fixed list.
    pub fn crawled(&self) -> Option<Crawled> {
        match &self.rule {
            Rule::Plain(_) => None,
            Rule::Polite(polite) => lock(polite).crawling.as_ref().map(Crawling::crawled),
        }
    }

    /// How long a place was free and a page was known, and politeness forbade to
    /// ask for it.
    pub fn waited(&self) -> Duration {
        match &self.rule {
            Rule::Plain(_) => Duration::ZERO,
            Rule::Polite(polite) => lock(polite).schedule.waited(),
        }
    }

    fn tell(&self, all_out: bool) {
        if all_out {
            // Nothing is left to hand out: all who wait may stop.
            self.wake_all();
        } else {
            self.wake(1);
        }
    }

    /// Wakes this many more. A plain `notify(1)` is spent on a worker that has
    /// been woken and is not yet awake, and a place stays empty.
    fn wake(&self, more: usize) {
        self.changed.notify(more.additional());
    }

    /// Wakes all who wait, to look again.
    pub fn wake_all(&self) {
        self.changed.notify(usize::MAX);
    }
}

fn lock(polite: &Mutex<Polite>) -> MutexGuard<'_, Polite> {
    polite.lock().unwrap_or_else(PoisonError::into_inner)
}
