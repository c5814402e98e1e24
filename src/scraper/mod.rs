//! `regatta scrape`: a scraper for use, on any driver.
//!
//! It is a scrape like any other, with a crawl for its scenario and somebody
//! who watches: what was found goes to a store, what went wrong to the log,
//! and a signal stops it well.
//!
//! | file | what |
//! |---|---|
//! | `target.rs` | where to: addresses, names, and what is refused |
//! | `collector.rs` | what becomes of each visit: store, log, counts |
//! | `log.rs` | log lines, for people and for programs |
//! | `summary.rs` | what it came to, and the exit code |

mod collector;
mod log;
pub mod prices;
mod summary;
mod target;

use std::sync::Arc;
use std::time::Instant;

use crate::clients::{Cut, Plan};
use crate::drivers::Driver;
use crate::frontier::Crawl;
use crate::scrape::{Keep, Scenario, Scrape, Stop};
use crate::site::workload::{Parse, Politeness};
use crate::store::{self, Spec, Stored};
use crate::term::interrupt::Interrupt;
use collector::Collector;

pub use log::{Form as LogForm, Log};
pub use summary::{End, Summary};
pub use target::{BUILT_IN_NAME, Target};

/// What is to be scraped, and how.
#[derive(Debug)]
pub struct Settings {
    /// Who scrapes.
    pub driver: &'static Driver,
    /// Where.
    pub target: Target,
    /// So many links from the start at most.
    pub depth: u32,
    /// No more pages than that.
    pub most_pages: u64,
    /// At most so many in flight.
    pub concurrency: usize,
    /// Threads of the driver's runtime, where it has one.
    pub threads: usize,
    /// How often, how fast, and for how long.
    pub politeness: Politeness,
    /// Where what was found is kept.
    pub store: Spec,
    /// Whether the store may be on another machine.
    pub reach: store::Reach,
    /// What a signal does to what is in flight.
    pub on_signal: Stop,
    /// Whether each page is logged.
    pub verbose: bool,
}

/// What the driver calls itself, and whose rules it obeys in robots.txt.
const USER_AGENT: &str = concat!("regatta/", env!("CARGO_PKG_VERSION"));

/// Scrapes until the pages are through, the time is over, or somebody stops it.
///
/// # Errors
/// When nothing could be begun: the store cannot be opened, the driver cannot
/// be started. What goes wrong later is in the summary.
pub fn run(settings: &Settings, log: &Log, interrupt: &Interrupt) -> anyhow::Result<Summary> {
    let plan = plan(settings);
    let mut started = settings.driver.start(&plan)?;
    let store = store::open(&settings.store, settings.reach)?;
    let names = plan.hosts.iter().map(|host| host.name.as_str());
    let (keep, writer) = Keep::start(names, store)?;
    let collector = Arc::new(Collector::new(keep.clone(), log, settings.verbose));
    let scrape = scrape(settings, &plan, &collector);
    keep.watches(&scrape);
    let on_signal = settings.on_signal;
    let stopped = scrape.clone();
    interrupt.listen_with(move || {
        tracing::warn!("stopping ({on_signal}); once more to end at once");
        stopped.stop(on_signal);
    })?;
    let begun = Instant::now();
    let scraped = started.scrape(&scrape);
    let wall = begun.elapsed();
    log.end();
    let stored = writer
        .finish()
        .map_err(|error| (keep.acknowledged(), error));
    scraped?;
    let counts = Summary {
        wall_ns: u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX),
        ..collector.counts()
    };
    Ok(summary(settings, counts, &scrape, stored, interrupt))
}

fn plan(settings: &Settings) -> Plan {
    Plan {
        hosts: settings.target.hosts.clone(),
        concurrency: settings.concurrency,
        threads: settings.threads,
        keep_alive: true,
        user_agent: Some(USER_AGENT),
        cut: Cut::ready(),
    }
}

fn scrape(settings: &Settings, plan: &Plan, collector: &Arc<Collector>) -> Arc<Scrape> {
    let target = &settings.target;
    let mut scrape = Scrape::new(Scenario {
        pages: settings.most_pages,
        concurrency: settings.driver.in_flight(settings.concurrency),
        parse: Parse::Summary,
        politeness: settings.politeness,
        crawl: Some(Crawl {
            start: target.start.clone(),
            depth: settings.depth,
            hosts: target.origins.clone(),
            most_pages: settings.most_pages,
            agent: USER_AGENT.to_owned(),
        }),
        sealed: target.built_in,
        abortable: true,
        lag: false,
        log: false,
    });
    scrape.watched_by(collector.clone());
    scrape.cuts(plan.cut.clone());
    scrape.begin();
    Arc::new(scrape)
}

fn summary(
    settings: &Settings,
    counts: Summary,
    scrape: &Scrape,
    stored: Result<Stored, (u64, anyhow::Error)>,
    interrupt: &Interrupt,
) -> Summary {
    let account = scrape.account();
    let mut summary = Summary {
        start: settings.target.start.to_string(),
        driver: settings.driver.name.clone(),
        waited_ns: u64::try_from(scrape.waited().as_nanos()).unwrap_or(u64::MAX),
        timeouts: account.timeouts,
        given_up: account.given_up,
        store: settings.store.to_string(),
        ..counts
    };
    if let Some(crawled) = scrape.crawled() {
        summary.found = crawled.found;
        summary.forbidden = crawled.forbidden;
        summary.beyond = crawled.beyond;
    }
    match stored {
        Ok(stored) => summary.stored = stored.records,
        Err((acknowledged, error)) => {
            summary.stored = acknowledged;
            summary.store_error = Some(format!("{error:#}"));
        }
    }
    summary.end = End::of(&summary, &settings.politeness, interrupt.is_set());
    summary
}
