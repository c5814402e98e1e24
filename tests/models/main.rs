//! Every driver keeps what it promises, by the server's ledger: each
//! page once, never more in flight than allowed, as many as allowed, on no
//! more connections than that.
//!
//! Each driver has a worker process of its own, as in an experiment, because
//! some of what is promised (threads, async-std's executor) is a process's.

mod diff;
mod fixed;
mod promises;
#[path = "../support/mod.rs"]
mod support;
mod threads;
mod warm;

use regatta::drivers::Driver;
use regatta::harness::worker::Job;
use regatta::measure::sample::{Ledger, Sample};
use regatta::site::page::Site;
use regatta::site::server::control::Control;
use regatta::site::server::{Scenario, Server};
use regatta::site::workload::Parse;

use support::worker::{Worker, job};
use support::{ensure, serving};

/// A server with its ledger.
struct TestSite {
    server: Server,
    control: Control,
    pages: u64,
}

impl TestSite {
    fn with(pages: u64, latency: &str) -> Self {
        let (server, control) = serving(Scenario::new(pages, latency.parse().unwrap(), 1));
        Self {
            server,
            control,
            pages,
        }
    }

    fn job(&self, concurrency: usize) -> Job {
        job(self.server.page_address(), self.pages, concurrency)
    }

    /// One job by a worker, and the ledger of it alone.
    fn race(&self, worker: &mut Worker, job: &Job) -> Result<(Sample, Ledger), String> {
        let words = |error: anyhow::Error| format!("{error:#}");
        self.control.reset().map_err(words)?;
        let sample = worker.sample(job)?;
        let ledger = self.control.ledger().map_err(words)?;
        Ok((sample, ledger))
    }
}

/// By the driver's account and by the server's, every page was fetched once
/// and was right.
fn each_page_once(job: &Job, sample: &Sample, ledger: &Ledger) -> Result<(), String> {
    ensure(sample.errors == 0 && sample.pages == job.pages, || {
        format!(
            "{} pages, {} errors, the first: {:?}",
            sample.pages, sample.errors, sample.first_error
        )
    })?;
    let expected = format!(
        "{:016x}",
        Site::new(job.pages).expected_digest(job.parse, &[])
    );
    ensure(sample.digest == expected, || {
        format!("its digest is {}, not {expected}", sample.digest)
    })?;
    let clean = ledger.requests == job.pages
        && ledger.answers == job.pages
        && ledger.pages_missed == 0
        && ledger.pages_repeated == 0
        && ledger.other_requests == 0
        && ledger.clients_gone == 0;
    ensure(clean, || format!("the server saw {ledger:?}"))
}

/// No more connections than the driver may have.
fn few_connections(driver: &Driver, job: &Job, ledger: &Ledger) -> Result<(), String> {
    let places = driver.in_flight(job.concurrency) as u64;
    let allowed = match driver {
        driver if !driver.model.keep_alive => job.pages..=job.pages,
        // reqwest's pool takes a connection back in a task of its own, and
        // starts another for a request that comes before that task ran. How
        // often depends on the scheduler, so here it is only bounded.
        driver if driver.client.pool_races => 1..=job.pages,
        _ => 1..=places,
    };
    ensure(allowed.contains(&ledger.connections), || {
        format!(
            "{} connections where {allowed:?} are allowed",
            ledger.connections
        )
    })
}

const PARSES: [Parse; 3] = [Parse::None, Parse::Titles, Parse::Summary];
