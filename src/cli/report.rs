//! `regatta report`: the race. From the flags to a scenario, from the scenario to
//! a report, from the report to text.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;

use super::exit::NOT_ALL_ROWS;
use super::output;
use super::paired::{TrialArgs, fit_for_pairs};
use super::values::{duration, threads};
use crate::drivers;
use crate::harness::race::{self, Limits, Settings};
use crate::measure::host;
use crate::measure::limits;
use crate::report::{self, Format, Report, Status, Style};
use crate::site::workload::{Faults, Kept, Latency, Parse, Slots, Span, Workload, load};
use crate::term::interrupt::{self, Interrupt};
use crate::term::progress::Progress;

/// For the pairs of a baseline: what is wanted is all of them.
const BASELINE_BUDGET: Duration = Duration::from_hours(1);

/// The flags that say what to measure: they mean nothing with `--from`.
const MEASURING: [&str; 21] = [
    "workload",
    "pages",
    "concurrency",
    "latency",
    "parse",
    "faults",
    "slots",
    "allowed_rate",
    "attempts",
    "back_off",
    "timeout",
    "rate",
    "depth",
    "store",
    "driver",
    "budget",
    "rounds",
    "seed",
    "threads",
    "server_threads",
    "loop_lag",
];

/// What `regatta report` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 every row stands; 4 some row was rejected or failed; \
    1 no report; 2 flags that cannot be; 130 interrupted (what was measured by then is reported)."
)]
pub struct Args {
    /// The scenario: quick, article, loopback, parse, wide, tail, tail-lognormal,
    /// flaky, polite, crawl, slots, storm, stalls, or a file that ends in .toml
    #[arg(long, default_value = "quick", value_name = "NAME|FILE")]
    workload: String,
    /// In place of the workload's own: how many pages
    #[arg(long, value_name = "N")]
    pages: Option<u64>,
    /// In place of the workload's own: how many in flight
    #[arg(long, value_name = "C")]
    concurrency: Option<usize>,
    /// In place of the workload's own: 20ms, uniform:10ms:30ms,
    /// lognormal:20ms:0.5 or '20ms*99,200ms'
    #[arg(long, value_name = "DELAY")]
    latency: Option<Latency>,
    /// In place of the workload's own: what is read from each page
    #[arg(long)]
    parse: Option<Parse>,
    /// In place of the workload's own: what happens to a share of the requests,
    /// such as 500=5%,429=2%:1s,reset=1%,break=1%,truncate=1%,stall=1%,
    /// slow=1%:500ms, or none
    #[arg(long, value_name = "LIST")]
    faults: Option<Faults>,
    /// In place of the workload's own: how many requests the server works on at
    /// once, and whether others wait or are rejected: 10:queue, 10:reject or none
    #[arg(long, value_name = "SLOTS")]
    slots: Option<Slots>,
    /// In place of the workload's own: how many requests a second the server
    /// allows each client; 0 is no limit
    #[arg(long, value_name = "N")]
    allowed_rate: Option<u32>,
    /// In place of the workload's own: how often a page is tried at most
    #[arg(long, value_name = "N")]
    attempts: Option<u32>,
    /// In place of the workload's own: the wait before a page is tried again,
    /// doubled each time
    #[arg(long, value_name = "WAIT")]
    back_off: Option<Span>,
    /// In place of the workload's own: how long a request may take; 0s is no
    /// limit
    #[arg(long, value_name = "TIME")]
    timeout: Option<Span>,
    /// In place of the workload's own: at most so many requests a second; 0 is
    /// no limit
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
    /// In place of the workload's own: find the pages by their links, so many
    /// links deep; 3 reach every page
    #[arg(long, value_name = "LINKS", value_parser = clap::value_parser!(u32).range(1..))]
    depth: Option<u32>,
    /// In place of the workload's own: keep what was found meanwhile, in a file
    /// for each run
    #[arg(long, value_enum)]
    store: Option<Kept>,
    /// Which drivers: names or patterns such as 'tokio*/*', comma-separated;
    /// default is ten that somebody would choose from, all is every one
    #[arg(long, value_delimiter = ',', default_value = "default")]
    driver: Vec<String>,
    /// Begin no round after the third that would end later than this
    #[arg(long, default_value = "45s", value_parser = duration)]
    budget: Duration,
    /// Exactly so many rounds, whatever the budget
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: Option<u32>,
    /// Draws the delays of the pages and the order of the runs; printed, so
    /// that a scenario can be sailed again
    #[arg(long)]
    seed: Option<u64>,
    /// Threads of each async runtime or executor; as many as cores if not given
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
    /// Threads of the server that serve pages
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads)]
    server_threads: usize,
    /// Measure how late each event loop comes to what is due: two more columns,
    /// and a timer every 10 ms beside the tasks
    #[arg(long)]
    loop_lag: bool,
    /// How the report is written
    #[arg(long, value_enum, default_value = "table", conflicts_with = "two_way")]
    format: Format,
    /// Show models by clients instead: CPU time per page
    #[arg(long)]
    two_way: bool,
    /// Write to this file, whole or not at all, in place of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Afterwards measure the drivers against the reference and save that as a
    /// baseline for `regatta check`: in .regatta/NAME.json, or a file that ends
    /// in .json
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "from")]
    save: Option<String>,
    /// How many pairs of each driver a baseline holds
    #[arg(long, value_name = "N", default_value = "48", value_parser = clap::value_parser!(u16).range(12..=4096))]
    save_pairs: u16,
    /// Measure nothing: show a report that was saved with --format json
    #[arg(long, value_name = "FILE", conflicts_with_all = MEASURING)]
    from: Option<PathBuf>,
    /// Columns to write for; the terminal's, or 80, if not given
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..=1000))]
    width: Option<u16>,
    /// No progress on standard error
    #[arg(long, short)]
    quiet: bool,
    /// How long a worker may take beyond thrice the ideal
    #[arg(long, default_value = "20s", value_parser = duration, hide = true)]
    patience: Duration,
}

impl Default for Args {
    /// The defaults that the flags themselves state.
    fn default() -> Self {
        #[derive(Parser)]
        struct Alone {
            #[command(flatten)]
            args: Args,
        }
        Alone::parse_from(["report"]).args
    }
}

/// Races, or reads a saved race, and writes the report.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(file) = &args.output {
        report::check_place(file)?;
    }
    let interrupt = Interrupt::default();
    let report = match &args.from {
        Some(file) => saved(file)?,
        None => race(args, &interrupt)?,
    };
    let text = render(&report, args);
    match &args.output {
        Some(file) => output::write_or_print(file, &text)?,
        None => output::print(&text)?,
    }
    if let Some(name) = args.save.as_ref().filter(|_| !report.partial) {
        eprintln!("{}", save(name, &report, args, &interrupt)?);
    }
    Ok(exit_code(&report, args.from.is_some()))
}

fn race(args: &Args, interrupt: &Interrupt) -> anyhow::Result<Report> {
    let workload = workload(args)?;
    let settings = Settings {
        drivers: drivers::select(&args.driver)?,
        seed: args.seed.map_or_else(race::drawn_seed, Ok)?,
        limits: Limits {
            budget: args.budget,
            rounds: args.rounds,
        },
        server_threads: args.server_threads,
        runtime_threads: args.threads.unwrap_or_else(host::cores),
        loop_lag: args.loop_lag,
        patience: args.patience,
        workload,
    };
    let pools_race = settings
        .drivers
        .iter()
        .any(|driver| driver.client.pool_races);
    limits::check_fits(settings.workload.concurrency, pools_race)?;
    interrupt.listen()?;
    race::run(&settings, &Progress::new(args.quiet), interrupt)
}

/// Saves the drivers whose rows stand as a baseline.
fn save(name: &str, report: &Report, args: &Args, interrupt: &Interrupt) -> anyhow::Result<String> {
    let standing = report.drivers.iter().filter(|row| row.status == Status::Ok);
    let standing: anyhow::Result<Vec<_>> = standing.map(|row| drivers::named(&row.name)).collect();
    let trial = TrialArgs {
        pairs: args.save_pairs,
        budget: Some(BASELINE_BUDGET),
        seed: Some(report.seed),
        threads: args.threads,
        reference: None,
        quiet: args.quiet,
    };
    let standing = standing?;
    let fit = fit_for_pairs(standing.clone(), &args.driver);
    let mut said = super::check::save(name, &fit, &trial, interrupt)?;
    if fit.len() < standing.len() {
        said.push_str("; sequential drivers are in it only when --driver names them");
    }
    Ok(said)
}

fn workload(args: &Args) -> anyhow::Result<Workload> {
    let original = load::load(&args.workload)?;
    let mut workload = original.clone();
    workload.pages = args.pages.unwrap_or(workload.pages);
    workload.concurrency = args.concurrency.unwrap_or(workload.concurrency);
    workload.latency = args.latency.clone().unwrap_or(workload.latency);
    workload.parse = args.parse.unwrap_or(workload.parse);
    workload.faults = args.faults.clone().unwrap_or(workload.faults);
    workload.slots = args.slots.unwrap_or(workload.slots);
    workload.allowed_rate = args.allowed_rate.unwrap_or(workload.allowed_rate);
    workload.attempts = args.attempts.unwrap_or(workload.attempts);
    workload.back_off = args.back_off.unwrap_or(workload.back_off);
    workload.timeout = args.timeout.unwrap_or(workload.timeout);
    workload.rate = args.rate.unwrap_or(workload.rate);
    workload.depth = args.depth.or(workload.depth);
    workload.store = args.store.unwrap_or(workload.store);
    workload
        .check()
        .with_context(|| format!("{} with the flags given", args.workload))?;
    workload.name_changes(&original);
    Ok(workload)
}

fn saved(file: &Path) -> anyhow::Result<Report> {
    Ok(Report::read(file)?)
}

fn render(report: &Report, args: &Args) -> String {
    let to_screen = args.output.is_none();
    let width = args.width.map_or_else(output::width, usize::from);
    let style = Style {
        width: if to_screen || args.width.is_some() {
            width
        } else {
            80
        },
        colour: to_screen && output::colour(),
    };
    let format = if args.two_way {
        Format::TwoWay
    } else {
        args.format
    };
    report::render(report, format, &style)
}

fn exit_code(report: &Report, from_file: bool) -> ExitCode {
    let untrusted = |status| matches!(status, Status::Rejected | Status::Failed);
    if report.partial && !from_file {
        ExitCode::from(interrupt::EXIT_CODE)
    } else if report.drivers.iter().any(|driver| untrusted(driver.status)) {
        ExitCode::from(NOT_ALL_ROWS)
    } else {
        ExitCode::SUCCESS
    }
}
