//! The frontier as models meet it: threads, tasks, and nobody left waiting.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

fn plain(pages: u64, concurrency: usize) -> Frontier {
    Frontier::new(pages, concurrency, Politeness::default())
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
            panic!("the scenario is full")
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
        .map(|_| frontier.wait_while(|| true).unwrap())
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
            panic!("the scenario is full")
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
fn many_threads_share_one_scenario_without_losing_or_repeating_a_page() {
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

fn paced(rate_per_second: u32) -> Frontier {
    let politeness = Politeness {
        rate_per_second,
        ..Politeness::default()
    };
    Frontier::new(10, 5, politeness)
}

#[test]
fn of_all_who_wait_for_the_same_time_one_keeps_it() {
    let frontier = paced(10);
    let first = ticket(frontier.next(NOW));
    let mut waits: Vec<Wait> = (0..3)
        .map(|_| match frontier.next(NOW) {
            Step::Wait(wait) => wait,
            other => panic!("the rate allows one, not {other:?}"),
        })
        .collect();
    let kept: Vec<bool> = waits.iter().map(|wait| wait.at_most().is_some()).collect();
    assert_eq!(kept, [true, false, false]);
    // The keeper comes back and takes the page; another keeps the next time.
    drop(waits.remove(0));
    let second = ticket(frontier.next(Duration::from_millis(100)));
    waits.remove(0).block();
    let Step::Wait(wait) = frontier.next(Duration::from_millis(100)) else {
        panic!("the rate allows two by then")
    };
    assert_eq!(wait.at_most(), Some(Duration::from_millis(100)));
    frontier.done(first);
    frontier.done(second);
}

#[test]
fn an_earlier_time_has_a_keeper_of_its_own() {
    let politeness = Politeness {
        attempts: 2,
        back_off_ns: 1_000_000_000,
        ..Politeness::default()
    };
    let frontier = Frontier::new(2, 5, politeness);
    let passes = |not_before| PageFailure {
        passes: true,
        not_before,
    };
    let (late, early) = (ticket(frontier.next(NOW)), ticket(frontier.next(NOW)));
    frontier.failed(late, passes(Some(Duration::from_mins(1))), NOW);
    let Step::Wait(for_the_late) = frontier.next(NOW) else {
        panic!("nothing is due yet")
    };
    frontier.failed(early, passes(None), NOW);
    let Step::Wait(for_the_early) = frontier.next(NOW) else {
        panic!("nothing is due yet")
    };
    assert_eq!(for_the_late.at_most(), Some(Duration::from_mins(1)));
    assert!(for_the_early.at_most().unwrap() <= Duration::from_secs(1));
}

#[test]
fn a_stop_wakes_all_who_wait_and_hands_nothing_out_any_more() {
    for frontier in [plain(10, 1), paced(1)] {
        let held = ticket(frontier.next(NOW));
        let waits: Vec<Step> = (0..3).map(|_| frontier.next(NOW)).collect();
        frontier.stop();
        for step in waits {
            let Step::Wait(wait) = step else {
                panic!("the scenario is full")
            };
            wait.block();
        }
        assert!(matches!(frontier.next(NOW), Step::Stop));
        frontier.done(held);
        assert!(matches!(frontier.next(NOW), Step::Stop));
    }
}

#[test]
fn paced_threads_share_one_scenario_and_all_end() {
    let frontier = Frontier::new(
        200,
        8,
        Politeness {
            rate_per_second: 4000,
            attempts: 3,
            ..Politeness::default()
        },
    );
    let (had, begun) = (AtomicU64::new(0), std::time::Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    match frontier.next(begun.elapsed()) {
                        Step::Fetch(ticket) if ticket.page() % 5 == 0 && ticket.attempt() == 0 => {
                            let failure = PageFailure {
                                passes: true,
                                not_before: None,
                            };
                            frontier.failed(ticket, failure, begun.elapsed());
                        }
                        Step::Fetch(ticket) => {
                            had.fetch_add(1, Ordering::SeqCst);
                            frontier.done(ticket);
                        }
                        Step::Wait(wait) => wait.block(),
                        Step::Stop => break,
                    }
                }
            });
        }
    });
    assert_eq!(had.load(Ordering::SeqCst), 200);
}
