//! Answers that are wrong, broken off, or not there.

use std::io::Write;

use crate::PAGES;
use crate::all_wrong;
use crate::asked_once_each;
use crate::good_head;
use crate::honest;
use crate::page;
use crate::scrape;
use crate::scrape_times;
use crate::support::every_pair;
use crate::support::ports::free_port;
use crate::support::raw_server::{RawServer, Then, write_answer};

/// How the clients spell it.
const LENGTH: [&str; 2] = ["content-length", "Content-Length"];

/// The words of the clients for a connection that ended too soon.
const ENDED: [&str; 7] = [
    "closed the connection",
    "connection closed",
    "before message completed",
    "end of file",
    "disconnected",
    "UnexpectedEof",
    "reset",
];

#[test]
fn a_body_that_is_cut_off_is_an_error() {
    let server = RawServer::start(|request, stream| {
        let number = request.page();
        write_answer(stream, &good_head(number), &page(number)[..10_000])?;
        Ok(Then::Close)
    });
    every_pair(|driver| {
        all_wrong(&scrape(driver, server.address())?, &ENDED)?;
        asked_once_each(&server)
    });
}

#[test]
fn a_head_that_is_cut_off_is_an_error() {
    let server = RawServer::start(|_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-le")?;
        Ok(Then::Close)
    });
    every_pair(|driver| {
        all_wrong(&scrape(driver, server.address())?, &ENDED)?;
        asked_once_each(&server)
    });
}

#[test]
fn a_connection_that_is_closed_before_the_answer_is_an_error() {
    let server = RawServer::start(|_, _| Ok(Then::Close));
    every_pair(|driver| {
        all_wrong(&scrape(driver, server.address())?, &ENDED)?;
        asked_once_each(&server)
    });
}

#[test]
fn a_connection_that_is_reset_before_the_answer_is_an_error() {
    let server = RawServer::start(|_, _| Ok(Then::Reset));
    every_pair(|driver| {
        all_wrong(&scrape(driver, server.address())?, &["reset"])?;
        asked_once_each(&server)
    });
}

#[test]
fn a_page_that_is_not_the_one_asked_for_is_an_error() {
    let server = RawServer::start(|request, stream| {
        let number = (request.page() + 1) % PAGES;
        write_answer(stream, &good_head(number), page(number))?;
        Ok(Then::Keep)
    });
    every_pair(|driver| all_wrong(&scrape(driver, server.address())?, &["page"]));
}

#[test]
fn a_content_length_beyond_the_body_is_an_error() {
    let server = RawServer::start(|request, stream| {
        let number = request.page();
        let length = page(number).len() + 1;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        write_answer(stream, &head, page(number))?;
        Ok(Then::Close)
    });
    every_pair(|driver| {
        all_wrong(&scrape(driver, server.address())?, &ENDED)?;
        asked_once_each(&server)
    });
}

#[test]
fn a_content_length_short_of_the_body_is_an_error_on_every_page() {
    let server = RawServer::start(|request, stream| {
        let number = request.page();
        let length = page(number).len() - 1;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        write_answer(stream, &head, page(number))?;
        Ok(Then::Keep)
    });
    every_pair(|driver| {
        let account = scrape(driver, server.address())?;
        all_wrong(&account, &["more bytes", "bytes"])
    });
}

#[test]
fn a_second_answer_hidden_behind_the_first_never_counts_as_a_page() {
    // Each answer is followed by one for the next page. A client that took
    // it for the answer to its next request would be one page ahead for ever.
    let server = RawServer::start(|request, stream| {
        let number = request.page();
        let next = (number + 1) % PAGES;
        let mut answers = good_head(number).into_bytes();
        answers.extend_from_slice(page(number));
        answers.extend_from_slice(good_head(next).as_bytes());
        answers.extend_from_slice(page(next));
        stream.write_all(&answers)?;
        Ok(Then::Keep)
    });
    every_pair(|driver| {
        for account in scrape_times(driver, server.address(), 2)? {
            honest(&account)?;
        }
        Ok(())
    });
}

#[test]
fn two_content_lengths_that_differ_are_an_error() {
    let server = RawServer::start(|request, stream| {
        let number = request.page();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\ncontent-length: 5\r\n\r\n",
            page(number).len()
        );
        write_answer(stream, &head, page(number))?;
        Ok(Then::Close)
    });
    every_pair(|driver| all_wrong(&scrape(driver, server.address())?, &LENGTH));
}

#[test]
fn what_is_not_http_is_an_error() {
    let gibberish: [&[u8]; 4] = [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"<html><title>no head at all</title></html>\r\n\r\n",
        b"HTTP/1.1 two hundred OK\r\ncontent-length: 0\r\n\r\n",
    ];
    for answer in gibberish {
        let server = RawServer::start(move |_, stream| {
            stream.write_all(answer)?;
            Ok(Then::Close)
        });
        every_pair(|driver| {
            let account = scrape(driver, server.address())?;
            all_wrong(&account, &["the answer is not readable"])?;
            asked_once_each(&server)
        });
    }
}

#[test]
fn a_content_length_that_is_no_number_is_an_error() {
    for length in ["-1", "+15360", "0x3c00", "15360, 15360x", "", "15360.0"] {
        let server = RawServer::start(move |request, stream| {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
            write_answer(stream, &head, page(request.page()))?;
            Ok(Then::Close)
        });
        every_pair(|driver| all_wrong(&scrape(driver, server.address())?, &LENGTH));
    }
}

#[test]
fn an_error_without_a_length_is_still_named_by_its_status() {
    let server = RawServer::start(|_, stream| {
        stream.write_all(
            b"HTTP/1.1 503 Busy\r\nretry-after: 1\r\nconnection: close\r\n\r\ncome back later",
        )?;
        Ok(Then::Close)
    });
    every_pair(|driver| all_wrong(&scrape(driver, server.address())?, &["status 503"]));
}

#[test]
fn nothing_listening_is_an_error_that_says_so() {
    every_pair(|driver| {
        let address = ([127, 0, 0, 1], free_port()).into();
        let account = scrape(driver, address)?;
        all_wrong(&account, &["refused"])?;
        // Where the words are ours, they say what it was that failed.
        match driver.client.name {
            "raw" | "hyper" => all_wrong(&account, &["could not connect"]),
            _ => Ok(()),
        }
    });
}

#[test]
fn a_connection_closed_in_silence_between_pages_costs_at_most_an_error() {
    // Any client may find out only when it has sent its next request: it must
    // say so then, or connect again; never ask for the page twice.
    let server = RawServer::start(|request, stream| {
        let number = request.page();
        write_answer(stream, &good_head(number), page(number))?;
        Ok(Then::Close)
    });
    every_pair(|driver| {
        for account in scrape_times(driver, server.address(), 2)? {
            honest(&account)?;
        }
        Ok(())
    });
}
