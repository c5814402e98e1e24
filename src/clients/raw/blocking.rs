//! raw on a thread: write, then read until the answer is complete.
//!
//! A thread that blocks is freed by its socket: the kernel ends a `read` after
//! the socket's timeout, or when somebody shuts the socket down.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::{Exchange, INFO};
use crate::clients::cut::Held;
use crate::clients::{BlockingClient, BlockingFetcher, Body, ClientInfo, FetchError, Plan};
use crate::frontier::Ticket;

/// The blocking raw client: nothing is shared between its connections.
#[derive(Debug)]
pub struct Raw {
    plan: Plan,
}

/// One connection and its buffers.
#[derive(Debug)]
pub struct RawFetcher {
    plan: Plan,
    connection: Option<Connection>,
    exchange: Exchange,
}

#[derive(Debug)]
struct Connection {
    /// To which of the hosts.
    host: usize,
    stream: TcpStream,
    /// Whether the socket has a timeout.
    timed: bool,
    /// Where an abort can shut it down.
    held: Option<Held>,
}

/// When a request is given up.
#[derive(Debug, Clone, Copy)]
struct Limit {
    at: Instant,
    /// As it was asked for.
    limit: Duration,
}

impl BlockingClient for Raw {
    type Fetcher = RawFetcher;
    const INFO: ClientInfo = INFO;

    fn new(plan: &Plan) -> Self {
        Self { plan: plan.clone() }
    }

    fn fetcher(&self) -> RawFetcher {
        RawFetcher {
            plan: self.plan.clone(),
            connection: None,
            exchange: Exchange::new(&self.plan),
        }
    }
}

impl BlockingFetcher for RawFetcher {
    fn fetch(&mut self, ticket: &Ticket) -> Result<Body<'_>, FetchError> {
        self.exchange(ticket)
            .inspect_err(|_| self.exchange.release())?;
        self.exchange.body()
    }
}

impl RawFetcher {
    fn exchange(&mut self, ticket: &Ticket) -> Result<(), FetchError> {
        self.exchange.begin(ticket);
        let limit = ticket.limit().map(Limit::from_now);
        // Taken out, and put back only after a complete answer: a connection
        // that failed half-way is not used again.
        let mut connection = match self.connection.take() {
            Some(connection) if connection.is_fit_for(ticket) => connection,
            _ => Connection::open(&self.plan, ticket, limit)?,
        };
        connection
            .stream
            .write_all(self.exchange.request())
            .map_err(FetchError::Broken)?;
        loop {
            let count = connection.read(self.exchange.space(), limit)?;
            if self.exchange.received(count)? {
                break;
            }
        }
        if self.exchange.keeps_alive() {
            self.connection = Some(connection);
        }
        Ok(())
    }
}

impl Connection {
    fn open(plan: &Plan, ticket: &Ticket, limit: Option<Limit>) -> Result<Self, FetchError> {
        let address = plan.host(ticket).address;
        let stream = match limit {
            None => TcpStream::connect(address).map_err(FetchError::Connect)?,
            Some(limit) => TcpStream::connect_timeout(&address, limit.left()?)
                .map_err(|error| limit.or(error, FetchError::Connect))?,
        };
        stream.set_nodelay(true).map_err(FetchError::Connect)?;
        Ok(Self {
            host: ticket.host(),
            timed: false,
            held: plan.cut.hold_stream(&stream),
            stream,
        })
    }

    /// Whether it leads there, and was not cut while it was idle.
    fn is_fit_for(&self, ticket: &Ticket) -> bool {
        self.host == ticket.host() && !self.held.as_ref().is_some_and(Held::is_cut)
    }

    fn read(&mut self, into: &mut [u8], limit: Option<Limit>) -> Result<usize, FetchError> {
        if limit.is_some() || self.timed {
            let left = limit.map(Limit::left).transpose()?;
            let set = self.stream.set_read_timeout(left);
            set.map_err(FetchError::Broken)?;
            self.timed = left.is_some();
        }
        self.stream.read(into).map_err(|error| match limit {
            Some(limit) => limit.or(error, FetchError::Broken),
            None => FetchError::Broken(error),
        })
    }
}

impl Limit {
    fn from_now(limit: Duration) -> Self {
        Self {
            at: Instant::now() + limit,
            limit,
        }
    }

    /// What is left of it. The socket takes no timeout of nothing.
    fn left(self) -> Result<Duration, FetchError> {
        let left = self.at.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(FetchError::TimedOut(self.limit));
        }
        Ok(left)
    }

    /// The kernel says "would block" of a read that ran out of time.
    fn or(self, error: std::io::Error, other: fn(std::io::Error) -> FetchError) -> FetchError {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => FetchError::TimedOut(self.limit),
            _ => other(error),
        }
    }
}
