//! How a scrape ends, and what its exit code says of that.

use regatta::scraper::ScrapeEnd as End;

use crate::ends;

#[test]
fn failed_pages_are_listed_by_kind_and_the_others_are_fetched() {
    let args = [
        "--pages=60",
        "--latency=1ms",
        "--faults=404=10%",
        "--most-pages=100",
    ];
    let summary = ends(&args, End::SomeFailed);
    let failed = summary.failed["status 404"];
    assert!(
        failed > 0 && summary.pages + failed == summary.found,
        "{summary:?}"
    );
    assert!(summary.retries.is_empty(), "a 404 is final: {summary:?}");
    assert_eq!(summary.first_failed.len() as u64, failed.min(10));
}

#[test]
fn the_first_failure_ends_it_when_asked() {
    let args = [
        "--pages=200",
        "--latency=1ms",
        "--faults=404=50%",
        "--fail-fast",
    ];
    for driver in ["thread-pool/raw", "tokio/hyper", "mio/raw"] {
        let summary = ends(
            &[&args[..], &["--driver", driver]].concat(),
            End::FailedFast,
        );
        assert!(summary.pages < 150, "{driver}: {summary:?}");
    }
}

#[test]
fn at_the_deadline_it_stops_and_keeps_what_was_fetched() {
    let args = [
        "--pages=200",
        "--latency=50ms",
        "--concurrency=2",
        "--deadline=500ms",
    ];
    for driver in [
        "thread-pool/raw",
        "thread-pool/ureq",
        "tokio/hyper",
        "tokio/reqwest",
        "mio/raw",
    ] {
        let summary = ends(&[&args[..], &["--driver", driver]].concat(), End::Deadline);
        assert!(
            summary.pages > 0 && summary.pages < 100,
            "{driver}: {summary:?}"
        );
    }
}

#[test]
fn a_page_that_stalls_is_given_up_and_tried_again() {
    let args = [
        "--pages=60",
        "--latency=1ms",
        "--faults=stall=5%",
        "--timeout=200ms",
    ];
    for driver in [
        "thread-pool/raw",
        "thread-pool/ureq",
        "tokio/hyper",
        "tokio/reqwest",
        "mio/raw",
    ] {
        let more = ["--attempts=5", "--back-off=1ms", "--driver", driver];
        let summary = ends(&[&args[..], &more].concat(), End::Complete);
        assert!(summary.timeouts > 0, "{driver}: {summary:?}");
        assert_eq!(summary.timeouts, summary.retries["timeout"], "{driver}");
    }
}

#[test]
fn a_rate_is_kept_and_what_was_waited_for_it_is_told() {
    let args = ["--pages=10", "--latency=1ms", "--rate=40"];
    let summary = ends(&args, End::Complete);
    // Twelve requests with robots.txt and the index: eleven waits of 25 ms.
    assert!(summary.wall_ns >= 275_000_000, "{summary:?}");
    assert!(summary.waited_ns > 100_000_000, "{summary:?}");
}

#[test]
fn no_more_pages_are_fetched_than_asked_for() {
    let summary = ends(
        &["--pages=60", "--latency=1ms", "--most-pages=10"],
        End::Complete,
    );
    assert_eq!((summary.pages, summary.found), (10, 10));
    assert!(summary.beyond > 0);
}
