//! `regatta scrape`: a scraper for use, on any driver.
//!
//! A scrape like any other, with a crawl for its task and an observer:
//! pages go to a store, failures to the log, and a signal stops it cleanly.
//!
//! | file | what |
//! |---|---|
//! | `target.rs` | addresses and hosts, and which are rejected |
//! | `collector.rs` | stores, logs and counts each visit |
//! | `log.rs` | log lines, for people and for programs |
//! | `memory.rs` | what it may take in memory, and how that is shared out |
//! | `supervise.rs` | that it ends when it must, whatever blocks |
//! | `summary.rs` | the result as text, and the exit code |

mod collector;
mod log;
mod memory;
pub mod prices;
mod summary;
mod supervise;
mod target;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::thread::Builder;
use std::time::Instant;

use anyhow::{Context, anyhow, bail};

use crate::clients::{Cut, Plan};
use crate::drivers::Driver;
use crate::frontier::Crawl;
use crate::scrape::{Scrape, ScrapeTask, Stop, StoreSink};
use crate::site::workload::{Parse, Politeness};
use crate::store::{self, Spec, Store, Stored};
use crate::term::interrupt::Interrupt;
use collector::Collector;
use summary::Ended;
use supervise::{Supervisor, Teller};

pub use log::{Form as LogForm, Log};
pub use memory::MemoryShares;
pub use summary::{ScrapeEnd, ScrapeSummary};
pub use target::{BUILT_IN_NAME, Target};

/// What to scrape, and how.
#[derive(Debug)]
pub struct ScrapeOptions {
    /// The driver.
    pub driver: &'static Driver,
    /// The site.
    pub target: Target,
    /// At most this many links from the start.
    pub depth: u32,
    /// At most this many pages.
    pub most_pages: u64,
    /// At most this many requests in flight.
    pub concurrency: usize,
    /// Threads of the driver's runtime, where it has one.
    pub threads: usize,
    /// How often, how fast, and for how long.
    pub politeness: Politeness,
    /// What all of it may take in memory.
    pub memory: MemoryShares,
    /// Where pages are stored.
    pub store: Spec,
    /// Whether the store may be on another machine.
    pub reach: store::Reach,
    /// What a signal does to requests in flight.
    pub on_signal: Stop,
    /// Whether each page is logged.
    pub verbose: bool,
}

/// What the driver calls itself, and whose rules it obeys in robots.txt.
const USER_AGENT: &str = concat!("regatta/", env!("CARGO_PKG_VERSION"));

/// Scrapes until every page is done, the deadline passes, or a signal stops it.
///
/// # Errors
/// When the store cannot be opened or the driver cannot be started. Later
/// failures are in the summary.
pub fn run(
    options: &ScrapeOptions,
    log: &Log,
    interrupt: &Interrupt,
) -> anyhow::Result<ScrapeSummary> {
    let plan = plan(options);
    let store = open_store(options)?;
    let names = plan.hosts.iter().map(|host| host.name.as_str());
    let (sink, writer) = StoreSink::start(names, store, options.memory.queue_bytes)?;
    let collector = Arc::new(Collector::new(sink.clone(), log, options.verbose));
    let scrape = scrape(options, &plan, &collector);
    sink.attach(&scrape);
    let begun = Instant::now();
    let deadline = options.politeness.deadline().map(|after| begun + after);
    let supervisor = Supervisor::new(deadline, options.on_signal);
    let teller = supervisor.teller();
    interrupt.listen_each(move |nth| teller.signal(nth))?;
    drive(options.driver, plan, scrape.clone(), supervisor.teller())?;
    let driven = supervisor.wait_for_driver(&scrape, &sink);
    let wall = begun.elapsed();
    let is_stored = supervisor.wait_for_store(&writer, &sink);
    if driven.is_some() && is_stored {
        log.end();
    }
    let stored = if is_stored {
        writer.finish()
    } else {
        Ok(writer.abandon())
    };
    driven.transpose()?;
    let counts = ScrapeSummary {
        wall_ns: u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX),
        ..collector.counts()
    };
    let stored = stored.map_err(|error| (sink.acknowledged(), error));
    let mut summary = summary(options, counts, &scrape, stored);
    let ended = Ended {
        by_deadline: deadline.is_some_and(|at| begun + wall >= at)
            || (!is_stored && supervisor.is_past_deadline()),
        by_signal: interrupt.is_set(),
    };
    summary.end = ScrapeEnd::of(&summary, options.politeness.fail_fast, ended);
    Ok(summary)
}

/// Opens the store, in no more time than the scrape has: a database that is
/// locked, or one on another machine, may take longer.
fn open_store(options: &ScrapeOptions) -> anyhow::Result<Box<dyn Store>> {
    let (spec, reach) = (options.store.clone(), options.reach);
    let Some(at_most) = options.politeness.deadline() else {
        return store::open(&spec, reach);
    };
    let (sender, receiver) = mpsc::channel();
    let open = move || sender.send(store::open(&spec, reach));
    let thread = Builder::new().name("store".to_owned()).spawn(open);
    thread.context("failed to start the thread that opens the store")?;
    receiver.recv_timeout(at_most).unwrap_or_else(|_| {
        let store = &options.store;
        bail!(
            "cannot open {store} before the deadline; wait until no other program uses it, or give a longer --deadline"
        )
    })
}

/// Runs the driver in a separate thread, so that the scrape can end without it.
fn drive(
    driver: &'static Driver,
    plan: Plan,
    scrape: Arc<Scrape>,
    teller: Teller<anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let drive = move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| driver.start(&plan)?.scrape(&scrape)));
        teller.ended(
            outcome.unwrap_or_else(|_| Err(anyhow!("the driver panicked; its message is above"))),
        );
    };
    let thread = Builder::new().name("driver".to_owned()).spawn(drive);
    thread.context("failed to start the thread of the driver")?;
    Ok(())
}

fn plan(options: &ScrapeOptions) -> Plan {
    Plan {
        hosts: options.target.hosts.clone(),
        concurrency: options.concurrency,
        threads: options.threads,
        keep_alive: true,
        user_agent: Some(USER_AGENT),
        cut: Cut::ready(),
        memory: options.memory.pages.clone(),
    }
}

fn scrape(options: &ScrapeOptions, plan: &Plan, collector: &Arc<Collector>) -> Arc<Scrape> {
    let target = &options.target;
    let mut scrape = Scrape::new(ScrapeTask {
        pages: options.most_pages,
        concurrency: options.driver.in_flight(options.concurrency),
        parse: Parse::Summary,
        politeness: options.politeness,
        crawl: Some(Crawl {
            start: target.start.clone(),
            depth: options.depth,
            hosts: target.origins.clone(),
            most_pages: options.most_pages,
            agent: USER_AGENT.to_owned(),
            most_bytes: options.memory.link_bytes,
        }),
        checksums: target.built_in,
        abortable: true,
        lag: false,
        log: false,
    });
    scrape.observed_by(collector.clone());
    scrape.cuts(plan.cut.clone());
    scrape.bounded_by(plan.memory.clone(), options.memory.long_pages);
    scrape.begin();
    Arc::new(scrape)
}

fn summary(
    options: &ScrapeOptions,
    counts: ScrapeSummary,
    scrape: &Scrape,
    stored: Result<Stored, (u64, anyhow::Error)>,
) -> ScrapeSummary {
    let account = scrape.account();
    let mut summary = ScrapeSummary {
        start: options.target.start.to_string(),
        driver: options.driver.name.clone(),
        waited_ns: u64::try_from(scrape.waited().as_nanos()).unwrap_or(u64::MAX),
        timeouts: account.timeouts,
        given_up: account.given_up,
        postponed: options.memory.pages.postponed(),
        store: options.store.to_string(),
        ..counts
    };
    if let Some(crawled) = scrape.crawled() {
        summary.found = crawled.found;
        summary.forbidden = crawled.forbidden;
        summary.beyond = crawled.beyond;
        summary.no_room = crawled.no_room;
    }
    match stored {
        Ok(stored) => {
            summary.stored = stored.records;
            summary.unwritten = stored.dropped;
        }
        Err((acknowledged, error)) => {
            summary.stored = acknowledged;
            summary.store_error = Some(format!("{error:#}"));
        }
    }
    summary
}
