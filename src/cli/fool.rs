//! `regatta fool`: wrong ways to measure, each beside the right one.

use std::process::ExitCode;

use anyhow::bail;

use crate::harness::process::{Failure, Program};
use crate::teach::pitfalls::{self, Environment};
use crate::term::interrupt::{self, Interrupt};

/// What `regatta fool` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 both figures were measured, or are n/a here; 1 error.")]
pub struct Args {
    /// The wrong way to show; without one they are listed
    name: Option<String>,
    /// Draws the delays
    #[arg(long, default_value = "1", value_parser = clap::value_parser!(u64).range(..=1_000_000_000))]
    seed: u64,
}

/// Lists the ways, or shows one.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(name) = &args.name else {
        super::output::print(&pitfalls::list())?;
        return Ok(ExitCode::SUCCESS);
    };
    let way = pitfalls::named(name)?;
    if !way.runs_here {
        super::output::print(&pitfalls::page(way, None))?;
        return Ok(ExitCode::SUCCESS);
    }
    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let environment = Environment {
        program: Program::this()?,
        seed: args.seed,
        interrupt: &interrupt,
    };
    match way.measure(&environment) {
        Ok(figures) => super::output::print(&pitfalls::page(way, Some(&figures)))?,
        Err(Failure::Interrupted) => return Ok(ExitCode::from(interrupt::EXIT_CODE)),
        Err(Failure::Failed(reason)) => bail!("{name}: {reason}"),
    }
    Ok(ExitCode::SUCCESS)
}
