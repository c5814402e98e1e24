//! `regatta serve` as a process: how it starts, what it survives, and how it
//! ends.

use std::process::{Command, Stdio};

use super::PAGE_BYTES;
use super::ports::free_port;
use super::running::{Client, REGATTA, Running, have, poll};

#[test]
fn a_port_that_is_taken_is_an_error_with_a_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let output = Command::new(REGATTA)
        .args(["serve", "--port", &port])
        .output()
        .expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains(&format!("port {port} of 127.0.0.1 is used")),
        "{stderr}"
    );
    assert!(stderr.contains("`--port 0`"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn sigterm_stops_it_cleanly_and_frees_the_port() {
    let port = free_port().to_string();
    let mut command = Command::new(REGATTA);
    let server = Running::of(command.args(["serve", "--latency", "0", "--port", &port]));
    let mut client = server.connect();
    client.get("/page/1");
    let (status, stderr) = server.terminate();
    assert_eq!(status.code(), Some(0));
    assert_eq!(
        stderr,
        "regatta: stopped after 1 answer since the last reset\n"
    );
    let mut again = Command::new(REGATTA);
    let again = Running::of(again.args(["serve", "--port", &port]));
    assert_eq!(again.pages.port().to_string(), port);
}

#[cfg(unix)]
#[test]
fn it_serves_on_when_nobody_reads_its_output() {
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], free_port()));
    let mut child = Command::new(REGATTA)
        .args([
            "serve",
            "--latency",
            "0",
            "--port",
            &address.port().to_string(),
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    poll(|| std::net::TcpStream::connect(address).is_ok());
    assert_eq!(Client::new(address).get("/page/1").body.len(), PAGE_BYTES);
    assert!(
        child.try_wait().expect("a child").is_none(),
        "it still runs"
    );
    child.kill().and_then(|()| child.wait()).expect("it ends");
}

#[cfg(target_os = "linux")]
#[test]
fn it_ends_with_the_parent_it_was_told_to_end_with() {
    let script = r#""$0" serve --port 0 --die-with $$ & wait"#;
    let mut parent = Running::of(Command::new("sh").args(["-c", script, REGATTA]));
    let pages = parent.pages;
    assert!(std::net::TcpStream::connect(pages).is_ok());
    parent.child.kill().expect("it runs");
    poll(|| std::net::TcpStream::connect(pages).is_err());
}

#[cfg(unix)]
#[test]
fn running_out_of_descriptors_is_said_once_and_survived() {
    let script = r#"ulimit -n 40; exec "$0" serve --port 0 --latency 0"#;
    let server = Running::of(Command::new("sh").args(["-c", script, REGATTA]));
    let mut clients: Vec<Client> = (0..100).map(|_| server.connect()).collect();
    assert_eq!(clients[0].get("/page/1").body.len(), PAGE_BYTES);
    let mut last = clients.pop().expect("a hundred");
    last.ask("/page/2");
    assert_eq!(clients[0].get("/page/3").body.len(), PAGE_BYTES);
    drop(clients);
    assert_eq!(last.answer(true).body.len(), PAGE_BYTES);
    let (status, stderr) = server.terminate();
    assert_eq!(status.code(), Some(0));
    assert_eq!(
        stderr
            .matches("cannot accept more connections for now")
            .count(),
        1,
        "{stderr}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn head_and_body_leave_in_one_system_call() {
    if !have("strace") {
        return;
    }
    let log = tempfile::NamedTempFile::new().expect("a file");
    // The shell becomes strace, so `$$` is the server's parent: killing strace
    // alone would let the server go on.
    let script = r#"exec strace -f -s 100 -e trace=write,writev,sendto,sendmsg -o "$1" \
        "$0" serve --port 0 --latency 1ms --die-with $$"#;
    let mut command = Command::new("sh");
    command.args(["-c", script, REGATTA]).arg(log.path());
    let server = Running::of(&mut command);
    let mut client = server.connect();
    for page in 0..5 {
        client.get(&format!("/page/{page}"));
    }
    assert_eq!(server.ledger().answers, 5);
    drop(server);
    let log = std::fs::read_to_string(log.path()).expect("a log");
    let calls: Vec<&str> = log.lines().collect();
    let is_to_client = |at: &usize| calls[*at].contains("text/html");
    let to_client: Vec<usize> = (0..calls.len()).filter(is_to_client).collect();
    assert_eq!(to_client.len(), 5, "{log}");
    for at in to_client {
        let call = ended(&calls[at..]);
        let written: usize = call
            .rsplit("= ")
            .next()
            .and_then(|n| n.parse().ok())
            .expect(call);
        assert!(written > PAGE_BYTES, "{call}");
    }
}

/// The line that says what the first of these calls returned: a later one of the
/// same thread, where another thread's call came between.
fn ended<'a>(calls: &[&'a str]) -> &'a str {
    let first = calls[0];
    if !first.ends_with("<unfinished ...>") {
        return first;
    }
    let thread = first.split(' ').next().unwrap_or_default();
    let of_thread = |line: &&&str| line.starts_with(thread) && line.contains(" resumed>");
    calls.iter().find(of_thread).copied().unwrap_or(first)
}
