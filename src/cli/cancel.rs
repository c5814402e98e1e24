//! `regatta cancel`: how each driver stops when it is stopped in the middle.

use std::process::ExitCode;

use clap::ValueEnum;

use super::exit::{NOT_ALL_ROWS, OrUsage};
use super::headings::{HOW_LONG, OUTPUT, WHAT};
use super::paired::fit_for_pairs;
use super::values::{small_seed, threads, whole};
use crate::drivers;
use crate::harness::cancel::{self, CancelSettings};
use crate::measure::host;
use crate::measure::limits;
use crate::report::Style;
use crate::term::interrupt::{self, Interrupt};
use crate::term::progress::Progress;

/// What `regatta cancel` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 every row is valid; 1 error; 2 invalid flags; 4 some row was rejected; 130 \
    interrupted (what was measured by then is printed)."
)]
pub(super) struct Args {
    /// Drivers: names or patterns, as in `regatta report`; sequential ones only by
    /// their full names
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "default",
        help_heading = WHAT
    )]
    driver: Vec<String>,
    /// Requests in flight when the driver is stopped
    #[arg(long, value_name = "C", default_value = "20", value_parser = whole::<u16>(2..=1000, 20), help_heading = WHAT)]
    concurrency: u16,
    /// Measurements of each way to stop
    #[arg(long, value_name = "N", default_value = "5", value_parser = whole::<u32>(1..=1000, 5), help_heading = HOW_LONG)]
    rounds: u32,
    /// Seed that decides which requests stall
    #[arg(long, value_name = "N", default_value = "1", value_parser = small_seed, help_heading = WHAT)]
    seed: u64,
    /// Threads of each async runtime or executor; the number of cores if not given
    #[arg(long, value_name = "N", value_parser = threads, help_heading = WHAT)]
    threads: Option<usize>,
    /// Format of the findings
    #[arg(long, value_enum, default_value = "table", help_heading = OUTPUT)]
    format: CancelFormat,
    /// Print no progress on standard error
    #[arg(long, short, help_heading = OUTPUT)]
    quiet: bool,
}

/// Formats of the findings.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum CancelFormat {
    /// A table for the terminal, with an explanation in words
    Table,
    /// Every run as JSON
    Json,
}

/// Measures and prints the findings.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = CancelSettings {
        drivers: fit_for_pairs(drivers::select(&args.driver).or_usage()?, &args.driver),
        concurrency: usize::from(args.concurrency),
        rounds: args.rounds,
        seed: args.seed,
        threads: args.threads.unwrap_or_else(host::cores),
    };
    anyhow::ensure!(
        !settings.drivers.is_empty(),
        "no driver is left: sequential ones are measured only by their full names, for example --driver sequential/ureq"
    );
    let pools_race = settings
        .drivers
        .iter()
        .any(|driver| driver.client.pool_races);
    limits::check_fits(settings.concurrency, pools_race).or_usage()?;
    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let findings = cancel::run(&settings, &Progress::new(args.quiet), &interrupt)?;
    super::output::print(&match args.format {
        CancelFormat::Table => cancel::table(&findings, &style()),
        CancelFormat::Json => cancel::json(&findings),
    })?;
    Ok(if findings.partial {
        ExitCode::from(interrupt::EXIT_CODE)
    } else if findings.any_rejected() {
        ExitCode::from(NOT_ALL_ROWS)
    } else {
        ExitCode::SUCCESS
    })
}

fn style() -> Style {
    Style {
        width: super::output::width(),
        colour: super::output::colour(),
    }
}
