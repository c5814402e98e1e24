//! The command line: one file a subcommand, and each `run` reads as a
//! sentence. clap's definitions are the one place where a flag is described;
//! help, completions, man pages and docs/commands.md are made from them.

mod cancel;
mod check;
mod compare;
mod completions;
mod doctor;
mod drivers;
mod errors;
mod examples;
mod exit;
mod headings;
mod lesson;
mod man;
mod output;
mod overrides;
mod paired;
mod pitfalls;
mod prices;
pub mod reference;
mod report;
mod scrape;
mod selftest;
mod serve;
mod time_limit;
mod values;
mod version;
mod worker;
mod workloads;

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "regatta", version = version::LINE, about, propagate_version = true)]
// The last of two equal flags counts, so that a script's can be overridden.
#[command(args_override_self = true)]
#[command(override_usage = "regatta [COMMAND] [OPTIONS]")]
#[command(
    after_help = "Without a command it runs `report` and takes the flags of `report`:\n  \
                  regatta --workload tail --driver tokio"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Race drivers over a workload and print what each one costs (the default)
    Report(report::Args),
    /// List the workloads, or describe one
    Workloads(workloads::Args),
    /// List the drivers: how each waits, and the crates it uses
    Drivers(drivers::Args),
    /// Teach threads and async: a guess, a formula, a measurement, a picture
    Lesson(lesson::Args),
    /// Show wrong ways to measure beside the right ones
    Pitfalls(pitfalls::Args),
    /// Measure the drivers of a saved baseline again and find regressions
    Check(check::Args),
    /// Compare two builds of Regatta in paired runs
    Compare(compare::Args),
    /// Measure false-positive and false-negative rates of `check` on this machine
    Selftest(selftest::Args),
    /// Stop each driver in mid-run; measure how long it takes and what is lost
    Cancel(cancel::Args),
    /// Serve the pages of a workload for a browser, curl or another program
    Serve(serve::Args),
    /// Scrape a site with any driver and store what it finds
    Scrape(scrape::Args),
    /// Show how prices changed from scrape to scrape, as a table and a chart
    Prices(prices::Args),
    /// Check what this machine allows and name the commands that fix it
    Doctor(doctor::Args),
    /// Run one driver: one JSON job per line in, one JSON answer per line out
    Worker(worker::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Write man pages into a directory
    Man(man::Args),
}

/// The definition of the whole command line, with examples in each help.
#[must_use]
pub fn command() -> clap::Command {
    let cli = Cli::command();
    cli.mut_subcommands(|command| {
        let exit_codes = command.get_after_help().map(ToString::to_string);
        let parts = [examples::help(command.get_name()), exit_codes];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        command.after_help(parts.join("\n\n"))
    })
}

/// Runs the command that `args` name, the program's own name first.
pub fn main<I: IntoIterator<Item = OsString>>(args: I) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(code) = crate::harness::process::guard::run(&args) {
        return ExitCode::from(code);
    }
    let matches = command().try_get_matches_from(normalised(args));
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => run(cli.command).unwrap_or_else(|error| errors::print_error(&error)),
        Err(error) => errors::print_clap(&error),
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    if !matches!(command, Command::Worker(_) | Command::Serve(_)) {
        crate::harness::process::tree::own_all_children();
        crate::harness::temporary::remove_abandoned();
    }
    match command {
        Command::Report(args) => report::run(&args),
        Command::Workloads(args) => workloads::run(&args),
        Command::Drivers(args) => drivers::run(&args),
        Command::Lesson(args) => lesson::run(&args),
        Command::Pitfalls(args) => pitfalls::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Selftest(args) => selftest::run(&args),
        Command::Cancel(args) => cancel::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Scrape(args) => scrape::run(&args),
        Command::Prices(args) => prices::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Worker(args) => worker::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// The arguments as clap reads them. Without a command they belong to
/// `report`; `version` is what other programs call `--version`. A negative
/// number after a flag is joined to it, so that the error is about the number:
/// clap alone takes `-5` for an unknown flag.
fn normalised(args: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut normalised: Vec<OsString> = Vec::new();
    for arg in args {
        match normalised.last_mut() {
            Some(flag) if is_negative(&arg) && is_long_flag(flag) => {
                flag.push("=");
                flag.push(arg);
            }
            _ => normalised.push(arg),
        }
    }
    if let Some(first) = normalised.get_mut(1).filter(|first| *first == "version") {
        *first = "--version".into();
    }
    let of_all = ["-h", "--help", "-V", "--version"].map(OsStr::new);
    let is_report = normalised.get(1).is_none_or(|first| {
        first.as_encoded_bytes().starts_with(b"-") && !of_all.contains(&first.as_os_str())
    });
    if is_report {
        normalised.insert(normalised.len().min(1), "report".into());
    }
    normalised
}

fn is_negative(arg: &OsStr) -> bool {
    matches!(arg.as_encoded_bytes(), [b'-', b'0'..=b'9', ..])
}

fn is_long_flag(arg: &OsStr) -> bool {
    let bytes = arg.as_encoded_bytes();
    bytes.len() > 2 && bytes.starts_with(b"--") && !bytes.contains(&b'=')
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(args: &[&str]) -> String {
        let args = args.iter().map(OsString::from);
        let words = normalised(args).into_iter();
        let words: Vec<String> = words.map(|word| word.into_string().unwrap()).collect();
        words.join(" ")
    }

    #[test]
    fn the_definition_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn flags_without_a_command_belong_to_report() {
        assert_eq!(words(&["regatta"]), "regatta report");
        assert_eq!(
            words(&["regatta", "--workload", "tail"]),
            "regatta report --workload tail"
        );
        assert_eq!(words(&["regatta", "--help"]), "regatta --help");
        assert_eq!(words(&["regatta", "drivers"]), "regatta drivers");
        assert_eq!(words(&["regatta", "version"]), "regatta --version");
    }

    #[test]
    fn a_negative_number_is_joined_to_its_flag() {
        assert_eq!(
            words(&["regatta", "report", "--pages", "-5"]),
            "regatta report --pages=-5"
        );
    }

    #[test]
    fn every_command_has_examples() {
        for command in command().get_subcommands() {
            assert!(examples::help(command.get_name()).is_some());
        }
    }
}
