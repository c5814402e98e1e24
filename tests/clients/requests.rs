//! What the clients ask for, as the server sees it: the same of all.

use crate::all_right;
use crate::good_head;
use crate::scrape;
use crate::serving;
use crate::support::raw_server::Request;
use crate::support::{ensure, every_pair};

/// Looks at each request of each driver.
fn every_request(check: impl Fn(&regatta::drivers::Driver, &Request) -> Result<(), String>) {
    let server = serving(good_head);
    every_pair(|driver| {
        all_right(&scrape(driver, server.address())?)?;
        let requests = server.take_requests();
        requests.iter().try_for_each(|request| {
            check(driver, request).map_err(|why| format!("{why}: {:?}", request.head))
        })
    });
}

#[test]
fn every_request_is_a_get_of_http_1_1_with_the_host_that_it_is_for() {
    let server = serving(good_head);
    let host = server.address().to_string();
    every_pair(|driver| {
        all_right(&scrape(driver, server.address())?)?;
        server.take_requests().iter().try_for_each(|request| {
            let line = request.head.lines().next().unwrap_or_default();
            let expected = format!("GET /page/{} HTTP/1.1", request.page());
            ensure(line == expected, || format!("asks with {line:?}"))?;
            ensure(request.header("host") == Some(&host), || {
                format!("{host} is not in {:?}", request.head)
            })
        })
    });
}

#[test]
fn no_request_asks_for_compression_or_brings_a_body_or_cookies() {
    every_request(|_, request| {
        for name in [
            "accept-encoding",
            "content-length",
            "transfer-encoding",
            "cookie",
            "expect",
            "upgrade",
            "te",
        ] {
            ensure(request.header(name).is_none(), || format!("has a {name}"))?;
        }
        Ok(())
    });
}

#[test]
fn only_thread_per_page_over_raw_asks_the_server_to_close() {
    // ureq without a pool closes too, and does not announce it.
    every_request(|driver, request| {
        let connection = request.header("connection");
        let expected = (driver.name == "thread-per-page/raw").then_some("close");
        ensure(connection == expected, || {
            format!("says connection: {connection:?}")
        })
    });
}

#[test]
fn every_request_arrives_in_one_piece() {
    every_request(|_, request| {
        ensure(request.reads == 1, || {
            format!("came in {} pieces", request.reads)
        })
    });
}

#[test]
fn the_heads_of_all_clients_are_of_about_one_length() {
    every_request(|_, request| {
        let bytes = request.head.len();
        ensure((40..160).contains(&bytes), || format!("has {bytes} bytes"))
    });
}
