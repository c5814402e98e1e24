//! The mock server as its clients meet it: a process, sockets, and a ledger
//! that has to be exact.

#[cfg(unix)]
#[path = "server/attack.rs"]
mod attack;
#[cfg(target_os = "linux")]
#[path = "server/browser.rs"]
mod browser;
#[path = "server/capacity.rs"]
mod capacity;
#[path = "server/faults.rs"]
mod faults;
#[path = "server/floods.rs"]
mod floods;
#[path = "server/log.rs"]
mod log;
#[path = "server/metrics.rs"]
mod metrics;
#[path = "support/ports.rs"]
mod ports;
#[path = "server/process.rs"]
mod process;
#[path = "server/raw.rs"]
mod raw;
#[path = "server/running.rs"]
mod running;

use std::process::Command;
use std::time::{Duration, Instant};

use regatta::site::server::Scenario;
use regatta::site::workload::Latency;
use running::{Client, Running, have};

const PAGE_BYTES: usize = 15_360;

fn scenario(pages: u64, latency: &str) -> Scenario {
    Scenario::new(pages, latency.parse().expect("a latency"), 1)
}

#[test]
fn curl_gets_pages_and_reuses_its_connection() {
    if !have("curl") {
        return;
    }
    let server = Running::start(&["--latency", "1ms"]);
    let url = |page| format!("http://{}/page/{page}", server.pages);
    let curl = Command::new("curl")
        .args(["-s", "--noproxy", "*", &url(7), &url(8)])
        .output();
    let output = curl.expect("curl runs");
    assert!(output.status.success());
    assert_eq!(output.stdout.len(), 2 * PAGE_BYTES);
    let ledger = server.ledger();
    assert_eq!(
        (ledger.requests, ledger.answers, ledger.connections),
        (2, 2, 1)
    );
    let head = ledger.request_head.expect("a head").to_lowercase();
    assert!(head.contains("user-agent: curl/"), "{head}");
}

#[test]
fn a_page_has_its_length_its_type_and_nothing_that_changes() {
    let server = Running::start(&["--latency", "0"]);
    let mut client = server.connect();
    let (first, again) = (client.get("/page/7"), client.get("/page/7"));
    assert_eq!(
        first.head,
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: 15360\r\n\r\n"
    );
    assert_eq!((first.head, first.body), (again.head, again.body));
}

#[test]
fn a_browser_finds_everything_that_a_page_names() {
    let server = Running::start(&["--latency", "0", "--pages", "3"]);
    let mut client = server.connect();
    let page = String::from_utf8(client.get("/page/1").body).expect("UTF-8");
    let links = page.split("<link ").skip(1);
    let named = links.filter_map(|link| link.split("href=\"").nth(1)?.split('"').next());
    let named: Vec<_> = named.collect();
    assert_eq!(named, ["/style.css"]);
    assert!(!page.contains(" src="), "{page}");
    // Browsers ask for the icon without being told.
    for path in named.into_iter().chain(["/favicon.ico"]) {
        let answer = client.get(path);
        assert!(
            answer.head.starts_with("HTTP/1.1 200"),
            "{path}: {}",
            answer.head
        );
    }
    assert!(
        client
            .get("/style.css")
            .head
            .contains("content-type: text/css")
    );
    let ledger = server.ledger();
    assert_eq!((ledger.requests, ledger.other_requests), (1, 3));
}

#[test]
fn every_other_route_answers_in_words() {
    let server = Running::start(&["--latency", "0", "--pages", "3"]);
    let mut client = server.connect();
    let mut starts = |path: &str, status: &str, says: &str| {
        let answer = client.get(path);
        assert!(
            answer.head.starts_with(&format!("HTTP/1.1 {status}")),
            "{}",
            answer.head
        );
        let body = String::from_utf8_lossy(&answer.body).to_lowercase();
        assert!(body.contains(says), "{path}: {body}");
    };
    starts("/", "200", "<!doctype html>");
    starts("/robots.txt", "200", "user-agent: *");
    starts("/page/3", "404", "/page/0 to /page/2");
    starts("/page/x", "404", "/page/0 to /page/2");
    client.send("DELETE /page/1 HTTP/1.1\r\nhost: x\r\n\r\n");
    let refused = client.answer(true);
    assert!(refused.head.starts_with("HTTP/1.1 405"), "{}", refused.head);
    assert!(
        refused.head.contains("allow: GET, HEAD"),
        "{}",
        refused.head
    );
    let ledger = server.ledger();
    assert_eq!(
        (ledger.requests, ledger.other_requests, ledger.connections),
        (0, 5, 1)
    );
}

#[test]
fn head_is_answered_like_get_without_the_body() {
    let server = Running::start(&["--latency", "1ms"]);
    let mut client = server.connect();
    client.send("HEAD /page/1 HTTP/1.1\r\nhost: x\r\n\r\n");
    assert!(
        client
            .answer(false)
            .head
            .contains("content-length: 15360\r\n")
    );
    assert_eq!(client.get("/page/1").body.len(), PAGE_BYTES);
    let ledger = server.ledger();
    assert_eq!(
        (ledger.requests, ledger.answers, ledger.clients_gone),
        (2, 2, 0)
    );
    assert_eq!(ledger.bytes_sent, PAGE_BYTES as u64);
}

#[test]
fn the_ledger_is_exact_with_twenty_clients() {
    let server = Running::start(&["--latency", "0", "--pages", "201"]);
    assert_counts_of_twenty_clients(&server, 1);
}

#[test]
fn the_ledger_is_exact_with_two_serving_threads() {
    let server = Running::start(&["--latency", "1ms", "--pages", "201", "--threads", "2"]);
    assert_counts_of_twenty_clients(&server, 2);
}

/// Each client gets ten pages, the first of them twice.
fn assert_counts_of_twenty_clients(server: &Running, threads: u64) {
    std::thread::scope(|scope| {
        for client in 0..20 {
            scope.spawn(move || {
                let mut connection = server.connect();
                for page in client * 10..client * 10 + 10 {
                    connection.get(&format!("/page/{page}"));
                }
                connection.get(&format!("/page/{}", client * 10));
            });
        }
    });
    let ledger = server.ledger();
    assert_eq!(
        (ledger.requests, ledger.answers, ledger.clients_gone),
        (220, 220, 0)
    );
    assert_eq!(ledger.bytes_sent, 220 * PAGE_BYTES as u64);
    assert_eq!(ledger.connections, 20);
    assert_eq!(
        (ledger.pages_missed, ledger.first_missed.as_slice()),
        (1, [200].as_slice())
    );
    assert_eq!(ledger.pages_repeated, 20);
    assert_eq!(
        ledger.first_repeated,
        (0..10).map(|client| client * 10).collect::<Vec<_>>()
    );
    assert_eq!(ledger.server_threads, threads);
    assert!(ledger.in_flight_peak <= 21, "{}", ledger.in_flight_peak);
    let requests = server.control.page_requests().expect("counts");
    assert_eq!(requests.len(), 201);
    assert_eq!(requests.iter().sum::<u32>(), 220);
}

#[test]
fn twenty_requests_that_wait_together_are_a_peak_of_twenty() {
    let server = Running::start(&["--latency", "2s"]);
    let mut clients: Vec<Client> = (0..20).map(|_| server.connect()).collect();
    for (page, client) in clients.iter_mut().enumerate() {
        client.ask(&format!("/page/{page}"));
    }
    for client in &mut clients {
        client.answer(true);
    }
    let ledger = server.ledger();
    assert_eq!((ledger.in_flight_peak, ledger.answers), (20, 20));
    assert_eq!(ledger.delay_mean_ns, 2_000_000_000);
    // Little's law, by construction: what was held, over the time it took.
    let held_ns = (ledger.held_mean_ns * 20) as f64;
    let mean = held_ns / ledger.span_ns as f64;
    assert!(
        (ledger.in_flight_mean / mean - 1.0).abs() < 1e-6,
        "{ledger:?}"
    );
    assert!(ledger.held_mean_ns >= 2_000_000_000, "{ledger:?}");
    assert!(ledger.late_mean_ns <= ledger.late_max_ns && ledger.late_p99_ns <= ledger.late_max_ns);
}

#[test]
fn no_answer_is_early_and_equal_seeds_are_the_same_scenario() {
    let latency: Latency = "uniform:1ms:40ms".parse().expect("a latency");
    let delays = latency.delays(7, 10);
    let args = [
        "--latency",
        "uniform:1ms:40ms",
        "--seed",
        "7",
        "--pages",
        "10",
    ];
    let asked_ns: Vec<u64> = [Running::start(&args), Running::start(&args)]
        .iter()
        .map(|server| {
            let mut client = server.connect();
            for (page, delay) in delays.iter().enumerate() {
                let start = Instant::now();
                client.get(&format!("/page/{page}"));
                assert!(start.elapsed() >= *delay, "page {page} was early");
            }
            server.ledger().delay_mean_ns
        })
        .collect();
    let expected_ns = delays.iter().sum::<Duration>().as_nanos() / 10;
    assert_eq!(asked_ns, [u64::try_from(expected_ns).expect("small"); 2]);
}

#[test]
fn a_client_that_leaves_while_it_waits_is_counted_at_once() {
    let server = Running::start(&["--latency", "60s"]);
    let mut client = server.connect();
    client.ask("/page/1");
    let waiting = server.ledger_when(|ledger| ledger.requests == 1);
    assert_eq!(
        (
            waiting.answers,
            waiting.clients_gone,
            waiting.connections_open
        ),
        (0, 0, 1)
    );
    drop(client);
    let ledger = server.ledger_when(|ledger| ledger.clients_gone == 1);
    assert_eq!((ledger.answers, ledger.in_flight_peak), (0, 1));
    server.ledger_when(|ledger| ledger.connections_open == 0);
}

#[test]
fn a_client_that_leaves_before_it_has_read_its_answers_is_counted() {
    let server = Running::start(&["--latency", "0"]);
    let mut client = server.connect();
    client.0.set_nonblocking(true).expect("a socket");
    // Pipelined without reading, until neither side's buffers take any more.
    let request = b"GET /page/1 HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
    while std::io::Write::write(&mut client.0, &request).is_ok() {}
    let stuck = server.ledger_when(|ledger| ledger.requests > ledger.answers);
    drop(client);
    let ledger = server.ledger_when(|ledger| ledger.connections_open == 0);
    assert!(
        ledger.clients_gone >= 1 && stuck.clients_gone == 0,
        "{ledger:?}"
    );
    assert_eq!(ledger.requests, ledger.answers + ledger.clients_gone);
}

#[test]
fn what_is_left_over_from_one_run_stays_out_of_the_next() {
    let server = Running::start(&["--latency", "60s"]);
    let mut left_over = server.connect();
    left_over.ask("/page/1");
    server.ledger_when(|ledger| ledger.requests == 1);
    server
        .control
        .set_scenario(&scenario(5, "0ms"))
        .expect("a scenario");
    let mut client = server.connect();
    client.get("/page/4");
    drop(left_over);
    let ledger = server.ledger_when(|ledger| ledger.connections_open == 1);
    assert_eq!(
        (ledger.requests, ledger.answers, ledger.clients_gone),
        (1, 1, 0)
    );
    assert_eq!(
        (
            ledger.in_flight_peak,
            ledger.connections,
            ledger.pages_missed
        ),
        (1, 1, 4)
    );
    server.control.reset().expect("a reset");
    client.get("/page/0");
    let ledger = server.ledger();
    assert_eq!(
        (ledger.requests, ledger.connections, ledger.connections_open),
        (1, 0, 1)
    );
    assert_eq!(ledger.first_missed, [1, 2, 3, 4]);
}

#[test]
fn a_ledger_names_its_window_and_its_scenario() {
    let server = Running::start(&["--pages", "5", "--latency", "1ms", "--seed", "3"]);
    let first_scenario = Scenario::new(5, "1ms".parse().expect("a latency"), 3);
    let first = server.ledger();
    assert_eq!(
        first.scenario_fingerprint,
        Some(first_scenario.fingerprint())
    );
    let opened = server.control.reset().expect("a reset");
    assert_eq!(Some(opened.window), first.window.map(|window| window + 1));
    assert_eq!(opened.scenario_fingerprint, first_scenario.fingerprint());
    let other = scenario(5, "2ms");
    let opened = server.control.set_scenario(&other).expect("a scenario");
    let ledger = server.ledger();
    assert_eq!(ledger.window, Some(opened.window));
    assert_eq!(ledger.scenario_fingerprint, Some(other.fingerprint()));
    assert_ne!(first_scenario.fingerprint(), other.fingerprint());
}

#[test]
fn the_first_head_after_a_reset_is_kept_as_it_was_sent() {
    let server = Running::start(&["--latency", "0"]);
    let head = |name: &str| format!("GET /page/1 HTTP/1.1\r\nHost:   x\r\nX-{name}: yes\r\n\r\n");
    let mut client = server.connect();
    for name in ["First", "Second"] {
        client.get("/robots.txt");
        client.send(&head(name));
        client.answer(true);
        client.get("/page/2");
        assert_eq!(server.ledger().request_head, Some(head(name)));
        server.control.reset().expect("a reset");
        assert_eq!(server.ledger().request_head, None);
    }
}

#[test]
fn a_scenario_that_cannot_be_served_is_refused_in_words() {
    let server = Running::start(&["--latency", "0", "--pages", "2"]);
    let mut control = Client::new(server.control_address);
    for (body, says) in [
        ("{", "this is not a scenario: EOF"),
        (r#"{"pages":2,"latency":"20","seed":1}"#, "example 20ms"),
        (
            r#"{"pages":0,"latency":"20ms","seed":1}"#,
            "1 to 100000 pages, not 0",
        ),
        (
            r#"{"pages":2,"latency":"20ms","sed":1}"#,
            "unknown field `sed`",
        ),
    ] {
        let length = body.len();
        control.send(&format!(
            "POST /scenario HTTP/1.1\r\n{}content-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}",
            server.credentials()
        ));
        let answer = control.answer(true);
        assert!(answer.head.starts_with("HTTP/1.1 400"), "{}", answer.head);
        let text = String::from_utf8(answer.body).expect("text");
        assert!(text.contains(says), "{text}");
    }
    let error = server
        .control
        .set_scenario(&scenario(0, "0ms"))
        .expect_err("no pages")
        .to_string();
    assert!(error.contains("expected 1 to 100000 pages"), "{error}");
    for (path, status) in [("/", "404"), ("/reset", "405")] {
        let credentials = server.credentials();
        control.send(&format!("GET {path} HTTP/1.1\r\n{credentials}\r\n"));
        let head = control.answer(true).head;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
    }
}

#[test]
fn a_thousand_connections_are_served_at_once() {
    raise_open_files();
    let server = Running::start(&["--latency", "1s", "--pages", "1000"]);
    let mut clients: Vec<Client> = (0..1_000).map(|_| server.connect()).collect();
    for (page, client) in clients.iter_mut().enumerate() {
        client.ask(&format!("/page/{page}"));
    }
    for client in &mut clients {
        assert_eq!(client.answer(true).body.len(), PAGE_BYTES);
    }
    let ledger = server.ledger();
    assert_eq!(
        (ledger.connections, ledger.connections_open),
        (1_000, 1_000)
    );
    assert_eq!(
        (ledger.answers, ledger.pages_missed, ledger.pages_repeated),
        (1_000, 0, 0)
    );
}

fn raise_open_files() {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard).expect("up to the hard limit");
    }
}
