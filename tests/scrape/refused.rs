//! What cannot be begun is refused with what to do instead.

use std::fs;
use std::os::unix::fs::symlink;

use regatta::scraper::ScrapeEnd as End;

use crate::ends;
use crate::run;

fn error(args: &[&str]) -> String {
    let output = run(args);
    assert_ne!(output.status.code(), Some(0), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn addresses_that_are_not_to_be_scraped_are_refused() {
    for (url, says) in [
        ("https://127.0.0.1/", "https is not supported"),
        ("http://192.0.2.7/", "--allow-remote"),
        ("http://127.0.0.1:9/", "regatta serve"),
        ("gopher://127.0.0.1/", "expected an http URL"),
    ] {
        let error = error(&["--url", url]);
        assert!(error.contains(says), "{url}: {error}");
    }
}

#[test]
fn traps_and_cheats_scrape_no_site() {
    for driver in ["trap/retry-storm", "cheat/exceeds"] {
        let error = error(&["--driver", driver, "--pages=1"]);
        assert!(error.contains("wrong on purpose"), "{error}");
        assert!(error.contains("--driver tokio/hyper"), "{error}");
    }
}

#[test]
fn a_store_that_cannot_be_opened_is_an_error_before_anything_is_fetched() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    fs::write(
        path("text.db"),
        "this is no database, and long enough to be sure",
    )
    .unwrap();
    fs::create_dir(path("folder")).unwrap();
    for (store, says) in [
        (format!("sqlite:{}", path("text.db")), "not a database"),
        (format!("jsonl:{}", path("folder")), "folder"),
        (format!("sqlite:{}", path("missing/news.db")), "missing"),
        (
            "postgres://me:secret@127.0.0.1:1/news".to_owned(),
            "postgres",
        ),
        ("csv:news.csv".to_owned(), "jsonl:FILE"),
    ] {
        let error = error(&["--pages=1", "--concurrency=1", "--store", &store]);
        assert!(error.contains(says), "{store}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn a_disk_that_is_full_ends_it_and_what_was_stored_is_counted() {
    let directory = tempfile::tempdir().unwrap();
    let full = directory.path().join("full.jsonl");
    if symlink("/dev/full", &full).is_err() || !std::path::Path::new("/dev/full").exists() {
        eprintln!("SKIPPED: there is no /dev/full here");
        return;
    }
    let store = format!("jsonl:{}", full.display());
    let summary = ends(
        &["--pages=40", "--latency=1ms", "--store", &store],
        End::StoreFailed,
    );
    assert_eq!(summary.stored, 0);
    let why = summary.store_error.unwrap();
    assert!(why.contains("disk is full"), "{why}");
}
