//! Small scenarios, and bounds that can be worked out by hand.

use super::*;
use crate::site::workload::{Latency, Workload, load};

const MILLISECOND: Duration = Duration::from_millis(1);

fn times(pages: Vec<PageTime>) -> Times {
    let shortest = pages.iter().map(|page| page.first).min();
    Times {
        pages,
        shortest: shortest.unwrap_or_default(),
        spacing: Duration::ZERO,
        slots: usize::MAX,
        in_order: true,
    }
}

/// A page that is fetched at the first attempt.
fn page(takes: Duration) -> PageTime {
    PageTime {
        first: takes,
        busy: takes,
        whole: takes,
        requests: 1,
        ..PageTime::default()
    }
}

fn plain(latency: &str, pages: u64) -> Times {
    let delays = latency.parse::<Latency>().unwrap().delays(1, pages);
    times(delays.into_iter().map(page).collect())
}

fn ideal(latency: &str, pages: u64, concurrency: usize) -> Duration {
    plain(latency, pages).bound(concurrency).0
}

#[test]
fn a_fixed_latency_goes_in_full_waves() {
    assert_eq!(ideal("20ms", 200, 20), Duration::from_millis(200));
    assert_eq!(ideal("20ms", 201, 20), Duration::from_millis(220));
    assert_eq!(ideal("20ms", 200, 1), Duration::from_secs(4));
    assert_eq!(ideal("0ms", 200, 20), Duration::ZERO);
}

#[test]
fn mixed_latencies_are_bounded_by_work_and_by_the_longest_page() {
    let delays: Latency = "20ms*99,200ms".parse().unwrap();
    let work: Duration = delays.delays(1, 1000).iter().sum();
    let bound = ideal("20ms*99,200ms", 1000, 20);
    assert!(bound >= work / 20 && bound >= Duration::from_millis(200));
    assert!(bound <= work / 20 + Duration::from_millis(200));
}

#[test]
fn a_page_that_fails_late_ends_as_much_later() {
    let mut scenario = plain("20ms", 200);
    let last = &mut scenario.pages[199];
    (last.busy, last.requests) = (40 * MILLISECOND, 2);
    last.whole = 340 * MILLISECOND;
    // It begins at 180 ms, when nine waves are through.
    let expected = (520 * MILLISECOND, Bound::Retries);
    assert_eq!(scenario.bound(20), expected);
    scenario.pages[199].times_out = true;
    assert_eq!(scenario.bound(20).1, Bound::Timeout);
    // Where they queue at the server it may be the first to be worked on.
    scenario.slots = 10;
    assert_eq!(scenario.bound(20), (420 * MILLISECOND, Bound::Slots));
    assert_eq!(scenario.bound(10).1, Bound::Timeout);
}

#[test]
fn nobody_follows_a_link_before_it_was_found() {
    let mut scenario = plain("20ms", 200);
    scenario.in_order = false;
    for page in &mut scenario.pages[5..] {
        page.links = 1;
    }
    // One wave for the five, ten for the others.
    assert_eq!(scenario.bound(20), (220 * MILLISECOND, Bound::Links));
    scenario.pages[199].links = 12;
    assert_eq!(scenario.bound(20), (260 * MILLISECOND, Bound::Links));
}

#[test]
fn a_rate_ends_when_its_last_request_does() {
    let mut scenario = plain("20ms", 200);
    scenario.spacing = 5 * MILLISECOND;
    assert_eq!(scenario.bound(20), (1_015 * MILLISECOND, Bound::Rate));
    assert_eq!(scenario.bound(1), (4_000 * MILLISECOND, Bound::Delays));
}

#[test]
fn every_workload_is_as_long_as_what_it_is_about() {
    let bound = |name: &str| {
        let workload: Workload = load::load(name).unwrap();
        workload.predicted(1).bound(workload.concurrency)
    };
    assert_eq!(bound("quick"), Bound::Delays);
    assert_eq!(bound("tail"), Bound::Delays);
    assert_eq!(bound("flaky"), Bound::Retries);
    assert_eq!(bound("polite"), Bound::Rate);
    assert_eq!(bound("slots"), Bound::Slots);
    assert_eq!(bound("storm"), Bound::Slots);
    assert_eq!(bound("stalls"), Bound::Timeout);
}
