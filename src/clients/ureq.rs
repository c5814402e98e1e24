//! ureq: the blocking client that people pick.
//!
//! One `Agent` is shared by all workers, as its documentation advises. Its
//! pool is one lock with a count over its idle connections on each return;
//! an agent a thread would avoid that, and is not what users write.

use std::io::{self, ErrorKind, Read};

use ureq::Agent;

use super::{
    BlockingClient, BlockingFetcher, ClientInfo, FetchError, MOST_BODY_BYTES, Plan, refused,
    too_long, with_causes,
};
use crate::frontier::Ticket;

/// The shared agent.
#[derive(Debug)]
pub struct Ureq {
    agent: Agent,
    plan: Plan,
}

/// A worker's handle on the agent, and its buffer.
#[derive(Debug)]
pub struct UreqFetcher {
    agent: Agent,
    plan: Plan,
    body: Vec<u8>,
}

impl BlockingClient for Ureq {
    type Fetcher = UreqFetcher;
    const INFO: ClientInfo = ClientInfo {
        name: "ureq",
        crates: &["ureq"],
        pool_races: false,
    };

    fn new(plan: &Plan) -> Self {
        // The pool keeps 3 idle connections a host by default, and 128 KiB
        // of buffer each way a connection: 20 workers would reconnect all the
        // time, and 5,000 would hold 1.3 GB.
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
            // As raw's, and less than the buffer: a head that fills it is
            // taken for the end of the connection.
            .max_response_header_size(16 * 1024)
            .output_buffer_size(4 * 1024)
            .build();
        Self {
            agent: Agent::new_with_config(config),
            plan: plan.clone(),
        }
    }

    fn fetcher(&self) -> UreqFetcher {
        UreqFetcher {
            agent: self.agent.clone(),
            plan: self.plan.clone(),
            body: Vec::new(),
        }
    }
}

impl BlockingFetcher for UreqFetcher {
    fn fetch(&mut self, ticket: &Ticket) -> Result<&[u8], FetchError> {
        let host = self.plan.host(ticket);
        let mut request = self.agent.get(host.url(ticket));
        if let Some(name) = host.other_name() {
            request = request.header("host", name);
        }
        let limit = ticket.limit();
        if let Some(limit) = limit {
            request = request.config().timeout_global(Some(limit)).build();
        }
        let failed = |error: ureq::Error| match (error, limit) {
            (ureq::Error::Timeout(_), Some(limit)) => FetchError::TimedOut(limit),
            (error, _) => with_causes(&error),
        };
        let mut answer = request.call().map_err(failed)?;
        self.body.clear();
        // To the end even when the status is not wanted: only then does the
        // connection go back to the pool.
        let reader = answer.body_mut().as_reader();
        reader
            .take(MOST_BODY_BYTES as u64 + 1)
            .read_to_end(&mut self.body)
            .map_err(|error| match (error.kind(), limit) {
                (ErrorKind::TimedOut, Some(limit)) => FetchError::TimedOut(limit),
                _ => broken(error),
            })?;
        if self.body.len() > MOST_BODY_BYTES {
            return Err(too_long());
        }
        match answer.status().as_u16() {
            200 => Ok(&self.body),
            status => Err(refused(status, answer.headers())),
        }
    }
}

/// The error of a body. ureq hides its own in one of `io`.
fn broken(error: io::Error) -> FetchError {
    match error.downcast::<ureq::Error>() {
        Ok(error) => with_causes(&error),
        Err(error) => FetchError::Broken(error),
    }
}
