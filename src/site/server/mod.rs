//! The mock server: fixed pages, chosen delays, and a ledger of what it saw.
//!
//! A server that measures others must not be the thing that is measured, so
//! this one is built to be out of the way:
//!
//! - **It is cheap.** hyper's HTTP/1 straight on single-threaded tokio
//!   runtimes: no work stealing, no locks between connections. Pages are made
//!   once; head and body leave in one `writev`.
//! - **It is punctual.** tokio's timer counts whole milliseconds and rounds
//!   up; the delays here come from a timer descriptor of their own
//!   (`delay`), early never, late by some tens of microseconds.
//! - **It counts.** Every request is counted from the moment its head was read
//!   to the moment the kernel took the last byte of its answer (`window`,
//!   `ledger`). A driver's report is compared with that.
//!
//! | file | what |
//! |---|---|
//! | `threads` | starts and stops the serving threads |
//! | `accept` | listening sockets and the accept loop |
//! | `stream` | the connection as hyper sees it; notices the last byte |
//! | `routes`, `respond`, `body`, `answer` | one request in, one answer out |
//! | `capacity`, `rate` | limits: slots, requests a second |
//! | `rate_meter` | whether clients keep the rate that they agreed to |
//! | `fault`, `slow` | answers that are bad on purpose |
//! | `delay` | waiting, to the microsecond |
//! | `window`, `in_flight` | one run from reset to reset, and one request in it |
//! | `counter`, `counters`, `histogram`, `latency_buckets`, `ledger` | counting, and reading the counts |
//! | `requests` | a log of single requests, where one is wanted |
//! | `pages` | the bytes that are served |
//! | `control` | the second port: scenarios in, ledgers out, for those who know the secret |
//! | `host`, `visitor` | which host a request is for and which site it is from; whose are answered |
//! | `input` | how far the requests of a connection have been read |
//! | `connections` | how many there may be, and which wait too long |
//! | `limits` | every bound of both ports |

mod accept;
mod answer;
mod body;
mod capacity;
mod clock;
mod connections;
pub mod control;
mod counter;
mod counters;
mod delay;
mod fault;
mod histogram;
mod host;
mod in_flight;
mod input;
mod latency_buckets;
mod ledger;
mod limits;
mod pages;
mod rate;
mod rate_meter;
mod requests;
mod respond;
mod routes;
mod shared;
mod slow;
mod stream;
#[cfg(test)]
mod tests;
mod threads;
mod visitor;
mod window;

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::site::workload::{Faults, Latency, MOST_PAGES, Slots, Workload};
use control::Secret;
use control::port::ControlPort;
use shared::Shared;
use threads::Threads;

/// What is served: the part of a workload that the server has to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// How many pages there are: `/page/0` to `/page/{pages - 1}`.
    pub pages: u64,
    /// How long each waits before it is answered.
    pub latency: Latency,
    /// What happens to requests in place of a good answer.
    #[serde(default)]
    pub faults: Faults,
    /// How many requests are worked on at once.
    #[serde(default)]
    pub slots: Slots,
    /// How many requests a second each client address may make; 0 is no limit.
    #[serde(default)]
    pub allowed_rate: u32,
    /// How many requests a second all clients together have agreed to; 0 is
    /// nothing agreed. It is noted how well they keep it.
    #[serde(default)]
    pub agreed_rate: u32,
    /// Whether each request is written down, for a picture of it. It costs
    /// time and memory for each.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log: bool,
    /// Decides which page waits how long and which request fails, together
    /// with the page's number.
    pub seed: u64,
}

impl Scenario {
    /// Pages that wait and are answered well, however many ask for them.
    #[must_use]
    pub fn new(pages: u64, latency: Latency, seed: u64) -> Self {
        Self {
            pages,
            latency,
            faults: Faults::default(),
            slots: Slots::default(),
            allowed_rate: 0,
            agreed_rate: 0,
            log: false,
            seed,
        }
    }

    /// What a server has to know of `workload`.
    #[must_use]
    pub fn of(workload: &Workload, seed: u64) -> Self {
        Self {
            pages: workload.pages,
            latency: workload.latency.clone(),
            faults: workload.faults.clone(),
            slots: workload.slots,
            allowed_rate: workload.allowed_rate,
            agreed_rate: workload.rate,
            log: false,
            seed,
        }
    }

    /// 16 hexadecimal digits that differ for scenarios that differ in anything.
    /// Each ledger carries them, so that nobody can change what a run is served
    /// without a trace.
    ///
    /// # Panics
    /// Never: numbers and text are always valid JSON.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let json = serde_json::to_string(self).expect("numbers and text are valid JSON");
        format!("{:016x}", rapidhash::v3::rapidhash_v3(json.as_bytes()))
    }

    /// Says what is wrong with a scenario that cannot be served.
    fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            (1..=MOST_PAGES).contains(&self.pages),
            "invalid scenario: expected 1 to {MOST_PAGES} pages, not {}",
            self.pages
        );
        Ok(())
    }
}

/// How a server is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// What it serves first; the control port changes it later.
    pub scenario: Scenario,
    /// Where pages are served on 127.0.0.1; 0 takes a free port.
    pub port: u16,
    /// Where the control port listens on 127.0.0.1; 0 takes a free port.
    pub control_port: u16,
    /// How many threads serve pages. One is the default everywhere: it is
    /// about as fast as nginx with one worker, and leaves the other cores to
    /// the driver.
    pub threads: NonZeroUsize,
}

/// A server that is running; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    page_address: SocketAddr,
    control_address: SocketAddr,
    secret: Secret,
    shared: Arc<Shared>,
    threads: Threads,
}

impl Server {
    /// Builds the pages, binds both ports and starts serving.
    ///
    /// # Errors
    /// When the scenario has too few or too many pages, when a port is taken
    /// (an [`io::Error`] of kind `AddrInUse` is in the chain), or when a
    /// thread or a runtime cannot be made.
    pub fn start(options: Options) -> anyhow::Result<Self> {
        options.scenario.check()?;
        let pages = bind(options.port)?;
        let control = bind(options.control_port)?;
        let page_address = pages.local_addr()?;
        let control_address = control.local_addr()?;
        let shared = Arc::new(Shared::new(
            options.scenario,
            page_address.port(),
            options.threads.get(),
        ));
        let secret = Secret::draw()?;
        let control_port =
            ControlPort::new(Arc::clone(&shared), secret.clone(), control_address.port());
        let threads = Threads::start(
            pages,
            (Arc::new(control_port), control),
            options.threads.get(),
        )?;
        Ok(Self {
            page_address,
            control_address,
            secret,
            shared,
            threads,
        })
    }

    /// Where the pages are.
    #[must_use]
    pub fn page_address(&self) -> SocketAddr {
        self.page_address
    }

    /// Where the control port is.
    #[must_use]
    pub fn control_address(&self) -> SocketAddr {
        self.control_address
    }

    /// What a client of the control port has to know.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Closes both ports and every connection, and waits for the threads.
    /// Returns how many requests for pages were answered since the last reset:
    /// only a thread that has ended has written all of its answers down.
    pub fn stop(self) -> u64 {
        self.threads.stop();
        self.shared.window().answers()
    }
}

fn bind(port: u16) -> anyhow::Result<std::net::TcpListener> {
    accept::listen(port)
        .map_err(|error: io::Error| {
            let taken = error.kind() == io::ErrorKind::AddrInUse;
            let context = if taken {
                format!(
                    "port {port} of 127.0.0.1 is used by another program; \
                 use any free port with `--port 0`, or another one with `--port {}`",
                    port.checked_add(1).unwrap_or(8080)
                )
            } else {
                format!("cannot listen on port {port} of 127.0.0.1")
            };
            anyhow::Error::new(error).context(context)
        })
        .context("the server could not start")
}
