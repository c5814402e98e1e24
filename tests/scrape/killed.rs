//! Ended from outside, at random moments: nothing that was stored is lost, no
//! file is broken, and no child is left.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use regatta::scraper::ScrapeEnd as End;

use crate::ends;
use crate::records;
use crate::scrape;
use crate::sql;
use crate::summary;
use crate::support::eventually;

const TIMES: u64 = 20;

/// A scrape that takes some 0.4 s.
fn begun(store: &str, more: &[&str]) -> Child {
    let args = [
        "--pages=200",
        "--latency=20ms",
        "--concurrency=12",
        "--quiet",
    ];
    scrape(&[&args[..], &["--store", store], more].concat())
        .spawn()
        .unwrap()
}

/// The processes that this one started.
fn children(parent: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task"))
        .into_iter()
        .flatten()
        .flatten();
    tasks
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|line| {
            line.split_whitespace()
                .map(|id| id.parse().unwrap())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Lets it run for up to half a second, and sends it a signal.
fn strike(child: &Child, signal: Signal, random: &mut ChaCha8Rng) -> Vec<u32> {
    // The moment is the point: any will do.
    sleep(Duration::from_millis(random.random_range(1..500)));
    let children = children(child.id());
    let _ = kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal);
    children
}

fn all_gone(children: &[u32]) {
    for child in children {
        let is_gone = || {
            let state = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            let ended = state.is_empty() || state.contains(") Z ");
            ended.then_some(())
        };
        eventually(is_gone).unwrap_or_else(|| panic!("process {child} is left"));
    }
}

/// Drivers of every kind, one after another.
fn driver(time: u64) -> String {
    let drivers = regatta::drivers::all();
    let at = usize::try_from(time).unwrap() % drivers.len();
    // A sequential scrape would be caught in its beginning each time.
    let driver = &drivers[at.max(2)];
    format!("--driver={}", driver.name)
}

#[test]
fn after_kill_9_the_store_opens_and_a_rerun_completes_it() {
    let directory = tempfile::tempdir().unwrap();
    let (db, lines) = (
        directory.path().join("news.db"),
        directory.path().join("news.jsonl"),
    );
    let stores = [
        format!("sqlite:{}", db.display()),
        format!("jsonl:{}", lines.display()),
    ];
    let mut random = ChaCha8Rng::seed_from_u64(9);
    for time in 0..TIMES {
        let store = &stores[usize::try_from(time % 2).unwrap()];
        let mut child = begun(store, &[&driver(time)]);
        let children = strike(&child, Signal::SIGKILL, &mut random);
        child.wait().unwrap();
        all_gone(&children);
        if db.exists() && fs::metadata(&db).unwrap().len() > 0 {
            assert_eq!(sql(&db, "pragma integrity_check"), "ok");
        }
    }
    for (store, file) in stores.iter().zip([&db, &lines]) {
        ends(
            &["--pages=200", "--latency=1ms", "--store", store],
            End::Complete,
        );
        complete(file);
    }
}

/// Each page is there, and in the database once.
fn complete(file: &Path) {
    if file.extension().is_some_and(|extension| extension == "db") {
        assert_eq!(sql(file, "select count(*) from pages"), "201");
        assert_eq!(
            sql(file, "select count(*) - count(distinct url) from articles"),
            "0"
        );
        return;
    }
    let mut urls: Vec<String> = records(file).into_iter().map(|record| record.url).collect();
    urls.sort_unstable();
    urls.dedup();
    assert_eq!(urls.len(), 201);
}

#[test]
fn after_a_signal_it_says_what_is_stored_and_that_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(15);
    for time in 0..TIMES {
        let file = directory.path().join(format!("{time}.jsonl"));
        let store = format!("jsonl:{}", file.display());
        let how = ["--on-signal=drain", "--on-signal=abort"][usize::try_from(time % 2).unwrap()];
        let child = begun(&store, &[how, &driver(time)]);
        // A signal that comes before anybody listens ends any program.
        eventually(|| (!children(child.id()).is_empty() && file.exists()).then_some(())).unwrap();
        let children = strike(&child, Signal::SIGTERM, &mut random);
        let output = child.wait_with_output().unwrap();
        all_gone(&children);
        if output.status.code().is_none() {
            continue;
        }
        let summary = summary(&output);
        assert!(
            matches!(summary.end, End::Stopped | End::Complete),
            "{how}: {summary:?}"
        );
        assert_eq!(output.status.code(), Some(i32::from(summary.end.code())));
        assert_eq!(
            records(&file).len() as u64,
            summary.stored,
            "{how}: {summary:?}"
        );
        assert!(
            summary.failed.is_empty(),
            "a stop is no failure: {summary:?}"
        );
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("news.jsonl");
    let store = format!("jsonl:{}", file.display());
    // Draining would take a minute.
    let more = ["--latency=60s", "--timeout=2m", "--most-pages=100"];
    let mut child = scrape(&[&["--pages=40", "--quiet", "--store", &store], &more[..]].concat())
        .spawn()
        .unwrap();
    eventually(|| file.exists().then_some(())).unwrap();
    // Until it has asked for the index, which comes at once, nobody may listen.
    eventually(|| (!records(&file).is_empty()).then_some(())).unwrap();
    let id = Pid::from_raw(i32::try_from(child.id()).unwrap());
    let children = children(child.id());
    kill(id, Signal::SIGTERM).unwrap();
    kill(id, Signal::SIGINT).unwrap();
    let status = eventually(|| {
        // The first two may have come as one.
        let _ = kill(id, Signal::SIGTERM);
        child.try_wait().unwrap()
    });
    assert_eq!(status.unwrap().code(), Some(130));
    all_gone(&children);
}
