//! `regatta serve`: the mock server by hand, or as the experiment's own part.

use std::process::ExitCode;

/// What `regatta serve` takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Serves pages until it is told to stop.
pub fn run(_args: &Args) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
