//! Faults as curl meets them.

use std::io::Read as _;
use std::process::Command;
use std::time::{Duration, Instant};

use regatta::site::workload::faults::STALL_LIMIT;

use super::running::{Running, have};

/// Status, bytes and exit code as curl has them, and when it may come again.
/// It waits for a second at most.
fn curl(url: &str) -> (String, String) {
    let format = "%{http_code} %{size_download} %{exitcode}\n%header{retry-after}";
    let output = Command::new("curl")
        .args(["-s", "--noproxy", "*", "-o", "/dev/null"])
        .args(["--max-time", "1", "-w", format, url])
        .output()
        .expect("curl runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (first, wait) = said.split_once('\n').unwrap_or((&said, ""));
    (first.to_owned(), wait.to_owned())
}

#[test]
fn curl_meets_each_fault_as_what_it_is() {
    if !have("curl") {
        return;
    }
    // 56 is "failure in receiving", 18 "only a part of it was transferred", 28
    // "the time is over".
    for (faults, met, wait) in [
        ("500=100%", "500 23 0", ""),
        ("429=100%:3s", "429 23 0", "3"),
        ("503=100%:date", "503 23 0", " GMT"),
        ("404=100%", "404 23 0", ""),
        ("reset=100%", "000 0 56", ""),
        ("truncate=100%", "200 ", ""),
        ("break=100%", "200 ", ""),
        ("stall=100%", "000 0 28", ""),
        ("slow=100%:10ms", "200 15360 0", ""),
        ("none", "200 15360 0", ""),
    ] {
        let server = Running::start(&["--latency", "0", "--faults", faults]);
        let (said, waits) = curl(&format!("http://{}/page/7", server.pages));
        assert!(said.starts_with(met), "{faults}: {said}");
        assert!(waits.ends_with(wait), "{faults}: {waits:?}");
        match faults {
            "truncate=100%" => assert!(said.ends_with(" 18"), "{said}"),
            "break=100%" => assert!(said.ends_with(" 56"), "{said}"),
            _ => {}
        }
        let ledger = server.ledger();
        assert_eq!(ledger.requests, 1, "{faults}");
        let answered: u64 = said.split(' ').nth(1).unwrap().parse().unwrap();
        let whole = said.ends_with(" 0");
        assert_eq!(ledger.answers, u64::from(whole), "{faults}");
        assert_eq!(
            ledger.bytes_sent,
            if whole { answered } else { 0 },
            "{faults}"
        );
        let kind = faults.split('=').next().filter(|kind| *kind != "none");
        let counted: Vec<(&str, u64)> = kind.map(|kind| (kind, 1)).into_iter().collect();
        let in_ledger = ledger.faults.iter().map(|(kind, &n)| (kind.as_str(), n));
        assert_eq!(in_ledger.collect::<Vec<_>>(), counted);
        if faults == "stall=100%" {
            server.ledger_when(|ledger| ledger.clients_gone == 1);
        } else {
            assert_eq!(ledger.clients_gone, 0, "{faults}: the server left");
        }
    }
}

#[test]
fn a_slow_page_begins_at_once() {
    let server = Running::start(&["--latency", "0", "--faults", "slow=100%:1m"]);
    let mut client = server.connect();
    client.ask("/page/7");
    let mut beginning = [0; 960];
    client.0.read_exact(&mut beginning).expect("the beginning");
    assert!(beginning.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert_eq!(server.ledger().answers, 0, "the end is still to come");
}

#[test]
fn a_slow_page_is_whole_and_ends_when_its_time_is_over() {
    let server = Running::start(&["--latency", "10ms", "--faults", "slow=100%:90ms"]);
    let mut client = server.connect();
    let begun = Instant::now();
    let slow = client.get("/page/7");
    assert!(begun.elapsed() >= Duration::from_millis(100), "too early");
    let quick = Running::start(&["--latency", "0"]);
    assert_eq!(slow.body, quick.connect().get("/page/7").body);
    let ledger = server.ledger();
    assert_eq!(ledger.delay_mean_ns, 100_000_000);
    assert_eq!(
        ledger.held_mean_ns,
        ledger.delay_mean_ns + ledger.late_mean_ns,
        "being slow is not being late"
    );
}

#[test]
fn head_meets_what_can_happen_without_a_body() {
    for (fault, is_answered) in [
        ("slow=100%:1m", true),
        ("truncate=100%", true),
        ("reset=100%", false),
    ] {
        let server = Running::start(&["--latency", "0", "--faults", fault]);
        let mut client = server.connect();
        client.send("HEAD /page/1 HTTP/1.1\r\nhost: x\r\n\r\n");
        let answered = client.0.read(&mut [0]).is_ok_and(|read| read > 0);
        assert_eq!(answered, is_answered, "{fault}");
        let ledger = server.ledger_when(|ledger| ledger.in_flight_peak == 1);
        assert_eq!(ledger.faults.is_empty(), is_answered, "{fault}");
    }
}

#[test]
#[ignore = "it takes the minute that it is about"]
fn a_request_that_stalls_is_given_up_by_the_server_after_a_minute() {
    let server = Running::start(&["--latency", "0", "--faults", "stall=100%"]);
    let mut client = server.connect();
    let patience = Some(Duration::from_mins(2));
    client.0.set_read_timeout(patience).expect("a TCP socket");
    let begun = Instant::now();
    client.ask("/page/1");
    assert_eq!(client.0.read(&mut [0]).expect("an end in good order"), 0);
    assert!(begun.elapsed() >= STALL_LIMIT, "too early");
    let ledger = server.ledger_when(|ledger| ledger.connections_open == 0);
    assert_eq!((ledger.answers, ledger.clients_gone), (0, 0));
}

#[test]
fn a_client_that_leaves_is_noticed_before_there_is_anything_to_write() {
    // Before the delay is over, before the minute of a stall is, and between
    // the pieces of a slow body, which are four seconds apart.
    for (latency, faults, begins) in [
        ("1m", "none", false),
        ("1m", "reset=100%", false),
        ("0", "stall=100%", false),
        ("0", "slow=100%:1m", true),
    ] {
        let server = Running::start(&["--latency", latency, "--faults", faults]);
        let mut client = server.connect();
        client.ask("/page/1");
        let waiting = server.ledger_when(|ledger| ledger.requests == 1);
        assert_eq!((waiting.answers, waiting.clients_gone), (0, 0), "{faults}");
        if begins {
            client.0.read_exact(&mut [0; 100]).expect("the beginning");
        }
        let left = Instant::now();
        drop(client);
        let ledger = server.ledger_when(|ledger| ledger.clients_gone == 1);
        // Well before the minute that it would have waited.
        assert!(left.elapsed() < Duration::from_secs(45), "{faults}");
        assert_eq!(ledger.answers, 0);
        server.ledger_when(|ledger| ledger.connections_open == 0);
    }
}
