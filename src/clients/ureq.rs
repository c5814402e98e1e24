//! ureq: the blocking client that people pick.
//!
//! One `Agent` is shared by all workers, as its documentation advises. Its
//! pool is one lock with a count over its idle connections on each return;
//! an agent a thread would avoid that, and is not what users write.
//!
//! # A time limit costs a thread a request
//!
//! ureq looks the host up before it looks into its pool, and under a limit of
//! any kind that covers the look-up it does so in a separate thread, which
//! it can leave behind: `getaddrinfo` cannot be interrupted. So each request
//! starts a thread, though its host is an address and its connection is open
//! (`resolver.rs`, `resolve_async`, in 3.5.1). A resolver of ours would not
//! need it; but that is what everybody pays who sets `timeout_global`, and the
//! trait is outside of what ureq keeps stable (`ureq::unversioned`). So it is
//! left so, and `docs/cancellation.md` says what it costs.
//!
//! # An abort shuts the agent down
//!
//! `Agent::shutdown` (since 3.5.0) ends all its connections, also those that
//! other threads wait on. An agent stays shut down, so the next scrape has a
//! new one. A look-up and a connect that are under way are not interrupted:
//! they end with the time limit.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ureq::Agent;

use super::cut::{Held, Sever};
use super::room::KEPT_BYTES;
use super::{
    BlockingClient, BlockingFetcher, Body, ClientInfo, FetchError, Gathering, Plan, refused,
    with_causes,
};
use crate::frontier::Ticket;

/// The client.
#[derive(Debug)]
pub struct Ureq {
    shared: Arc<Shared>,
}

/// A worker's handle on the agent, and its buffer.
#[derive(Debug)]
pub struct UreqFetcher {
    shared: Arc<Shared>,
    agent: Agent,
    body: Vec<u8>,
}

/// What all workers share.
#[derive(Debug)]
struct Shared {
    plan: Plan,
    agent: Mutex<(Agent, Option<Held>)>,
}

impl Sever for Agent {
    fn sever(&self) {
        self.clone().shutdown();
    }
}

impl BlockingClient for Ureq {
    type Fetcher = UreqFetcher;
    const INFO: ClientInfo = ClientInfo {
        name: "ureq",
        crates: &["ureq"],
        pool_races: false,
    };

    fn new(plan: &Plan) -> Self {
        let shared = Shared {
            agent: Mutex::new(held_agent(plan)),
            plan: plan.clone(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    fn fetcher(&self) -> UreqFetcher {
        UreqFetcher {
            agent: self.shared.lock().0.clone(),
            shared: self.shared.clone(),
            body: Vec::new(),
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, (Agent, Option<Held>)> {
        self.agent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another agent than before, if that was shut down in an earlier scrape;
    /// in this one nothing is to be fetched any more.
    fn renewed(&self) -> Option<Agent> {
        let cut = &self.plan.cut;
        if !cut.is_ready() || cut.has_cut() {
            return None;
        }
        let mut current = self.lock();
        if current.1.as_ref().is_some_and(Held::is_cut) {
            *current = held_agent(&self.plan);
        }
        Some(current.0.clone())
    }
}

/// An agent, and the handle by which an abort shuts it down.
fn held_agent(plan: &Plan) -> (Agent, Option<Held>) {
    let agent = agent(plan);
    let held = plan.cut.hold(agent.clone());
    (agent, held)
}

fn agent(plan: &Plan) -> Agent {
    // The pool keeps 3 idle connections a host by default, and 128 KiB of
    // buffer each way a connection: 20 workers would reconnect all the time,
    // and 5,000 would hold 1.3 GB.
    let idle = if plan.keep_alive { plan.concurrency } else { 0 };
    let mut config = Agent::config_builder();
    if let Some(name) = plan.user_agent {
        config = config.user_agent(name);
    }
    let config = config
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .no_delay(true)
        .max_idle_connections(idle)
        .max_idle_connections_per_host(idle)
        .input_buffer_size(32 * 1024)
        // As raw's, and less than the buffer: a head that fills it is taken
        // for the end of the connection.
        .max_response_header_size(16 * 1024)
        .output_buffer_size(4 * 1024)
        .build();
    Agent::new_with_config(config)
}

impl BlockingFetcher for UreqFetcher {
    fn fetch(&mut self, ticket: &Ticket) -> Result<Body<'_>, FetchError> {
        if let Some(agent) = self.shared.renewed() {
            self.agent = agent;
        }
        let host = self.shared.plan.host(ticket);
        let mut request = self.agent.get(host.url(ticket));
        if let Some(name) = host.other_name() {
            request = request.header("host", name);
        }
        let limit = ticket.limit();
        if let Some(limit) = limit {
            request = request.config().timeout_global(Some(limit)).build();
        }
        let failed = |error: ureq::Error| named(&error, limit);
        let mut answer = request.call().map_err(failed)?;
        let mut body = Gathering::begin(&mut self.body, &self.shared.plan.memory);
        body.expect(answer.body().content_length());
        // To the end even when the status is not wanted: only then does the
        // connection go back to the pool.
        let mut reader = answer.body_mut().as_reader();
        let mut length = KEPT_BYTES;
        loop {
            let left = (length - body.bytes.len()) as u64;
            (&mut reader)
                .take(left)
                .read_to_end(&mut body.bytes)
                .map_err(|error| broken(error, limit))?;
            body.check()?;
            if body.bytes.len() < length {
                break;
            }
            let mut next = [0];
            let read = reader.read(&mut next);
            if read.map_err(|error| broken(error, limit))? == 0 {
                break;
            }
            body.append(&next)?;
            length = body.allowed;
        }
        // A body that ends with its connection looks whole when that is cut.
        if self.shared.plan.cut.has_cut() && answer.body().content_length().is_none() {
            return Err(FetchError::Aborted);
        }
        match answer.status().as_u16() {
            200 => Ok(body.end(&mut self.body)),
            status => Err(refused(status, answer.headers())),
        }
    }
}

/// An error of ureq's, under this limit.
fn named(error: &ureq::Error, limit: Option<Duration>) -> FetchError {
    match (error, limit) {
        (ureq::Error::Timeout(_), Some(limit)) => FetchError::TimedOut(limit),
        _ => with_causes(error),
    }
}

/// The error of a body. ureq hides its own in one of `io`.
fn broken(error: io::Error, limit: Option<Duration>) -> FetchError {
    match error.downcast::<ureq::Error>() {
        Ok(error) => named(&error, limit),
        Err(error) => FetchError::Broken(error),
    }
}
