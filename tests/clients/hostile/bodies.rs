//! Bodies that are none, and connections that end in the middle of one.

use super::{Answer, HOSTILE, UNREADABLE, fails, meets};
use crate::all_right;
use crate::good_head;
use crate::in_short;
use crate::page;
use crate::support::ensure;

/// The words of the clients for a connection that ended too soon.
const ENDED: [&str; 5] = ["closed", "end of file", "EOF", "disconnected", "reset"];

/// raw reads nothing but a Content-Length of at most 16 MiB, and says so
/// before the body.
const TOO_LONG: [&str; 3] = ["16 MiB", "no Content-Length", "a chunked body"];

fn good() -> Vec<u8> {
    [good_head(HOSTILE).as_bytes(), page(HOSTILE)].concat()
}

#[test]
fn a_body_without_end_is_named_and_left() {
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
    for answer in [
        Answer::ok("content-length: 1000000000000000000", b"").endless(b"x"),
        Answer::ok("connection: close", b"").endless(b"x"),
        Answer::chunked("").endless(chunk.as_bytes()),
        // One chunk, as long as one can be.
        Answer::chunked("7fffffffffffffff\r\n").endless(b"x"),
    ] {
        fails(&answer, UNREADABLE, &TOO_LONG);
    }
}

#[test]
fn a_chunk_whose_size_is_none_is_named_and_left() {
    for size in ["xyz", "-5", "", "0x10", "fffffffffffffffff", "5"] {
        let body = [
            format!("{size}\r\n").as_bytes(),
            page(HOSTILE),
            b"\r\n0\r\n\r\n",
        ]
        .concat();
        fails(&Answer::chunked(body), UNREADABLE, &["chunk"]);
    }
    // A line that never ends, and chunks that are announced and not there.
    for body in ["5;".repeat(50_000).as_bytes(), page(HOSTILE)] {
        fails(&Answer::chunked(body), UNREADABLE, &["chunk", "stalled"]);
    }
}

#[test]
fn a_body_that_is_cut_off_is_named() {
    let length = page(HOSTILE).len();
    let (most, _) = page(HOSTILE).split_at(length - 1);
    let gigantic = "content-length: 1000000000000000000";
    for answer in [
        Answer::ok(&format!("content-length: {length}"), most),
        Answer::ok(gigantic, page(HOSTILE)),
        Answer::chunked([format!("{length:x}\r\n").as_bytes(), page(HOSTILE)].concat()),
        Answer::chunked([format!("{length:x}\r\n").as_bytes(), most].concat()),
    ] {
        fails(&answer, "", &[&ENDED[..], &TOO_LONG].concat());
    }
}

#[test]
fn a_reset_is_named_wherever_it_comes() {
    let good = good();
    for bytes in [0, 1, 20, good_head(HOSTILE).len(), 9_000, good.len() - 1] {
        let answer = Answer::of(&good[..bytes]).then_reset();
        fails(&answer, "", &ENDED);
    }
}

#[test]
fn a_body_that_is_longer_than_it_says_never_reaches_the_next_page() {
    let answer = Answer::of([good(), b"x".to_vec()].concat());
    // The page is all there. What is behind it raw names if it comes along.
    meets(&answer, |driver, account| match driver.client.name {
        "raw" if account.errors == 1 => {
            let first = account.first_error.clone().unwrap_or_default();
            ensure(first.contains("more bytes"), || in_short(account))
        }
        _ => all_right(account),
    });
}

#[test]
fn an_empty_body_is_no_page() {
    let words = ["the body is 0 bytes long"];
    fails(
        &Answer::ok("content-length: 0\r\nconnection: close", b""),
        "",
        &words,
    );
    let answer = Answer::of("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    fails(&answer, "", &["status 204"]);
}
