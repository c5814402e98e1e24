//! A page of another origin in a real browser, against both ports: it reads
//! nothing and changes nothing. With DNS rebinding, which is made with a server
//! that hands the page out and passes every other request on to the port, as the
//! foreign name would after it was made to point here.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use serde_json::Value;

use super::running::{Running, have};

/// Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_mins(5);

/// How long a browser may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);

/// Chromium by any of its names.
fn browser() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.into_iter().find(|name| have(name))
}

/// A browser that ends with the test, and all of its processes.
struct Browser {
    child: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    fn open(program: &str, more: &[&str]) -> Self {
        let profile = tempfile::tempdir().expect("a directory");
        let child = Command::new(program)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args(["--disable-background-networking", "--no-proxy-server"])
            .arg("--host-resolver-rules=MAP evil.example 127.0.0.9")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("it starts");
        Self {
            child,
            _profile: profile,
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to end, it waits for its own processes; killed, it leaves them.
        let group = Pid::from_raw(i32::try_from(self.child.id()).expect("a process id"));
        let _ = kill(group, Signal::SIGTERM);
        let begun = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && begun.elapsed() < GRACE {
            thread::sleep(Duration::from_millis(10));
        }
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

/// Serves the page at `/evil/page` on 127.0.0.9 and passes everything else on to
/// the same port of 127.0.0.1. Returns what the page reports.
fn evil(port: u16, page: String) -> (SocketAddr, Receiver<Value>) {
    let listener = TcpListener::bind(("127.0.0.9", port)).expect("loopback has many addresses");
    let address = listener.local_addr().expect("an address");
    let (report, reports) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (page, report) = (page.clone(), report.clone());
            thread::spawn(move || serve(stream, address.port(), &page, &report));
        }
    });
    (address, reports)
}

fn serve(mut stream: TcpStream, port: u16, page: &str, report: &Sender<Value>) -> Option<()> {
    let request = request(&mut stream)?;
    let text = String::from_utf8_lossy(&request);
    let (head, body) = text.split_once("\r\n\r\n")?;
    match head.split(' ').nth(1)? {
        "/evil/page" => answer(&mut stream, page),
        "/evil/report" => {
            let _ = report.send(serde_json::from_str(body).expect("JSON"));
            answer(&mut stream, "")
        }
        _ => pass_on(stream, &request, port),
    }
}

fn answer(stream: &mut TcpStream, text: &str) -> Option<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close";
    let length = text.len();
    let all = format!("{head}\r\ncontent-length: {length}\r\n\r\n{text}");
    stream.write_all(all.as_bytes()).ok()
}

/// One request to the port itself. The connection ends with it, so that the next
/// comes here again.
fn pass_on(mut stream: TcpStream, request: &[u8], port: u16) -> Option<()> {
    let mut server = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let end = request.windows(2).position(|bytes| bytes == b"\r\n")? + 2;
    server.write_all(&request[..end]).ok()?;
    server.write_all(b"connection: close\r\n").ok()?;
    server.write_all(&request[end..]).ok()?;
    let mut answered = Vec::new();
    server.read_to_end(&mut answered).ok()?;
    stream.write_all(&answered).ok()
}

/// A request with its body.
fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).ok().filter(|&count| count > 0)?;
        bytes.extend(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let Some((head, _)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.split("\r\ncontent-length: ").nth(1);
        let length = length.and_then(|rest| rest.split("\r\n").next()?.parse().ok());
        if bytes.len() >= head.len() + 4 + length.unwrap_or(0) {
            return Some(bytes);
        }
    }
}

/// Opens the page on `host`, and returns all that it could find out.
fn attack(program: &str, host: &str, port: u16, page: &str) -> Vec<Value> {
    let (address, reports) = evil(port, page.to_owned());
    let url = format!("http://{host}:{}/evil/page", address.port());
    let _browser = Browser::open(program, &["--remote-debugging-port=0", &url]);
    let report = reports.recv_timeout(PATIENCE).expect("the page reports");
    report.as_array().expect("a list").clone()
}

#[test]
fn a_page_of_another_origin_reads_nothing_and_changes_nothing() {
    let Some(program) = browser() else {
        return;
    };
    let server = Running::start(&["--latency", "0", "--pages", "9"]);
    let ports = [server.pages.port(), server.control_address.port()];
    let hosts = ["127.0.0.1", "localhost", "evil.example"];
    let targets = ports
        .iter()
        .flat_map(|port| hosts.map(|host| format!("http://{host}:{port}")));
    let targets = serde_json::to_string(&targets.collect::<Vec<_>>()).expect("text");
    let page = include_str!("browser/attack.html").replace("TARGETS", &targets);
    let before = server.ledger();
    let mut tried = 0;
    // As another port of this machine, and as a name that points to each port.
    for (host, port) in [
        ("127.0.0.9", 0),
        ("evil.example", ports[0]),
        ("evil.example", ports[1]),
    ] {
        let found = attack(program, host, port, &page);
        tried += found.len();
        for attempt in &found {
            let text = attempt["text"].as_str().unwrap_or_default();
            let is_answered = attempt["status"].as_u64() == Some(200);
            let secrets = ["\"requests\"", "regatta_requests", "<html", "window"];
            let is_read = secrets.iter().any(|secret| text.contains(secret));
            assert!(!is_answered && !is_read, "{host}:{port}: {attempt}");
            assert!(attempt["opened"].is_null(), "{host}:{port}: {attempt}");
        }
    }
    assert!(tried > 900, "{tried}");
    let after = server.ledger();
    assert_eq!(after.window, before.window);
    assert_eq!(after.scenario_fingerprint, before.scenario_fingerprint);
    assert_eq!(
        (after.requests, after.answers, after.other_requests),
        (0, 0, 0)
    );
    assert!(after.refused_requests > 100, "{after:?}");
}

#[test]
fn an_address_that_is_typed_into_a_browser_is_answered() {
    let Some(program) = browser() else {
        return;
    };
    let server = Running::start(&["--latency", "0", "--pages", "9"]);
    let url = format!("http://{}/page/1", server.pages);
    let mut browser = Browser::open(program, &["--dump-dom", &url]);
    let mut shown = String::new();
    let mut stdout = browser.child.stdout.take().expect("piped");
    stdout.read_to_string(&mut shown).expect("text");
    assert!(shown.contains("<title>"), "{shown}");
    assert_eq!(server.ledger().requests, 1);
}
