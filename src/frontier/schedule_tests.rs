//! Schedules played with a made-up clock: thousands of seeds, and what must
//! hold in each.

use std::collections::HashMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// One made-up scrape: who was asked for when, and what became of it.
struct Played {
    /// When each request was begun, in order.
    begun: Vec<Moment>,
    /// Requests a page.
    requests: HashMap<u64, u32>,
    /// Pages that were had.
    had: Vec<u64>,
    /// Pages that were given up.
    given_up: Vec<u64>,
    most_in_flight: usize,
    /// A page and the earliest time at which it may be asked for again.
    early: Option<String>,
}

/// Draws what becomes of each request, and how long it takes.
fn play(pages: u64, concurrency: usize, manners: Manners, seed: u64) -> Played {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut schedule = Schedule::new(pages, concurrency, manners);
    let mut now = Duration::ZERO;
    let mut in_flight: Vec<(Moment, u64, u32)> = Vec::new();
    let mut not_before: HashMap<u64, Moment> = HashMap::new();
    let mut played = Played {
        begun: Vec::new(),
        requests: HashMap::new(),
        had: Vec::new(),
        given_up: Vec::new(),
        most_in_flight: 0,
        early: None,
    };
    for _ in 0..1_000_000 {
        let wait = match schedule.next(now) {
            Next::Fetch { page, attempt } => {
                let requests = played.requests.entry(page).or_default();
                assert_eq!(attempt, *requests, "page {page}: the attempts are in order");
                *requests += 1;
                if now < not_before.get(&page).copied().unwrap_or_default() {
                    played.early = Some(format!("page {page} at {now:?}"));
                }
                played.begun.push(now);
                let takes = Duration::from_micros(random.random_range(0..5000));
                in_flight.push((now + takes, page, attempt));
                played.most_in_flight = played.most_in_flight.max(in_flight.len());
                continue;
            }
            Next::Stop if in_flight.is_empty() => return played,
            Next::Stop => None,
            Next::Wait(at_most) => at_most,
        };
        in_flight.sort_unstable();
        let comes_back = in_flight.first().map(|first| first.0.max(now));
        let wakes = wait.map(|wait| now + wait);
        now = [comes_back, wakes]
            .into_iter()
            .flatten()
            .min()
            .expect("whoever waits is woken by the clock or by a page");
        if comes_back == Some(now) {
            let (_, page, attempt) = in_flight.remove(0);
            if random.random_bool(0.7) {
                played.had.push(page);
                schedule.done();
                continue;
            }
            let asked = random
                .random_bool(0.3)
                .then(|| Duration::from_millis(random.random_range(0..200)));
            let failure = Failure {
                passes: random.random_bool(0.9),
                not_before: asked,
            };
            if schedule.failed(page, attempt, failure, now) {
                let least = manners
                    .back_off(page, attempt)
                    .max(asked.unwrap_or_default());
                not_before.insert(page, now + least);
            } else {
                played.given_up.push(page);
            }
        }
    }
    panic!("it does not end");
}

#[test]
fn every_schedule_keeps_its_promises() {
    for seed in 0..2000 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let pages = random.random_range(1..60);
        let concurrency = random.random_range(1..8);
        let manners = Manners {
            attempts: random.random_range(1..5),
            back_off_ns: random.random_range(0..50_000_000),
            rate_per_second: *[0, 0, 50, 1000]
                .get(random.random_range(0..4))
                .unwrap_or(&0),
            seed,
        };
        let played = play(pages, concurrency, manners, seed);
        let of = format!("seed {seed}, {manners:?}");
        assert!(played.most_in_flight <= concurrency, "{of}: over the cap");
        assert_eq!(played.early, None, "{of}: too early");
        let most = played.requests.values().copied().max().unwrap_or_default();
        assert!(most <= manners.attempts, "{of}: too many attempts");
        let mut ended: Vec<u64> = played.had.iter().chain(&played.given_up).copied().collect();
        ended.sort_unstable();
        assert_eq!(
            ended,
            (0..pages).collect::<Vec<_>>(),
            "{of}: each page once"
        );
        let spacing = manners.spacing();
        let apart = played
            .begun
            .windows(2)
            .all(|two| two[1] >= two[0] + spacing);
        assert!(apart, "{of}: over the rate");
    }
}

#[test]
fn a_server_that_asks_for_more_time_is_given_it() {
    let manners = Manners {
        attempts: 2,
        back_off_ns: 1_000_000,
        ..Manners::default()
    };
    let mut schedule = Schedule::new(1, 4, manners);
    assert_eq!(
        schedule.next(Duration::ZERO),
        Next::Fetch {
            page: 0,
            attempt: 0
        }
    );
    let failure = Failure {
        passes: true,
        not_before: Some(Duration::from_secs(2)),
    };
    assert!(schedule.failed(0, 0, failure, Duration::from_secs(1)));
    let early = schedule.next(Duration::from_millis(2900));
    assert_eq!(early, Next::Wait(Some(Duration::from_millis(100))));
    let then = schedule.next(Duration::from_secs(3));
    assert_eq!(
        then,
        Next::Fetch {
            page: 0,
            attempt: 1
        }
    );
}

#[test]
fn a_worker_waits_while_the_last_page_in_flight_may_still_fail() {
    let manners = Manners {
        attempts: 2,
        ..Manners::default()
    };
    let mut schedule = Schedule::new(1, 4, manners);
    assert!(matches!(schedule.next(Duration::ZERO), Next::Fetch { .. }));
    assert_eq!(schedule.next(Duration::ZERO), Next::Wait(None));
    assert!(schedule.done(), "nothing is left: whoever waits may stop");
    assert_eq!(schedule.next(Duration::ZERO), Next::Stop);
}
