//! Drained: nothing more is begun, and what is in flight comes back.

use regatta::scrape::Stop;
use regatta::site::workload::Politeness;

use crate::CONCURRENCY;
use crate::Harbour;
use crate::adds_up;
use crate::in_short;
use crate::support::{ensure, every_driver_at_once};

#[test]
fn every_request_that_was_begun_is_answered() {
    const PAGES: u64 = 200;
    every_driver_at_once(|driver| {
        let harbour = Harbour::with(PAGES, "300ms", "none");
        let boat = harbour.boat(driver);
        let places = driver.in_flight(CONCURRENCY) as u64;
        let scrape = boat.begin(driver, PAGES, Politeness::default());
        harbour.has_requests(places)?;
        scrape.stop(Stop::Drain);
        let account = boat.end(&scrape)?;
        let ledger = harbour.ledger();
        let drained = account.pages == ledger.requests
            && account.pages >= places
            && ledger.pages_missed > 0
            && account.given_up + account.errors == 0;
        ensure(drained, || {
            format!("{}; the server saw {ledger:?}", in_short(&account))
        })?;
        adds_up(&account, &ledger, PAGES)?;
        harbour.serve("0", "none");
        boat.still_works(driver, PAGES)
    });
}

#[test]
fn who_has_no_patience_for_a_drain_aborts_it() {
    const PAGES: u64 = 24;
    every_driver_at_once(|driver| {
        let harbour = Harbour::with(PAGES, "0", "stall=100%");
        let boat = harbour.boat(driver);
        let places = driver.in_flight(CONCURRENCY) as u64;
        let scrape = boat.begin(driver, PAGES, Politeness::default());
        harbour.has_requests(places)?;
        scrape.stop(Stop::Drain);
        scrape.stop(Stop::Abort);
        let account = boat.end(&scrape)?;
        ensure(account.given_up == places, || in_short(&account))?;
        adds_up(&account, &harbour.settled()?, PAGES)
    });
}
