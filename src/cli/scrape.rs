//! `regatta scrape`: from the flags to a site, from the site to a store.

use std::num::NonZeroUsize;
use std::process::ExitCode;

use anyhow::ensure;

use super::values::{duration, threads};
use crate::drivers;
use crate::harness::process::{Program, Server};
use crate::measure::host;
use crate::measure::limits;
use crate::scrape::Stop;
use crate::scraper::{self, Log, LogForm, Settings, Target};
use crate::site::server::Scenario;
use crate::site::workload::{Faults, Latency, MOST_ATTEMPTS, MOST_PAGES, Politeness, Span};
use crate::store::Reach;
use crate::term::interrupt::Interrupt;
use std::time::Duration;

/// A host elsewhere is asked no faster than this, unless `--rate` says so.
const POLITE_RATE: u32 = 2;

/// What `regatta scrape` takes.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(
    after_help = "Exit codes: 0 every page that was found was had; 4 some were lost; 3 the deadline came; \
    1 nothing could be begun, or the store failed; 2 flags that cannot be; 130 stopped by a signal.\n\
    The first Ctrl-C stops it well, a second one at once. What was stored stays stored."
)]
pub struct Args {
    /// Who scrapes, as `regatta drivers` lists it
    #[arg(long, default_value = "tokio/hyper", value_name = "MODEL/CLIENT")]
    driver: String,
    /// Where to begin; our own site if not given, served for the occasion
    #[arg(long)]
    url: Option<String>,
    /// Another host that may be visited
    #[arg(long, value_name = "URL", requires = "url")]
    also: Vec<String>,
    /// Visit hosts on other machines, too; only ever your own
    #[arg(long)]
    allow_remote: bool,
    /// Follow links so many pages deep; 0 is the first page alone
    #[arg(long, default_value_t = 3)]
    depth: u32,
    /// Fetch no more pages than this
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=MOST_PAGES))]
    most_pages: u64,
    /// At most so many pages in flight
    #[arg(long, value_name = "C", default_value = "20")]
    concurrency: NonZeroUsize,
    /// At most so many pages in flight to one host
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    per_host: u64,
    /// At most so many requests a second to each host; 0 is no limit. If not
    /// given there is none on this machine, and 2 for a host elsewhere
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
    /// How often a page is tried at most
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_ATTEMPTS)))]
    attempts: u32,
    /// The wait before a page is tried again, doubled each time
    #[arg(long, value_name = "WAIT", default_value = "500ms")]
    back_off: Span,
    /// At most so many attempts again over all pages
    #[arg(long, value_name = "N")]
    retries: Option<u32>,
    /// How long a request may take
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    timeout: Duration,
    /// How long all of it may take; what was had by then is kept
    #[arg(long, value_name = "TIME", value_parser = duration)]
    deadline: Option<Duration>,
    /// End at the first page that is lost
    #[arg(long)]
    fail_fast: bool,
    /// What the first Ctrl-C does to what is in flight
    #[arg(long, value_enum, default_value = "drain")]
    on_signal: Stop,
    /// Where what was found is kept: none, jsonl:FILE, sqlite:FILE or
    /// `postgres://USER@HOST:PORT/DATABASE`
    #[arg(long, default_value = "none", value_name = "STORE")]
    store: String,
    /// Threads of an async runtime or executor; as many as cores if not given
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
    /// Of our own site: how many pages it has
    #[arg(long, value_name = "N", default_value_t = 200, conflicts_with = "url", value_parser = clap::value_parser!(u64).range(1..=MOST_PAGES))]
    pages: u64,
    /// Of our own site: how long each page waits
    #[arg(
        long,
        value_name = "DELAY",
        default_value = "20ms",
        conflicts_with = "url"
    )]
    latency: Latency,
    /// Of our own site: what happens to a share of the requests, such as
    /// 500=5%,429=2%:1s,reset=1%,stall=1%
    #[arg(
        long,
        value_name = "LIST",
        default_value = "none",
        conflicts_with = "url"
    )]
    faults: Faults,
    /// Draws the delays, the faults and the jitter of the waits
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How log lines are written to standard error
    #[arg(long, value_enum, default_value = "human")]
    log: LogForm,
    /// Log each page, too
    #[arg(long, short)]
    verbose: bool,
    /// No log lines and no progress
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Write the summary as one JSON object
    #[arg(long)]
    json: bool,
}

/// Scrapes, and says what it came to.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let driver = drivers::named(&args.driver)?;
    ensure!(
        !driver.is_trap() && !driver.is_cheat(),
        "{} is wrong on purpose ({}); take a right one, such as --driver tokio/hyper",
        driver.name,
        driver.kind().summary()
    );
    limits::check_fits(args.concurrency.get(), driver.client.pool_races)?;
    // Held until the end: the site is gone when this is dropped.
    let (target, _site) = target(args)?;
    let elsewhere = target
        .hosts
        .iter()
        .any(|host| !host.address.ip().is_loopback());
    let settings = Settings {
        driver,
        depth: args.depth,
        most_pages: args.most_pages,
        concurrency: args.concurrency.get(),
        threads: args.threads.unwrap_or_else(host::cores),
        politeness: politeness(args, elsewhere),
        store: args.store.parse()?,
        reach: if args.allow_remote {
            Reach::Anywhere
        } else {
            Reach::Loopback
        },
        on_signal: args.on_signal,
        verbose: args.verbose,
        target,
    };
    let log = Log::start(args.log, super::output::colour_of_errors(), args.quiet)?;
    let summary = scraper::run(&settings, &log, &Interrupt::default())?;
    if args.json {
        super::output::print(&format!("{}\n", serde_json::to_string(&summary)?))?;
    } else {
        super::output::print(&summary.text())?;
    }
    Ok(ExitCode::from(summary.end.code()))
}

fn target(args: &Args) -> anyhow::Result<(Target, Option<Server>)> {
    if let Some(url) = &args.url {
        return Ok((Target::at(url, &args.also, args.allow_remote)?, None));
    }
    let scenario = Scenario {
        faults: args.faults.clone(),
        ..Scenario::new(args.pages, args.latency.clone(), args.seed)
    };
    let site = Server::start(&Program::this()?, &scenario, 1)?;
    Ok((Target::built_in(site.pages())?, Some(site)))
}

fn politeness(args: &Args, elsewhere: bool) -> Politeness {
    let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let unless_told = if elsewhere { POLITE_RATE } else { 0 };
    Politeness {
        attempts: args.attempts,
        back_off_ns: args.back_off.nanoseconds(),
        rate_per_second: args.rate.unwrap_or(unless_told),
        seed: args.seed,
        timeout_ns: nanoseconds(args.timeout),
        deadline_ns: args.deadline.map_or(0, nanoseconds),
        retries: args.retries,
        per_host: args.per_host,
        fail_fast: args.fail_fast,
    }
}
