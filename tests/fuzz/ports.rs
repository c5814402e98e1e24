//! Bytes for the page port and the control port: whatever comes, the
//! connection ends, every answer is one, and the next client is served.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use regatta::site::server::control::Control;
use regatta::site::server::{Options, Scenario, Server};

use super::jobs::replace;
use super::run::{Target, must};

const WORDS: [&str; 36] = [
    "GET /page/0 HTTP/1.1\r\n",
    "GET /page/18446744073709551616 HTTP/1.1\r\n",
    "HEAD ",
    "POST ",
    "OPTIONS * HTTP/1.1\r\n",
    "CONNECT a:1 HTTP/1.1\r\n",
    "HTTP/1.0\r\n",
    "HTTP/0.9",
    "HTTP/2.0",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "Host: 127.0.0.1:PORT\r\n",
    "Host: evil.example\r\n",
    "Host: a\r\nHost: b\r\n",
    "Origin: null\r\n",
    "Sec-Fetch-Site: cross-site\r\n",
    "Authorization: Bearer SECRET\r\n",
    "Authorization: Bearer \r\n",
    "Content-Type: application/json\r\n",
    "Content-Type: text/plain\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: 99999999999\r\n",
    "Transfer-Encoding: chunked\r\n",
    "0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "Expect: 100-continue\r\n",
    "Upgrade: h2c\r\n",
    "Connection: close\r\n",
    "\r\n\r\n",
    "/ledger",
    "/log",
    "/metrics",
    "/scenario",
    "/reset",
    "\"pages\":1",
    "\"latency\":\"1ms\"",
];

/// A server, and both of its ports.
struct Ports {
    server: Server,
    control: Control,
}

impl Ports {
    fn open() -> Self {
        let server = Server::start(Options {
            scenario: Scenario::new(8, "0ms".parse().unwrap(), 1),
            port: 0,
            control_port: 0,
            threads: std::num::NonZeroUsize::MIN,
        });
        let server = server.unwrap();
        let control = Control::new(server.control_address(), server.secret().clone());
        Self { server, control }
    }

    /// Whether a client that asks and waits has its page.
    fn serves_the_next(&self) -> bool {
        let mut stream = must("connected", TcpStream::connect(self.server.page_address()));
        let asked = b"GET /page/3 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        stream.write_all(asked).unwrap();
        let mut answer = Vec::new();
        must("answered", stream.read_to_end(&mut answer));
        answer.starts_with(b"HTTP/1.1 200")
    }

    /// Sends `bytes` and no more, and takes what comes until the server ends it.
    fn exchange(&self, to: SocketAddr, bytes: &[u8]) -> Vec<u8> {
        let bytes = replace(bytes, b"PORT", to.port().to_string().as_bytes());
        let bytes = replace(&bytes, b"SECRET", self.server.secret().reveal().as_bytes());
        let mut stream = must("connected", TcpStream::connect(to));
        // It hangs, if it takes this long, however busy the machine is.
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        stream
            .set_write_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        // A server that has read enough ends the connection before the end.
        let sent = stream.write_all(&bytes);
        // What is answered depends on what is in time: a client that is gone
        // is not answered.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answers = Vec::new();
        match stream.read_to_end(&mut answers) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                panic!("the connection is still open ({sent:?})")
            }
            _ => answers,
        }
    }
}

fn hold_answers(answers: &[u8]) {
    assert!(
        answers.is_empty() || answers.starts_with(b"HTTP/1."),
        "answered {}",
        answers[..answers.len().min(80)].escape_ascii()
    );
}

const fn target(name: &'static str) -> Target {
    Target {
        // What hyper, the server's threads and the sockets hold.
        base_bytes: 16 << 20,
        factor: 4_000,
        ..Target::new(name, &WORDS)
    }
}

#[test]
fn page_port() {
    let ports = Ports::open();
    target("page_port").hold(move |input| {
        let pages = ports.server.page_address();
        hold_answers(&ports.exchange(pages, input));
        assert!(ports.serves_the_next(), "the next client is not served");
    });
}

#[test]
fn control_port() {
    let ports = Ports::open();
    target("control_port").hold(move |input| {
        if asks_for_many(input) {
            return;
        }
        hold_answers(&ports.exchange(ports.server.control_address(), input));
        must("the harness is not served", ports.control.ledger());
    });
    without_secret();
}

/// Nothing of what is behind the secret is shown without it.
fn without_secret() {
    let ports = Ports::open();
    let before = ports.control.ledger().unwrap();
    let target = target("control_port");
    target.hold(move |input| {
        let input = replace(input, b"SECRET", b"00000000000000000000000000000000");
        let answers = ports.exchange(ports.server.control_address(), &input);
        assert!(
            !answers.starts_with(b"HTTP/1.1 200"),
            "answered without the secret"
        );
        let after = ports.control.ledger().unwrap();
        assert_eq!(after.window, before.window, "reset without the secret");
        assert_eq!(after.scenario_fingerprint, before.scenario_fingerprint);
    });
}

/// Whether a scenario in it has more pages than are made in a moment.
fn asks_for_many(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    text.split("\"pages\"").skip(1).any(|after| {
        let after = after.trim_start_matches([' ', ':', '\t', '\r', '\n']);
        let digits = after.find(|letter: char| !letter.is_ascii_digit());
        let number = after[..digits.unwrap_or(after.len())].parse::<u64>();
        number.is_ok_and(|pages| (201..=100_000).contains(&pages))
    })
}
