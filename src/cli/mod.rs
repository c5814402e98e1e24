//! The command line: one file a subcommand, and each `run` reads as a
//! sentence. clap's definitions are the one place where a flag is described.

pub mod cancel;
pub mod check;
pub mod compare;
pub mod doctor;
pub mod drivers;
mod exit;
pub mod fool;
pub mod lesson;
mod output;
pub mod paired;
pub mod prices;
pub mod report;
pub mod scrape;
pub mod selftest;
pub mod serve;
mod values;
pub mod worker;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "regatta", version, about, propagate_version = true)]
// The last of two equal flags holds, so that a script's can be overridden.
#[command(args_override_self = true)]
#[command(after_help = "Without a command it runs `report` on the default workload.")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Race the drivers over a workload and tabulate what each one costs
    Report(report::Args),
    /// Serve the pages on this machine, for a browser, curl or a driver
    Serve(serve::Args),
    /// Measure the drivers of a baseline again: did any get worse?
    Check(check::Args),
    /// Hold two builds of Regatta against each other, pair by pair
    Compare(compare::Args),
    /// Find out how often this machine cries wolf, and what it would miss
    Selftest(selftest::Args),
    /// Stop every driver in the middle: how long it takes, and what it costs
    Cancel(cancel::Args),
    /// Be fooled on purpose: a wrong way to measure beside the right one
    Fool(fool::Args),
    /// Walk from threads to async: guess, formula, measurement, picture
    Lesson(lesson::Args),
    /// Scrape a site and keep what it says, on whichever driver
    Scrape(scrape::Args),
    /// Show how prices moved from scrape to scrape, as a table and a chart
    Prices(prices::Args),
    /// List the drivers: how each waits, and what it is made of
    Drivers(drivers::Args),
    /// Run one driver: a JSON job a line in, a JSON answer a line out
    Worker(worker::Args),
    /// Look at what this machine allows, and say what to mend
    #[command(after_help = "Exit codes: 0 the default report can run here; 1 it cannot.")]
    Doctor,
}

/// Runs the command that `args` name, the program's own name first.
pub fn main<I: IntoIterator<Item = OsString>>(args: I) -> ExitCode {
    let cli = Cli::parse_from(args);
    let done = match cli.command {
        None => report::run(&report::Args::default()),
        Some(Command::Report(args)) => report::run(&args),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Selftest(args)) => selftest::run(&args),
        Some(Command::Compare(args)) => compare::run(&args),
        Some(Command::Cancel(args)) => cancel::run(&args),
        Some(Command::Fool(args)) => fool::run(&args),
        Some(Command::Lesson(args)) => lesson::run(&args),
        Some(Command::Scrape(args)) => scrape::run(&args),
        Some(Command::Prices(args)) => prices::run(&args),
        Some(Command::Drivers(args)) => drivers::run(&args),
        Some(Command::Worker(args)) => worker::run(&args),
        Some(Command::Doctor) => doctor::run(),
    };
    done.unwrap_or_else(|error| {
        eprintln!("regatta: {error:#}");
        ExitCode::from(exit::ERROR)
    })
}

/// Ends this process when the one that started it is gone, however that
/// ended; `end` is how, where it is this process that has to notice.
#[cfg(target_os = "linux")]
fn die_with(parent: u32, _end: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL)?;
    // A parent that ended before the line above sends no signal any more.
    let found = nix::unistd::getppid().as_raw();
    anyhow::ensure!(
        u32::try_from(found) == Ok(parent),
        "the parent is process {found}, not {parent}; leave `--die-with` away to start this by hand"
    );
    Ok(())
}

/// Elsewhere the parent holds standard input open, and its end is the sign. A
/// worker reads that for its jobs anyway.
#[cfg(not(target_os = "linux"))]
fn die_with(_parent: u32, end: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    std::thread::Builder::new().spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        end();
    })?;
    Ok(())
}
