//! Aborted: what is in flight is given up at once.

use regatta::drivers::Driver;
use regatta::scrape::Stop;
use regatta::site::workload::Politeness;

use crate::CONCURRENCY;
use crate::StartedDriver;
use crate::TestSite;
use crate::adds_up;
use crate::in_short;
use crate::support::{ensure, every_driver_at_once};

const PAGES: u64 = 24;

/// Aborts once every place is taken by a request that would be held for a
/// minute, and holds what is said against what the server saw.
fn abort(started: &StartedDriver, site: &TestSite, driver: &Driver) -> Result<(), String> {
    let places = driver.in_flight(CONCURRENCY) as u64;
    let scrape = started.begin(driver, PAGES, Politeness::default());
    site.comes_to(|ledger| ledger.requests == ledger.answers + places)?;
    scrape.stop(Stop::Abort);
    let account = started.end(&scrape)?;
    let ledger = site.settled()?;
    let given_up = account.given_up == places && account.errors == 0;
    ensure(given_up, || in_short(&account))?;
    adds_up(&account, &ledger, PAGES)
}

#[test]
fn requests_that_stall_are_given_up_and_the_driver_is_fit_for_more() {
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "0", "stall=100%");
        let started = site.start(driver);
        for _ in 0..2 {
            abort(&started, &site, driver)?;
            site.serve("0", "stall=100%");
        }
        site.serve("0", "none");
        started.still_works(driver, PAGES)
    });
}

#[test]
fn fetched_pages_are_kept() {
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "0", "stall=30%");
        abort(&site.start(driver), &site, driver)
    });
}

#[test]
fn bodies_that_have_begun_are_given_up() {
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "0", "slow=100%:60s");
        let started = site.start(driver);
        abort(&started, &site, driver)?;
        site.serve("0", "none");
        started.still_works(driver, PAGES)
    });
}

#[test]
fn connections_that_were_idle_are_as_good_as_before_or_replaced() {
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "20ms", "none");
        let started = site.start(driver);
        started.still_works(driver, PAGES)?;
        // One page is in flight: the other connections are idle.
        site.serve("0", "stall=100%");
        let scrape = started.begin(driver, 1, Politeness::default());
        site.has_requests(1)?;
        scrape.stop(Stop::Abort);
        let account = started.end(&scrape)?;
        ensure(account.given_up == 1, || in_short(&account))?;
        site.serve("20ms", "none");
        started.still_works(driver, PAGES)
    });
}

#[test]
fn an_abort_after_the_end_changes_nothing_for_the_next_scrape() {
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "0", "none");
        let started = site.start(driver);
        let scrape = started.begin(driver, PAGES, Politeness::default());
        started.end(&scrape)?;
        scrape.stop(Stop::Abort);
        started.still_works(driver, PAGES)
    });
}
