//! The HTTP clients, one a file.
//!
//! There are two kinds: while it waits, a [`BlockingClient`] holds its thread
//! and an [`AsyncClient`] gives it back. Every model runs on every client of
//! its kind, so two cells of the two-way table differ in the model or in the
//! client alone.
//!
//! A worker of a model holds one *fetcher*: a connection (or a place in the
//! client's pool) and the buffer that its pages are read into.
//!
//! The same for all, so that none is favoured: HTTP/1.1, keep-alive, no
//! pipelining, TLS, compression, proxy, redirects or name look-ups;
//! `TCP_NODELAY`; each body read to its last byte.

mod cut;
mod error;
pub mod hyper;
pub mod net;
pub mod raw;
pub mod reqwest;
mod room;
pub mod ureq;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

pub use cut::Cut;
pub use error::{FetchError, RetryWait, TOO_LARGE};
pub use net::Net;
pub use room::{Body, Memory};

use crate::frontier::Ticket;
use error::{refused, retry_after, with_causes};
use room::Gathering;

/// What a driver is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The hosts that have the pages; a ticket names its host by the index here.
    pub hosts: Arc<[Host]>,
    /// At most this many pages in flight.
    pub concurrency: usize,
    /// Threads of a runtime or an executor, if the model has one.
    pub threads: usize,
    /// Whether a connection serves one page after another.
    pub keep_alive: bool,
    /// The user agent, if the client sends one.
    pub user_agent: Option<&'static str>,
    /// Frees the threads that block, when a scrape is aborted.
    pub cut: Cut,
    /// What long bodies may take together.
    pub memory: Memory,
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
            memory: Memory::default(),
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
    fn fetch(&mut self, ticket: &Ticket) -> Result<Body<'_>, FetchError>;
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
    fn fetch(
        &mut self,
        ticket: &Ticket,
    ) -> impl Future<Output = Result<Body<'_>, FetchError>> + Send;
}

/// A body is read no further than this. No page is a thousandth as long; a
/// server that never ends must not take all of a worker's memory.
const MOST_BODY_BYTES: usize = 16 * 1024 * 1024;

fn too_long() -> FetchError {
    FetchError::TooLarge("a body of over 16 MiB".to_owned())
}
