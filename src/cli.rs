//! The command line: one file a subcommand, and each `run` reads as a
//! sentence. clap's definitions are the one place where a flag is described.

pub mod check;
pub mod compare;
pub mod doctor;
pub mod drivers;
pub mod fool;
pub mod report;
pub mod selftest;
pub mod serve;
pub mod trials;
pub mod worker;

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

/// Exit code: what was asked for could not be done.
pub const ERROR: u8 = 1;

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
    /// Be fooled on purpose: a wrong way to measure beside the right one
    Fool(fool::Args),
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
        Some(Command::Fool(args)) => fool::run(&args),
        Some(Command::Drivers(args)) => drivers::run(&args),
        Some(Command::Worker(args)) => worker::run(&args),
        Some(Command::Doctor) => doctor::run(),
    };
    done.unwrap_or_else(|error| {
        eprintln!("regatta: {error:#}");
        ExitCode::from(ERROR)
    })
}

/// Prints to standard output. A reader that has seen enough (`| head`) closes
/// the pipe, and that is no error.
fn print(text: &str) -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    match output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
    {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the output could not be written"),
    }
}

/// The width to write for: the terminal's, or 80 columns in a pipe or a file.
fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0))
}

/// Whether to write in colour: only to a terminal, and not where `NO_COLOR`
/// (<https://no-color.org>) is set to anything.
fn colour() -> bool {
    use std::io::IsTerminal;
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal() && !unwanted
}

/// Ends this process when the one that started it is gone. Called first thing
/// in a part, and checks for the case that it was gone before.
fn die_with(parent: Option<u32>) {
    #[cfg(target_os = "linux")]
    if let Some(parent) = parent {
        let told = nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL);
        let still_there = u32::try_from(nix::unistd::getppid().as_raw()) == Ok(parent);
        if told.is_err() || !still_there {
            std::process::exit(i32::from(ERROR));
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = parent;
}
