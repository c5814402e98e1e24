//! Answers that are right, however they come.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use regatta::drivers;
use wiremock::ResponseTemplate;

use crate::CONCURRENCY;
use crate::PAGES;
use crate::all_right;
use crate::all_wrong;
use crate::asked_once_each;
use crate::good_head;
use crate::mocked::{Mocked, with_page};
use crate::page;
use crate::scrape;
use crate::scrape_times;
use crate::serving;
use crate::support::raw_server::{RawServer, Then, write_answer};
use crate::support::{drivers_where, ensure, every_pair};

#[test]
fn a_server_that_we_did_not_write_serves_every_driver() {
    let mocked = Mocked::answering(with_page);
    every_pair(|driver| all_right(&scrape(driver, mocked.address())?));
}

#[test]
fn a_slow_answer_is_as_right_as_a_fast_one() {
    let mocked = Mocked::answering(|number| with_page(number).set_delay(Duration::from_millis(60)));
    every_pair(|driver| all_right(&scrape(driver, mocked.address())?));
}

#[test]
fn a_status_that_is_not_200_is_an_error_that_names_it() {
    for status in [404, 429, 500, 503] {
        let mocked = Mocked::answering(move |number| {
            // The right page under the wrong status is still no page.
            ResponseTemplate::new(status).set_body_raw(page(number), "text/html")
        });
        every_pair(|driver| {
            let account = scrape(driver, mocked.address())?;
            all_wrong(&account, &[&format!("status {status}")])
        });
    }
}

#[test]
fn a_redirect_is_an_error_and_is_not_followed() {
    for status in [301, 302, 307, 308] {
        let mocked = Mocked::answering(move |number| {
            let to = format!("/page/{}?moved", number % PAGES);
            ResponseTemplate::new(status).insert_header("location", to.as_str())
        });
        every_pair(|driver| {
            let account = scrape(driver, mocked.address())?;
            all_wrong(&account, &[&format!("status {status}")])
        });
        let asked = mocked.take_paths();
        let each: Vec<String> = (0..PAGES)
            .flat_map(|number| vec![format!("/page/{number}"); drivers::all().len()])
            .collect();
        assert_eq!(asked, each, "{status}");
    }
}

#[test]
fn a_server_that_closes_after_each_answer_and_says_so_costs_a_connection_a_page() {
    let server = RawServer::start(|request, stream| {
        let number = request.page();
        let head =
            good_head(number).replace("content-length", "connection: close\r\ncontent-length");
        write_answer(stream, &head, page(number))?;
        Ok(Then::Close)
    });
    every_pair(|driver| {
        let before = server.connections();
        all_right(&scrape(driver, server.address())?)?;
        asked_once_each(&server)?;
        let connections = server.connections() - before;
        ensure(connections == PAGES || driver.client.pool_races, || {
            format!("{connections} connections for {PAGES} pages")
        })
    });
}

#[test]
fn an_answer_of_http_1_0_is_read_and_its_connection_not_used_again() {
    let server = RawServer::start(|request, stream| {
        let number = request.page();
        let head = good_head(number).replace("HTTP/1.1", "HTTP/1.0");
        write_answer(stream, &head, page(number))?;
        Ok(Then::Close)
    });
    every_pair(|driver| {
        all_right(&scrape(driver, server.address())?)?;
        asked_once_each(&server)
    });
}

#[test]
fn connections_are_used_again_where_the_model_keeps_them() {
    let server = serving(good_head);
    every_pair(|driver| {
        let before = server.connections();
        for account in scrape_times(driver, server.address(), 3)? {
            all_right(&account)?;
        }
        let connections = server.connections() - before;
        let allowed = match driver {
            driver if !driver.model.keep_alive => 3 * PAGES..=3 * PAGES,
            // Its pool races a new connection against one on its way back.
            driver if driver.client.pool_races => 1..=3 * PAGES,
            _ => 1..=CONCURRENCY as u64,
        };
        ensure(allowed.contains(&connections), || {
            format!("{connections} connections where {allowed:?} are expected")
        })
    });
}

#[test]
fn header_names_and_their_order_and_case_are_the_servers_own_business() {
    let server = serving(|number| {
        format!(
            "HTTP/1.1 200 Fine, thank you\r\nX-FIRST:1\r\nCONTENT-LENGTH:   {}  \r\n\
             Set-Cookie: a=b\r\nSet-Cookie: c=d\r\nx-empty:\r\n\r\n",
            page(number).len()
        )
    });
    every_pair(|driver| all_right(&scrape(driver, server.address())?));
}

#[test]
fn an_answer_that_comes_byte_by_byte_is_put_together() {
    let server = RawServer::start(|request, stream| {
        let number = request.page();
        let mut answer = good_head(number).into_bytes();
        let head = answer.len();
        answer.extend_from_slice(page(number));
        // The head, the seam and both ends of the body; the rest in one.
        let (start, rest) = answer.split_at(head + 200);
        let (middle, end) = rest.split_at(rest.len() - 200);
        trickle(stream, start)?;
        stream.write_all(middle)?;
        trickle(stream, end)?;
        Ok(Then::Keep)
    });
    every_pair(|driver| all_right(&scrape(driver, server.address())?));
}

fn trickle(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    bytes.iter().try_for_each(|byte| stream.write_all(&[*byte]))
}

fn chunked(number: u64) -> Vec<u8> {
    let mut answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for chunk in page(number).chunks(1000) {
        answer.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        answer.extend_from_slice(chunk);
        answer.extend_from_slice(b"\r\n");
    }
    answer.extend_from_slice(b"0\r\n\r\n");
    answer
}

#[test]
fn a_chunked_body_is_read_by_all_but_raw_which_names_it() {
    let server = RawServer::start(|request, stream| {
        stream.write_all(&chunked(request.page()))?;
        Ok(Then::Keep)
    });
    every_pair(|driver| {
        let account = scrape(driver, server.address())?;
        match driver.client.name {
            "raw" => all_wrong(&account, &["chunked"]),
            _ => all_right(&account),
        }
    });
}

#[test]
fn a_body_that_ends_with_its_connection_is_read_by_all_but_raw_which_names_it() {
    let server = RawServer::start(|request, stream| {
        write_answer(
            stream,
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
            page(request.page()),
        )?;
        Ok(Then::Close)
    });
    every_pair(|driver| {
        let account = scrape(driver, server.address())?;
        match driver.client.name {
            "raw" => all_wrong(&account, &["no Content-Length"]),
            _ => all_right(&account),
        }
    });
}

#[test]
fn what_comes_before_an_answer_is_passed_over_by_all_but_raw_which_names_it() {
    for before in [
        "100 Continue",
        "102 Processing",
        "103 Early Hints\r\nlink: </style.css>",
    ] {
        let server = serving(move |number| {
            let before = format!("HTTP/1.1 {before}\r\n\r\n").repeat(3);
            before + &good_head(number)
        });
        every_pair(|driver| {
            let account = scrape(driver, server.address())?;
            match driver.client.name {
                "raw" => all_wrong(&account, &[&format!("status {}", &before[..3])]),
                _ => all_right(&account),
            }
        });
    }
}

#[test]
fn a_driver_goes_on_after_a_page_that_failed() {
    let server = RawServer::start(|request, stream| match request.page() {
        1 => Ok(Then::Close),
        number => {
            write_answer(stream, &good_head(number), page(number))?;
            Ok(Then::Keep)
        }
    });
    drivers_where(
        |_| true,
        |driver| {
            for account in scrape_times(driver, server.address(), 2)? {
                let first = account.first_error.clone().unwrap_or_default();
                ensure(
                    account.pages == PAGES - 1
                        && account.errors == 1
                        && first.starts_with("page 1:"),
                    || format!("{} pages, first error {first:?}", account.pages),
                )?;
            }
            Ok(())
        },
    );
}
