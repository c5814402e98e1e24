//! Lines for a worker: each is answered by one line, and the worker goes on.

use std::io::BufRead as _;
use std::time::Duration;

use regatta::drivers;
use regatta::harness::worker::{Job, JobAnswer, ScrapeReach, serve};
use regatta::site::server::{Options, Scenario, Server};

use super::run::{Target, must};

const WORDS: [&str; 24] = [
    "\"server\":\"127.0.0.1:1\"",
    "\"server\":\"[::1]:1\"",
    "\"server\":\"10.0.0.1:80\"",
    "\"server\":\"0.0.0.0:1\"",
    "\"pages\":0",
    "\"pages\":100001",
    "\"concurrency\":0",
    "\"concurrency\":100001",
    "\"threads\":0",
    "\"threads\":18446744073709551615",
    "\"parse\":\"summary\"",
    "\"parse\":\"none\"",
    "\"heap\":true",
    "\"log\":true",
    "\"loop_lag\":true",
    "\"depth\":4294967295",
    "\"depth\":0",
    "\"store\":\"\"",
    "\"store\":\"mysql:x\"",
    "\"stop\":{\"after_ns\":0,\"how\":\"abort\"}",
    "\"manners\":{}",
    "\"attempts\":21",
    "\"timeout\":\"1ns\"",
    "\"deadline\":\"1ns\"",
];

#[test]
fn jobs() {
    let server = Server::start(Options {
        scenario: Scenario::new(8, "0ms".parse().unwrap(), 1),
        port: 0,
        control_port: 0,
        threads: std::num::NonZeroUsize::MIN,
    });
    let server = server.unwrap();
    let port = server.page_address().port();
    let good = format!(
        r#"{{"server":"127.0.0.1:{port}","pages":3,"concurrency":2,"parse":"titles","threads":1}}"#
    );
    let target = Target {
        // A scrape has buffers of its own, and 64 in flight many.
        base_bytes: 64 << 20,
        ..Target::new("jobs", &WORDS)
    };
    target.hold(move |input| {
        let _server = &server;
        let text = input.escape_ascii().to_string();
        let input = replace(input, b"PORT", port.to_string().as_bytes());
        let lines = input
            .split(|&byte| byte == b'\n')
            .filter(|line| is_safe(line, port));
        let mut lines: Vec<&[u8]> = lines.collect();
        lines.push(good.as_bytes());
        let jobs = lines.join(&b'\n');
        let is_blank =
            |line: &[u8]| std::str::from_utf8(line).is_ok_and(|line| line.trim().is_empty());
        let asked = lines.iter().filter(|line| !is_blank(line)).count();
        let driver = must("a driver", drivers::named("tokio/hyper"));
        let mut answers = Vec::new();
        let ended = serve(driver, ScrapeReach::Loopback, None, &jobs[..], &mut answers);
        must(&text, ended);
        let answers: Vec<String> = answers.lines().map(Result::unwrap).collect();
        assert_eq!(answers.len(), asked, "answers to as many lines");
        for answer in &answers {
            must(answer, serde_json::from_str::<JobAnswer>(answer));
            // The worker goes on after a panic, and says so.
            assert!(!answer.contains("panicked"), "{answer}");
        }
        let last = answers.last().expect("one was asked");
        match serde_json::from_str(last) {
            Ok(JobAnswer::Sample(sample)) => assert_eq!((sample.pages, sample.errors), (3, 0)),
            _ => panic!("the good job at the end: {last}"),
        }
    });
}

/// Whether it is refused, or asks for a scrape that is short, of this server
/// and kept nowhere: what a mutation asks for is done, after all.
fn is_safe(line: &[u8], port: u16) -> bool {
    let Ok(job) = serde_json::from_slice::<Job>(line) else {
        return true;
    };
    let short = |time: Option<Duration>| time.is_none_or(|time| time < Duration::from_secs(1));
    let politeness = job.politeness;
    let is_quick = politeness.attempts <= 3
        && politeness.back_off(0, 3) < Duration::from_millis(50)
        && politeness.spacing() < Duration::from_millis(10)
        && short(politeness.timeout())
        && short(politeness.deadline());
    [1, port].contains(&job.server.port())
        && job.pages <= 64
        && job.threads <= 4
        && (job.concurrency <= 64 || job.concurrency > 100_000)
        && job.store.is_none()
        && is_quick
}

pub(crate) fn replace(bytes: &[u8], word: &[u8], by: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(word.len()).position(|part| part == word) {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(by);
        rest = &rest[at + word.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}
