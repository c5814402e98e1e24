//! What speaks HTTP: one client a file.
//!
//! A client comes in one of two kinds, after what it does while it waits: a
//! [`BlockingClient`] holds its thread, an [`AsyncClient`] gives it back.
//! Every model runs on every client of its kind, so a difference between two
//! rows of the two-way table is the difference that the table names.
//!
//! A worker of a model holds one *fetcher*: a connection (or a place in the
//! client's pool) and the buffer that its pages are read into.
//!
//! The same for all, so that nobody is favoured: HTTP/1.1, keep-alive, no
//! pipelining, TLS, compression, proxy, redirects or name look-ups;
//! `TCP_NODELAY`; each body read to its last byte.

mod cut;
pub mod hyper;
pub mod raw;
pub mod reqwest;
pub mod ureq;

use std::error::Error;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ::hyper::header::{HeaderMap, RETRY_AFTER};

pub use cut::Cut;

use crate::frontier::{Failure, Ticket};
use crate::workload::faults;

/// What a driver is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Where the pages are: the hosts that tickets name by their place here.
    pub hosts: Arc<[Host]>,
    /// At most this many pages in flight.
    pub concurrency: usize,
    /// Threads of a runtime or an executor, where the model has one.
    pub threads: usize,
    /// Whether a connection serves one page after another.
    pub keep_alive: bool,
    /// What a client calls itself, where it does so at all.
    pub user_agent: Option<&'static str>,
    /// Frees the threads that block, when a scrape is aborted.
    pub cut: Cut,
}

/// Where pages are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Where it listens.
    pub address: SocketAddr,
    /// What stands in the Host header: name or address, and port.
    pub name: String,
}

impl Host {
    /// Where a ticket's page is, by address: nothing is looked up.
    fn url(&self, ticket: &Ticket) -> String {
        format!("http://{}{}", self.address, ticket.path())
    }

    /// Its name, where it has one beside its address.
    fn other_name(&self) -> Option<&str> {
        (self.name != self.address.to_string()).then_some(&self.name)
    }
}

impl Plan {
    /// Pages of one server, known by its address.
    pub fn to(server: SocketAddr, concurrency: usize, threads: usize) -> Self {
        let host = Host {
            address: server,
            name: server.to_string(),
        };
        Self {
            hosts: Arc::new([host]),
            concurrency,
            threads,
            keep_alive: true,
            user_agent: None,
            cut: Cut::default(),
        }
    }

    /// The host of a ticket.
    pub fn host(&self, ticket: &Ticket) -> &Host {
        &self.hosts[ticket.host()]
    }
}

/// A client as the tables and `regatta drivers` name it.
#[derive(Debug)]
pub struct ClientInfo {
    /// As in `model/client`.
    pub name: &'static str,
    /// The crates whose versions matter to its figures.
    pub crates: &'static [&'static str],
    /// Whether its pool may open a connection while another is on its way
    /// back, so that it opens up to about twice as many as are in flight.
    pub pool_races: bool,
}

/// A client that blocks its thread.
pub trait BlockingClient: Send + Sync + 'static {
    /// What one worker holds.
    type Fetcher: BlockingFetcher;
    /// How it is listed.
    const INFO: ClientInfo;
    /// Makes the client; what its connections share is made here, once.
    fn new(plan: &Plan) -> Self;
    /// A fetcher for one worker. It connects at its first page.
    fn fetcher(&self) -> Self::Fetcher;
}

/// A worker's hold on a blocking client.
pub trait BlockingFetcher: Send + 'static {
    /// Fetches one page and returns its body. Blocks until the last byte.
    fn fetch(&mut self, ticket: &Ticket) -> Result<&[u8], FetchError>;
}

/// A client whose waiting is awaited.
pub trait AsyncClient: Send + Sync + 'static {
    /// What one worker holds.
    type Fetcher: AsyncFetcher;
    /// How it is listed.
    const INFO: ClientInfo;
    /// Makes the client; what its connections share is made here, once.
    fn new(plan: &Plan) -> Self;
    /// A fetcher for one worker. It connects at its first page.
    fn fetcher(&self) -> Self::Fetcher;
}

/// A worker's hold on an async client.
pub trait AsyncFetcher: Send + 'static {
    /// Fetches one page and returns its body.
    fn fetch(&mut self, ticket: &Ticket) -> impl Future<Output = Result<&[u8], FetchError>> + Send;
}

/// How a runtime opens a connection: all that an async client of ours needs
/// to know of the runtime it is in.
pub trait Net: Send + Sync + 'static {
    /// A connection of that runtime.
    type Stream: futures_io::AsyncRead + futures_io::AsyncWrite + Unpin + Send + 'static;
    /// Connects, with `TCP_NODELAY` set.
    fn connect(server: SocketAddr) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// Why a page was not had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No connection.
    #[error("could not connect: {0}")]
    Connect(#[source] io::Error),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[source] io::Error),
    /// The server closed the connection in the middle of an answer.
    #[error("the server closed the connection after {received} bytes of the answer")]
    Closed {
        /// Bytes of head and body that had arrived by then.
        received: usize,
    },
    /// The server answered, but not with the page.
    #[error("the server answered with status {0}")]
    Status(u16, Option<RetryAfter>),
    /// It took longer than it may.
    #[error("no complete answer within {}", humantime::format_duration(*.0))]
    TimedOut(Duration),
    /// The scrape was aborted while it was in flight.
    #[error("given up, because the scrape was aborted")]
    Aborted,
    /// What arrived is not an HTTP/1.1 answer that this client reads.
    #[error("the answer is not readable: {0}")]
    Answer(String),
    /// The client's own word, where it does not say which of these it was.
    #[error("{0}")]
    Client(String),
}

/// How long a server asks not to come again (`Retry-After`).
pub type RetryAfter = Duration;

/// What the value of a `Retry-After` asks for, if it can be read.
fn retry_after(value: &[u8]) -> Option<RetryAfter> {
    read_wait(value, SystemTime::now())
}

/// The error of an answer that is not the page.
fn refused(status: u16, headers: &HeaderMap) -> FetchError {
    let wait = headers.get(RETRY_AFTER);
    FetchError::Status(status, wait.and_then(|value| retry_after(value.as_bytes())))
}

/// No server is waited for longer than this: more would be as good as never,
/// and what it may ask for (2^64 seconds) is more than a clock can hold.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Reads a `Retry-After`: whole seconds, or a date (RFC 9110, section
/// 10.2.3). A date that is over asks for nothing more.
fn read_wait(value: &[u8], now: SystemTime) -> Option<Duration> {
    let value = std::str::from_utf8(value).ok()?.trim();
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let wait = if is_number {
        // More digits than fit are a long wait as well.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}

impl FetchError {
    /// What kind of error it is, in a word or two: to count them by.
    pub fn kind(&self) -> String {
        match self {
            Self::Connect(_) => "no connection".to_owned(),
            Self::Broken(_) | Self::Closed { .. } => "connection broke".to_owned(),
            Self::Status(status, _) => format!("status {status}"),
            Self::TimedOut(_) => "timeout".to_owned(),
            Self::Aborted => "given up".to_owned(),
            Self::Answer(_) => "unreadable".to_owned(),
            Self::Client(_) => "client error".to_owned(),
        }
    }

    /// What the frontier has to know of it. All but an answer that says "never"
    /// or that cannot be read may be otherwise the next time.
    pub fn failure(&self) -> Failure {
        let (passes, not_before) = match self {
            Self::Status(status, wait) => (faults::passes(*status), *wait),
            Self::Answer(_) | Self::Aborted => (false, None),
            Self::Connect(_)
            | Self::Broken(_)
            | Self::Closed { .. }
            | Self::TimedOut(_)
            | Self::Client(_) => (true, None),
        };
        Failure { passes, not_before }
    }
}

/// The error of a product client with its causes, innermost last: the outer
/// one alone says little more than that there was one.
fn with_causes(error: &(dyn Error + 'static)) -> FetchError {
    let causes = || std::iter::successors(Some(error), |&error| error.source());
    let words: Vec<String> = causes().map(ToString::to_string).collect();
    let words = words.join(": ");
    if causes().any(is_nonsense) {
        FetchError::Answer(words)
    } else {
        FetchError::Client(words)
    }
}

/// Whether a product client found the answer unreadable: a page is not tried
/// again for that, whichever client it was.
fn is_nonsense(error: &(dyn Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<::hyper::Error>() {
        return error.is_parse();
    }
    if let Some(error) = error.downcast_ref::<::ureq::Error>() {
        use ::ureq::Error::{BodyStalled, LargeResponseHeader, Protocol};
        // A stalled body is one whose chunk has a size without end.
        return matches!(error, Protocol(_) | LargeResponseHeader(..) | BodyStalled);
    }
    // hyper's way to say that chunks are none.
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(ErrorKind::InvalidInput | ErrorKind::InvalidData))
}

/// A body is read no further than this. No page is a thousandth as long; a
/// server that never ends must not take all of a worker's memory.
const MOST_BODY_BYTES: usize = 16 * 1024 * 1024;

fn too_long() -> FetchError {
    FetchError::Answer("a body of over 16 MiB".to_owned())
}

/// Puts the next bytes of a body to those before.
fn append(body: &mut Vec<u8>, bytes: &[u8]) -> Result<(), FetchError> {
    if body.len() + bytes.len() > MOST_BODY_BYTES {
        return Err(too_long());
    }
    body.extend_from_slice(bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_in_seconds_and_as_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let read = |value: &str| read_wait(value.as_bytes(), now);
        assert_eq!(read("3"), Some(Duration::from_secs(3)));
        assert_eq!(read(" 0 "), Some(Duration::ZERO));
        let ahead = read("Sun, 09 Sep 2001 01:46:45 GMT");
        assert_eq!(ahead, Some(Duration::from_secs(5)));
        let over = read("Sun, 09 Sep 2001 01:46:35 GMT");
        assert_eq!(over, Some(Duration::ZERO));
        for nothing in ["", "-1", "+1", "soon", "1.5"] {
            assert_eq!(read(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_wait_without_end_is_a_long_one_and_no_panic() {
        let now = SystemTime::now();
        for endless in [
            "86401",
            "18446744073709551615",
            "18446744073709551616",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            let wait = read_wait(endless.as_bytes(), now);
            assert_eq!(wait, Some(LONGEST_WAIT), "{endless:?}");
        }
    }

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        let passes = |error: FetchError| error.failure().passes;
        assert!(passes(FetchError::Status(503, None)));
        assert!(passes(FetchError::Closed { received: 7 }));
        assert!(!passes(FetchError::Status(404, None)));
        assert!(!passes(FetchError::Answer("nonsense".to_owned())));
        let wait = Duration::from_secs(1);
        let told = FetchError::Status(429, Some(wait)).failure();
        assert_eq!(told.not_before, Some(wait));
    }
}
