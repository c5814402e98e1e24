//! Which page next, and when.
//!
//! The frontier does no I/O, has no clock of its own and starts no threads:
//! the caller says what time it is and is told the next [`Step`]. Every rule
//! about *what* to fetch lives here, once, for every model; a model is left
//! with what it is about, *how* to wait.
//!
//! Here the rule is a fixed list of pages with at most `concurrency` of them
//! in flight. One atomic word holds both the next page and the number in
//! flight, so a step costs a plain workload one atomic operation.
//!
//! A caller that meets a full course gets a [`Wait`]: it ends when a place
//! becomes free, or at a given time, and can be waited for by a thread or by
//! a task alike, without spinning.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use event_listener::{Event, EventListener, IntoNotification, Listener};

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
    handed_out: Moment,
}

impl Ticket {
    /// The number of the page.
    pub fn page(&self) -> u64 {
        self.page
    }

    /// When the page was handed out.
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

/// Hands out each page of a fixed list once, at most `concurrency` at a time.
#[derive(Debug)]
pub struct Frontier {
    pages: u64,
    concurrency: u64,
    /// Upper half: pages in flight. Lower half: the next page.
    state: AtomicU64,
    changed: Event,
}

const ONE_IN_FLIGHT: u64 = 1 << 32;
const NEXT_PAGE: u64 = ONE_IN_FLIGHT - 1;

impl Frontier {
    /// A course of the pages `0..pages`.
    ///
    /// # Panics
    /// When `pages` or `concurrency` does not fit in 31 bits, or nothing may
    /// be in flight.
    pub fn new(pages: u64, concurrency: usize) -> Self {
        assert!(pages < 1 << 31 && concurrency < 1 << 31 && concurrency > 0);
        Self {
            pages,
            concurrency: concurrency as u64,
            state: AtomicU64::new(0),
            changed: Event::new(),
        }
    }

    /// How many pages the course has.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// The next step for a worker that has nothing in hand at `now`.
    pub fn next(&self, now: Moment) -> Step {
        if let Some(step) = self.try_next(now) {
            return step;
        }
        // Listen first and look again after: a place that became free between
        // the two looks must not be missed.
        let changed = self.changed.listen();
        self.try_next(now).unwrap_or(Step::Wait(Wait {
            at_most: None,
            changed,
        }))
    }

    fn try_next(&self, now: Moment) -> Option<Step> {
        let taken = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
                let in_flight = state / ONE_IN_FLIGHT;
                let room = in_flight < self.concurrency && state & NEXT_PAGE < self.pages;
                room.then(|| state + ONE_IN_FLIGHT + 1)
            });
        match taken {
            Ok(state) => Some(Step::Fetch(Ticket {
                page: state & NEXT_PAGE,
                handed_out: now,
            })),
            Err(state) if state & NEXT_PAGE >= self.pages => Some(Step::Stop),
            Err(_) => None,
        }
    }

    /// Takes a ticket back: its page is no longer in flight.
    pub fn done(&self, ticket: Ticket) {
        drop(ticket);
        let before = self.state.fetch_sub(ONE_IN_FLIGHT, Ordering::AcqRel);
        if before & NEXT_PAGE >= self.pages {
            // Nothing is left to hand out: whoever waits may stop.
            self.changed.notify(usize::MAX);
        } else {
            // One more, whoever has been woken and is not yet awake: a plain
            // `notify(1)` is spent on such a one, and a place stays empty.
            self.changed.notify(1.additional());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Duration::ZERO;

    fn ticket(step: Step) -> Ticket {
        match step {
            Step::Fetch(ticket) => ticket,
            other => panic!("expected a page, got {other:?}"),
        }
    }

    #[test]
    fn hands_out_each_page_once_and_then_stops() {
        let frontier = Frontier::new(5, 2);
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
        let frontier = Frontier::new(10, 2);
        let first = ticket(frontier.next(NOW));
        let _second = ticket(frontier.next(NOW));
        assert!(matches!(frontier.next(NOW), Step::Wait(_)));
        frontier.done(first);
        assert_eq!(ticket(frontier.next(NOW)).page(), 2);
        assert!(matches!(frontier.next(NOW), Step::Wait(_)));
    }

    #[test]
    fn stops_a_worker_that_has_nothing_left_while_others_are_in_flight() {
        let frontier = Frontier::new(1, 4);
        let last = ticket(frontier.next(NOW));
        assert!(matches!(frontier.next(NOW), Step::Stop));
        frontier.done(last);
    }

    #[test]
    fn a_freed_place_wakes_a_blocked_thread_and_a_waiting_task() {
        let frontier = Frontier::new(10, 1);
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
        let frontier = Frontier::new(1, 1);
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
        let frontier = Frontier::new(10, 2);
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
        let frontier = Frontier::new(1, 1);
        let ticket = ticket(frontier.next(Duration::from_millis(7)));
        assert_eq!(ticket.handed_out(), Duration::from_millis(7));
    }

    #[test]
    fn many_threads_share_one_course_without_losing_or_repeating_a_page() {
        let frontier = Frontier::new(10_000, 3);
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
