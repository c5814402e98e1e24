//! More of everything than a server has room for.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use regatta::site::server::control::{Control, Secret};

use super::running::{Client, REGATTA, Running, poll};
use super::{PAGE_BYTES, raise_open_files, scenario};

/// The control port as a new client of the harness has it.
fn new_control(server: &Running) -> Control {
    let secret = Secret::parse(&server.secret).expect("a secret");
    Control::new(server.control_address, secret)
}

#[test]
fn the_harness_goes_on_while_thousands_flood_the_control_port() {
    raise_open_files();
    let server = Running::start(&["--latency", "0", "--pages", "5"]);
    let before = server.ledger().window.expect("a number");
    let mut idle = Vec::new();
    for round in 1..=20 {
        idle.extend((0..100).map(|_| TcpStream::connect(server.control_address).expect("a port")));
        for stream in idle.iter_mut().rev().take(50) {
            // Those that were closed already refuse it.
            let _ = stream.write_all(b"GET /ledger HTTP/1.1\r\nhost: ");
        }
        let opened = server.control.set_scenario(&scenario(5, "1ms"));
        assert_eq!(opened.expect("it answers").window, before + 2 * round - 1);
        let opened = new_control(&server)
            .reset()
            .expect("it answers a newcomer, too");
        assert_eq!(opened.window, before + 2 * round);
    }
    assert_eq!(idle.len(), 2_000);
    assert_eq!(server.connect().get("/page/1").body.len(), PAGE_BYTES);
}

#[cfg(target_os = "linux")]
#[test]
fn the_control_port_answers_while_the_page_port_is_flooded() {
    let script = r#"ulimit -n 200; exec "$0" serve --port 0 --latency 0"#;
    let server = Running::of(Command::new("sh").args(["-c", script, REGATTA]));
    let flood: Vec<Client> = (0..400).map(|_| server.connect()).collect();
    let full = server.ledger_when(|ledger| ledger.connections_open == 104);
    assert_eq!(full.connections, 104);
    for _ in 0..50 {
        let ledger = new_control(&server)
            .ledger()
            .expect("it answers a newcomer");
        assert_eq!(ledger.connections_open, 104);
    }
    drop(flood);
    assert_eq!(server.connect().get("/page/1").body.len(), PAGE_BYTES);
}

/// Waits until the server has closed this connection. Returns what it said.
fn until_closed(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn heads_and_bodies_that_never_end_are_closed_and_slow_pages_are_waited_for() {
    let server = Running::start(&["--latency", "13s"]);
    let mut waiting = server.connect();
    waiting.ask("/page/1");
    let mut unused = server.connect();
    let beginnings = [
        "G",
        "GET /page/1 HTTP/1.1\r\n",
        "GET /page/1 HTTP/1.1\r\nhost: x\r\nx: ",
    ];
    let mut slow = Vec::new();
    for address in [server.pages, server.control_address] {
        for beginning in beginnings {
            let mut stream = Client::new(address).0;
            stream.write_all(beginning.as_bytes()).expect("it reads");
            slow.push(stream);
        }
    }
    let mut body = Client::new(server.control_address);
    let credentials = server.credentials();
    body.send(&format!(
        "POST /scenario HTTP/1.1\r\n{credentials}content-type: application/json\r\n\
         content-length: 50\r\n\r\n{{"
    ));
    let mut harness = Client::new(server.control_address);
    reset_in_two_parts(&mut harness, &credentials);
    // Byte after byte is no way out.
    let mut trickles = slow[2].try_clone().expect("a socket");
    poll(|| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        trickles.write_all(b"y").is_err()
    });
    for stream in &mut slow {
        assert_eq!(until_closed(stream), "");
    }
    let answer = body.answer(true).head;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(waiting.answer(true).body.len(), PAGE_BYTES);
    assert_eq!(
        unused.get("/robots.txt").head.get(..12),
        Some("HTTP/1.1 200")
    );
    assert_eq!(server.ledger().connections_open, 2);
    // A run may take longer than a head, and the ledger is asked for after it.
    harness.send(&format!("GET /ledger HTTP/1.1\r\n{credentials}\r\n"));
    let answer = harness.answer(true).head;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// A request whose body is sent after the server has read its head.
fn reset_in_two_parts(client: &mut Client, credentials: &str) {
    let body = serde_json::to_string(&scenario(5, "1ms")).expect("JSON");
    client.send(&format!(
        "POST /scenario HTTP/1.1\r\n{credentials}content-type: application/json\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    ));
    let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    client
        .0
        .read_exact(&mut go_on)
        .expect("it asks for the body");
    client.send(&body);
    let answer = client.answer(true).head;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// The most memory that the process has had, in bytes.
#[cfg(target_os = "linux")]
fn most_memory(server: &Running) -> u64 {
    let path = format!("/proc/{}/status", server.child.id());
    let status = std::fs::read_to_string(path).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.parse::<u64>().ok())
        .expect("a number")
        * 1024
}

/// Without a bound a thousand heads of 390 KB took 430 MB.
#[cfg(target_os = "linux")]
#[test]
fn a_thousand_huge_heads_take_bounded_memory() {
    raise_open_files();
    let server = Running::start(&["--latency", "0", "--pages", "5"]);
    let before = most_memory(&server);
    let beginning = b"GET /page/1 HTTP/1.1\r\nhost: x\r\nx: ";
    for address in [server.pages, server.control_address] {
        let mut clients: Vec<TcpStream> = (0..1_000).map(|_| Client::new(address).0).collect();
        for part in [
            beginning.as_slice(),
            &vec![b'a'; 60_000],
            &vec![b'a'; 330_000],
        ] {
            for client in &mut clients {
                client.set_nonblocking(true).expect("a socket");
                // Those that were closed refuse it, and full ones take less.
                let _ = client.write(part);
            }
            server.ledger();
        }
    }
    let more = most_memory(&server) - before;
    assert!(more < 128 << 20, "{more} bytes");
    assert_eq!(server.connect().get("/page/1").body.len(), PAGE_BYTES);
}
