//! `regatta pitfalls`: wrong ways to measure, each beside the right one.

use std::process::ExitCode;

use anyhow::bail;

use super::exit::OrUsage;
use super::output::print;
use super::values::small_seed;
use crate::harness::process::{Failure, Program};
use crate::teach::pitfalls::{self, ExperimentSetup};
use crate::term::interrupt::{self, Interrupt};

/// What `regatta pitfalls` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 both values were measured, or cannot be on this platform; 1 error; \
    2 there is no such pitfall; 130 interrupted."
)]
pub(super) struct Args {
    /// The pitfall to measure; without one they are listed
    name: Option<String>,
    /// Seed of the delays
    #[arg(long, value_name = "N", default_value = "1", value_parser = small_seed)]
    seed: u64,
}

/// Lists the pitfalls, or measures one.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(name) = &args.name else {
        print(&pitfalls::list())?;
        return Ok(ExitCode::SUCCESS);
    };
    let pitfall = pitfalls::named(name).or_usage()?;
    if !pitfall.runs_here {
        print(&pitfalls::page(pitfall, None))?;
        return Ok(ExitCode::SUCCESS);
    }
    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let environment = ExperimentSetup {
        program: Program::this()?,
        seed: args.seed,
        interrupt: &interrupt,
    };
    match pitfall.measure(&environment) {
        Ok(figures) => print(&pitfalls::page(pitfall, Some(&figures)))?,
        Err(Failure::Interrupted) => return Ok(ExitCode::from(interrupt::EXIT_CODE)),
        Err(Failure::Failed(reason) | Failure::Server(reason)) => bail!("{name}: {reason}"),
    }
    Ok(ExitCode::SUCCESS)
}
