//! `regatta report`: the race. From the flags to a scenario, from the scenario
//! to a report, from the report to text.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use super::exit::{NOT_ALL_ROWS, OrUsage, usage};
use super::headings::{HOW_LONG, MACHINE, OUTPUT, WHAT};
use super::output;
use super::overrides::{DriverOverrides, ServerOverrides};
use super::paired::{PairArgs, fit_for_pairs};
use super::time_limit::TimeNeeded;
use super::values::{duration, seed, threads, whole};
use crate::compare::baseline;
use crate::drivers;
use crate::harness::race::{self, Limits, Settings};
use crate::harness::recheck;
use crate::measure::host;
use crate::measure::limits;
use crate::report::{self, Format, Report, Status, Style};
use crate::site::workload::{Workload, load};
use crate::term::interrupt::{self, Interrupt};
use crate::term::progress::Progress;
use crate::term::say;

/// For the pairs of a baseline, all of which are needed.
const BASELINE_BUDGET: Duration = Duration::from_hours(1);

/// The flags that say what to measure. They have no meaning with `--from`.
const MEASURING: [&str; 22] = [
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
    "yes",
];

/// What `regatta report` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 every row is valid; 1 no report; 2 invalid flags; 4 some row was rejected or \
    failed, or the report was cut short by something other than you; 130 interrupted by Ctrl-C or SIGTERM (what was \
    measured by then is printed)."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Args {
    /// Workload: a name that `regatta workloads` lists, or a file that ends in
    /// .toml
    #[arg(long, default_value = "quick", value_name = "NAME|FILE", help_heading = WHAT)]
    workload: String,
    /// Drivers, with commas: a name MODEL/CLIENT, a pattern such as 'tokio*/*', a
    /// MODEL for all of its drivers, `default` for ten common ones, or `all`
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "default",
        help_heading = WHAT
    )]
    driver: Vec<String>,
    /// Seed of the page delays and of the order of the runs; random if not
    /// given. The report prints it, so that a run can be repeated
    #[arg(long, value_name = "N", value_parser = seed, help_heading = WHAT)]
    seed: Option<u64>,
    #[command(flatten)]
    server_overrides: ServerOverrides,
    #[command(flatten)]
    driver_overrides: DriverOverrides,
    /// Time budget. Each round runs every driver once. After three rounds, another
    /// one starts only if it fits into the budget. If three runs of a driver would
    /// take over a third of the budget, that driver has one or two runs instead
    #[arg(long, value_name = "TIME", default_value = "45s", value_parser = duration, help_heading = HOW_LONG)]
    budget: Duration,
    /// Exact number of rounds, whatever the budget
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1..=10_000, 5), help_heading = HOW_LONG)]
    rounds: Option<u32>,
    /// Do not ask for confirmation, even if one round will take far longer than
    /// the budget
    #[arg(long, short, help_heading = HOW_LONG)]
    yes: bool,
    /// Threads of each async runtime or executor; the number of cores if not given
    #[arg(long, value_name = "N", value_parser = threads, help_heading = MACHINE)]
    threads: Option<usize>,
    /// Threads of the server that serve pages
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads, help_heading = MACHINE)]
    server_threads: usize,
    /// Run a timer every 10 ms in each event loop and measure how late it fires;
    /// the report has two more columns
    #[arg(long, help_heading = MACHINE)]
    loop_lag: bool,
    /// Format of the report
    #[arg(long, value_enum, default_value = "table", overrides_with = "two_way", help_heading = OUTPUT)]
    format: Format,
    /// The same as --format two-way: CPU time per page with a row for each model
    /// and a column for each client
    #[arg(long, overrides_with = "format", help_heading = OUTPUT)]
    two_way: bool,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    output: Option<PathBuf>,
    /// After the report, run each driver in pairs with one reference driver and
    /// save these measurements as a baseline for `regatta check`. NAME is saved as
    /// .regatta/NAME.json, and a file that ends in .json under its own name
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "from", help_heading = OUTPUT)]
    save: Option<String>,
    /// How many times --save runs each driver in a pair with the reference driver
    #[arg(long, value_name = "N", default_value = "48", value_parser = whole::<u16>(12..=4096, 48), help_heading = OUTPUT)]
    save_pairs: u16,
    /// Measure nothing: print a report that was saved with --format json
    #[arg(long, value_name = "FILE", conflicts_with_all = MEASURING, help_heading = OUTPUT)]
    from: Vec<PathBuf>,
    /// Width of the text in columns; the terminal's, or 80, if not given
    #[arg(long, value_name = "COLUMNS", value_parser = whole::<u16>(60..=1000, 100), help_heading = OUTPUT)]
    width: Option<u16>,
    /// Print no progress on standard error
    #[arg(long, short, help_heading = OUTPUT)]
    quiet: bool,
    /// How long a worker may take beyond three times the ideal
    #[arg(long, default_value = "20s", value_parser = duration, hide = true)]
    patience: Duration,
}

/// Races, or reads a saved race, and writes the report.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    check_places(args)?;
    let interrupt = Interrupt::default();
    let report = match &args.from[..] {
        [] => race(args, &interrupt)?,
        [file] => recheck::read(file)?,
        [first, second, ..] => {
            return Err(usage(format!(
                "--from was given more than once ({}, {}): expected one saved report, for example \
                 --from {}",
                first.display(),
                second.display(),
                first.display()
            )));
        }
    };
    let text = render(&report, args);
    match &args.output {
        Some(file) => output::write_or_print(file, &text)?,
        None => output::print(&text)?,
    }
    if let Some(name) = args.save.as_ref().filter(|_| !report.partial) {
        say::line(&save(name, &report, args, &interrupt)?);
    }
    Ok(exit_code(&report, !args.from.is_empty(), &interrupt))
}

/// What cannot be written is an error before anything is measured.
fn check_places(args: &Args) -> anyhow::Result<()> {
    if let Some(file) = &args.output {
        output::check_place("--output", file, "report.md").or_usage()?;
    }
    if let Some(name) = &args.save {
        let file = baseline::file(name);
        if file.as_path() == std::path::Path::new(name) {
            output::check_place("--save", &file, "baseline.json").or_usage()?;
        }
    }
    Ok(())
}

fn race(args: &Args, interrupt: &Interrupt) -> anyhow::Result<Report> {
    let settings = settings(args)?;
    let mut drivers = settings.drivers.iter();
    let pools_race = drivers.any(|driver| driver.client.pool_races);
    limits::check_fits(settings.workload.concurrency, pools_race).or_usage()?;
    let plan = TimeNeeded::of(&settings, baseline_pairs(args, &settings));
    if !args.yes {
        plan.confirm()?;
    }
    if !args.quiet {
        plan.announce(args.save.as_deref());
    }
    interrupt.listen()?;
    race::run(&settings, &Progress::new(args.quiet), interrupt)
}

fn settings(args: &Args) -> anyhow::Result<Settings> {
    Ok(Settings {
        workload: workload(args).or_usage()?,
        drivers: drivers::select(&args.driver).or_usage()?,
        seed: args.seed.map_or_else(race::drawn_seed, Ok)?,
        limits: Limits {
            budget: args.budget,
            rounds: args.rounds,
        },
        server_threads: args.server_threads,
        runtime_threads: args.threads.unwrap_or_else(host::cores),
        loop_lag: args.loop_lag,
        patience: args.patience,
    })
}

/// How many pairs a baseline will need, those of the control included.
fn baseline_pairs(args: &Args, settings: &Settings) -> u32 {
    if args.save.is_none() {
        return 0;
    }
    let drivers = fit_for_pairs(settings.drivers.clone(), &args.driver).len();
    u32::from(args.save_pairs) * u32::try_from(drivers + 1).unwrap_or(u32::MAX)
}

/// Saves the drivers with a valid row as a baseline.
fn save(name: &str, report: &Report, args: &Args, interrupt: &Interrupt) -> anyhow::Result<String> {
    let valid = report.drivers.iter().filter(|row| row.status == Status::Ok);
    let valid: anyhow::Result<Vec<_>> = valid.map(|row| drivers::named(&row.name)).collect();
    let pairs = PairArgs {
        pairs: args.save_pairs,
        budget: Some(BASELINE_BUDGET),
        seed: Some(report.seed),
        threads: args.threads,
        reference: None,
        quiet: args.quiet,
    };
    let valid = valid?;
    let fit = fit_for_pairs(valid.clone(), &args.driver);
    let mut said = super::check::save(name, &fit, &pairs, interrupt)?;
    if fit.len() < valid.len() {
        said.push_str("; it has sequential drivers only when --driver names them");
    }
    Ok(said)
}

fn workload(args: &Args) -> anyhow::Result<Workload> {
    use anyhow::Context;
    let original = load::load(&args.workload)?;
    let mut workload = original.clone();
    args.server_overrides.apply(&mut workload);
    args.driver_overrides.apply(&mut workload);
    workload
        .check()
        .with_context(|| format!("workload {} with the flags given", args.workload))?;
    workload.name_changes(&original);
    Ok(workload)
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

fn exit_code(report: &Report, from_file: bool, interrupt: &Interrupt) -> ExitCode {
    let untrusted = |status| matches!(status, Status::Rejected | Status::Failed);
    let is_cut_short = report.partial && !from_file;
    if is_cut_short && interrupt.is_set() {
        ExitCode::from(interrupt::EXIT_CODE)
    } else if is_cut_short || report.drivers.iter().any(|driver| untrusted(driver.status)) {
        ExitCode::from(NOT_ALL_ROWS)
    } else {
        ExitCode::SUCCESS
    }
}
