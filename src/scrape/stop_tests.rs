//! A fetch, its time limit and an abort, polled by hand: what is polled is
//! polled here, and the sleep is simulated.

use std::future::{pending, ready};
use std::sync::Arc;
use std::task::{Wake, Waker};

use super::*;
use crate::frontier::Step;
use crate::scrape::ScrapeTask;
use crate::site::workload::{Parse, Politeness};

const LIMIT: Duration = Duration::from_secs(3);

const TIMED: Politeness = Politeness {
    timeout_ns: 3_000_000_000,
    ..Politeness::NONE
};

type Fetched = Result<&'static [u8], FetchError>;

const PAGE: Fetched = Ok(b"page");

/// A scrape of two pages.
fn scrape(abortable: bool, politeness: Politeness) -> Scrape {
    Scrape::new(ScrapeTask {
        abortable,
        ..ScrapeTask::of_pages(2, 2, Parse::None, politeness)
    })
}

fn ticket(scrape: &Scrape) -> Ticket {
    match scrape.next() {
        Step::Fetch(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

fn given_up(scrape: &Scrape, ticket: Ticket) {
    scrape.visit(ticket, Err(FetchError::Aborted));
}

/// Polled once.
fn polled<F: Future>(future: F) -> Poll<F::Output> {
    let mut context = Context::from_waker(Waker::noop());
    pin!(future).as_mut().poll(&mut context)
}

#[test]
fn an_answer_that_is_there_comes_before_a_limit_that_is_over() {
    let scrape = scrape(true, TIMED);
    let ticket = ticket(&scrape);
    let fetched = polled(scrape.within(&ticket, ready(PAGE), |_| ready(())));
    assert!(matches!(fetched, Poll::Ready(Ok(b"page"))));
    given_up(&scrape, ticket);
}

#[test]
fn a_fetch_ends_with_its_limit_and_is_told_how_long_that_was() {
    let scrape = scrape(false, TIMED);
    let ticket = ticket(&scrape);
    let asked_to_sleep = OnceLock::new();
    let sleep = |time| {
        asked_to_sleep.set(time).unwrap();
        ready(())
    };
    let fetched = polled(scrape.within(&ticket, pending::<Fetched>(), sleep));
    assert!(matches!(
        fetched,
        Poll::Ready(Err(FetchError::TimedOut(LIMIT)))
    ));
    assert_eq!(asked_to_sleep.get(), Some(&LIMIT));
    given_up(&scrape, ticket);
}

#[test]
fn a_fetch_without_limit_that_cannot_be_aborted_has_nothing_beside_it() {
    let scrape = scrape(false, Politeness::default());
    let ticket = ticket(&scrape);
    let sleep = |_| -> std::future::Ready<()> { panic!("nobody asked for a time") };
    let fetched = polled(scrape.within(&ticket, pending::<Fetched>(), sleep));
    assert!(fetched.is_pending());
    given_up(&scrape, ticket);
}

/// Counts how often a task is woken.
#[derive(Default)]
struct Woken(std::sync::atomic::AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn an_abort_wakes_every_fetch_and_drops_it() {
    let scrape = scrape(true, TIMED);
    let tickets = [ticket(&scrape), ticket(&scrape)];
    let dropped = Arc::new(());
    let woken = Arc::new(Woken::default());
    let waker = woken.clone().into();
    let mut context = Context::from_waker(&waker);
    let mut fetches = tickets.each_ref().map(|ticket| {
        let kept = dropped.clone();
        let fetch = async move {
            let fetched = pending::<Fetched>().await;
            drop(kept);
            fetched
        };
        Box::pin(scrape.within(ticket, fetch, |_| pending::<()>()))
    });
    for fetch in &mut fetches {
        assert!(fetch.as_mut().poll(&mut context).is_pending());
    }
    scrape.stop(Stop::Abort);
    assert_eq!(woken.0.load(SeqCst), 2);
    for mut fetch in fetches {
        let ended = fetch.as_mut().poll(&mut context);
        assert!(matches!(ended, Poll::Ready(Err(FetchError::Aborted))));
    }
    assert_eq!(Arc::strong_count(&dropped), 1);
    for ticket in tickets {
        given_up(&scrape, ticket);
    }
    assert_eq!(scrape.account().given_up, 2);
}

#[test]
fn a_fetch_that_begins_after_the_abort_is_given_up_at_its_first_wait() {
    let scrape = scrape(true, Politeness::default());
    let ticket = ticket(&scrape);
    scrape.stop(Stop::Abort);
    let fetched = polled(scrape.within(&ticket, pending::<Fetched>(), |_| pending::<()>()));
    assert!(matches!(fetched, Poll::Ready(Err(FetchError::Aborted))));
    given_up(&scrape, ticket);
}

#[test]
fn a_drain_lets_a_fetch_be_and_hands_nothing_out() {
    let scrape = scrape(true, TIMED);
    let ticket = ticket(&scrape);
    scrape.stop(Stop::Drain);
    let fetched = polled(scrape.within(&ticket, pending::<Fetched>(), |_| pending::<()>()));
    assert!(fetched.is_pending());
    assert!(matches!(scrape.next(), Step::Stop));
    given_up(&scrape, ticket);
}

#[test]
fn nothing_is_handed_out_to_a_worker_that_an_abort_has_freed() {
    // One that is freed asks again from within its wake-up.
    struct Asks(Scrape, OnceLock<bool>);
    impl Wake for Asks {
        fn wake(self: Arc<Self>) {
            let stops = matches!(self.0.next(), Step::Stop);
            let _ = self.1.set(stops);
        }
    }
    let asks = Arc::new(Asks(scrape(true, Politeness::default()), OnceLock::new()));
    let waker = asks.clone().into();
    let mut abort = asks.0.listen();
    let mut context = Context::from_waker(&waker);
    assert!(
        asks.0
            .poll_aborted(abort.as_mut(), &mut context)
            .is_pending()
    );
    asks.0.stop(Stop::Abort);
    assert_eq!(asks.1.get(), Some(&true));
}

#[test]
fn a_fetch_that_never_lets_its_task_rest_is_given_up_at_its_limit() {
    let short = Politeness {
        timeout_ns: 1_000_000,
        ..Politeness::default()
    };
    let scrape = scrape(false, short);
    let ticket = ticket(&scrape);
    // It never ends, and uses up the task's budget at each poll.
    let busy = async {
        loop {
            tokio::task::consume_budget().await;
        }
    };
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    let fetched = runtime.block_on(async {
        let within = scrape.within(&ticket, busy, crate::clients::net::tokio::sleep);
        tokio::time::timeout(Duration::from_secs(20), within).await
    });
    assert!(matches!(fetched, Ok(Err(FetchError::TimedOut(_)))));
    scrape.visit(ticket, fetched.unwrap());
}
