//! Slots and the allowed rate, as clients meet them.

use std::process::Command;
use std::time::{Duration, Instant};

use regatta::site::workload::{Faults, Latency};

use super::running::{Client, Running, have};

/// So many clients that have asked for a page each, one after the other.
fn asking(server: &Running, count: u64) -> Vec<Client> {
    let before = server.ledger().requests;
    let clients = (0..count).map(|client| {
        let mut connection = server.connect();
        connection.ask(&format!("/page/{client}"));
        server.ledger_when(|ledger| ledger.requests > before + client);
        connection
    });
    clients.collect()
}

/// How many requests have begun on a scenario where every one stalls.
fn begun(ledger: &regatta::measure::sample::Ledger) -> u64 {
    ledger.faults.get("stall").copied().unwrap_or_default()
}

#[test]
fn who_queues_has_its_turn_in_order_of_arrival() {
    let server = Running::start(&["--slots", "1:queue", "--faults", "stall=100%"]);
    let mut clients = asking(&server, 4);
    let ledger = server.ledger();
    assert_eq!((ledger.queued, begun(&ledger)), (3, 1));
    assert_eq!(ledger.in_flight_peak, 4, "who queues is in flight");
    // The slot of the first goes to the second. Were it another's, one of the
    // two that leave then would give it back, and a third would begin.
    drop(clients.remove(0));
    server.ledger_when(|ledger| begun(ledger) == 2);
    drop(clients.pop());
    drop(clients.pop());
    let ledger = server.ledger_when(|ledger| ledger.clients_gone == 3);
    assert_eq!(begun(&ledger), 2);
    drop(clients);
    server.ledger_when(|ledger| ledger.clients_gone == 4);
}

#[test]
fn a_client_that_leaves_while_it_queues_gives_its_place_up_at_once() {
    let server = Running::start(&["--slots", "1:queue", "--faults", "stall=100%"]);
    let mut clients = asking(&server, 3);
    drop(clients.remove(1));
    let ledger = server.ledger_when(|ledger| ledger.clients_gone == 1);
    assert_eq!((ledger.queued, begun(&ledger)), (2, 1));
    assert!(ledger.queue_wait_mean_ns > 0, "it has waited");
    drop(clients.remove(0));
    let ledger = server.ledger_when(|ledger| begun(ledger) == 2);
    assert_eq!(ledger.clients_gone, 2);
}

#[test]
fn a_delay_begins_with_the_slot_and_queueing_is_not_lateness() {
    let server = Running::start(&["--slots", "1:queue", "--latency", "50ms"]);
    let start = Instant::now();
    let mut clients: Vec<Client> = (0..4).map(|_| server.connect()).collect();
    for client in &mut clients {
        client.ask("/page/1");
    }
    for client in &mut clients {
        client.answer(true);
    }
    assert!(start.elapsed() >= Duration::from_millis(4 * 50));
    let ledger = server.ledger();
    assert_eq!((ledger.answers, ledger.delay_mean_ns), (4, 50_000_000));
    let parts = ledger.queue_wait_mean_ns * ledger.queued
        + 4 * (ledger.delay_mean_ns + ledger.late_mean_ns);
    assert!(
        parts.abs_diff(4 * ledger.held_mean_ns) < 20,
        "the parts of the time that requests were held: {ledger:?}"
    );
}

#[test]
fn slots_hold_over_all_threads() {
    let args = ["--slots", "3:queue", "--latency", "2ms", "--threads", "2"];
    let server = Running::start(&args);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..20 {
            let mut connection = server.connect();
            scope.spawn(move || {
                for page in client * 10..client * 10 + 10 {
                    connection.get(&format!("/page/{page}"));
                }
            });
        }
    });
    assert!(start.elapsed() >= Duration::from_millis(2 * 200 / 3));
    let ledger = server.ledger();
    assert_eq!((ledger.answers, ledger.pages_missed), (200, 0));
    assert!(ledger.queued > 0 && ledger.queued <= 197, "{ledger:?}");
}

#[test]
fn curl_is_refused_while_the_slots_are_taken() {
    if !have("curl") {
        return;
    }
    let server = Running::start(&["--slots", "2:reject", "--faults", "stall=100%"]);
    let mut holding = asking(&server, 2);
    let answer = curl(&server, &[]);
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(!answer.contains("retry-after"), "{answer}");
    let ledger = server.ledger();
    assert_eq!((ledger.rejected, ledger.answers), (1, 1));
    assert_eq!((begun(&ledger), ledger.queued), (2, 0));
    drop(holding.pop());
    server.ledger_when(|ledger| ledger.clients_gone == 1);
    let _takes_its_place = asking(&server, 1);
    let ledger = server.ledger();
    assert_eq!((begun(&ledger), ledger.rejected), (3, 1));
}

#[test]
fn curl_is_told_to_come_again_when_it_asks_too_often() {
    if !have("curl") {
        return;
    }
    let server = Running::start(&["--allowed-rate", "1", "--latency", "0"]);
    let url = format!("http://{}/page/8", server.pages);
    // More than a machine that is held up for seconds lets pass.
    let answers = curl(&server, &[url.as_str(); 40]);
    let refused = answers.matches("HTTP/1.1 429 ").count() as u64;
    let allowed = answers.matches("HTTP/1.1 200 ").count() as u64;
    assert!(refused > 0 && allowed >= 2, "{answers}");
    assert_eq!(refused + allowed, 41);
    assert_eq!(
        answers.matches("retry-after: 1\r\n").count() as u64,
        refused
    );
    assert_eq!(server.ledger().rate_limited, refused);
    // The whole network 127.0.0.0/8 is this machine.
    #[cfg(target_os = "linux")]
    {
        let other = curl(&server, &["--interface", "127.0.0.2"]);
        assert!(other.starts_with("HTTP/1.1 200 "), "{other}");
    }
}

/// The heads of what curl gets from `/page/7`, with `args` besides.
fn curl(server: &Running, args: &[&str]) -> String {
    let output = Command::new("curl")
        .args(["-s", "--noproxy", "*", "-i"])
        .arg(format!("http://{}/page/7", server.pages))
        .args(args)
        .output()
        .expect("curl runs");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_rate_holds_over_all_threads() {
    let args = ["--allowed-rate", "1", "--latency", "0", "--threads", "2"];
    let server = Running::start(&args);
    let start = Instant::now();
    let answers: Vec<_> = (0..40).map(|_| server.connect().get("/page/1")).collect();
    let allowed = answers
        .iter()
        .filter(|answer| answer.head.starts_with("HTTP/1.1 200 "))
        .count() as u64;
    assert!(allowed <= 2 + start.elapsed().as_secs(), "{allowed}");
    assert_eq!(server.ledger().rate_limited, 40 - allowed);
}

#[test]
fn who_is_turned_away_meets_the_same_scenario_afterwards() {
    const SEED: u64 = 3;
    let latency: Latency = "0ms*99,1m".parse().expect("a latency");
    let faults: Faults = "500=50%".parse().expect("faults");
    let is_slow = |page: u64, attempt| !latency.delay(SEED, page, attempt).is_zero();
    let holder = (0..100)
        .find(|&page| is_slow(page, 0))
        .expect("one is slow");
    let quick = |&page: &u64| (0..4).all(|attempt| !is_slow(page, attempt));
    let page = (0..100).find(quick).expect("most are quick");

    let args = ["--latency", "0ms*99,1m", "--faults", "500=50%"];
    let limits = ["--slots", "1:reject", "--seed", "3", "--pages", "100"];
    let server = Running::start(&[args.as_slice(), &limits].concat());
    let mut holding = server.connect();
    holding.ask(&format!("/page/{holder}"));
    server.ledger_when(|ledger| ledger.requests == 1);
    let mut client = server.connect();
    let mut status = || client.get(&format!("/page/{page}")).head[9..12].to_owned();
    assert_eq!([status(), status(), status()], ["503", "503", "503"]);
    drop(holding);
    server.ledger_when(|ledger| ledger.clients_gone == 1);
    for attempt in 0..4 {
        let drawn = faults.draw(SEED, page, attempt);
        let expected = if drawn.is_some() { "500" } else { "200" };
        assert_eq!(status(), expected, "attempt {attempt}");
    }
    let requests = server.control.page_requests().expect("counts");
    let page = usize::try_from(page).expect("small");
    assert_eq!(requests[page], 7, "all of them were requests");
}

#[test]
fn a_rate_that_was_agreed_on_turns_nobody_away_and_is_watched_over_all_threads() {
    let args = ["--agreed-rate", "1", "--latency", "0", "--threads", "2"];
    let server = Running::start(&args);
    let begun = Instant::now();
    for page in 0..5 {
        let answer = server.connect().get(&format!("/page/{page}"));
        assert!(answer.head.starts_with("HTTP/1.1 200 "), "{}", answer.head);
    }
    let took = begun.elapsed();
    let ahead = server.ledger().ahead_max_ns.map(Duration::from_nanos);
    let ahead = ahead.expect("a rate was agreed on");
    // The fifth should have come four seconds after the first.
    let four = Duration::from_secs(4);
    assert!(
        ahead <= four && ahead + took >= four,
        "{ahead:?} after {took:?}"
    );
    server.control.reset().expect("it resets");
    assert_eq!(server.ledger().ahead_max_ns, Some(0));
    let unwatched = Running::start(&["--latency", "0"]);
    assert_eq!(unwatched.ledger().ahead_max_ns, None);
}
