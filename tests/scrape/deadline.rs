//! The deadline and the second signal hold, whatever blocks: a store that is
//! not read, a page that takes long to parse, a server that says nothing.
//!
//! How soon is measured by hand (docs/cancellation.md): on a loaded machine a
//! test can only require that it ends. Each of these would go on for minutes or
//! for ever.
#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Output};

use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};
use regatta::drivers::Kind;
use regatta::scraper::ScrapeEnd as End;
use regatta::store::Record;

use crate::scrape;
use crate::summary;
use crate::support::raw_server::{RawServer, Then, write_answer};
use crate::support::{eventually, every_driver_at_once};

/// A site whose index leads to 60 pages, each of which is `page`; without one
/// they are never answered.
#[expect(clippy::format_collect, reason = "a page of a test, made once")]
fn site(page: Option<String>) -> RawServer {
    RawServer::start(move |request, stream| {
        let path = request.head.split(' ').nth(1).unwrap_or_default();
        let body = match (path, &page) {
            ("/robots.txt", _) => String::new(),
            ("/", _) => (0..60)
                .map(|page| format!("<a href=/page/{page}>"))
                .collect(),
            (_, Some(page)) => page.clone(),
            (_, None) => {
                // Until the client hangs up.
                let _ = std::io::Read::read(stream, &mut [0]);
                return Ok(Then::Close);
            }
        };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        write_answer(stream, &head, body.as_bytes())?;
        Ok(Then::Keep)
    })
}

/// A page that a parser is busy with: its headings are a million.
fn long_page() -> String {
    "<h1>x</h1>".repeat(700_000)
}

fn begin(server: &RawServer, driver: &str, more: &[&str]) -> Child {
    let url = format!("--url=http://{}/", server.address());
    let driver = format!("--driver={driver}");
    let args = [&url, &driver, "--quiet", "--timeout=10m", "--depth=1"];
    scrape(&[&args, more].concat()).spawn().unwrap()
}

/// Waits for it to end by itself.
fn end(mut child: Child) -> Result<Output, String> {
    eventually(|| child.try_wait().unwrap()).ok_or_else(|| {
        let _ = child.kill();
        let _ = child.wait();
        "it goes on".to_owned()
    })?;
    child.wait_with_output().map_err(|error| error.to_string())
}

fn ends_at_the_deadline(server: &RawServer, more: &[&str]) {
    every_driver_at_once(|driver| {
        if !matches!(driver.kind(), Kind::Model { .. }) {
            return Ok(());
        }
        let more = [&["--deadline=4s"], more].concat();
        let output = end(begin(server, &driver.name, &more))?;
        let summary = summary(&output);
        let code = output.status.code();
        match (summary.end, code) {
            (End::Deadline, Some(3)) => Ok(()),
            _ => Err(format!("{code:?}, {summary:?}")),
        }
    });
}

/// A pipe that is open and that nobody reads; as long as the file is there.
fn unread_fifo(path: &Path) -> File {
    mkfifo(path, Mode::S_IRWXU).unwrap();
    let mut fifo = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    // Full, all but a page: the first record finds no room.
    let line = [b' '; 4096];
    (0..15).for_each(|_| fifo.write_all(&line).unwrap());
    fifo
}

fn headline_page() -> String {
    format!("<h1>{}</h1>", "news ".repeat(4_000))
}

#[test]
fn the_deadline_holds_while_the_store_blocks() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pipe");
    let _unread = unread_fifo(&path);
    let store = format!("--store=jsonl:{}", path.display());
    ends_at_the_deadline(&site(Some(headline_page())), &[&store]);
}

#[test]
fn the_deadline_holds_while_long_pages_are_read() {
    ends_at_the_deadline(&site(Some(long_page())), &[]);
}

#[test]
fn the_deadline_holds_while_a_server_says_nothing() {
    ends_at_the_deadline(&site(None), &[]);
}

#[test]
fn the_deadline_holds_while_robots_txt_is_not_answered_and_nothing_is_complete() {
    let silent = RawServer::start(|_, stream| {
        let _ = std::io::Read::read(stream, &mut [0]);
        Ok(Then::Close)
    });
    ends_at_the_deadline(&silent, &[]);
}

#[test]
fn the_deadline_holds_for_a_locked_database_and_what_was_stored_is_whole() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("news.db");
    let store = format!("--store=sqlite:{}", path.display());
    let server = site(Some(headline_page()));
    end(begin(&server, "tokio/hyper", &[&store])).unwrap();
    server.take_requests();
    let more = ["--rate=10", "--deadline=3s", &store];
    let child = begin(&server, "tokio/hyper", &more);
    // It asks for pages with its store open: the lock meets the writer.
    eventually(|| (!server.take_requests().is_empty()).then_some(())).unwrap();
    let lock = rusqlite::Connection::open(&path).unwrap();
    lock.execute_batch("begin exclusive").unwrap();
    let output = end(child).unwrap();
    let summary = summary(&output);
    // The writer gives up after 5 s, which a busy machine may see first.
    let ended = matches!(summary.end, End::Deadline | End::StoreFailed);
    assert!(ended && summary.stored < 61, "{summary:?}");
    drop(lock);
    assert_eq!(crate::sql(&path, "pragma integrity_check"), "ok");
}

#[test]
fn a_store_that_cannot_be_opened_before_the_deadline_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("news.db");
    let store = format!("--store=sqlite:{}", path.display());
    let server = site(Some(headline_page()));
    end(begin(&server, "tokio/hyper", &[&store])).unwrap();
    let lock = rusqlite::Connection::open(&path).unwrap();
    lock.execute_batch("begin exclusive").unwrap();
    let more = ["--deadline=100ms", &store];
    let output = end(begin(&server, "tokio/hyper", &more)).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("before the deadline"), "{errors}");
}

#[test]
fn the_second_signal_ends_it_while_the_store_blocks_and_the_first_says_what_it_waits_for() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pipe");
        let unread = unread_fifo(&path);
        let server = site(Some(headline_page()));
        let url = format!("--url=http://{}/", server.address());
        let store = format!("--store=jsonl:{}", path.display());
        let mut child = scrape(&[&url, "--depth=1", &store]).spawn().unwrap();
        // With all pages asked for and 20 in flight, over 40 are with the store.
        let mut asked = 0;
        let all_asked = || {
            asked += server.take_requests().len();
            (asked >= 62).then_some(())
        };
        eventually(all_asked).unwrap();
        let mut errors = std::io::BufReader::new(child.stderr.take().unwrap());
        let id = Pid::from_raw(i32::try_from(child.id()).unwrap());
        kill(id, signal).unwrap();
        let mut said = String::new();
        while !said.contains("waiting for") {
            let read = std::io::BufRead::read_line(&mut errors, &mut said).unwrap();
            assert!(read > 0, "{said}");
        }
        assert!(said.contains("press Ctrl-C again"), "{said}");
        kill(id, signal).unwrap();
        let output = end(child).unwrap();
        let summary = summary(&output);
        assert_eq!(
            (summary.end, output.status.code()),
            (End::Stopped, Some(130))
        );
        assert!(summary.unwritten > 0, "{summary:?}");
        drop(unread);
    }
}

#[test]
fn what_was_stored_before_the_deadline_is_whole_lines() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("news.jsonl");
    let store = format!("--store=jsonl:{}", path.display());
    let server = site(Some(long_page()));
    let more = ["--deadline=4s", &store];
    let output = end(begin(&server, "thread-pool/raw", &more)).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    let records: Vec<Record> = crate::records(&path);
    assert!(records.len() as u64 >= summary(&output).stored);
}
