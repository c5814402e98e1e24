//! raw on a thread: write, then read until the answer is complete.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::{Exchange, INFO};
use crate::clients::{BlockingClient, BlockingFetcher, ClientInfo, FetchError, Plan};
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
    stream: Option<TcpStream>,
    exchange: Exchange,
}

impl BlockingClient for Raw {
    type Fetcher = RawFetcher;
    const INFO: ClientInfo = INFO;

    fn new(plan: &Plan) -> Self {
        Self { plan: *plan }
    }

    fn fetcher(&self) -> RawFetcher {
        RawFetcher {
            plan: self.plan,
            stream: None,
            exchange: Exchange::new(self.plan.server, self.plan.keep_alive),
        }
    }
}

impl BlockingFetcher for RawFetcher {
    fn fetch(&mut self, ticket: &Ticket) -> Result<&[u8], FetchError> {
        self.exchange.begin(ticket);
        // Taken out, and put back only after a complete answer: a connection
        // that failed half-way is not used again.
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(&self.plan).map_err(FetchError::Connect)?,
        };
        stream
            .write_all(self.exchange.request())
            .map_err(FetchError::Broken)?;
        loop {
            let count = stream
                .read(self.exchange.space())
                .map_err(FetchError::Broken)?;
            if self.exchange.received(count)? {
                break;
            }
        }
        if self.exchange.keeps_alive() {
            self.stream = Some(stream);
        }
        self.exchange.body()
    }
}

fn connect(plan: &Plan) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(plan.server)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
