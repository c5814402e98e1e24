//! `regatta worker`: one driver, jobs from standard input.

use std::process::ExitCode;

use super::exit::OrUsage;
use crate::drivers;
use crate::harness::worker::{ScrapeReach, serve};
use crate::measure::slowdown::Slowdown;

/// What `regatta worker` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Driver, as `regatta drivers` lists it
    #[arg(long, value_name = "MODEL/CLIENT")]
    driver: String,
    /// Also scrape servers on other machines; use it only for your own
    #[arg(long)]
    allow_remote: bool,
    /// Add a slowdown (cpu=5%, wall=10%, memory=10%) to test whether a check finds
    /// it
    #[arg(long, value_name = "LIST")]
    slowdown: Option<Slowdown>,
    #[arg(long, hide = true)]
    die_with: Option<u32>,
}

/// Answers jobs until the end of input.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    #[cfg(target_os = "linux")]
    if let Some(parent) = args.die_with {
        super::die_with(parent, || ())?;
    }
    let driver = drivers::named(&args.driver).or_usage()?;
    crate::measure::limits::raise_descriptors();
    let reach = if args.allow_remote {
        ScrapeReach::Anywhere
    } else {
        ScrapeReach::Loopback
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
