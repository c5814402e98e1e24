//! The first failure ends it; and a server that is down is left alone.

use std::io::Read;
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};

use regatta::site::workload::Politeness;

use crate::CONCURRENCY;
use crate::StartedDriver;
use crate::TestSite;
use crate::in_short;
use crate::support::raw_server::{RawServer, Then, write_answer};
use crate::support::{PATIENCE, ensure, every_driver_at_once};

/// Counts, and lets others wait until it has counted so far.
#[derive(Default)]
struct Count(Mutex<usize>, Condvar);

impl Count {
    fn one(&self) {
        *self.0.lock().unwrap() += 1;
        self.1.notify_all();
    }

    fn wait_for(&self, wanted: usize) {
        let count = self.0.lock().unwrap();
        let reached = self
            .1
            .wait_timeout_while(count, PATIENCE, |count| *count < wanted);
        drop(reached);
    }
}

/// Keeps a request until its client has left.
fn hold(stream: &mut TcpStream) -> std::io::Result<Then> {
    while stream.read(&mut [0; 64])? > 0 {}
    Ok(Then::Close)
}

/// The answer to page 0, once all places are taken, ends a scrape whose other
/// requests are held; its error says `word`.
fn is_ended_by(answer: &'static str, word: &str) {
    const PAGES: u64 = 24;
    every_driver_at_once(|driver| {
        let places = driver.in_flight(CONCURRENCY);
        let asked = Arc::new(Count::default());
        let server = RawServer::start(move |request, stream| {
            asked.one();
            if request.page() > 0 {
                return hold(stream);
            }
            asked.wait_for(places);
            write_answer(stream, answer, b"")?;
            Ok(Then::Keep)
        });
        let politeness = Politeness {
            fail_fast: true,
            attempts: 3,
            ..Politeness::default()
        };
        let started = StartedDriver::start(driver, server.address());
        let account = started.end(&started.begin(driver, PAGES, politeness))?;
        let first = account.first_error.clone().unwrap_or_default();
        let ended = account.errors == 1
            && first.starts_with("page 0")
            && first.contains(word)
            && account.given_up == places as u64 - 1
            && account.pages == 0;
        ensure(ended, || in_short(&account))?;
        let requests = server.requests().len();
        ensure(requests == places, || format!("{requests} requests"))
    });
}

#[test]
fn the_first_page_that_is_lost_gives_up_all_others() {
    let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
    is_ended_by(answer, "status 404");
}

#[test]
fn a_page_with_the_wrong_bytes_is_lost_as_well() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
    is_ended_by(answer, "5 bytes long");
}

#[test]
fn a_server_that_is_down_gets_no_more_requests_than_pages_and_the_budget() {
    const PAGES: u64 = 12;
    const BUDGET: u32 = 5;
    every_driver_at_once(|driver| {
        let site = TestSite::with(PAGES, "0", "503=50%,reset=50%");
        let politeness = Politeness {
            attempts: 10,
            back_off_ns: 1_000_000,
            retries: Some(BUDGET),
            ..Politeness::default()
        };
        let started = site.start(driver);
        let scrape = started.begin(driver, PAGES, politeness);
        let account = started.end(&scrape)?;
        let requests = site.ledger().requests;
        let held = requests == PAGES + u64::from(BUDGET)
            && account.retries == u64::from(BUDGET)
            && account.errors == PAGES;
        ensure(held, || {
            format!("{requests} requests, {}", in_short(&account))
        })
    });
}
