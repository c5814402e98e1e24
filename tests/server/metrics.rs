//! The metrics, fetched by curl and read by a parser that is not ours.
#![expect(clippy::float_cmp, reason = "counts are whole numbers")]

use std::process::Command;

use prometheus_parse::{HistogramCount, Scrape, Value};

use super::PAGE_BYTES;
use super::running::{Running, have};

/// The metrics of `server`, as curl has them and as text.
fn scrape(server: &Running) -> (Scrape, String) {
    let output = Command::new("curl")
        .args(["-s", "--noproxy", "*", "-w", "%{content_type}"])
        .args(["-H", &format!("authorization: Bearer {}", server.secret)])
        .arg(format!("http://{}/metrics", server.control_address))
        .output()
        .expect("curl runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let content_type = "text/plain; version=0.0.4; charset=utf-8";
    let text = text.strip_suffix(content_type).expect("the type it has");
    let lines = text.lines().map(|line| Ok(line.to_owned()));
    let scrape = Scrape::parse(lines).expect("the format it has");
    (scrape, text.to_owned())
}

/// The value of a counter or a gauge without labels.
fn value(scrape: &Scrape, name: &str) -> f64 {
    let sample = scrape.samples.iter().find(|sample| sample.metric == name);
    match sample.unwrap_or_else(|| panic!("no {name}")).value {
        Value::Counter(value) | Value::Gauge(value) => value,
        ref other => panic!("{name} has no type or another one: {other:?}"),
    }
}

/// How many requests met faults of each kind.
fn faults(scrape: &Scrape) -> Vec<(&str, &Value)> {
    let samples = scrape.samples.iter();
    let faults = samples.filter(|sample| sample.metric == "regatta_faults_total");
    faults
        .map(|sample| (sample.labels.get("kind").expect("a kind"), &sample.value))
        .collect()
}

fn histogram(scrape: &Scrape) -> &[HistogramCount] {
    let mut values = scrape.samples.iter().map(|sample| &sample.value);
    let counts = values.find_map(|value| match value {
        Value::Histogram(counts) => Some(counts.as_slice()),
        _ => None,
    });
    counts.expect("a histogram")
}

#[test]
fn metrics_say_what_the_ledger_says() {
    if !have("curl") {
        return;
    }
    let server = Running::start(&["--latency", "3ms", "--allowed-rate", "1"]);
    let mut client = server.connect();
    for _ in 0..5 {
        client.get("/page/1");
    }
    let ledger = server.ledger();
    let (scrape, _) = scrape(&server);
    for (name, expected) in [
        ("regatta_requests_total", 5),
        ("regatta_answers_total", 5),
        ("regatta_body_bytes_total", ledger.bytes_sent),
        ("regatta_rate_limited_total", ledger.rate_limited),
        ("regatta_rejected_total", 0),
        ("regatta_queued_total", 0),
        ("regatta_clients_gone_total", 0),
        ("regatta_other_requests_total", 0),
        ("regatta_connections_total", 1),
        ("regatta_connections_open", 1),
        ("regatta_requests_in_flight", 0),
        ("regatta_requests_in_flight_peak", 1),
    ] {
        assert_eq!(value(&scrape, name), expected as f64, "{name}");
    }
    assert!(ledger.rate_limited > 0 && ledger.bytes_sent > PAGE_BYTES as u64);
    if let Some(cpu_ns) = ledger.server_cpu_ns {
        let cpu = value(&scrape, "regatta_server_cpu_seconds_total");
        assert!(cpu >= cpu_ns as f64 / 1e9);
    }
}

#[test]
fn requests_that_wait_and_faults_by_kind_are_among_them() {
    if !have("curl") {
        return;
    }
    let server = Running::start(&["--latency", "0", "--faults", "stall=100%"]);
    assert!(faults(&scrape(&server).0).is_empty());
    let mut client = server.connect();
    client.ask("/page/1");
    server.ledger_when(|ledger| ledger.requests == 1);
    let (waiting, _) = scrape(&server);
    assert_eq!(value(&waiting, "regatta_requests_in_flight"), 1.0);
    assert!(matches!(
        faults(&waiting)[..],
        [("stall", Value::Counter(1.0))]
    ));
    drop(client);
    server.ledger_when(|ledger| ledger.clients_gone == 1);
    let (left, _) = scrape(&server);
    assert_eq!(value(&left, "regatta_requests_in_flight"), 0.0);
    assert_eq!(value(&left, "regatta_clients_gone_total"), 1.0);
}

#[test]
fn the_histogram_is_cumulative_and_no_page_is_in_a_bucket_below_its_delay() {
    if !have("curl") {
        return;
    }
    let server = Running::start(&["--latency", "3ms"]);
    let mut client = server.connect();
    for page in 0..10 {
        client.get(&format!("/page/{page}"));
    }
    let held_ns = server.ledger().held_mean_ns * 10;
    let (scrape, text) = scrape(&server);
    let buckets = histogram(&scrape);
    let counts: Vec<f64> = buckets.iter().map(|bucket| bucket.count).collect();
    assert!(counts.is_sorted(), "{counts:?}");
    let up_to = |seconds: f64| {
        let bucket = buckets.iter().find(|bucket| bucket.less_than >= seconds);
        bucket.expect("there is one for all").count
    };
    assert_eq!((up_to(0.0025), up_to(f64::INFINITY)), (0.0, 10.0));
    // The parser keeps the buckets only.
    let last = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.expect(name).trim().parse().expect("a number")
    };
    assert_eq!(last("regatta_request_held_seconds_count"), 10.0);
    let sum_ns = last("regatta_request_held_seconds_sum") * 1e9;
    assert!((sum_ns - held_ns as f64).abs() < 20.0, "{sum_ns} {held_ns}");
}

#[test]
fn a_reset_starts_them_again_and_the_help_says_so() {
    if !have("curl") {
        return;
    }
    let server = Running::start(&["--latency", "0"]);
    server.connect().get("/page/1");
    server.control.reset().expect("a reset");
    let (scrape, text) = scrape(&server);
    assert_eq!(value(&scrape, "regatta_requests_total"), 0.0);
    assert_eq!(histogram(&scrape).last().expect("+Inf").count, 0.0);
    for counter in text.lines().filter(|line| line.ends_with(" counter")) {
        let name = counter.split(' ').nth(2).expect("a name");
        let help = text
            .lines()
            .find(|line| line.starts_with(&format!("# HELP {name} ")));
        let help = help.unwrap_or_else(|| panic!("{name} is not explained"));
        assert!(help.contains("since the last reset"), "{help}");
    }
}
