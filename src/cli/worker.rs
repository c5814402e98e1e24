//! `regatta worker`: one driver, jobs from standard input.

use std::process::ExitCode;

use crate::drivers;
use crate::harness::worker::{Reach, serve};
use crate::measure::slowdown::Slowdown;

/// What `regatta worker` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The driver to run, as `regatta drivers` lists it
    #[arg(long, value_name = "MODEL/CLIENT")]
    driver: String,
    /// Scrape servers on other machines, too; only ever your own
    #[arg(long)]
    allow_remote: bool,
    /// Slow down on purpose (cpu=5%, wall=10%, memory=10%), to find out
    /// whether a check would notice
    #[arg(long)]
    slowdown: Option<Slowdown>,
    #[arg(long, hide = true)]
    die_with: Option<u32>,
}

/// Answers jobs until the end of input.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    #[cfg(target_os = "linux")]
    if let Some(parent) = args.die_with {
        super::die_with(parent, || ())?;
    }
    let driver = drivers::named(&args.driver)?;
    crate::measure::limits::raise_descriptors();
    let reach = if args.allow_remote {
        Reach::Anywhere
    } else {
        Reach::Loopback
    };
    serve(
        driver,
        reach,
        args.slowdown,
        std::io::stdin().lock(),
        std::io::stdout().lock(),
    )?;
    Ok(ExitCode::SUCCESS)
}
