//! Answers that are not HTTP, or break it: in the status, the head, the length
//! or the chunks, or because they end too early or never.

use super::Expected::{Fails, PageOrFails};
use super::{Next, Site, answer, repeating, site, then};

pub(super) fn sites() -> Vec<Site> {
    [
        not_http(),
        statuses(),
        headers(),
        lengths(),
        chunks(),
        cut_off(),
        silent(),
    ]
    .concat()
}

fn not_http() -> Vec<Site> {
    let begins: [(&str, &[u8]); 14] = [
        ("nothing", b""),
        ("a mail server", b"220 mail.example.org ESMTP ready\r\n\r\n"),
        ("an ssh server", b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        ("a TLS alert", b"\x15\x03\x01\x00\x02\x02\x28"),
        ("HTTP/0.9", b"<h1>a page without a head</h1>"),
        ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("HTTP/9.9", b"HTTP/9.9 200 OK\r\ncontent-length: 0\r\n\r\n"),
        ("no version", b"HTTP 200 OK\r\ncontent-length: 0\r\n\r\n"),
        ("no status", b"HTTP/1.1\r\ncontent-length: 0\r\n\r\n"),
        (
            "a status in words",
            b"HTTP/1.1 OK\r\ncontent-length: 0\r\n\r\n",
        ),
        (
            "status 000",
            b"HTTP/1.1 000 No\r\ncontent-length: 0\r\n\r\n",
        ),
        (
            "a negative status",
            b"HTTP/1.1 -200 No\r\ncontent-length: 0\r\n\r\n",
        ),
        ("zeros", &[0; 4096]),
        ("high bytes", &[255; 4096]),
    ];
    let begins = begins.into_iter();
    begins
        .map(|(name, bytes)| site(name, Fails, bytes))
        .collect()
}

fn statuses() -> Vec<Site> {
    let plain = [
        201, 202, 203, 204, 205, 206, 300, 304, 400, 401, 402, 403, 404, 405, 407, 410, 418, 451,
        500, 501, 502, 504, 505, 511, 599, 999,
    ];
    let plain = plain.map(|status: u16| {
        let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        site(format!("status {status}"), Fails, head)
    });
    let away = [
        "/hostile/0",
        "/",
        "http://127.0.0.1:1/",
        "//evil.example/",
        "javascript:1",
        "",
    ];
    let away = away.map(|to| {
        let head = format!(
            "HTTP/1.1 302 Away\r\nlocation: {to}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        );
        site(format!("a redirect to {to:?}"), Fails, head)
    });
    let waits = [
        "1e9",
        "-5",
        "NaN",
        "99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "\u{0}",
    ];
    let waits = waits.map(|wait| {
        let head = format!(
            "HTTP/1.1 503 Busy\r\nretry-after: {wait}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        );
        site(format!("retry after {wait:?}"), Fails, head)
    });
    plain.into_iter().chain(away).chain(waits).collect()
}

fn headers() -> Vec<Site> {
    let bad = [
        ("a header without a colon", "nonsense"),
        ("a header with a blank in its name", "content length: 5"),
        ("a header without a name", ": x"),
        ("a folded header", "x: a\r\n b"),
        ("a zero in a header", "x: a\0b"),
    ];
    let bad = bad.map(|(name, header)| {
        let headers = format!("{header}\r\ncontent-length: 2\r\nconnection: close");
        site(name, Fails, answer(&headers, b"hi"))
    });
    let many = [33, 101, 1_000, 100_000].map(|count: usize| {
        let expected = if count > 101 { Fails } else { PageOrFails };
        let headers = format!(
            "{}content-length: 0\r\nconnection: close",
            "x: y\r\n".repeat(count)
        );
        site(format!("{count} headers"), expected, answer(&headers, b""))
    });
    let long = [20_000, 1_000_000].map(|length: usize| {
        let headers = format!(
            "x: {}\r\ncontent-length: 0\r\nconnection: close",
            "y".repeat(length)
        );
        site(
            format!("a header of {length} bytes"),
            PageOrFails,
            answer(&headers, b""),
        )
    });
    let endless = repeating(
        &b"x: y\r\n".repeat(10_000),
        1_000,
        site("a head without end", Fails, "HTTP/1.1 200 OK\r\n"),
    );
    bad.into_iter()
        .chain(many)
        .chain(long)
        .chain([endless])
        .collect()
}

fn lengths() -> Vec<Site> {
    let bad = ["-1", "+2", "0x2", "2,3", "18446744073709551616", "two", ""];
    let bad = bad.map(|length| {
        let headers = format!("content-length: {length}\r\nconnection: close");
        site(
            format!("a length of {length:?}"),
            Fails,
            answer(&headers, b"hi"),
        )
    });
    let two = answer(
        "content-length: 2\r\ncontent-length: 3\r\nconnection: close",
        b"hi!",
    );
    let both = "content-length: 2\r\ntransfer-encoding: chunked\r\nconnection: close";
    let megabyte = vec![b'x'; 1 << 20];
    let gigantic = answer("content-length: 1000000000000000", b"");
    let endless = answer("connection: close", b"");
    bad.into_iter()
        .chain([
            site("two lengths", Fails, two),
            site(
                "a length and chunks",
                PageOrFails,
                answer(both, b"2\r\nhi\r\n0\r\n\r\n"),
            ),
            repeating(&megabyte, 20, site("a gigantic body", Fails, gigantic)),
            repeating(&megabyte, 20, site("a body without end", Fails, endless)),
        ])
        .collect()
}

fn chunks() -> Vec<Site> {
    let chunked = "transfer-encoding: chunked\r\nconnection: close";
    let bad = [
        "xyz",
        "-5",
        "0x10",
        "fffffffffffffffff",
        "7fffffffffffffff",
        " ",
        "5;".repeat(9_000).leak(),
    ];
    let bad = bad.map(|size| {
        let body = format!("{size}\r\nhello\r\n0\r\n\r\n");
        let name = format!("a chunk of size {}", &size[..size.len().min(20)]);
        site(name, Fails, answer(chunked, body.as_bytes()))
    });
    let tiny = site(
        "a million chunks of a byte",
        PageOrFails,
        answer(chunked, b""),
    );
    let tiny = Site {
        block: (b"1\r\nx\r\n".repeat(1_000), 300),
        ..tiny
    };
    bad.into_iter().chain([tiny]).collect()
}

fn cut_off() -> Vec<Site> {
    let whole = answer("content-length: 1000\r\nconnection: close", &[b'x'; 1000]);
    let mut all = Vec::new();
    for bytes in [1, 20, whole.len() - 999, whole.len() - 1] {
        let cut = &whole[..bytes];
        all.push(site(format!("closed after {bytes} bytes"), Fails, cut));
        all.push(then(
            Next::Resets,
            site(format!("reset after {bytes} bytes"), Fails, cut),
        ));
    }
    all
}

fn silent() -> Vec<Site> {
    let whole = answer("content-length: 1000", &[b'x'; 500]);
    let part = |bytes: usize| &whole[..bytes];
    vec![
        then(Next::IsSilent, site("silent", Fails, "")),
        then(Next::IsSilent, site("silent in the head", Fails, part(20))),
        then(Next::IsSilent, site("silent in the body", Fails, part(300))),
        then(
            Next::Drips,
            site("a head that drips", Fails, "HTTP/1.1 200 OK\r\nx: "),
        ),
        then(Next::Drips, site("a body that drips", Fails, part(300))),
    ]
}
