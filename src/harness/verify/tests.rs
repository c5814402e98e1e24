//! Simulated runs: correct ones, and ones that are wrong in one way each.

use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::measure::flag::{Flag, Neighbour, OutOf};
use crate::measure::latency;
use crate::measure::sample::Outside;
use crate::site::workload::DelaySums;

const MILLISECOND: u64 = 1_000_000;

fn expected() -> Expected {
    Expected {
        pages: 200,
        failing: 0,
        first_failing: Vec::new(),
        requests: 200,
        in_flight: 20,
        connections: Some(20),
        pool_races: false,
        digest: "d".to_owned(),
        titles: 3_242,
        faultless: true,
        delays: delays(200),
        scenario_fingerprint: "f".to_owned(),
        ideal: Duration::from_millis(200),
        shortest_delay: Duration::from_millis(20),
        spacing: Duration::ZERO,
        open: false,
        abandoned: 0,
        unreached: 0,
        others: 0,
        crowded: true,
        cpu_of_each: true,
        trap: None,
    }
}

/// Of so many requests, of which at least 197 bring a page.
fn delays(requests: u64) -> Arc<DelaySums> {
    Arc::new(DelaySums {
        sum_ns: requests * 20 * MILLISECOND,
        shortest_ns: 20 * MILLISECOND,
        longest_ns: 20 * MILLISECOND,
        of_pages_ns: vec![20 * MILLISECOND; 197],
    })
}

fn correct() -> Run {
    let mut run = Run::default();
    run.sample.wall_ns = 205 * MILLISECOND;
    run.sample.pages = 200;
    run.sample.digest = "d".to_owned();
    run.sample.start_ns = MILLISECOND;
    run.sample.cpu_ns = Some(13 * MILLISECOND);
    run.sample.peak_rss_bytes = Some(10_000_000);
    run.sample.threads_peak = Some(3);
    run.sample.bytes = 200 * 15_360;
    run.sample.titles = 3_242;
    let latencies_ns: Vec<u64> = (0..200).map(|page| 20_200_000 + 2_000 * page).collect();
    run.sample.page_latency = latency::summary(&latencies_ns);
    run.ledger.requests = 200;
    run.ledger.connections = 20;
    run.ledger.in_flight_peak = 20;
    run.ledger.in_flight_mean = 19.7;
    run.ledger.span_ns = 204 * MILLISECOND;
    run.ledger.held_mean_ns = 20_100_000;
    run.ledger.delay_mean_ns = 20 * MILLISECOND;
    run.ledger.server_threads = 1;
    run.ledger.bytes_sent = run.sample.bytes;
    run.ledger.pages_sent = Some(200);
    run.ledger.due_span_ns = Some(203 * MILLISECOND);
    run.ledger.first_read_at_ns = Some(1_002 * MILLISECOND);
    run.ledger.delay_min_ns = Some(20 * MILLISECOND);
    run.ledger.delay_max_ns = Some(20 * MILLISECOND);
    run.ledger.window = Some(7);
    run.ledger.scenario_fingerprint = Some("f".to_owned());
    run.outside = Some(Outside {
        wall_ns: 208 * MILLISECOND,
        told_at_ns: 1_000 * MILLISECOND,
        fresh: true,
        cpu_ns: Some(13 * MILLISECOND + 500_000),
        peak_rss_bytes: Some(10_200_000),
        window: Some(7),
        ..Outside::default()
    });
    run
}

/// A change to a correct run, and a word of the reason.
type Wrong = (fn(&mut Run), &'static str);

#[test]
fn a_correct_run_is_accepted() {
    assert_eq!(reject_reason(&correct(), &expected()), None);
}

#[test]
fn a_trap_may_have_too_few_in_flight_and_is_verified_like_the_others_otherwise() {
    let expected = Expected {
        trap: Some("waits for each".to_owned()),
        ..expected()
    };
    let mut run = correct();
    run.ledger.in_flight_peak = 1;
    assert_eq!(reject_reason(&run, &expected), None);
    let flags = flags(&[run.clone()], &expected);
    let trap = Flag::Trap {
        wrong: "waits for each".to_owned(),
        in_flight: Some(OutOf { count: 1, of: 20 }),
    };
    assert_eq!(flags, [trap]);
    run.sample.pages = 199;
    let reason = reject_reason(&run, &expected).unwrap();
    assert!(reason.contains("visited 199"), "{reason}");
}

#[expect(clippy::too_many_lines, reason = "a table")]
#[test]
fn every_wrong_run_is_rejected_for_its_own_reason() {
    let wrong_runs: [Wrong; 51] = [
        (|run| run.sample.errors = 1, "1 page failed"),
        (|run| run.sample.pages = 199, "visited 199 of 200"),
        (|run| run.sample.digest = "e".to_owned(), "digest"),
        (|run| run.ledger.in_flight_peak = 21, "had 21 in flight"),
        (
            |run| run.sample.wall_ns = 199 * MILLISECOND,
            "below the ideal",
        ),
        (
            |run| run.ledger.heads_span_ns = 206 * MILLISECOND,
            "its requests came over 206.0 ms",
        ),
        (
            |run| run.ledger.span_ns = 300 * MILLISECOND,
            "server was busy for 300.0 ms",
        ),
        (|run| run.ledger.pages_missed = 2, "never requested 2 pages"),
        (
            |run| run.ledger.pages_repeated = 1,
            "requested 1 page more than once",
        ),
        (|run| run.ledger.other_requests = 3, "other than a page"),
        (
            |run| run.ledger.requests = 190,
            "sent 190 requests for 200 pages",
        ),
        (
            |run| run.ledger.clients_gone = 1,
            "abandoned 1 request before",
        ),
        (|run| run.ledger.connections = 21, "opened 21 connections"),
        (
            |run| run.ledger.in_flight_peak = 19,
            "never had 20 in flight; the most was 19",
        ),
        (
            |run| run.sample.page_latency = latency::summary(&[30 * MILLISECOND; 200]),
            "Little",
        ),
        (
            |run| run.ledger.held_mean_ns = 30 * MILLISECOND,
            "the server held it",
        ),
        (|run| run.ledger.window = Some(8), "reset the ledger"),
        (
            |run| run.ledger.scenario_fingerprint = Some("g".to_owned()),
            "changed the scenario: the server served g, not f",
        ),
        (|run| run.sample.bytes = 7, "read 7 bytes of 200 pages"),
        (
            |run| run.sample.titles = 3,
            "3 titles from pages that have 3242",
        ),
        (|run| run.sample.retries = 1, "reports 1 retry"),
        (|run| run.sample.timeouts = 2, "reports 2 timeouts"),
        (
            |run| run.ledger.refused_requests = 2,
            "2 requests that the server refused",
        ),
        (|run| run.ledger.head_requests = 200, "200 requests by HEAD"),
        (
            |run| run.ledger.pages_sent = Some(199),
            "the server sent 199 to the last byte",
        ),
        (|run| run.ledger.bytes_sent = 0, "but the server sent 0"),
        (
            |run| run.ledger.bytes_sent += 1,
            "but the server sent 3072001",
        ),
        (
            |run| run.ledger.connections = 3,
            "opened 3 connections, and its requests take 20",
        ),
        (
            |run| run.ledger.due_span_ns = Some(206 * MILLISECOND),
            "its last answer was due 206.0 ms after",
        ),
        (
            |run| run.ledger.delay_mean_ns = 23 * MILLISECOND,
            "the mean delay of the server was 23.000 ms",
        ),
        (
            |run| run.ledger.delay_min_ns = Some(10 * MILLISECOND),
            "the shortest delay of the server was 10.000 ms",
        ),
        (
            |run| run.ledger.delay_max_ns = Some(30 * MILLISECOND),
            "the longest delay of the server was 30.000 ms",
        ),
        (
            |run| run.sample.wall_ns = 208 * MILLISECOND,
            "start and scrape took 209.0 ms, but it answered 208.0 ms",
        ),
        (
            |run| run.sample.start_ns = 5 * MILLISECOND,
            "start and scrape took 210.0 ms",
        ),
        (
            |run| run.ledger.first_read_at_ns = Some(999 * MILLISECOND),
            "asked for pages 1.0 ms before it had its job",
        ),
        (
            |run| run.sample.page_latency.histogram.clear(),
            "holds 0 pages of 200",
        ),
        (
            |run| run.sample.page_latency.p50_ns = 0,
            "its p50 latency is 0.000 ms",
        ),
        (|run| run.sample.page_latency.p99_ns = 1, "not in order"),
        (
            |run| run.sample.page_latency.p99_ns = 20_300_000,
            "not in order",
        ),
        (
            |run| run.sample.page_latency.p90_ns = 20_450_000,
            "its p90 latency is 20.450 ms, but its histogram",
        ),
        (
            |run| run.sample.page_latency.max_ns = 206 * MILLISECOND,
            "a page took 206.000 ms in a scrape of 205.000 ms",
        ),
        (
            |run| run.sample.page_latency.max_ns = 25 * MILLISECOND,
            "its max latency is 25.000 ms",
        ),
        (
            |run| run.sample.page_latency.mean_ns = 20_300_000,
            "its mean latency is 20.300 ms",
        ),
        (
            |run| run.sample.page_latency = latency::summary(&[19_000_000; 200]),
            "200 pages took 19.0",
        ),
        (|run| run.sample.cpu_ns = None, "reports no CPU time"),
        (|run| run.sample.cpu_ns = Some(0), "reports a CPU time of 0"),
        (
            |run| run.sample.cpu_ns = Some(20 * MILLISECOND),
            "used only 13.5 ms",
        ),
        (
            |run| run.outside.as_mut().unwrap().cpu_ns = Some(48 * MILLISECOND),
            "says it used 13.0 ms of CPU time, but its process used 48.0 ms",
        ),
        (
            |run| run.sample.peak_rss_bytes = None,
            "reports no memory, but had 10.2 MB",
        ),
        (
            |run| run.sample.peak_rss_bytes = Some(2_000_000),
            "says it had 2.0 MB of memory at most, but its process had 10.2 MB",
        ),
        (
            |run| {
                let outside = run.outside.as_mut().unwrap();
                (outside.child_processes, outside.cpu_ns) = (1, Some(48 * MILLISECOND));
            },
            "but it and a child process used 48.0 ms",
        ),
    ];
    for (change, word) in wrong_runs {
        let mut run = correct();
        change(&mut run);
        let reason = reject_reason(&run, &expected()).unwrap_or_default();
        assert!(reason.contains(word), "{reason:?} should say {word:?}");
    }
}

/// The JSON pointers of all numbers in `value`, which lies at `place`.
fn numbers(value: &Value, place: &str) -> Vec<String> {
    let below = |key: &str, part| numbers(part, &format!("{place}/{key}"));
    match value {
        Value::Number(_) => vec![place.to_owned()],
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, part)| below(key, part))
            .collect(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .flat_map(|(index, part)| below(&index.to_string(), part))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn no_number_that_a_worker_reports_is_too_large_to_verify() {
    let mut run = correct();
    run.sample.stored = Some(200);
    run.ledger.server_cpu_ns = Some(MILLISECOND);
    let open = Expected {
        open: true,
        ..expected()
    };
    let honest = serde_json::to_value(&run.sample).unwrap();
    for place in numbers(&honest, "") {
        let mut sample = honest.clone();
        *sample.pointer_mut(&place).unwrap() = u64::MAX.into();
        run.sample = serde_json::from_value(sample).unwrap();
        for expected in [expected(), open.clone()] {
            reject_reason(&run, &expected);
            flags(&[run.clone()], &expected);
        }
    }
}

#[test]
fn a_file_without_the_newer_evidence_is_accepted() {
    let mut run = correct();
    run.outside = None;
    let ledger = &mut run.ledger;
    (ledger.window, ledger.pages_sent, ledger.due_span_ns) = (None, None, None);
    (ledger.delay_min_ns, ledger.delay_max_ns) = (None, None);
    (ledger.first_read_at_ns, ledger.scenario_fingerprint) = (None, None);
    (run.sample.cpu_ns, run.sample.peak_rss_bytes) = (None, None);
    assert_eq!(reject_reason(&run, &expected()), None);
}

#[test]
fn where_nothing_is_seen_from_outside_nothing_is_compared() {
    let mut run = correct();
    let outside = run.outside.as_mut().unwrap();
    (outside.cpu_ns, outside.peak_rss_bytes, outside.window) = (None, None, None);
    (run.sample.cpu_ns, run.sample.peak_rss_bytes) = (None, None);
    assert_eq!(reject_reason(&run, &expected()), None);
}

#[test]
fn a_warm_driver_needs_no_start_and_no_new_connections() {
    let mut run = correct();
    run.outside.as_mut().unwrap().fresh = false;
    (run.sample.start_ns, run.ledger.connections) = (0, 0);
    assert_eq!(reject_reason(&run, &expected()), None);
    run.outside.as_mut().unwrap().fresh = true;
    run.ledger.connections = 20;
    let reason = reject_reason(&run, &expected()).unwrap_or_default();
    assert!(reason.contains("took no time"), "{reason}");
}

#[test]
fn a_busy_machine_may_lengthen_the_start_but_not_hide_the_scrape() {
    let mut run = correct();
    let left_out = |run: &mut Run, milliseconds: u64| {
        let seen_ns = run.sample.cpu_ns.unwrap() + milliseconds * SCALE * MILLISECOND;
        run.outside.as_mut().unwrap().cpu_ns = Some(seen_ns);
    };
    left_out(&mut run, 6);
    assert_eq!(reject_reason(&run, &expected()), None);
    left_out(&mut run, 14);
    assert!(reject_reason(&run, &expected()).is_some());
    run.noise.others_share = Some(0.9);
    assert_eq!(reject_reason(&run, &expected()), None);
    left_out(&mut run, 24);
    assert!(reject_reason(&run, &expected()).is_some());
    let of_a_pair = Expected {
        cpu_of_each: false,
        ..expected()
    };
    assert_eq!(reject_reason(&run, &of_a_pair), None);
}

/// An unoptimised build may take so many times as long.
const SCALE: u64 = if cfg!(debug_assertions) { 3 } else { 1 };

#[test]
fn work_between_two_jobs_counts() {
    let mut run = correct();
    run.outside.as_mut().unwrap().idle_cpu_ns = Some(500_000);
    assert_eq!(reject_reason(&run, &expected()), None);
    run.outside.as_mut().unwrap().idle_cpu_ns = Some(30 * MILLISECOND);
    let reason = reject_reason(&run, &expected()).unwrap_or_default();
    assert!(reason.contains("between its last answer"), "{reason}");
}

#[test]
fn without_latency_the_server_need_not_see_all_requests_at_once() {
    let mut run = correct();
    run.ledger.in_flight_peak = 1;
    let expected = Expected {
        shortest_delay: Duration::ZERO,
        ..expected()
    };
    assert_eq!(reject_reason(&run, &expected), None);
}

#[test]
fn a_rate_that_allows_fewer_in_flight_is_not_the_drivers_fault() {
    let mut run = correct();
    run.ledger.in_flight_peak = 4;
    let expected = Expected {
        spacing: Duration::from_millis(5),
        ..expected()
    };
    assert_eq!(reject_reason(&run, &expected), None);
    assert!(flags(&[run], &expected).is_empty());
}

#[test]
fn a_driver_with_a_rate_is_ahead_of_it_by_at_most_the_number_in_flight() {
    let mut run = correct();
    // 20 requests that were delayed on their way, and the 21st on time.
    run.ledger.ahead_max_ns = Some(21 * 5 * MILLISECOND);
    let agreed = Expected {
        spacing: Duration::from_millis(5),
        ..expected()
    };
    assert_eq!(reject_reason(&run, &agreed), None);
    run.ledger.ahead_max_ns = Some(22 * 5 * MILLISECOND);
    let reason = reject_reason(&run, &agreed).unwrap_or_default();
    assert!(reason.contains("110.0 ms ahead of the rate"), "{reason}");
    assert_eq!(reject_reason(&run, &expected()), None, "no rate was agreed");
}

#[test]
fn a_driver_too_slow_to_start_all_in_time_is_flagged_and_not_rejected() {
    let mut run = correct();
    run.ledger.in_flight_peak = 17;
    // 20 pages of 1.1 ms do not fit into 20 ms.
    run.sample.cpu_ns = Some(200 * 1_100_000);
    run.outside.as_mut().unwrap().cpu_ns = run.sample.cpu_ns;
    assert_eq!(reject_reason(&run, &expected()), None);
    let peak = OutOf { count: 17, of: 20 };
    assert_eq!(flags(&[run], &expected()), [Flag::NotFull(peak)]);
}

#[test]
fn a_scenario_with_faults_has_its_own_number_of_requests_and_of_failed_pages() {
    let expected = Expected {
        pages: 197,
        failing: 3,
        first_failing: vec![4, 70, 150],
        requests: 220,
        faultless: false,
        delays: delays(220),
        ..expected()
    };
    let mut run = correct();
    run.sample.pages = 197;
    run.sample.bytes = 197 * 15_360;
    run.sample.page_latency = latency::summary(&[20_400_000; 197]);
    run.sample.errors = 3;
    run.sample.retries = 20;
    run.ledger.pages_sent = Some(197);
    run.ledger.requests = 220;
    run.ledger.pages_repeated = 12;
    assert_eq!(reject_reason(&run, &expected), None);
    run.ledger.requests = 221;
    let reason = reject_reason(&run, &expected).unwrap_or_default();
    assert!(reason.contains("221 requests for a scenario that takes 220"));
    run.ledger.requests = 220;
    run.sample.first_lost = vec![4, 70, 151];
    let reason = reject_reason(&run, &expected).unwrap_or_default();
    assert!(reason.contains("[4, 70, 151]; expected"), "{reason}");
    run.sample.first_lost = vec![4, 70, 150];
    assert_eq!(reject_reason(&run, &expected), None);
    run.sample.errors = 2;
    let reason = reject_reason(&run, &expected).unwrap_or_default();
    assert!(reason.contains("2 pages failed; expected 3 to fail"));
}

#[test]
fn a_racing_pool_is_flagged_for_surplus_connections_and_not_rejected() {
    let mut run = correct();
    run.ledger.connections = 22;
    let expected = Expected {
        pool_races: true,
        ..expected()
    };
    assert_eq!(reject_reason(&run, &expected), None);
    let opened = OutOf { count: 22, of: 20 };
    assert_eq!(flags(&[run], &expected), [Flag::SurplusConnections(opened)]);
}

#[test]
fn a_server_that_is_late_by_the_time_of_a_wake_up_is_not_flagged() {
    let mut run = correct();
    run.ledger.late_mean_ns = 4 * MILLISECOND / 5;
    assert_eq!(flags(&[run], &expected()), []);
}

#[test]
fn a_busy_server_a_late_server_and_a_neighbour_are_flagged() {
    let mut run = correct();
    assert!(flags(&[run.clone()], &expected()).is_empty());
    run.ledger.server_cpu_ns = Some(190 * MILLISECOND);
    run.ledger.late_mean_ns = 2 * MILLISECOND;
    run.noise.others_share = Some(0.4);
    run.noise.steal_share = Some(0.1);
    let flags = flags(&[run], &expected());
    assert!(matches!(flags[0], Flag::ServerBound(Some(share)) if share > 0.9));
    let others = [
        Flag::ServerLate(Some(0.1)),
        Flag::Noisy(Some(Neighbour::Hypervisor(0.1))),
        Flag::Noisy(Some(Neighbour::Programs(0.4))),
    ];
    assert_eq!(flags[1..], others);
}

#[test]
fn a_driver_reports_every_request_that_was_turned_away() {
    let expected = Expected {
        open: true,
        ..expected()
    };
    let mut run = correct();
    run.ledger.requests = 230;
    // Those that are turned away have no delay.
    run.ledger.delay_mean_ns = 200 * 20 * MILLISECOND / 230;
    run.ledger.pages_repeated = 30;
    let reason = reject_reason(&run, &expected).unwrap_or_default();
    assert_eq!(reason, "sent 230 requests, but reports 200");
    run.sample.retries = 30;
    assert_eq!(reject_reason(&run, &expected), None);
}

#[test]
fn a_driver_gives_up_only_the_requests_that_stall() {
    let expected = Expected {
        abandoned: 4,
        ..expected()
    };
    let mut run = correct();
    run.ledger.clients_gone = 4;
    run.sample.timeouts = 4;
    assert_eq!(reject_reason(&run, &expected), None);
    run.ledger.clients_gone = 5;
    let reason = reject_reason(&run, &expected).unwrap_or_default();
    assert!(
        reason.contains("abandoned 5 requests before the answer; expected 4"),
        "{reason}"
    );
}

#[test]
fn a_crawl_requests_robots_the_index_and_every_linked_page() {
    let expected = Expected {
        others: 2,
        unreached: 3,
        ..expected()
    };
    let mut run = correct();
    (run.ledger.other_requests, run.ledger.pages_missed) = (2, 3);
    assert_eq!(reject_reason(&run, &expected), None);
    run.ledger.other_requests = 1;
    let reason = reject_reason(&run, &expected).unwrap_or_default();
    assert!(reason.contains("a crawl takes 2"), "{reason}");
    (run.ledger.other_requests, run.ledger.pages_missed) = (2, 4);
    let reason = reject_reason(&run, &expected).unwrap_or_default();
    assert!(reason.contains("expected 3"), "{reason}");
}
