//! Answers that keep a client busy for ever: it never waits, so nothing that
//! waits beside it may be starved. They end with the time limit or are seen
//! through, in bounded memory. Each driver has a process of its own, whose
//! memory is its own.

use std::io::{self, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use regatta::site::workload::Politeness;

use crate::support::raw_server::{RawServer, Then};
use crate::support::worker::{Worker, job};
use crate::support::{ensure, every_driver};

/// Far from what a server could send within the time limit.
const MOST_BYTES: u64 = 64 << 20;
const PLACES: u64 = 2;

const OUT_OF_TIME: &str = "no complete answer within 300ms";

const INTERIM: &str = "HTTP/1.1 103 Early Hints\r\nlink: </style>\r\n\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n";

/// Sends `begins`, and then what `goes_on` sends until the client leaves. The
/// errors of all drivers say one of `words`.
fn ends(
    begins: &'static str,
    goes_on: impl Fn(&mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    words: &[&str],
) {
    let server = RawServer::start(move |_, stream| {
        stream.write_all(begins.as_bytes())?;
        while goes_on(stream).is_ok() {}
        Ok(Then::Close)
    });
    every_driver(|driver| {
        let mut job = job(server.address(), PLACES, driver.in_flight(2));
        job.politeness = Politeness {
            timeout_ns: 300_000_000,
            ..Politeness::default()
        };
        let sample = Worker::start(&driver.name).sample(&job)?;
        let first = sample.first_error.unwrap_or_default();
        let is_named = words.iter().any(|word| first.contains(word));
        ensure(sample.errors == PLACES && is_named, || {
            format!("{} errors, the first: {first:?}", sample.errors)
        })?;
        // No measure, no complaint: this platform does not give it.
        let both = sample.peak_rss_bytes.zip(sample.rss_before_bytes);
        let grown = both.map_or(0, |(peak, before)| peak.saturating_sub(before));
        ensure(grown < MOST_BYTES, || format!("grew by {grown} bytes"))
    });
}

fn as_fast_as_can_be(text: &str) -> impl Fn(&mut TcpStream) -> io::Result<()> + use<> {
    let block = text.repeat(64 * 1024 / text.len()).into_bytes();
    move |stream| stream.write_all(&block)
}

/// raw reads neither interim answers nor chunks, and says so at once.
const RAW: [&str; 2] = ["status 103", "a chunked body"];

#[test]
fn interim_answers_in_a_flood() {
    // ureq takes all that has arrived for one head.
    let words = [&RAW[..], &[OUT_OF_TIME, "header is too big"]].concat();
    ends("", as_fast_as_can_be(INTERIM), &words);
}

#[test]
fn interim_answers_one_by_one() {
    let slowly = |stream: &mut TcpStream| {
        thread::sleep(Duration::from_millis(1));
        stream.write_all(INTERIM.as_bytes())
    };
    ends("", slowly, &[&RAW[..], &[OUT_OF_TIME]].concat());
}

#[test]
fn trailers_in_a_flood() {
    // hyper reads so many and no more.
    let words = [&RAW[..], &[OUT_OF_TIME, "trailers count overflow"]].concat();
    ends(CHUNKED, as_fast_as_can_be("x-more: and more\r\n"), &words);
}

#[test]
fn a_trailer_that_does_not_end() {
    // hyper reads so much of it and no more, ureq as much as its buffer holds.
    let words = [&RAW[..], &["trailers bytes over limit", "stalled"]].concat();
    ends(CHUNKED, as_fast_as_can_be("x"), &words);
}
