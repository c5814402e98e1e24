//! Which page next, and when.
//!
//! The frontier does no I/O, has no clock of its own and starts no threads:
//! the caller says what time it is and is told the next [`Step`]. Every rule
//! about *what* to fetch lives here, once, for every model; a model is left
//! with what it is about, *how* to wait.
//!
//! There are two rules. The plain one (`plain`) is a fixed list of pages, each
//! once, with at most so many of them in flight. With [`Manners`] (`schedule`)
//! a page that failed is tried again later, and requests keep to a rate.
//!
//! A caller that meets a full course gets a [`Wait`]: it ends when a place
//! becomes free, or at a given time, and can be waited for by a thread or by
//! a task alike, without spinning.

#[cfg_attr(not(test), expect(dead_code, reason = "not yet used by the schedule"))]
mod link;
mod plain;
#[cfg_attr(not(test), expect(dead_code, reason = "not yet used by the schedule"))]
mod robots;
mod schedule;

use std::future::Future;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use event_listener::{Event, EventListener, IntoNotification, Listener};

use plain::Plain;
pub use schedule::Failure;
use schedule::{Next, Schedule};

use crate::workload::Manners;

/// A time on the run's own clock: how long ago the scrape began.
pub type Moment = Duration;

/// What a worker does next.
#[derive(Debug)]
pub enum Step {
    /// Fetch this page and hand it back with [`Frontier::done`].
    Fetch(Ticket),
    /// Nothing to do now; ask again when the wait is over.
    Wait(Wait),
    /// Nothing to do any more.
    Stop,
}

/// The right to have one page in flight. It is neither `Copy` nor `Clone`:
/// who holds it counts as in flight until it is handed back.
#[derive(Debug)]
#[must_use = "a page handed out stays in flight until its ticket is handed back"]
pub struct Ticket {
    page: u64,
    attempt: u32,
    handed_out: Moment,
}

impl Ticket {
    /// The number of the page.
    pub fn page(&self) -> u64 {
        self.page
    }

    /// How often the page was tried before.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// When the page was handed out, this time.
    pub fn handed_out(&self) -> Moment {
        self.handed_out
    }

    /// What stands in the request line: `/page/N`.
    pub fn path(&self) -> String {
        crate::page::path(self.page)
    }
}

/// A wait that ends when the frontier changes, or at a given time.
#[derive(Debug)]
#[must_use = "a wait does nothing until a thread blocks on it or a task awaits it"]
pub struct Wait {
    at_most: Option<Duration>,
    changed: EventListener,
}

impl Wait {
    /// Blocks this thread until the wait is over.
    pub fn block(self) {
        match self.at_most {
            Some(at_most) => drop(self.changed.wait_timeout(at_most)),
            None => self.changed.wait(),
        }
    }

    /// Waits without a thread; `sleep` is the timer of the runtime it is in.
    pub async fn or_sleep<S, F>(self, sleep: S)
    where
        S: FnOnce(Duration) -> F,
        F: Future,
    {
        let Some(at_most) = self.at_most else {
            return self.changed.await;
        };
        let mut changed = self.changed;
        let mut asleep = pin!(sleep(at_most));
        std::future::poll_fn(|context| {
            let over = std::pin::Pin::new(&mut changed).poll(context).is_ready()
                || asleep.as_mut().poll(context).is_ready();
            if over { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// How long an event loop of its own may sleep before it asks again;
    /// `None` is until something it has in flight comes back.
    pub fn at_most(&self) -> Option<Duration> {
        self.at_most
    }
}

/// Hands out pages, at most so many at a time, and takes them back.
#[derive(Debug)]
pub struct Frontier {
    pages: u64,
    rule: Rule,
    changed: Event,
}

#[derive(Debug)]
enum Rule {
    Plain(Plain),
    /// A lock, because time and what came back decide together.
    Mannered(Mutex<Schedule>),
}

impl Frontier {
    /// A course of the pages `0..pages`.
    ///
    /// # Panics
    /// When `pages` or `concurrency` does not fit in 31 bits, or nothing may
    /// be in flight.
    pub fn new(pages: u64, concurrency: usize, manners: Manners) -> Self {
        let rule = if manners.are_plain() {
            Rule::Plain(Plain::new(pages, concurrency))
        } else {
            Rule::Mannered(Mutex::new(Schedule::new(pages, concurrency, manners)))
        };
        Self {
            pages,
            rule,
            changed: Event::new(),
        }
    }

    /// How many pages the course has.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// The next step for a worker that has nothing in hand at `now`.
    pub fn next(&self, now: Moment) -> Step {
        self.try_next(now).unwrap_or_else(|_| {
            // Listen first and look again after: a place that became free
            // between the two looks must not be missed.
            let changed = self.changed.listen();
            let wait = |at_most| Step::Wait(Wait { at_most, changed });
            self.try_next(now).unwrap_or_else(wait)
        })
    }

    /// A page or the end; or else how long to wait at most.
    fn try_next(&self, now: Moment) -> Result<Step, Option<Duration>> {
        let next = match &self.rule {
            Rule::Plain(plain) => plain.next(),
            Rule::Mannered(schedule) => lock(schedule).next(now),
        };
        match next {
            Next::Fetch { page, attempt } => Ok(Step::Fetch(Ticket {
                page,
                attempt,
                handed_out: now,
            })),
            Next::Stop => Ok(Step::Stop),
            Next::Wait(at_most) => Err(at_most),
        }
    }

    /// Takes the ticket of a page back that is done with, for good or ill.
    pub fn done(&self, ticket: Ticket) {
        drop(ticket);
        let all_out = match &self.rule {
            Rule::Plain(plain) => plain.back(),
            Rule::Mannered(schedule) => lock(schedule).done(),
        };
        self.tell(all_out);
    }

    /// Takes the ticket of a page back that was not had. Returns whether it
    /// will be tried again; if not, it is done with.
    pub fn failed(&self, ticket: Ticket, failure: Failure, now: Moment) -> bool {
        let Rule::Mannered(schedule) = &self.rule else {
            self.done(ticket);
            return false;
        };
        let (again, all_out) = {
            let mut schedule = lock(schedule);
            let again = schedule.failed(ticket.page, ticket.attempt, failure, now);
            (again, schedule.is_over())
        };
        self.tell(all_out);
        again
    }

    fn tell(&self, all_out: bool) {
        if all_out {
            // Nothing is left to hand out: whoever waits may stop.
            self.changed.notify(usize::MAX);
        } else {
            // One more, whoever has been woken and is not yet awake: a plain
            // `notify(1)` is spent on such a one, and a place stays empty.
            self.changed.notify(1.additional());
        }
    }
}

fn lock(schedule: &Mutex<Schedule>) -> MutexGuard<'_, Schedule> {
    schedule.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn plain(pages: u64, concurrency: usize) -> Frontier {
        Frontier::new(pages, concurrency, Manners::default())
    }

    const NOW: Moment = Duration::ZERO;

    fn ticket(step: Step) -> Ticket {
        match step {
            Step::Fetch(ticket) => ticket,
            other => panic!("expected a page, got {other:?}"),
        }
    }

    #[test]
    fn hands_out_each_page_once_and_then_stops() {
        let frontier = plain(5, 2);
        let mut seen = Vec::new();
        while let Step::Fetch(ticket) = frontier.next(NOW) {
            seen.push(ticket.page());
            frontier.done(ticket);
        }
        assert_eq!(seen, [0, 1, 2, 3, 4]);
        assert!(matches!(frontier.next(NOW), Step::Stop));
    }

    #[test]
    fn never_hands_out_more_than_may_be_in_flight() {
        let frontier = plain(10, 2);
        let first = ticket(frontier.next(NOW));
        let _second = ticket(frontier.next(NOW));
        assert!(matches!(frontier.next(NOW), Step::Wait(_)));
        frontier.done(first);
        assert_eq!(ticket(frontier.next(NOW)).page(), 2);
        assert!(matches!(frontier.next(NOW), Step::Wait(_)));
    }

    #[test]
    fn stops_a_worker_that_has_nothing_left_while_others_are_in_flight() {
        let frontier = plain(1, 4);
        let last = ticket(frontier.next(NOW));
        assert!(matches!(frontier.next(NOW), Step::Stop));
        frontier.done(last);
    }

    #[test]
    fn a_freed_place_wakes_a_blocked_thread_and_a_waiting_task() {
        let frontier = plain(10, 1);
        for asynchronous in [false, true] {
            let held = ticket(frontier.next(NOW));
            let Step::Wait(wait) = frontier.next(NOW) else {
                panic!("the course is full")
            };
            std::thread::scope(|scope| {
                let waiting = scope.spawn(move || {
                    if asynchronous {
                        smol::future::block_on(wait.or_sleep(smol::Timer::after));
                    } else {
                        wait.block();
                    }
                });
                frontier.done(held);
                waiting.join().unwrap();
            });
        }
    }

    #[test]
    fn every_waiter_is_woken_when_nothing_is_left() {
        let frontier = plain(1, 1);
        let last = ticket(frontier.next(NOW));
        // All of them listen before the last page comes back.
        let waits: Vec<Wait> = (0..3)
            .map(|_| Wait {
                at_most: None,
                changed: frontier.changed.listen(),
            })
            .collect();
        frontier.done(last);
        for wait in waits {
            wait.block();
        }
    }

    #[test]
    fn two_pages_that_come_back_at_once_wake_two_waiters() {
        let frontier = plain(10, 2);
        let (first, second) = (ticket(frontier.next(NOW)), ticket(frontier.next(NOW)));
        let waits: Vec<Step> = (0..2).map(|_| frontier.next(NOW)).collect();
        frontier.done(first);
        frontier.done(second);
        for step in waits {
            let Step::Wait(wait) = step else {
                panic!("the course is full")
            };
            wait.block();
        }
    }

    #[test]
    fn a_ticket_remembers_when_it_was_handed_out() {
        let frontier = plain(1, 1);
        let ticket = ticket(frontier.next(Duration::from_millis(7)));
        assert_eq!(ticket.handed_out(), Duration::from_millis(7));
    }

    #[test]
    fn many_threads_share_one_course_without_losing_or_repeating_a_page() {
        let frontier = plain(10_000, 3);
        let seen: Vec<AtomicU64> = (0..10_000).map(|_| AtomicU64::new(0)).collect();
        let most = AtomicU64::new(0);
        let in_flight = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    loop {
                        match frontier.next(NOW) {
                            Step::Fetch(ticket) => {
                                let now = in_flight.fetch_add(1, Ordering::SeqCst) + 1;
                                most.fetch_max(now, Ordering::SeqCst);
                                let page = usize::try_from(ticket.page()).unwrap();
                                seen[page].fetch_add(1, Ordering::SeqCst);
                                in_flight.fetch_sub(1, Ordering::SeqCst);
                                frontier.done(ticket);
                            }
                            Step::Wait(wait) => wait.block(),
                            Step::Stop => break,
                        }
                    }
                });
            }
        });
        assert!(seen.iter().all(|times| times.load(Ordering::SeqCst) == 1));
        assert!(most.load(Ordering::SeqCst) <= 3);
    }
}
