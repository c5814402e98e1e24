//! Pages in good HTTP that are hostile to who reads them: too long, too deep,
//! not closed, or with links that lead astray.

use super::Expected::{self, Page, PageOrFails};
use super::{Site, html};

/// A page: its name, what is expected, what stands before and behind, and
/// between them a text so many times.
type Row = (&'static str, Expected, [&'static str; 3], usize);

const MB: usize = 1_000_000;

#[rustfmt::skip]
const ROWS: [Row; 27] = [
    ("200,000 open i", PageOrFails, ["", "<i>", ""], 200_000),
    ("200,000 open div", PageOrFails, ["", "<div>", ""], 200_000),
    ("200,000 open table", PageOrFails, ["", "<table>", ""], 200_000),
    ("200,000 open svg", PageOrFails, ["", "<svg>", ""], 200_000),
    ("200,000 open select", PageOrFails, ["", "<select>", ""], 200_000),
    ("200,000 open li", PageOrFails, ["", "<li>", ""], 200_000),
    ("one attribute of 5 MB", PageOrFails, ["<a href=\"", "a", "\">"], 5 * MB),
    ("a tag of 5 MB", PageOrFails, ["<", "t", ">"], 5 * MB),
    ("a comment of 5 MB", Page, ["<!--", "c", "-->"], 5 * MB),
    ("a heading of 5 MB", Page, ["<h1>", "h", "</h1>"], 5 * MB),
    ("a title of 5 MB", Page, ["<head><title>", "t", ""], 5 * MB),
    ("a script of 5 MB", Page, ["<script>", "s", ""], 5 * MB),
    ("a million entities", Page, ["<h1>", "&nGt;", "</h1>"], MB),
    ("entities without end", Page, ["<h1>", "&#1", "</h1>"], 100_000),
    ("100,000 headings", Page, ["", "<h1>x</h1>", ""], 100_000),
    ("100,000 prices", Page, ["", "<span class=price>$1</span>", ""], 100_000),
    ("100,000 attributes", PageOrFails, ["<a ", "x=y ", ">"], 100_000),
    ("a comment that is not closed", Page, ["", "<!-- and so on", ""], 1),
    ("a tag that is not closed", Page, ["", "<a href=\"and so on", ""], 1),
    ("a quote in a quote", Page, ["", "<a href=\"'\"'\"'>", ""], 1),
    ("nothing but <", Page, ["", "<", ""], 100_000),
    ("nothing but &", Page, ["", "&", ""], 100_000),
    ("an end without a beginning", Page, ["", "</h1></a></html>", ""], 10_000),
    ("sections of XML", Page, ["", "<![CDATA[", ""], 10_000),
    ("a doctype of 100 KB", Page, ["<!DOCTYPE ", "d", ">"], 100_000),
    ("escape sequences", Page, ["<h1>", "\u{1b}]0;pwn\u{7}\u{1b}[2J\u{202e}", "</h1>"], 1),
    ("a price of 400 digits", Page, ["<span class=price>$", "9", "</span>"], 400),
];

const NOT_TEXT: [(&str, &[u8]); 4] = [
    ("zeros for a page", &[0; 10_000]),
    ("bad UTF-8", b"<h1>\xff\xfe\xc3\x28\xed\xa0\x80</h1>"),
    ("UTF-16", b"\xff\xfe<\x00h\x00001\x00>\x00"),
    (
        "gzip that was not asked for",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03bad",
    ),
];

pub(super) fn sites() -> Vec<Site> {
    let rows = ROWS.map(|(name, expected, [before, text, behind], times)| {
        let body = [before, &text.repeat(times), behind].concat();
        html(name, expected, body)
    });
    let not_text = NOT_TEXT.map(|(name, body)| html(name, Page, body));
    rows.into_iter().chain(not_text).chain(links()).collect()
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
