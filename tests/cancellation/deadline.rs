//! At the deadline nothing more is begun, what is in flight is given up, and
//! what was done is kept.

use regatta::site::workload::Politeness;

use crate::TestSite;
use crate::adds_up;
use crate::in_short;
use crate::support::{ensure, every_driver_at_once};

const SECOND_NS: u64 = 1_000_000_000;

#[test]
fn what_was_done_by_the_deadline_is_kept_and_the_rest_given_up() {
    const PAGES: u64 = 24;
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "0", "stall=30%");
        let started = site.start(driver);
        let deadline = Politeness {
            deadline_ns: SECOND_NS,
            ..Politeness::default()
        };
        let scrape = started.begin(driver, PAGES, deadline);
        let account = started.end(&scrape)?;
        let ledger = site.settled()?;
        let late = account.errors > 0 && account.errors == account.timeouts;
        ensure(late, || in_short(&account))?;
        adds_up(&account, &ledger, PAGES)?;
        site.serve("0", "none");
        started.still_works(driver, PAGES)
    });
}

#[test]
fn nothing_is_begun_after_the_deadline() {
    const PAGES: u64 = 500;
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "0", "none");
        let started = site.start(driver);
        let politeness = Politeness {
            deadline_ns: SECOND_NS / 2,
            rate_per_second: 20,
            ..Politeness::default()
        };
        let scrape = started.begin(driver, PAGES, politeness);
        let account = started.end(&scrape)?;
        let ledger = site.settled()?;
        // At 0 and every 50 ms before 500.
        ensure(ledger.requests <= 10, || format!("{ledger:?}"))?;
        adds_up(&account, &ledger, PAGES)
    });
}
