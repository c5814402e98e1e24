//! Heads that are none.

use super::{Answer, HOSTILE, UNREADABLE, fails, meets};
use crate::all_right;
use crate::good_head;
use crate::in_short;
use crate::page;
use crate::support::ensure;

#[test]
fn what_is_not_http_is_named_and_left() {
    for answer in [
        b"220 mail.example.org ESMTP ready\r\n\r\n".to_vec(),
        b"-ERR unknown command\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(),
        // HTTP/0.9 is a body without a head; the others are not 1.1 or 1.0.
        page(HOSTILE).to_vec(),
        good_head(HOSTILE).replace("/1.1", "/2").into_bytes(),
        good_head(HOSTILE).replace("/1.1", "/1.2").into_bytes(),
    ] {
        fails(&Answer::of(answer), UNREADABLE, &["invalid HTTP version"]);
    }
    let status = good_head(HOSTILE).replace("200", "000");
    fails(&Answer::of(status), UNREADABLE, &["status"]);
}

#[test]
fn an_answer_of_http_1_0_is_the_last_of_its_connection() {
    let head = good_head(HOSTILE).replace("HTTP/1.1", "HTTP/1.0");
    let answer = Answer::of([head.as_bytes(), page(HOSTILE)].concat());
    meets(&answer, |_, account| all_right(account));
}

#[test]
fn a_header_whose_name_is_none_is_named_and_left() {
    let length = page(HOSTILE).len();
    for headers in [
        format!("content length: 5\r\ncontent-length: {length}"),
        format!("content-length : {length}"),
        format!(": nameless\r\ncontent-length: {length}"),
        format!("x: folded\r\n over two lines\r\ncontent-length: {length}"),
        format!("x: a\0b\r\ncontent-length: {length}"),
    ] {
        let answer = Answer::ok(&headers, page(HOSTILE));
        fails(&answer, UNREADABLE, &["header"]);
    }
}

#[test]
fn a_length_that_is_none_is_named_and_left() {
    let length = page(HOSTILE).len();
    for headers in [
        "content-length: -1".to_owned(),
        "content-length: 18446744073709551616".to_owned(),
        format!("content-length: 5\r\ncontent-length: {length}"),
    ] {
        let answer = Answer::ok(&headers, page(HOSTILE));
        fails(&answer, UNREADABLE, &["ontent-length", "ontent-Length"]);
    }
}

#[test]
fn a_length_said_twice_is_read_once_or_named() {
    let length = page(HOSTILE).len();
    let twice = format!("content-length: {length}\r\ncontent-length: {length}");
    let headers = format!("{twice}\r\nconnection: close");
    let answer = Answer::ok(&headers, page(HOSTILE));
    // A recipient may do either (RFC 9110, section 8.6).
    meets(&answer, |driver, account| match driver.client.name {
        "raw" => ensure(account.errors == 1, || in_short(account)),
        _ => all_right(account),
    });
}

#[test]
fn a_head_without_end_is_named_and_left() {
    for (begins, goes_on) in [
        ("HTTP/1.1 200 ", "O"),
        ("HTTP/1.1 200 OK\r\n", "x"),
        ("HTTP/1.1 200 OK\r\nx: ", "y"),
        ("HTTP/1.1 200 OK\r\n", "x-more: and more\r\n"),
    ] {
        let answer = Answer::of(begins).endless(goes_on.as_bytes());
        fails(&answer, UNREADABLE, &["head", "too many"]);
    }
}
