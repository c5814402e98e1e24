//! Answers without end: a client gives up on them in time and in little
//! memory. Each driver has a process of its own here, whose memory is its own.

use std::io::Write;

use crate::CONCURRENCY;
use crate::PAGES;
use crate::support::raw_server::{RawServer, Then};
use crate::support::worker::{Worker, job};
use crate::support::{ensure, every_pair};

/// Two bodies of 16 MiB, which is where every client stops reading, in
/// buffers that double: far from what a server could send.
const MOST_BYTES: u64 = 160 << 20;
/// What a server of these tests sends at most; enough to be noticed.
const ENOUGH_BYTES: usize = 256 << 20;

fn fails_in_bounded_memory(server: &RawServer, words: &[&str]) {
    every_pair(|driver| {
        let sample =
            Worker::start(&driver.name).sample(&job(server.address(), PAGES, CONCURRENCY))?;
        let first = sample.first_error.unwrap_or_default();
        ensure(sample.pages == 0 && sample.errors == PAGES, || {
            format!("{} pages, {} errors", sample.pages, sample.errors)
        })?;
        ensure(words.iter().any(|word| first.contains(word)), || {
            format!("expected one of {words:?} in {first:?}")
        })?;
        // No measure, no complaint: this platform does not give it.
        let grown = sample
            .peak_rss_bytes
            .zip(sample.rss_before_bytes)
            .map_or(0, |(peak, before)| peak.saturating_sub(before));
        ensure(grown < MOST_BYTES, || format!("grew by {grown} bytes"))
    });
}

#[test]
fn a_head_without_end_is_given_up() {
    for line in ["x-more: and more\r\n", "y"] {
        let server = RawServer::start(move |_, stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\nx: ")?;
            let block = line.repeat(4096);
            for _ in 0..ENOUGH_BYTES / block.len() {
                stream.write_all(block.as_bytes())?;
            }
            Ok(Then::Close)
        });
        fails_in_bounded_memory(&server, &["head", "too many"]);
    }
}

#[test]
fn a_gigantic_content_length_is_not_believed() {
    let server = RawServer::start(|_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n")?;
        stream.write_all(&b"x".repeat(64 * 1024))?;
        Ok(Then::Close)
    });
    let words = ["closed", "end of file", "disconnected", "16 MiB", "body"];
    fails_in_bounded_memory(&server, &words);
}

#[test]
fn a_body_without_end_is_given_up() {
    let plain = "x".repeat(64 * 1024);
    let chunk = format!("10000\r\n{plain}\r\n");
    for (head, block) in [
        ("content-length: 1099511627776", &plain),
        ("connection: close", &plain),
        ("transfer-encoding: chunked", &chunk),
    ] {
        let block = block.clone().into_bytes();
        let server = RawServer::start(move |_, stream| {
            write!(stream, "HTTP/1.1 200 OK\r\n{head}\r\n\r\n")?;
            for _ in 0..ENOUGH_BYTES / block.len() {
                stream.write_all(&block)?;
            }
            Ok(Then::Close)
        });
        fails_in_bounded_memory(&server, &["16 MiB", "no Content-Length", "chunked"]);
    }
}
