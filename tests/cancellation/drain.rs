//! Drained: nothing more is begun, and what is in flight comes back.

use regatta::scrape::Stop;
use regatta::site::workload::Politeness;

use crate::CONCURRENCY;
use crate::TestSite;
use crate::adds_up;
use crate::in_short;
use crate::support::{ensure, every_driver_at_once};

#[test]
fn every_request_that_was_begun_is_answered() {
    const PAGES: u64 = 200;
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "300ms", "none");
        let started = site.start(driver);
        let places = driver.in_flight(CONCURRENCY) as u64;
        let scrape = started.begin(driver, PAGES, Politeness::default());
        site.has_requests(places)?;
        scrape.stop(Stop::Drain);
        let account = started.end(&scrape)?;
        let ledger = site.ledger();
        let drained = account.pages == ledger.requests
            && account.pages >= places
            && ledger.pages_missed > 0
            && account.given_up + account.errors == 0;
        ensure(drained, || {
            format!("{}; the server saw {ledger:?}", in_short(&account))
        })?;
        adds_up(&account, &ledger, PAGES)?;
        site.serve("0", "none");
        started.still_works(driver, PAGES)
    });
}

#[test]
fn who_has_no_patience_for_a_drain_aborts_it() {
    const PAGES: u64 = 24;
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "0", "stall=100%");
        let started = site.start(driver);
        let places = driver.in_flight(CONCURRENCY) as u64;
        let scrape = started.begin(driver, PAGES, Politeness::default());
        site.has_requests(places)?;
        scrape.stop(Stop::Drain);
        scrape.stop(Stop::Abort);
        let account = started.end(&scrape)?;
        ensure(account.given_up == places, || in_short(&account))?;
        adds_up(&account, &site.settled()?, PAGES)
    });
}
