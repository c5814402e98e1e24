//! `regatta doctor`: what this machine allows, what disturbs a measurement, and
//! the commands that fix it.

use std::process::ExitCode;

use super::output;
use crate::fmt::escape;
use crate::harness::doctor::{Check, Facts, Need, Severity, checks, render};
use crate::site::workload::load;

/// The workload that `regatta report` runs when it is given none.
const DEFAULT_WORKLOAD: &str = "quick";

/// What `regatta doctor` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 the default report can run here; 1 it cannot.")]
pub(super) struct Args {
    /// Print a JSON list with one object for each check
    #[arg(long)]
    json: bool,
}

/// Checks this machine. Exit code 1 says that the default report cannot run
/// here.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let need = Need::of(&load::load(DEFAULT_WORKLOAD)?);
    let checks = checks(&Facts::read(), need);
    let text = if args.json {
        escape::json(&serde_json::to_string_pretty(&json(&checks))?) + "\n"
    } else {
        render(&checks, output::width().min(80))
    };
    output::print(&text)?;
    let missing = checks
        .iter()
        .any(|check| check.severity == Severity::Missing);
    Ok(if missing {
        ExitCode::from(super::exit::ERROR)
    } else {
        ExitCode::SUCCESS
    })
}

fn json(checks: &[Check]) -> serde_json::Value {
    let check = |check: &Check| {
        serde_json::json!({
            "check": check.what,
            "found": check.found,
            "verdict": check.severity.word(),
            "advice": check.advice,
            "command": check.command,
        })
    };
    checks.iter().map(check).collect()
}
