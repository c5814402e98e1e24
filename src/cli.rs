//! The command line: one file a subcommand, each `run` reads as a sentence.

pub mod serve;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Set in the environment of a process that Regatta started as a part of
/// itself (a server or a worker).
pub const PART: &str = "REGATTA_PART";

/// Exit code: what was asked for could not be done.
pub const ERROR: u8 = 1;

#[derive(Debug, Parser)]
#[command(name = "regatta", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages on this machine, for a browser, curl or a driver
    Serve(serve::Args),
}

/// Runs the command that `args` name, the program's own name first.
pub fn main<I: IntoIterator<Item = OsString>>(args: I) -> ExitCode {
    let cli = Cli::parse_from(args);
    let done = match cli.command {
        Some(Command::Serve(args)) => serve::run(&args),
        None => Ok(ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| {
        eprintln!("regatta: {error:#}");
        ExitCode::from(ERROR)
    })
}
