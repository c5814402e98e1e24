//! A server that does what no HTTP library can be made to do: it hands each
//! request to a closure, and the closure writes any bytes it likes.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;

/// What becomes of the connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Keep,
    Close,
    /// Closes with a reset in place of an orderly end.
    Reset,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Everything up to the empty line.
    pub(crate) head: String,
    /// How many reads it took to get it whole. What left in one write over
    /// the loopback arrives in one read.
    pub(crate) reads: usize,
}

impl Request {
    /// The number in `GET /page/N`; a page that nobody has for anything else.
    pub(crate) fn page(&self) -> u64 {
        let path = self.head.split(' ').nth(1).unwrap_or_default();
        regatta::site::page::number_of(path).unwrap_or(u64::MAX)
    }

    /// The value of a header, by its name in lower case.
    pub(crate) fn header(&self, wanted: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    }
}

/// The server; it stops when it is dropped.
#[derive(Debug)]
pub(crate) struct RawServer {
    address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    stop: AtomicBool,
    connections: AtomicU64,
    requests: Mutex<Vec<Request>>,
}

impl RawServer {
    /// Answers every request with `answer`. That a client goes away in the
    /// middle of it is part of the game, so its error only ends the connection.
    pub(crate) fn start(
        answer: impl Fn(&Request, &mut TcpStream) -> io::Result<Then> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let (shared, answer) = (seen.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if shared.stop.load(SeqCst) {
                    return;
                }
                shared.connections.fetch_add(1, SeqCst);
                let (seen, answer) = (shared.clone(), answer.clone());
                thread::spawn(move || drop(converse(stream, &seen, answer.as_ref())));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn connections(&self) -> u64 {
        self.seen.connections.load(SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// How many requests came so far; what came before is forgotten.
    pub(crate) fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.seen.requests.lock().unwrap())
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.seen.stop.store(true, SeqCst);
        // Wakes it from its accept.
        let _ = TcpStream::connect(self.address);
    }
}

fn converse<A>(mut stream: TcpStream, seen: &Seen, answer: &A) -> io::Result<()>
where
    A: Fn(&Request, &mut TcpStream) -> io::Result<Then>,
{
    stream.set_nodelay(true)?;
    while let Some(request) = read_request(&mut stream)? {
        seen.requests.lock().unwrap().push(request.clone());
        match answer(&request, &mut stream)? {
            Then::Keep => {}
            Then::Close => return Ok(()),
            Then::Reset => {
                let socket = socket2::Socket::from(stream);
                return socket.set_linger(Some(std::time::Duration::ZERO));
            }
        }
    }
    Ok(())
}

fn read_request(stream: &mut TcpStream) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    let mut reads = 0;
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        reads += 1;
        head.extend_from_slice(&buffer[..count]);
        if head.ends_with(b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&head).into_owned();
            return Ok(Some(Request { head, reads }));
        }
    }
}

/// Writes a whole answer at once, as a good server does.
pub(crate) fn write_answer(stream: &mut TcpStream, head: &str, body: &[u8]) -> io::Result<()> {
    let mut answer = head.as_bytes().to_vec();
    answer.extend_from_slice(body);
    stream.write_all(&answer)
}
