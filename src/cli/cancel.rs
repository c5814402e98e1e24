//! `regatta cancel`: how each driver ends before the end.

use std::process::ExitCode;

use clap::ValueEnum;

use super::exit::NOT_ALL_ROWS;
use super::paired::fit_for_pairs;
use super::values::threads;
use crate::drivers;
use crate::harness::cancel::{self, Settings};
use crate::measure::host;
use crate::measure::limits;
use crate::report::Style;
use crate::term::interrupt::{self, Interrupt};
use crate::term::progress::Progress;

/// What `regatta cancel` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 every row stands; 4 some row was rejected; 1 error; 130 interrupted (what \
    was measured by then is shown)."
)]
pub struct Args {
    /// Which drivers, as in `regatta report`; sequential ones only when named
    #[arg(long, value_delimiter = ',', default_value = "default")]
    driver: Vec<String>,
    /// So many requests are in flight when the end comes
    #[arg(long, value_name = "C", default_value_t = 20, value_parser = clap::value_parser!(u16).range(2..=1000))]
    concurrency: u16,
    /// How often each way to end is measured
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// Draws which requests stall
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=1_000_000_000))]
    seed: u64,
    /// Threads of each async runtime or executor; as many as cores if not given
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
    /// How the findings are written
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// No progress on standard error
    #[arg(long, short)]
    quiet: bool,
}

/// The forms of the findings.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A table for the terminal, with what it means in words
    Table,
    /// Every run
    Json,
}

/// Measures, and shows what it came to.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = Settings {
        drivers: fit_for_pairs(drivers::select(&args.driver)?, &args.driver),
        concurrency: usize::from(args.concurrency),
        rounds: args.rounds,
        seed: args.seed,
        threads: args.threads.unwrap_or_else(host::cores),
    };
    anyhow::ensure!(
        !settings.drivers.is_empty(),
        "no driver is left, because sequential ones are measured only when they are named: give --driver sequential/ureq"
    );
    let pools_race = settings
        .drivers
        .iter()
        .any(|driver| driver.client.pool_races);
    limits::check_fits(settings.concurrency, pools_race)?;
    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let findings = cancel::run(&settings, &Progress::new(args.quiet), &interrupt)?;
    super::output::print(&match args.format {
        Format::Table => cancel::table(&findings, &style()),
        Format::Json => cancel::json(&findings),
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
