//! One connection of the event loop: a state machine that goes as far as its
//! socket lets it, and comes back.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Interest, Poll, Token};

use crate::clients::raw::Exchange;
use crate::clients::{FetchError, Plan};
use crate::frontier::{Moment, Ticket};
use crate::scrape::Scrape;

#[derive(Debug)]
pub(super) struct Connection {
    stream: Option<TcpStream>,
    /// To which of the hosts.
    host: usize,
    exchange: Exchange,
    /// The page in flight here and how much of its request has left.
    ticket: Option<Ticket>,
    written: usize,
}

impl Connection {
    /// One that connects at its first page.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            stream: None,
            host: 0,
            exchange: Exchange::new(plan),
            ticket: None,
            written: 0,
        }
    }

    /// Takes on a page and sends its request as far as the socket lets it.
    /// Returns whether the page is through already, having failed.
    pub(super) fn begin(
        &mut self,
        scrape: &Scrape,
        plan: &Plan,
        poll: &Poll,
        token: Token,
        ticket: Ticket,
    ) -> bool {
        self.exchange.begin(&ticket);
        if self.host != ticket.host() {
            self.stream = None;
        }
        self.host = ticket.host();
        let address = plan.host(&ticket).address;
        self.ticket = Some(ticket);
        self.written = 0;
        if self.stream.is_none() {
            match connect(address, poll, token) {
                Ok(stream) => self.stream = Some(stream),
                Err(error) => return self.end(scrape, Err(FetchError::Connect(error))),
            }
        }
        // No answer can be there yet, so there is nothing to read for now.
        match self.write() {
            Ok(_) => false,
            Err(error) => self.end(scrape, Err(error)),
        }
    }

    /// When the page in flight is given up, if it has a limit.
    pub(super) fn until(&self) -> Option<Moment> {
        self.ticket.as_ref()?.until()
    }

    /// Goes on after an event. Returns whether the page in flight is through.
    pub(super) fn advance(&mut self, scrape: &Scrape) -> bool {
        if self.ticket.is_none() {
            return false;
        }
        let moved = self
            .write()
            .and_then(|sent| if sent { self.read() } else { Ok(false) });
        match moved {
            Ok(false) => false,
            Ok(true) => self.end(scrape, Ok(())),
            Err(error) => self.end(scrape, Err(error)),
        }
    }

    /// Closes the connection on a page in flight, which `why` says of its limit.
    /// Returns whether there was one.
    pub(super) fn give_up(
        &mut self,
        scrape: &Scrape,
        why: impl FnOnce(Duration) -> FetchError,
    ) -> bool {
        let Some(ticket) = &self.ticket else {
            return false;
        };
        let why = why(ticket.limit().unwrap_or_default());
        self.end(scrape, Err(why))
    }

    /// The server has ended the connection. It says so once, with its answer or
    /// after it; at the next page nobody would hear of it.
    pub(super) fn ended(&mut self) {
        if self.ticket.is_none() {
            self.stream = None;
        }
    }

    /// Writes what is left of the request. Returns whether all of it has left.
    fn write(&mut self) -> Result<bool, FetchError> {
        let stream = self
            .stream
            .as_mut()
            .expect("a page in flight has a connection");
        while self.written < self.exchange.request().len() {
            match stream.write(&self.exchange.request()[self.written..]) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return not_yet(error),
            }
        }
        Ok(true)
    }

    /// Reads until the answer is complete (true), and no further, or until
    /// the socket has no more for now (false).
    fn read(&mut self) -> Result<bool, FetchError> {
        let stream = self
            .stream
            .as_mut()
            .expect("a page in flight has a connection");
        loop {
            match stream.read(self.exchange.space()) {
                Ok(count) if self.exchange.received(count)? => return Ok(true),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return not_yet(error),
            }
        }
    }

    /// Hands the page over. Always true, for the callers' convenience.
    fn end(&mut self, scrape: &Scrape, outcome: Result<(), FetchError>) -> bool {
        if outcome.is_err() || !self.exchange.keeps_alive() {
            self.stream = None;
        }
        if let Some(ticket) = self.ticket.take() {
            if outcome.is_err() {
                self.exchange.release();
            }
            scrape.visit(ticket, outcome.and_then(|()| self.exchange.body()));
        }
        true
    }
}

fn connect(address: SocketAddr, poll: &Poll, token: Token) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    poll.registry()
        .register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
    Ok(stream)
}

/// A socket that would block, or is still connecting, is asked again at its
/// next event; anything else is an error.
fn not_yet(error: io::Error) -> Result<bool, FetchError> {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::NotConnected => Ok(false),
        // How a connect ended that had only begun shows at the first write.
        ErrorKind::ConnectionRefused => Err(FetchError::Connect(error)),
        _ => Err(FetchError::Broken(error)),
    }
}
