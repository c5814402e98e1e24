//! Aborted: what is in flight is given up at once.

use regatta::drivers::Driver;
use regatta::scrape::Stop;
use regatta::site::workload::Politeness;

use crate::Boat;
use crate::CONCURRENCY;
use crate::Harbour;
use crate::adds_up;
use crate::in_short;
use crate::support::{ensure, every_driver_at_once};

const PAGES: u64 = 24;

/// Aborts once every place is taken by a request that would be held for a
/// minute, and holds what is said against what the server saw.
fn abort(boat: &Boat, harbour: &Harbour, driver: &Driver) -> Result<(), String> {
    let places = driver.in_flight(CONCURRENCY) as u64;
    let scrape = boat.begin(driver, PAGES, Politeness::default());
    harbour.comes_to(|ledger| ledger.requests == ledger.answers + places)?;
    scrape.stop(Stop::Abort);
    let account = boat.end(&scrape)?;
    let ledger = harbour.settled()?;
    let given_up = account.given_up == places && account.errors == 0;
    ensure(given_up, || in_short(&account))?;
    adds_up(&account, &ledger, PAGES)
}

#[test]
fn requests_that_stall_are_given_up_and_the_driver_is_fit_for_more() {
    every_driver_at_once(|driver| {
        let harbour = Harbour::with(PAGES, "0", "stall=100%");
        let boat = harbour.boat(driver);
        for _ in 0..2 {
            abort(&boat, &harbour, driver)?;
            harbour.serve("0", "stall=100%");
        }
        harbour.serve("0", "none");
        boat.still_works(driver, PAGES)
    });
}

#[test]
fn pages_that_were_had_are_kept() {
    every_driver_at_once(|driver| {
        let harbour = Harbour::with(PAGES, "0", "stall=30%");
        abort(&harbour.boat(driver), &harbour, driver)
    });
}

#[test]
fn bodies_that_have_begun_are_given_up() {
    every_driver_at_once(|driver| {
        let harbour = Harbour::with(PAGES, "0", "slow=100%:60s");
        let boat = harbour.boat(driver);
        abort(&boat, &harbour, driver)?;
        harbour.serve("0", "none");
        boat.still_works(driver, PAGES)
    });
}

#[test]
fn connections_that_were_idle_are_as_good_as_before_or_replaced() {
    every_driver_at_once(|driver| {
        let harbour = Harbour::with(PAGES, "20ms", "none");
        let boat = harbour.boat(driver);
        boat.still_works(driver, PAGES)?;
        // One page is in flight: the other connections are idle.
        harbour.serve("0", "stall=100%");
        let scrape = boat.begin(driver, 1, Politeness::default());
        harbour.has_requests(1)?;
        scrape.stop(Stop::Abort);
        let account = boat.end(&scrape)?;
        ensure(account.given_up == 1, || in_short(&account))?;
        harbour.serve("20ms", "none");
        boat.still_works(driver, PAGES)
    });
}

#[test]
fn an_abort_after_the_end_changes_nothing_for_the_next_scrape() {
    every_driver_at_once(|driver| {
        let harbour = Harbour::with(PAGES, "0", "none");
        let boat = harbour.boat(driver);
        let scrape = boat.begin(driver, PAGES, Politeness::default());
        boat.end(&scrape)?;
        scrape.stop(Stop::Abort);
        boat.still_works(driver, PAGES)
    });
}
