//! Traps without the mistake: what the trap cannot do is seen to be done, in
//! the order of events and never by a time.

use regatta::harness::worker::Job;
use regatta::measure::event_log::{DriverLog, Work};

use crate::TestSite;
use crate::support::worker::Worker;

/// What the driver wrote down of a scenario that it computes its way through.
fn logged(site: &TestSite, driver: &str) -> DriverLog {
    let job = Job {
        log: true,
        loop_lag: true,
        ..site.job(8)
    };
    let (sample, _) = site.race(&mut Worker::start(driver), &job).unwrap();
    sample.log.unwrap()
}

/// How often the event loop is seen to do something else while `work` is
/// computed: to tick its ticker, or to take in another page.
fn turns_during(log: &DriverLog, work: &Work) -> usize {
    let within = |at_ns: u64| work.begun_ns < at_ns && at_ns < work.ended_ns;
    let ticks = log.ticks.iter().filter(|tick| within(tick.came_ns));
    let pages = log.attempts.iter();
    let pages = pages.filter(|other| other.page != work.page && within(other.fetched_ns));
    ticks.count() + pages.count()
}

#[test]
fn the_loop_goes_on_while_a_page_is_computed_and_the_traps_does_not() {
    let site = TestSite::with(16, "20ms");
    let turns = |driver: &str| -> usize {
        let log = logged(&site, driver);
        assert_eq!((log.works.len(), log.attempts.len()), (16, 16), "{driver}");
        log.works.iter().map(|work| turns_during(&log, work)).sum()
    };
    assert_eq!(turns("trap/cpu-on-the-loop"), 0);
    assert_ne!(turns("fixed/cpu-on-the-loop"), 0);
}

#[test]
fn a_page_that_is_being_computed_has_no_place_in_flight() {
    let log = logged(&TestSite::with(16, "20ms"), "fixed/cpu-on-the-loop");
    for work in &log.works {
        let mut attempts = log.attempts.iter();
        let attempt = attempts.find(|attempt| attempt.page == work.page).unwrap();
        assert!(attempt.ended_ns <= work.begun_ns, "{attempt:?}, {work:?}");
    }
}
