//! Schedules run with a simulated clock: thousands of seeds, and what must
//! hold in each.

use std::collections::HashMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// One simulated scrape: who was asked for when, and what became of it.
struct Simulated {
    /// When each request was begun, in order.
    begun: Vec<Moment>,
    /// Requests a page.
    requests: HashMap<u64, u32>,
    /// Pages that were fetched.
    had: Vec<u64>,
    /// Pages that were given up.
    given_up: Vec<u64>,
    most_in_flight: usize,
    /// A page and the earliest time at which it may be asked for again.
    early: Option<String>,
}

/// Draws what becomes of each request, and how long it takes.
fn simulate(pages: u64, concurrency: usize, politeness: Politeness, seed: u64) -> Simulated {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut schedule = PageSchedule::new(pages, concurrency, politeness);
    let mut now = Duration::ZERO;
    let mut in_flight: Vec<(Moment, u64, Pick)> = Vec::new();
    let mut not_before: HashMap<u64, Moment> = HashMap::new();
    let mut simulated = Simulated {
        begun: Vec::new(),
        requests: HashMap::new(),
        had: Vec::new(),
        given_up: Vec::new(),
        most_in_flight: 0,
        early: None,
    };
    for _ in 0..1_000_000 {
        let wait = match schedule.next(now) {
            Next::Fetch(pick) => {
                let Pick { page, attempt, .. } = pick;
                let requests = simulated.requests.entry(page).or_default();
                assert_eq!(attempt, *requests, "page {page}: the attempts are in order");
                *requests += 1;
                if politeness
                    .deadline()
                    .is_some_and(|deadline| now >= deadline)
                {
                    simulated.early = Some(format!("page {page} after the deadline"));
                }
                if now < not_before.get(&page).copied().unwrap_or_default() {
                    simulated.early = Some(format!("page {page} at {now:?}"));
                }
                simulated.begun.push(now);
                let takes = Duration::from_micros(random.random_range(0..5000));
                let ends = pick
                    .until
                    .map_or(now + takes, |until| until.min(now + takes));
                in_flight.push((ends, page, pick));
                simulated.most_in_flight = simulated.most_in_flight.max(in_flight.len());
                continue;
            }
            Next::Stop if in_flight.is_empty() => return simulated,
            Next::Stop => None,
            Next::Wait(at_most) => at_most,
        };
        in_flight.sort_unstable_by_key(|&(at, page, _)| (at, page));
        let comes_back = in_flight.first().map(|first| first.0.max(now));
        let wakes = wait.map(|wait| now + wait);
        now = [comes_back, wakes]
            .into_iter()
            .flatten()
            .min()
            .expect("a worker that waits is woken by the clock or by a page");
        if comes_back == Some(now) {
            let (_, page, pick) = in_flight.remove(0);
            if random.random_bool(0.7) {
                simulated.had.push(page);
                schedule.done(pick.host);
                continue;
            }
            let asked = random
                .random_bool(0.3)
                .then(|| Duration::from_millis(random.random_range(0..200)));
            let failure = PageFailure {
                passes: random.random_bool(0.9),
                not_before: asked,
            };
            match schedule.failed(pick, failure, now) {
                RetryDecision::Again(_) => {
                    let back_off = politeness.back_off(page, pick.attempt);
                    let least = back_off.max(asked.unwrap_or_default());
                    not_before.insert(page, now + least);
                }
                RetryDecision::Failed => simulated.given_up.push(page),
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
        let politeness = Politeness {
            attempts: random.random_range(1..5),
            back_off_ns: random.random_range(0..50_000_000),
            rate_per_second: *[0, 0, 50, 1000]
                .get(random.random_range(0..4))
                .unwrap_or(&0),
            seed,
            timeout_ns: random.random_range(0..3) * 2_000_000,
            deadline_ns: random.random_range(0..4_u64).saturating_sub(2) * 70_000_000,
            retries: random.random_bool(0.3).then(|| random.random_range(0..20)),
            per_host: random.random_range(0..6),
            fail_fast: false,
        };
        let simulated = simulate(pages, concurrency, politeness, seed);
        let of = format!("seed {seed}, {politeness:?}");
        let cap = match usize::try_from(politeness.per_host).unwrap() {
            0 => concurrency,
            per_host => per_host.min(concurrency),
        };
        assert!(simulated.most_in_flight <= cap, "{of}: over the cap");
        assert_eq!(simulated.early, None, "{of}: too early");
        let most = simulated
            .requests
            .values()
            .copied()
            .max()
            .unwrap_or_default();
        assert!(most <= politeness.attempts, "{of}: too many attempts");
        let again: u32 = simulated
            .requests
            .values()
            .map(|requests| requests - 1)
            .sum();
        let budget = politeness.retries.unwrap_or(u32::MAX);
        assert!(again <= budget, "{of}: over the budget for retries");
        let mut ended: Vec<u64> = simulated
            .had
            .iter()
            .chain(&simulated.given_up)
            .copied()
            .collect();
        ended.sort_unstable();
        let once = ended.windows(2).all(|two| two[0] < two[1]);
        let all = ended.len() as u64 == pages || politeness.deadline().is_some();
        assert!(once && all, "{of}: each page once");
        if politeness.rate_per_second > 0 {
            let most = politeness.rate_per_second.min(1000) as usize;
            let window = politeness.spacing() * politeness.rate_per_second.min(1000);
            let kept = |many: &[Moment]| many.last().unwrap().saturating_sub(many[0]) >= window;
            let kept = simulated.begun.windows(most + 1).all(kept);
            assert!(kept, "{of}: over the rate");
        }
    }
}

/// The page that is handed out now.
fn fetched(schedule: &mut PageSchedule, now: Moment) -> Pick {
    match schedule.next(now) {
        Next::Fetch(pick) => pick,
        other => panic!("expected a page, got {other:?}"),
    }
}

const PASSES: PageFailure = PageFailure {
    passes: true,
    not_before: None,
};

#[test]
fn a_server_that_asks_for_more_time_is_given_it() {
    let politeness = Politeness {
        attempts: 2,
        back_off_ns: 1_000_000,
        ..Politeness::default()
    };
    let mut schedule = PageSchedule::new(1, 4, politeness);
    let pick = fetched(&mut schedule, Duration::ZERO);
    let failure = PageFailure {
        passes: true,
        not_before: Some(Duration::from_secs(2)),
    };
    let fate = schedule.failed(pick, failure, Duration::from_secs(1));
    assert_eq!(fate, RetryDecision::Again(Duration::from_secs(2)));
    let early = schedule.next(Duration::from_millis(2900));
    assert_eq!(early, Next::Wait(Some(Duration::from_millis(100))));
    assert_eq!(fetched(&mut schedule, Duration::from_secs(3)).attempt, 1);
}

#[test]
fn a_worker_waits_while_the_last_page_in_flight_may_still_fail() {
    let politeness = Politeness {
        attempts: 2,
        ..Politeness::default()
    };
    let mut schedule = PageSchedule::new(1, 4, politeness);
    let pick = fetched(&mut schedule, Duration::ZERO);
    assert_eq!(schedule.next(Duration::ZERO), Next::Wait(None));
    schedule.done(pick.host);
    assert!(schedule.is_over(), "nothing is left: all who wait may stop");
    assert_eq!(schedule.next(Duration::ZERO), Next::Stop);
}

#[test]
fn a_request_is_given_up_at_its_timeout_or_at_the_deadline() {
    let politeness = Politeness {
        timeout_ns: 100_000_000,
        deadline_ns: 250_000_000,
        ..Politeness::default()
    };
    let mut schedule = PageSchedule::new(9, 4, politeness);
    let until = |schedule: &mut PageSchedule, ms| {
        let until = fetched(schedule, Duration::from_millis(ms)).until;
        until.unwrap().as_millis()
    };
    assert_eq!(until(&mut schedule, 0), 100);
    assert_eq!(until(&mut schedule, 100), 200);
    assert_eq!(until(&mut schedule, 200), 250);
    assert_eq!(schedule.next(Duration::from_millis(250)), Next::Stop);
}

#[test]
fn a_worker_that_waits_for_a_place_is_told_when_the_deadline_comes() {
    let politeness = Politeness {
        deadline_ns: 250_000_000,
        ..Politeness::default()
    };
    let mut schedule = PageSchedule::new(9, 1, politeness);
    let _in_flight = fetched(&mut schedule, Duration::ZERO);
    let wait = schedule.next(Duration::from_millis(50));
    assert_eq!(wait, Next::Wait(Some(Duration::from_millis(200))));
}

#[test]
fn a_page_that_could_only_be_tried_again_too_late_is_lost_and_costs_no_retry() {
    let politeness = Politeness {
        attempts: 5,
        retries: Some(1),
        back_off_ns: 100_000_000,
        deadline_ns: 250_000_000,
        ..Politeness::default()
    };
    let mut schedule = PageSchedule::new(2, 2, politeness);
    let (late, early) = (
        fetched(&mut schedule, Duration::ZERO),
        fetched(&mut schedule, Duration::ZERO),
    );
    let too_late = Duration::from_millis(249);
    assert_eq!(
        schedule.failed(late, PASSES, too_late),
        RetryDecision::Failed
    );
    let in_time = Duration::from_millis(100);
    let fate = schedule.failed(early, PASSES, in_time);
    assert!(
        matches!(fate, RetryDecision::Again(_)),
        "the one retry is left"
    );
}

#[test]
fn when_the_budget_for_retries_is_spent_a_failure_is_final() {
    let politeness = Politeness {
        attempts: 5,
        retries: Some(1),
        ..Politeness::default()
    };
    let mut schedule = PageSchedule::new(2, 2, politeness);
    let (first, second) = (
        fetched(&mut schedule, Duration::ZERO),
        fetched(&mut schedule, Duration::ZERO),
    );
    let fate = schedule.failed(first, PASSES, Duration::ZERO);
    assert_eq!(fate, RetryDecision::Again(Duration::ZERO));
    assert_eq!(
        schedule.failed(second, PASSES, Duration::ZERO),
        RetryDecision::Failed
    );
}

#[test]
fn nothing_is_handed_out_after_a_stop_and_no_failure_is_followed_by_another_attempt() {
    let politeness = Politeness {
        attempts: 5,
        ..Politeness::default()
    };
    let mut schedule = PageSchedule::new(5, 2, politeness);
    let pick = fetched(&mut schedule, Duration::ZERO);
    schedule.stop();
    assert_eq!(schedule.next(Duration::ZERO), Next::Stop);
    assert_eq!(
        schedule.failed(pick, PASSES, Duration::ZERO),
        RetryDecision::Failed
    );
}
