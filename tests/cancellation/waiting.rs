//! Stopped while nothing is in flight and everybody waits for a time to come.

use regatta::scrape::Stop;
use regatta::site::workload::Politeness;

use crate::CONCURRENCY;
use crate::StartedDriver;
use crate::TestSite;
use crate::in_short;
use crate::support::raw_server::{RawServer, Then, write_answer};
use crate::support::{ensure, eventually, every_driver_at_once};

const POLITENESS: Politeness = Politeness {
    attempts: 2,
    ..Politeness::NONE
};

/// A server that asks everybody to come again in an hour.
fn closed_for_an_hour() -> RawServer {
    RawServer::start(|_, stream| {
        let head = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 3600\r\n\
                    content-length: 0\r\n\r\n";
        write_answer(stream, head, b"")?;
        Ok(Then::Keep)
    })
}

#[test]
fn a_wait_of_an_hour_ends_when_it_is_asked_to() {
    every_driver_at_once(|driver| {
        let server = closed_for_an_hour();
        let started = StartedDriver::start(driver, server.address());
        let pages = driver.in_flight(CONCURRENCY) as u64;
        // The same driver twice: the first stop leaves it fit for the second.
        for how in [Stop::Drain, Stop::Abort] {
            let scrape = started.begin(driver, pages, POLITENESS);
            let all_wait = eventually(|| (scrape.account().retries == pages).then_some(()));
            all_wait.ok_or("not every page waits")?;
            scrape.stop(how);
            let account = started.end(&scrape)?;
            let none = account.pages + account.given_up + account.errors == 0;
            ensure(none, || format!("{how:?}: {}", in_short(&account)))?;
        }
        Ok(())
    });
}

#[test]
fn a_wait_of_an_hour_ends_at_the_deadline() {
    every_driver_at_once(|driver| {
        let server = closed_for_an_hour();
        let started = StartedDriver::start(driver, server.address());
        let politeness = Politeness {
            deadline_ns: 300_000_000,
            ..POLITENESS
        };
        let account = started.end(&started.begin(driver, 1, politeness))?;
        let waited = account.retries <= 1 && account.pages == 0;
        ensure(waited, || in_short(&account))
    });
}

#[test]
fn a_slow_rate_ends_when_it_is_asked_to() {
    const PAGES: u64 = 10_000;
    every_driver_at_once(|driver| {
        for how in [Stop::Drain, Stop::Abort] {
            let site = TestSite::with(PAGES, "0", "none");
            let started = site.start(driver);
            let politeness = Politeness {
                rate_per_second: 1,
                ..Politeness::default()
            };
            let scrape = started.begin(driver, PAGES, politeness);
            site.has_requests(1)?;
            scrape.stop(how);
            let account = started.end(&scrape)?;
            let begun = account.pages + account.given_up;
            let ledger = site.settled()?;
            ensure(begun == ledger.requests && begun < 60, || {
                format!("{how:?}: {}", in_short(&account))
            })?;
        }
        Ok(())
    });
}
