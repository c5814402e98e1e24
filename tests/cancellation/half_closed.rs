//! A server that ends its half of a connection together with its answer, and
//! says so only once.

use std::io::Read;
use std::net::Shutdown;

use regatta::site::page;
use regatta::site::workload::Politeness;

use crate::StartedDriver;
use crate::in_short;
use crate::support::raw_server::{RawServer, Then, write_answer};
use crate::support::{ensure, every_driver_at_once};

#[test]
fn a_connection_that_ends_while_it_is_idle_hangs_nobody() {
    const PAGES: u64 = 24;
    every_driver_at_once(|driver| {
        let server = RawServer::start(|request, stream| {
            let body = page::build(request.page());
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            write_answer(stream, &head, &body)?;
            stream.shutdown(Shutdown::Write)?;
            while stream.read(&mut [0; 64])? > 0 {}
            Ok(Then::Close)
        });
        // Who asks on a connection whose end is on its way has to ask again.
        let politeness = Politeness {
            attempts: 20,
            ..Politeness::default()
        };
        let started = StartedDriver::start(driver, server.address());
        let scrape = started.begin(driver, PAGES, politeness);
        let account = started.end(&scrape)?;
        let all = account.pages == PAGES && account.errors == 0;
        ensure(all, || in_short(&account))
    });
}
