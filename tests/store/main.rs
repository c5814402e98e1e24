//! Stores as a scrape uses them, checked with programs that we did not write:
//! what we wrote is read by `sqlite3`, `python3` and `jq`.

mod crash;
#[cfg(unix)]
mod document;
mod json_lines;
#[cfg(all(unix, feature = "postgres"))]
mod postgres;
mod queue;
mod scribe;
mod sqlite;
#[path = "../support/mod.rs"]
mod support;
mod trouble;

use std::io;
use std::path::Path;
use std::process::Command;

use regatta::store::{self, Reach, Record, Spec, Store};

/// Seconds of a simulated clock, in milliseconds since 1970.
pub(crate) const FIRST_VISIT_MS: u64 = 1_790_000_000_000;

/// A visit to page `number` with two articles and one price, which changes
/// from visit to visit.
pub(crate) fn record(number: u64, seen_at_ms: u64) -> Record {
    Record {
        url: format!("/page/{number}"),
        seen_at_ms,
        title: Some(format!("Page {number}: \"winds\" & 'waves' ⛵\n")),
        titles: vec![format!("A{number}"), format!("B{number}")],
        headings: vec!["News".to_owned()],
        links: 12,
        prices_cents: vec![100 + seen_at_ms % 100],
        error: None,
        ..Record::default()
    }
}

/// Visits to the pages `0..count` at one moment.
pub(crate) fn visits(count: u64, seen_at_ms: u64) -> Vec<Record> {
    (0..count)
        .map(|number| record(number, seen_at_ms))
        .collect()
}

pub(crate) fn spec(kind: &str, file: &Path) -> Spec {
    format!("{kind}:{}", file.display()).parse().unwrap()
}

pub(crate) fn open(kind: &str, file: &Path) -> anyhow::Result<Box<dyn Store>> {
    store::open(&spec(kind, file), Reach::Loopback)
}

/// Why that cannot be opened, in words.
pub(crate) fn refusal(kind: &str, file: &Path) -> String {
    match open(kind, file) {
        Ok(_) => panic!("{kind}:{} was opened", file.display()),
        Err(error) => format!("{error:#}"),
    }
}

/// The bytes of a text as python's `hex` writes them.
pub(crate) fn hex(text: &str) -> String {
    let digits = |byte| {
        [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
    };
    text.bytes().flat_map(digits).collect()
}

/// What a program prints; `None`, and a loud skip, when it is not here.
pub(crate) fn said(test: &str, program: &str, args: &[&str]) -> Option<String> {
    match Command::new(program).args(args).output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            support::skip(test, &format!("there is no {program} here"));
            None
        }
        output => {
            let output = output.unwrap();
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{program}: {errors}");
            Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
        }
    }
}
