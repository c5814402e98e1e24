//! One scrape to be done, as it is written in the worker protocol.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use url::Url;

use super::storing::Storing;
use crate::clients::{Cut, Plan};
use crate::drivers::Driver;
use crate::frontier::Crawl;
use crate::scrape::{Scenario, Scrape, Stop};
use crate::site::workload::{MOST_ATTEMPTS, MOST_PAGES, Parse, Politeness, Workload};

/// One scrape to be done.
///
/// What was thought of later is left out where it says nothing, so that a
/// worker built before can still be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Where the pages are.
    pub server: SocketAddr,
    /// Scrape `/page/0` to `/page/{pages - 1}`.
    pub pages: u64,
    /// At most this many in flight.
    pub concurrency: usize,
    /// What is read from each.
    pub parse: Parse,
    /// Threads of the driver's runtime or executor, where it has one.
    pub threads: usize,
    /// How often a page is tried, and how fast pages are asked for; each once
    /// and as fast as can be, if it is not there.
    #[serde(
        rename = "manners",
        default,
        skip_serializing_if = "Politeness::are_plain"
    )]
    pub politeness: Politeness,
    /// Find the pages by their links, from `/` on, so many links deep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// Stop before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopAt>,
    /// Measure how late the event loop comes to what is due.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub loop_lag: bool,
    /// Write down what is done with each page, and when.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log: bool,
    /// Keep what the pages say: `jsonl:FILE` or `sqlite:FILE`.
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
    /// So long after it began.
    pub after_ns: u64,
    /// What becomes of what is in flight.
    pub how: Stop,
}

/// Whose rules a crawl obeys in `robots.txt`.
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

    /// Says what is wrong with a job that cannot be done.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(
            self.pages > 0 && self.concurrency > 0 && self.threads > 0,
            "pages, concurrency and threads must be 1 or more"
        );
        ensure!(
            self.pages <= MOST_PAGES,
            "a job has at most {MOST_PAGES} pages"
        );
        ensure!(
            (1..=MOST_ATTEMPTS).contains(&self.politeness.attempts),
            "attempts must be 1 to {MOST_ATTEMPTS}"
        );
        ensure!(
            self.concurrency as u64 <= MOST_PAGES,
            "a job has at most {MOST_PAGES} pages in flight"
        );
        self.start().map(drop)
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
        let scenario = Scenario::of_pages(self.pages, concurrency, self.parse, self.politeness);
        Scrape::new(Scenario {
            crawl: self.crawl(),
            abortable: self.is_abortable(),
            lag: self.loop_lag,
            log: self.log,
            ..scenario
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
            // The index is found, too.
            most_pages: self.pages + 1,
            agent: AGENT.to_owned(),
        })
    }

    fn start(&self) -> anyhow::Result<Url> {
        let url = format!("http://{}/", self.server);
        Url::parse(&url).with_context(|| format!("{url} is no address to begin at"))
    }
}
