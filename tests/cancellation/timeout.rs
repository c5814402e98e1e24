//! A request that takes longer than it may is given up, and its place is free.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use regatta::site::page;
use regatta::site::workload::Politeness;

use crate::CONCURRENCY;
use crate::StartedDriver;
use crate::TestSite;
use crate::adds_up;
use crate::in_short;
use crate::support::raw_server::{RawServer, Then, write_answer};
use crate::support::{ensure, every_driver_at_once};

/// Long enough for an answer that is there, on a machine that is held up.
const TIMEOUT_NS: u64 = 700_000_000;

const POLITENESS: Politeness = Politeness {
    attempts: 3,
    back_off_ns: 1_000_000,
    timeout_ns: TIMEOUT_NS,
    ..Politeness::NONE
};

/// Is answered the second time.
const STALLS_ONCE: u64 = 1;
/// Is never answered.
const STALLS: u64 = 2;

/// A server that holds some requests until their clients leave, as long as it
/// is in trouble.
fn troubled() -> (RawServer, &'static AtomicBool) {
    let in_trouble: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(true)));
    let stalled_once = AtomicBool::new(false);
    let server = RawServer::start(move |request, stream| {
        let number = request.page();
        let stalls = match number {
            STALLS => true,
            STALLS_ONCE => !stalled_once.swap(true, SeqCst),
            _ => false,
        };
        if stalls && in_trouble.load(SeqCst) {
            while stream.read(&mut [0; 64])? > 0 {}
            return Ok(Then::Close);
        }
        let body = page::build(number);
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        write_answer(stream, &head, &body)?;
        Ok(Then::Keep)
    });
    (server, in_trouble)
}

#[test]
fn a_page_that_stalls_is_tried_again_and_one_that_always_does_is_lost() {
    const PAGES: u64 = 8;
    every_driver_at_once(|driver| {
        let (server, in_trouble) = troubled();
        let started = StartedDriver::start(driver, server.address());
        let scrape = started.begin(driver, PAGES, POLITENESS);
        let account = started.end(&scrape)?;
        let first = account.first_error.clone().unwrap_or_default();
        let one_is_lost = account.pages == PAGES - 1
            && account.errors == 1
            && first == format!("page {STALLS}: no complete answer within 700ms");
        ensure(one_is_lost, || in_short(&account))?;
        // Of the one its attempts, of the other its first.
        ensure(account.timeouts >= 4 && account.retries >= 3, || {
            in_short(&account)
        })?;
        let asked = |page| {
            server
                .requests()
                .iter()
                .filter(|r| r.page() == page)
                .count()
        };
        let (stalls, once) = (asked(STALLS), asked(STALLS_ONCE));
        ensure(stalls == 3 && once >= 2, || {
            format!("asked {stalls} and {once} times")
        })?;
        in_trouble.store(false, SeqCst);
        started.still_works(driver, PAGES)
    });
}

#[test]
fn every_place_is_free_again_after_its_timeout() {
    every_driver_at_once(|driver| {
        let pages = 2 * driver.in_flight(CONCURRENCY) as u64;
        let site = TestSite::with(pages, "0", "stall=100%");
        let started = site.start(driver);
        let politeness = Politeness {
            attempts: 1,
            ..POLITENESS
        };
        let scrape = started.begin(driver, pages, politeness);
        let account = started.end(&scrape)?;
        let all_lost = account.timeouts == pages && account.errors == pages;
        ensure(all_lost, || in_short(&account))?;
        adds_up(&account, &site.settled()?, pages)?;
        site.serve("0", "none");
        started.still_works(driver, pages)
    });
}

#[test]
fn a_body_that_trickles_is_given_up_though_bytes_keep_coming() {
    every_driver_at_once(|driver| {
        let pages = driver.in_flight(CONCURRENCY) as u64;
        let site = TestSite::with(pages, "0", "slow=100%:60s");
        let started = site.start(driver);
        let politeness = Politeness {
            attempts: 1,
            ..POLITENESS
        };
        let scrape = started.begin(driver, pages, politeness);
        let account = started.end(&scrape)?;
        ensure(account.timeouts == pages, || in_short(&account))?;
        adds_up(&account, &site.settled()?, pages)
    });
}
