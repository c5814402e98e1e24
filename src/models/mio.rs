//! mio: the event loop that every runtime has inside, written by hand.
//!
//! One thread waits in epoll for all connections. Each connection is a small
//! state machine: connecting, writing its request, reading its answer. No
//! task, no future, no waker; the loop *is* the program, and what it costs is
//! that the steps of one page are spread over it.
//!
//! epoll is edge-triggered here: it speaks once when bytes arrive, so whoever
//! it speaks to must read on until `WouldBlock`, or know (as here, from the
//! Content-Length) that nothing more can come, and save that last read.
//!
//! See it: `cargo run --release -- report --driver 'mio/*'`

use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Wake};
use std::time::Duration;

use anyhow::Context as _;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token, Waker};

use super::{LetsGo, ModelInfo, Started};
use crate::clients::raw::Exchange;
use crate::clients::{FetchError, Plan};
use crate::frontier::{Moment, Step, Ticket, Wait};
use crate::scrape::{Heart, Scrape};

/// How it is listed.
pub const INFO: ModelInfo = ModelInfo {
    name: "mio",
    crates: &["mio"],
    waits: "one thread's own event loop waits in epoll for all connections",
    one_at_a_time: false,
    keep_alive: true,
    lets_go: LetsGo::Closed,
};

/// The model, started: a poll and as many connections as pages in flight.
#[derive(Debug)]
pub struct Mio {
    plan: Plan,
    poll: Poll,
    events: Events,
    /// Ends the loop's sleep from outside.
    waker: Arc<LoopWaker>,
    connections: Vec<Connection>,
    /// When which connection's page is given up, for pages that have a limit.
    due: BTreeSet<(Moment, usize)>,
}

/// The event that stands for "woken"; the others are those of connections.
const WOKEN: Token = Token(usize::MAX);

#[derive(Debug)]
struct LoopWaker(Waker);

impl Wake for LoopWaker {
    fn wake(self: Arc<Self>) {
        // Without it the loop would wake at its next event.
        let _ = self.0.wake();
    }
}

#[derive(Debug)]
struct Connection {
    stream: Option<TcpStream>,
    /// To which of the hosts.
    host: usize,
    exchange: Exchange,
    /// The page in flight here and how much of its request has left.
    ticket: Option<Ticket>,
    written: usize,
}

/// Makes the poll and room for the connections; they connect at their first
/// page. The model speaks HTTP itself, so it has no client to be given.
pub fn start(plan: &Plan) -> anyhow::Result<Box<dyn Started>> {
    let connection = || Connection {
        stream: None,
        host: 0,
        exchange: Exchange::new(plan),
        ticket: None,
        written: 0,
    };
    let poll = Poll::new().context("no epoll could be had")?;
    let waker = Waker::new(poll.registry(), WOKEN).context("the loop cannot be woken")?;
    Ok(Box::new(Mio {
        plan: plan.clone(),
        poll,
        events: Events::with_capacity(1024),
        waker: Arc::new(LoopWaker(waker)),
        connections: (0..plan.concurrency).map(|_| connection()).collect(),
        due: BTreeSet::new(),
    }))
}

impl Started for Mio {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let waker = self.waker.clone().into();
        let mut context = Context::from_waker(&waker);
        let mut idle: Vec<usize> = (0..self.connections.len()).rev().collect();
        let mut abort = scrape.listen();
        let mut heart = scrape.heart();
        loop {
            let mut wait = self.dispatch(scrape, &mut idle);
            if idle.len() == self.connections.len() && wait.is_none() {
                return Ok(());
            }
            if let Some(wait) = &mut wait
                && wait.poll_changed(&mut context).is_ready()
            {
                continue;
            }
            if scrape.poll_aborted(abort.as_mut(), &mut context).is_ready() {
                self.give_up_all(scrape, &mut idle);
                continue;
            }
            let sleep = self.sleep_at_most(scrape, wait.as_ref());
            let sleep = [sleep, heart.as_ref().map(Heart::rest)]
                .into_iter()
                .flatten()
                .min();
            match self.poll.poll(&mut self.events, sleep) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                polled => polled.context("epoll failed")?,
            }
            if let Some(heart) = &mut heart {
                heart.beat();
            }
            for event in self.events.iter().filter(|event| event.token() != WOKEN) {
                let Token(index) = event.token();
                let connection = &mut self.connections[index];
                let until = connection.until();
                if connection.advance(scrape) {
                    until.map(|until| self.due.remove(&(until, index)));
                    idle.push(index);
                }
                // A server that ends a connection says so once, with its answer
                // or after it. Nobody would hear of it at the next page.
                if connection.ticket.is_none() && event.is_read_closed() {
                    connection.stream = None;
                }
            }
            self.give_up_overdue(scrape, &mut idle);
        }
    }
}

impl Mio {
    /// Gives every idle connection a page, as far as there are pages to be
    /// had now. Returns what to wait for, when there may be more later.
    fn dispatch(&mut self, scrape: &Scrape, idle: &mut Vec<usize>) -> Option<Wait> {
        while let Some(&index) = idle.last() {
            match scrape.next() {
                Step::Fetch(ticket) => {
                    let connection = &mut self.connections[index];
                    let until = ticket.until();
                    // A page that fails or ends at once leaves it idle.
                    if !connection.begin(scrape, &self.plan, &self.poll, Token(index), ticket) {
                        until.map(|until| self.due.insert((until, index)));
                        idle.pop();
                    }
                }
                Step::Wait(wait) => return Some(wait),
                Step::Stop => return None,
            }
        }
        None
    }

    /// How long the loop may sleep: until the wait is over, or a page overdue.
    fn sleep_at_most(&self, scrape: &Scrape, wait: Option<&Wait>) -> Option<Duration> {
        let wait = wait.and_then(Wait::at_most);
        let due = self
            .due
            .first()
            .map(|(until, _)| until.saturating_sub(scrape.now()));
        [wait, due].into_iter().flatten().min()
    }

    /// Closes the connections whose pages take longer than they may.
    fn give_up_overdue(&mut self, scrape: &Scrape, idle: &mut Vec<usize>) {
        while let Some(&(until, index)) = self.due.first()
            && until <= scrape.now()
        {
            self.due.pop_first();
            let connection = &mut self.connections[index];
            let limit = connection.ticket.as_ref().and_then(Ticket::limit);
            connection.end(scrape, Err(FetchError::TimedOut(limit.unwrap_or_default())));
            idle.push(index);
        }
    }

    /// Closes every connection that has a page in flight.
    fn give_up_all(&mut self, scrape: &Scrape, idle: &mut Vec<usize>) {
        self.due.clear();
        for (index, connection) in self.connections.iter_mut().enumerate() {
            if connection.ticket.is_some() {
                connection.end(scrape, Err(FetchError::Aborted));
                idle.push(index);
            }
        }
    }
}

impl Connection {
    /// Takes on a page and sends its request as far as the socket lets it.
    /// Returns whether the page is through already, having failed.
    fn begin(
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
    fn until(&self) -> Option<Moment> {
        self.ticket.as_ref()?.until()
    }

    /// Goes on after an event. Returns whether the page in flight is through.
    fn advance(&mut self, scrape: &Scrape) -> bool {
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

    /// Reads until the answer is complete (true), and not once more, or until
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
