//! mio: the event loop that every runtime has inside, written by hand.
//!
//! One thread waits in epoll for all connections. Each connection is a small
//! state machine (`mio/connection.rs`): connecting, writing its request,
//! reading its answer. No task and no future; the loop *is* the program, and
//! what it costs is that the steps of one page are spread over it.
//!
//! epoll is edge-triggered here: it reports a socket once, when bytes arrive.
//! So a connection reads on until `WouldBlock`, or until it knows from the
//! Content-Length that nothing more can come, which saves the last read.
//!
//! See it: `cargo run --release -- report --driver 'mio/*'`

mod connection;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::Arc;
use std::task::{Context, Wake};
use std::time::Duration;

use anyhow::Context as _;
use mio::{Events, Poll, Token, Waker};

use crate::clients::{FetchError, Plan};
use crate::drivers::driver::Started;
use crate::frontier::{Moment, Step, Wait};
use crate::scrape::{Scrape, Ticker};
use connection::Connection;

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

/// Makes the poll and room for the connections; they connect at their first
/// page. The model speaks HTTP itself, so it has no client to be given.
pub fn start(plan: &Plan) -> anyhow::Result<Box<dyn Started>> {
    let poll = Poll::new().context("failed to create the epoll instance")?;
    let waker = Waker::new(poll.registry(), WOKEN)
        .context("failed to create the event that wakes the loop")?;
    Ok(Box::new(Mio {
        plan: plan.clone(),
        poll,
        events: Events::with_capacity(1024),
        waker: Arc::new(LoopWaker(waker)),
        connections: (0..plan.concurrency)
            .map(|_| Connection::new(plan))
            .collect(),
        due: BTreeSet::new(),
    }))
}

impl Started for Mio {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let waker = self.waker.clone().into();
        let mut context = Context::from_waker(&waker);
        let mut idle: Vec<usize> = (0..self.connections.len()).rev().collect();
        let mut abort = scrape.listen();
        let mut ticker = scrape.ticker();
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
            let sleep = self.sleep_at_most(scrape, wait.as_ref(), ticker.as_ref());
            match self.poll.poll(&mut self.events, sleep) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                polled => polled.context("epoll failed")?,
            }
            if let Some(ticker) = &mut ticker {
                ticker.tick();
            }
            for event in self.events.iter().filter(|event| event.token() != WOKEN) {
                let Token(index) = event.token();
                let connection = &mut self.connections[index];
                let until = connection.until();
                if connection.advance(scrape) {
                    until.map(|until| self.due.remove(&(until, index)));
                    idle.push(index);
                }
                if event.is_read_closed() {
                    connection.ended();
                }
            }
            self.give_up_overdue(scrape, &mut idle);
        }
    }
}

impl Mio {
    /// Gives idle connections the pages that may be fetched now. Returns what
    /// to wait for if there may be more later.
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

    /// How long the loop may sleep: until the wait is over, a page overdue, or
    /// the ticker to tick.
    fn sleep_at_most(
        &self,
        scrape: &Scrape,
        wait: Option<&Wait>,
        ticker: Option<&Ticker>,
    ) -> Option<Duration> {
        let overdue = |&(until, _): &(Moment, usize)| until.saturating_sub(scrape.now());
        let ends = [
            wait.and_then(Wait::at_most),
            self.due.first().map(overdue),
            ticker.map(Ticker::rest),
        ];
        ends.into_iter().flatten().min()
    }

    /// Closes the connections whose pages take longer than they may.
    fn give_up_overdue(&mut self, scrape: &Scrape, idle: &mut Vec<usize>) {
        while let Some(&(until, index)) = self.due.first()
            && until <= scrape.now()
        {
            self.due.pop_first();
            if self.connections[index].give_up(scrape, FetchError::TimedOut) {
                idle.push(index);
            }
        }
    }

    /// Closes every connection that has a page in flight.
    fn give_up_all(&mut self, scrape: &Scrape, idle: &mut Vec<usize>) {
        self.due.clear();
        for (index, connection) in self.connections.iter_mut().enumerate() {
            if connection.give_up(scrape, |_| FetchError::Aborted) {
                idle.push(index);
            }
        }
    }
}
