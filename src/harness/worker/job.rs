//! A job of the worker protocol: one scrape to do.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use url::Url;

use super::storing::Storing;
use crate::clients::{Cut, Plan};
use crate::drivers::Driver;
use crate::frontier::Crawl;
use crate::measure::limits;
use crate::scrape::{Scrape, ScrapeTask, Stop};
use crate::site::workload::{MOST_ATTEMPTS, MOST_PAGES, Parse, Politeness, Workload};

/// One scrape to do.
///
/// Newer keys are left out where they have their default, so that older builds
/// can still be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The address of the pages.
    pub server: SocketAddr,
    /// Scrape `/page/0` to `/page/{pages - 1}`.
    pub pages: u64,
    /// At most this many in flight.
    pub concurrency: usize,
    /// What to read from each page.
    pub parse: Parse,
    /// Threads of the driver's runtime or executor, where it has one.
    pub threads: usize,
    /// How often to try a page and how fast to request pages; without it, each
    /// once and as fast as possible.
    #[serde(
        rename = "manners",
        default,
        skip_serializing_if = "Politeness::are_plain"
    )]
    pub politeness: Politeness,
    /// Find the pages by their links, from `/`, this many links deep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// Stop before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopAt>,
    /// Measure the lag of the event loop.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub loop_lag: bool,
    /// Log what happens to each page, and when.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log: bool,
    /// Store the records of the pages: `jsonl:FILE` or `sqlite:FILE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// Count the heap instead of timing.
    #[serde(default)]
    pub heap: bool,
}

/// When and how a scrape is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopAt {
    /// The time since the beginning of the scrape.
    pub after_ns: u64,
    /// What happens to the requests in flight.
    pub how: Stop,
}

/// The user agent whose rules in `robots.txt` a crawl obeys.
const AGENT: &str = "regatta";

impl Job {
    /// The job of scraping `workload` from `server`.
    pub fn over(workload: &Workload, server: SocketAddr, seed: u64, threads: usize) -> Self {
        Self {
            server,
            pages: workload.pages,
            concurrency: workload.concurrency,
            parse: workload.parse,
            threads,
            politeness: workload.politeness(seed),
            depth: workload.depth,
            stop: None,
            loop_lag: false,
            log: false,
            store: None,
            heap: false,
        }
    }

    /// Rejects a job that cannot be done.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(
            self.pages > 0 && self.concurrency > 0 && self.threads > 0,
            "invalid job: pages, concurrency and threads must be 1 or more"
        );
        ensure!(
            self.pages <= MOST_PAGES,
            "invalid pages {}: expected 1 to {MOST_PAGES}",
            self.pages
        );
        ensure!(
            (1..=MOST_ATTEMPTS).contains(&self.politeness.attempts),
            "invalid attempts {}: expected 1 to {MOST_ATTEMPTS}",
            self.politeness.attempts
        );
        ensure!(
            self.concurrency as u64 <= MOST_PAGES,
            "invalid concurrency {}: expected 1 to {MOST_PAGES}",
            self.concurrency
        );
        self.start().map(drop)
    }

    /// An error if this machine does not allow a process that many threads or
    /// connections.
    pub(super) fn check_fits(&self, driver: &Driver) -> anyhow::Result<()> {
        limits::check_threads(driver.most_threads(self.concurrency, self.threads))?;
        // The start page of a crawl is one more.
        let pages = usize::try_from(self.pages).unwrap_or(usize::MAX);
        let in_flight = driver
            .in_flight(self.concurrency)
            .min(pages.saturating_add(1));
        limits::check_fits(in_flight, driver.client.pool_races)
    }

    pub(super) fn storing(&self) -> anyhow::Result<Option<Storing>> {
        let Some(store) = &self.store else {
            return Ok(None);
        };
        Storing::open(&store.parse()?, &self.server.to_string()).map(Some)
    }

    pub(super) fn plan(&self) -> Plan {
        let mut plan = Plan::to(self.server, self.concurrency, self.threads);
        if self.is_abortable() {
            plan.cut = Cut::ready();
        }
        plan
    }

    pub(super) fn scrape(&self, driver: &Driver) -> Scrape {
        let concurrency = driver.in_flight(self.concurrency);
        let task = ScrapeTask::of_pages(self.pages, concurrency, self.parse, self.politeness);
        Scrape::new(ScrapeTask {
            crawl: self.crawl(),
            abortable: self.is_abortable(),
            lag: self.loop_lag,
            log: self.log,
            ..task
        })
    }

    fn is_abortable(&self) -> bool {
        self.stop.is_some() || self.politeness.fail_fast
    }

    fn crawl(&self) -> Option<Crawl> {
        let start = self.start().ok()?;
        Some(Crawl {
            hosts: vec![start.clone()],
            start,
            depth: self.depth?,
            // The index counts as a page, too.
            most_pages: self.pages + 1,
            agent: AGENT.to_owned(),
            most_bytes: usize::MAX,
        })
    }

    fn start(&self) -> anyhow::Result<Url> {
        let url = format!("http://{}/", self.server);
        Url::parse(&url).with_context(|| format!("invalid start address {url}: expected a host and a port, for example 127.0.0.1:8000"))
    }
}
