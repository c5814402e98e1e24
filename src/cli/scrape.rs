//! `regatta scrape`: from the flags to a site, from the site to a store.

use std::process::ExitCode;
use std::sync::mpsc;

use super::exit::{DeadlinePassed, OrUsage, usage};
use super::headings::{OUTPUT, WHAT};
use super::values::{delay, duration, seed, size, threads, whole};
use crate::drivers;
use crate::fmt::escape;
use crate::harness::process::{Program, ServerProcess};
use crate::measure::host;
use crate::measure::limits;
use crate::scrape::Stop;
use crate::scraper::{self, Log, LogForm, MemoryShares, ScrapeEnd, ScrapeOptions, Target};
use crate::site::server::Scenario;
use crate::site::workload::{Faults, Latency, MOST_ATTEMPTS, MOST_PAGES, Politeness, Span};
use crate::store::Reach;
use crate::term::interrupt::Interrupt;
use std::time::Duration;

/// Requests a second to a host elsewhere, unless `--rate` says otherwise.
const POLITE_RATE: u32 = 2;

/// How long a summary is waited for that is printed after the deadline or a
/// signal.
const PRINTING: Duration = Duration::from_millis(150);

/// The headings of the flags that only this command has.
const SITE: &str = "Built-in site (without --url)";
const POLITENESS: &str = "Rate, attempts and time limits";

/// What `regatta scrape` takes.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(
    after_help = "From each page it reads the text of every h2.article-title (titles), h1 (headings) and the \
    first .price (a price in $), the page's title and its links.\n\n\
    Exit codes: 0 all discovered pages were fetched; 1 it could not start, or the store failed; 2 invalid \
    flags; 3 the deadline passed; 4 some pages failed; 130 stopped by a signal.\n\
    The first Ctrl-C stops it as --on-signal says, a second one at once. What was stored stays stored."
)]
pub(super) struct Args {
    /// Driver that scrapes, as `regatta drivers` lists it
    #[arg(long, default_value = "tokio/hyper", value_name = "MODEL/CLIENT", help_heading = WHAT)]
    driver: String,
    /// First page; a built-in site is served and scraped if not given
    #[arg(long, value_name = "URL", help_heading = WHAT)]
    url: Option<String>,
    /// Another host that may be visited
    #[arg(long, value_name = "URL", requires = "url", help_heading = WHAT)]
    also: Vec<String>,
    /// Also visit hosts on other machines; use it only for your own
    #[arg(long, help_heading = WHAT)]
    allow_remote: bool,
    /// Follow links to this depth; 0 is the first page alone
    #[arg(long, value_name = "LINKS", default_value = "3", value_parser = whole::<u32>(0..=u32::MAX.into(), 3), help_heading = WHAT)]
    depth: u32,
    /// Fetch at most this many pages
    #[arg(long, value_name = "N", default_value = "10000", value_parser = whole::<u64>(1..=MOST_PAGES, 500), help_heading = WHAT)]
    most_pages: u64,
    /// Threads of an async runtime or executor; the number of cores if not given
    #[arg(long, value_name = "N", value_parser = threads, help_heading = WHAT)]
    threads: Option<usize>,
    /// Seed of the delays, the faults and the jitter of the waits
    #[arg(long, value_name = "N", default_value = "1", value_parser = seed, help_heading = WHAT)]
    seed: u64,
    /// Most pages in flight
    #[arg(long, value_name = "C", default_value = "20", value_parser = whole::<usize>(1..=MOST_PAGES, 20), help_heading = POLITENESS)]
    concurrency: usize,
    /// Most pages in flight to one host; no limit if not given
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true, value_parser = whole::<u64>(0..=MOST_PAGES, 4), help_heading = POLITENESS)]
    per_host: u64,
    /// Most requests a second to each host; 0 is no limit. If not given: no limit
    /// on this machine, 2 for a host elsewhere
    #[arg(long, value_name = "N", value_parser = whole::<u32>(0..=u32::MAX.into(), 20), help_heading = POLITENESS)]
    rate: Option<u32>,
    /// Attempts at each page, the first included
    #[arg(long, value_name = "N", default_value = "3", value_parser = whole::<u32>(1..=MOST_ATTEMPTS.into(), 3), help_heading = POLITENESS)]
    attempts: u32,
    /// Wait before the second attempt at a page; doubled before each further one
    #[arg(long, value_name = "WAIT", default_value = "500ms", value_parser = delay::<Span>, help_heading = POLITENESS)]
    back_off: Span,
    /// Most retries over all pages; no limit if not given
    #[arg(long, value_name = "N", value_parser = whole::<u32>(0..=u32::MAX.into(), 100), help_heading = POLITENESS)]
    retries: Option<u32>,
    /// Time limit of a request
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration, help_heading = POLITENESS)]
    timeout: Duration,
    /// Time limit of the whole scrape; what was fetched by then is kept
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = POLITENESS)]
    deadline: Option<Duration>,
    /// Memory for pages in flight, found links and records that wait for the
    /// store; 256MB if not given, and more for over 20 pages in flight
    #[arg(long, value_name = "SIZE", value_parser = size, help_heading = POLITENESS)]
    max_memory: Option<u64>,
    /// Stop at the first page that fails
    #[arg(long, help_heading = POLITENESS)]
    fail_fast: bool,
    /// What happens to requests in flight at the first Ctrl-C
    #[arg(long, value_name = "MODE", value_enum, default_value = "drain", help_heading = POLITENESS)]
    on_signal: Stop,
    /// Number of pages
    #[arg(long, value_name = "N", default_value = "200", conflicts_with = "url", value_parser = whole::<u64>(1..=MOST_PAGES, 200), help_heading = SITE)]
    pages: u64,
    /// Delay of each page
    #[arg(
        long,
        value_name = "DELAY",
        default_value = "20ms",
        conflicts_with = "url",
        value_parser = delay::<Latency>,
        help_heading = SITE
    )]
    latency: Latency,
    /// Faults with their share of the requests, for example
    /// 500=5%,429=2%:1s,reset=1%,stall=1%
    #[arg(
        long,
        value_name = "LIST",
        default_value = "none",
        conflicts_with = "url",
        help_heading = SITE
    )]
    faults: Faults,
    /// Store for what is read: none, jsonl:FILE, sqlite:FILE or
    /// `postgres://USER@HOST:PORT/DATABASE`
    #[arg(long, default_value = "none", value_name = "STORE", help_heading = OUTPUT)]
    store: String,
    /// Print the summary as one JSON object
    #[arg(long, help_heading = OUTPUT)]
    json: bool,
    /// Format of the log lines on standard error
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human", help_heading = OUTPUT)]
    log: LogForm,
    /// Log each page, too
    #[arg(long, short, help_heading = OUTPUT)]
    verbose: bool,
    /// Print no log lines and no progress
    #[arg(long, short, conflicts_with = "verbose", help_heading = OUTPUT)]
    quiet: bool,
}

/// Scrapes and prints the summary.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let driver = drivers::named(&args.driver).or_usage()?;
    if driver.is_trap() || driver.is_cheat() {
        return Err(usage(format!(
            "invalid --driver {}: it is wrong on purpose ({}); expected a right one, for example \
             --driver tokio/hyper",
            driver.name,
            driver.kind().summary()
        )));
    }
    limits::check_fits(args.concurrency, driver.client.pool_races).or_usage()?;
    let threads = args.threads.unwrap_or_else(host::cores);
    limits::check_threads(driver.most_threads(args.concurrency, threads)).or_usage()?;
    let in_flight = driver.in_flight(args.concurrency);
    let memory = MemoryShares::of(args.max_memory, in_flight).or_usage()?;
    // Held until the end: the site is gone when this is dropped.
    let (target, _site) = target(args)?;
    let elsewhere = target
        .hosts
        .iter()
        .any(|host| !host.address.ip().is_loopback());
    let options = ScrapeOptions {
        driver,
        depth: args.depth,
        most_pages: args.most_pages,
        concurrency: args.concurrency,
        threads,
        politeness: politeness(args, elsewhere),
        memory,
        store: args.store.parse().or_usage()?,
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
    let summary = scraper::run(&options, &log, &Interrupt::default())?;
    let text = if args.json {
        escape::json(&format!("{}\n", serde_json::to_string(&summary)?))
    } else {
        summary.text()
    };
    match summary.end {
        ScrapeEnd::Deadline | ScrapeEnd::Stopped => print_in_time(text)?,
        _ => super::output::print(&text)?,
    }
    Ok(ExitCode::from(summary.end.code()))
}

/// Prints, and does not wait for a pipe that nobody reads: a deadline holds for
/// that, too.
fn print_in_time(text: String) -> anyhow::Result<()> {
    let (tell, told) = mpsc::channel();
    let print = move || {
        let _ = tell.send(None);
        let _ = tell.send(Some(super::output::print(&text)));
    };
    std::thread::Builder::new().spawn(print)?;
    // The thread runs: from now on it is the pipe that takes its time.
    let _ = told.recv();
    match told.recv_timeout(PRINTING) {
        Ok(Some(printed)) => printed,
        _ => Ok(()),
    }
}

fn target(args: &Args) -> anyhow::Result<(Target, Option<ServerProcess>)> {
    if let Some(url) = &args.url {
        let (url, also, anywhere) = (url.clone(), args.also.clone(), args.allow_remote);
        let find = move || Target::at(&url, &also, anywhere);
        return Ok((within(args.deadline, find)?, None));
    }
    let scenario = Scenario {
        faults: args.faults.clone(),
        ..Scenario::new(args.pages, args.latency.clone(), args.seed)
    };
    let site = ServerProcess::start(&Program::this()?, &scenario, 1)?;
    Ok((Target::built_in(site.pages())?, Some(site)))
}

/// Looks hosts up and connects to them, no longer than the deadline. Nobody can
/// interrupt a look-up, so its thread is left.
fn within(
    deadline: Option<Duration>,
    find: impl FnOnce() -> anyhow::Result<Target> + Send + 'static,
) -> anyhow::Result<Target> {
    let Some(deadline) = deadline else {
        return find();
    };
    let (tell, told) = mpsc::channel();
    // Who does not wait any more does not hear it.
    std::thread::Builder::new().spawn(move || drop(tell.send(find())))?;
    told.recv_timeout(deadline).unwrap_or_else(|_| {
        Err(DeadlinePassed(format!(
            "the hosts of --url and --also were not found within --deadline {}; check their \
             names, or give a later deadline",
            humantime::format_duration(deadline)
        ))
        .into())
    })
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
