//! A server in a process of its own, and a client of few lines that does
//! exactly what it is told: what a well-behaved HTTP library would hide is
//! what these tests are about.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use regatta::measure::sample::Ledger;
use regatta::site::server::control::{Control, Secret};

/// The program under test.
pub(crate) const REGATTA: &str = env!("CARGO_BIN_EXE_regatta");

/// How long a condition may take that must come true. Only a failing test
/// waits that long.
const PATIENCE: Duration = Duration::from_mins(1);

/// A `regatta serve` that ends with the test.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) pages: SocketAddr,
    pub(crate) control_address: SocketAddr,
    /// What the control port asks for.
    pub(crate) secret: String,
    pub(crate) control: Control,
    /// Kept open: a server whose stdout is closed is another test.
    _stdout: BufReader<ChildStdout>,
}

impl Running {
    /// Starts a server on free ports, with `args` besides.
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = Command::new(REGATTA);
        command.args(["serve", "--port", "0"]).args(args);
        Self::of(&mut command)
    }

    /// Starts `command`, which has to become a server.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut after = |start: &str| {
            let mut line = String::new();
            stdout.read_line(&mut line).expect("a line");
            let rest = line.trim_end().strip_prefix(start);
            rest.unwrap_or_else(|| panic!("{line:?}")).to_owned()
        };
        let pages = after("listening on http://").parse().expect("an address");
        let control_address = after("control on http://").parse().expect("an address");
        let secret = after("secret ");
        let control = Control::new(control_address, Secret::parse(&secret).expect("a secret"));
        Self {
            child,
            pages,
            control_address,
            secret,
            control,
            _stdout: stdout,
        }
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.control.ledger().expect("a ledger")
    }

    /// Asks for the ledger until it is as wanted, and returns that one.
    pub(crate) fn ledger_when(&self, wanted: impl Fn(&Ledger) -> bool) -> Ledger {
        let mut ledger = self.ledger();
        poll(|| {
            ledger = self.ledger();
            wanted(&ledger)
        });
        ledger
    }

    /// The header lines without which the control port refuses every request.
    pub(crate) fn credentials(&self) -> String {
        let Self {
            control_address,
            secret,
            ..
        } = self;
        format!("host: {control_address}\r\nauthorization: Bearer {secret}\r\n")
    }

    pub(crate) fn connect(&self) -> Client {
        Client::new(self.pages)
    }

    /// Sends the signal that a service manager would, and returns what the
    /// server had to say about it on stderr.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> (std::process::ExitStatus, String) {
        use nix::sys::signal::{Signal, kill};
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(nix::unistd::Pid::from_raw(pid), Signal::SIGTERM).expect("it runs");
        let status = self.child.wait().expect("it ends");
        let mut stderr = String::new();
        self.child
            .stderr
            .take()
            .expect("piped")
            .read_to_string(&mut stderr)
            .expect("text");
        (status, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until `holds`, without guessing how long that takes.
pub(crate) fn poll(mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "it never came true");
        std::thread::yield_now();
    }
}

/// One connection, and nothing done on it that was not asked for.
pub(crate) struct Client(pub(crate) TcpStream);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a TCP socket");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a TCP socket");
        Self(stream)
    }

    pub(crate) fn send(&mut self, request: &str) {
        self.0
            .write_all(request.as_bytes())
            .expect("the server reads");
    }

    pub(crate) fn ask(&mut self, path: &str) {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"));
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask(path);
        self.answer(true)
    }

    /// Reads one answer; one to HEAD has a length and no body.
    pub(crate) fn answer(&mut self, with_body: bool) -> Answer {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).expect("the head of an answer");
            head.extend(byte);
        }
        let head = String::from_utf8(head).expect("ASCII");
        let length = if with_body { content_length(&head) } else { 0 };
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("the body of an answer");
        Answer { head, body }
    }
}

fn content_length(head: &str) -> usize {
    let line = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    line.expect("a length").parse().expect("a number")
}

/// Whether a program that a test needs is there. Says so when it is not: a
/// test that was silently skipped looks like one that passed.
pub(crate) fn have(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        eprintln!("SKIPPED: this test needs `{program}`, which is not installed");
    }
    found
}
