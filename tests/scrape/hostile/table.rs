//! Hostile answers, each with a name and with what must come of it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use regatta::store::Record;

use crate::support::raw_server::Then;

/// The result of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// A page, whatever is on it.
    Page,
    /// A failed page with its reason.
    Fails,
    /// Either: clients differ, and may.
    PageOrFails,
}

/// What a server does after its bytes.
#[derive(Debug, Clone, Copy)]
enum Next {
    Closes,
    Resets,
    /// Says nothing more until the client hangs up.
    IsSilent,
    /// Goes on, a byte at a time.
    Drips,
}

#[derive(Debug)]
pub(super) struct Site {
    pub(super) name: String,
    bytes: Vec<u8>,
    /// Sent so many times behind it.
    block: (Vec<u8>, usize),
    then: Next,
    pub(super) expected: Expected,
}

impl Expected {
    pub(super) fn allows(self, record: &Record) -> bool {
        match (self, &record.error) {
            (Self::PageOrFails, _) | (Self::Page, None) | (Self::Fails, Some(_)) => true,
            // On a busy machine anything may take too long.
            (Self::Page, Some(why)) => why.contains("no complete answer within"),
            (Self::Fails, None) => false,
        }
    }
}

impl Site {
    pub(super) fn answer(&self, stream: &mut TcpStream) -> io::Result<Then> {
        stream.write_all(&self.bytes)?;
        let (block, times) = &self.block;
        (0..*times).try_for_each(|_| stream.write_all(block))?;
        match self.then {
            Next::Closes => Ok(Then::Close),
            Next::Resets => Ok(Then::Reset),
            Next::IsSilent => {
                let _ = stream.read(&mut [0]);
                Ok(Then::Close)
            }
            Next::Drips => loop {
                stream.write_all(b"x")?;
                std::thread::sleep(Duration::from_millis(50));
            },
        }
    }
}

use Expected::{Fails, Page, PageOrFails};

fn site(name: impl Into<String>, expected: Expected, bytes: impl Into<Vec<u8>>) -> Site {
    Site {
        name: name.into(),
        bytes: bytes.into(),
        block: (Vec::new(), 0),
        then: Next::Closes,
        expected,
    }
}

fn then(then: Next, site: Site) -> Site {
    Site { then, ..site }
}

fn repeating(block: &[u8], times: usize, site: Site) -> Site {
    Site {
        block: (block.to_vec(), times),
        ..site
    }
}

fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A good head, and this body.
fn html(name: impl Into<String>, expected: Expected, body: impl AsRef<[u8]>) -> Site {
    let body = body.as_ref();
    let headers = format!("content-length: {}\r\nconnection: close", body.len());
    site(name, expected, answer(&headers, body))
}

pub(super) fn sites() -> Vec<Site> {
    [
        not_http(),
        statuses(),
        headers(),
        lengths(),
        chunks(),
        cut_off(),
        silent(),
        markup(),
        links(),
    ]
    .into_iter()
    .flatten()
    .collect()
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

#[expect(clippy::too_many_lines, reason = "a table")]
fn markup() -> Vec<Site> {
    let deep = ["i", "div", "table", "svg", "select", "li"].map(|tag| {
        let body = format!("<{tag}>").repeat(200_000);
        html(format!("200,000 open {tag}"), PageOrFails, body)
    });
    let long = 5_000_000;
    let others = [
        (
            "one attribute of 5 MB",
            PageOrFails,
            format!("<a href=\"{}\">", "a".repeat(long)),
        ),
        (
            "a tag of 5 MB",
            PageOrFails,
            format!("<{}>", "t".repeat(long)),
        ),
        (
            "a comment of 5 MB",
            Page,
            format!("<!--{}-->", "c".repeat(long)),
        ),
        (
            "a heading of 5 MB",
            Page,
            format!("<h1>{}</h1>", "h".repeat(long)),
        ),
        (
            "a title of 5 MB",
            Page,
            format!("<head><title>{}", "t".repeat(long)),
        ),
        (
            "a script of 5 MB",
            Page,
            format!("<script>{}", "s".repeat(long)),
        ),
        (
            "a million entities",
            Page,
            format!("<h1>{}</h1>", "&nGt;".repeat(1_000_000)),
        ),
        (
            "entities without end",
            Page,
            format!("<h1>{}</h1>", "&#1".repeat(100_000)),
        ),
        ("100,000 headings", Page, "<h1>x</h1>".repeat(100_000)),
        (
            "100,000 prices",
            Page,
            "<span class=price>$1</span>".repeat(100_000),
        ),
        (
            "100,000 attributes",
            PageOrFails,
            format!("<a {}>", "x=y ".repeat(100_000)),
        ),
        (
            "a comment that is not closed",
            Page,
            "<!-- and so on".to_owned(),
        ),
        (
            "a tag that is not closed",
            Page,
            "<a href=\"and so on".to_owned(),
        ),
        ("a quote in a quote", Page, "<a href=\"'\"'\"'>".to_owned()),
        ("nothing but <", Page, "<".repeat(100_000)),
        ("nothing but &", Page, "&".repeat(100_000)),
        (
            "an end without a beginning",
            Page,
            "</h1></a></html>".repeat(10_000),
        ),
        ("sections of XML", Page, "<![CDATA[".repeat(10_000)),
        (
            "a doctype of 100 KB",
            Page,
            format!("<!DOCTYPE {}>", "d".repeat(100_000)),
        ),
        (
            "escape sequences",
            Page,
            "<h1>\u{1b}]0;pwn\u{7}\u{1b}[2J\u{202e}</h1>".to_owned(),
        ),
        (
            "a price of 400 digits",
            Page,
            format!("<span class=price>${}</span>", "9".repeat(400)),
        ),
    ];
    let others = others.map(|(name, expected, body)| html(name, expected, body));
    let bytes: [(&str, &[u8]); 4] = [
        ("zeros for a page", &[0; 10_000]),
        ("bad UTF-8", b"<h1>\xff\xfe\xc3\x28\xed\xa0\x80</h1>"),
        ("UTF-16", b"\xff\xfe<\x00h\x00001\x00>\x00"),
        (
            "gzip that was not asked for",
            b"\x1f\x8b\x08\0\0\0\0\0\0\x03bad",
        ),
    ];
    let bytes = bytes.map(|(name, body)| html(name, Page, body));
    deep.into_iter().chain(others).chain(bytes).collect()
}

fn links() -> Vec<Site> {
    let one = |href: &str| format!("<a href=\"{href}\">x</a>");
    let odd = [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//127.0.0.1:1/",
        "http://user:secret@127.0.0.1:1/",
        "\\\\127.0.0.1:1\\",
        "http://[::1",
        "../../../../..",
        "%zz%00",
        "?#?#",
        "/%2e%2e/%2e%2e/etc/passwd",
        "http://127.0.0.1:99999/",
    ];
    let odd = odd.map(|href| html(format!("a link to {href}"), Page, one(href)));
    let many: String = (0..100_000)
        .map(|link| one(&format!("/u/{link}")))
        .collect();
    let hosts: String = (0..50_000)
        .map(|host| one(&format!("http://h{host}.example/")))
        .collect();
    let long = one(&"../x/".repeat(100_000));
    let several = [
        html("100,000 links", Page, many),
        html("50,000 hosts", Page, hosts),
        html("a link of 500 KB", Page, long),
    ];
    odd.into_iter().chain(several).collect()
}
