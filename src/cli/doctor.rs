//! `regatta doctor`: what this machine allows, what disturbs it, and the
//! command that mends it.

use std::process::ExitCode;

use crate::harness::doctor::{Facts, Need, Verdict, checks, render};
use crate::site::workload::load;

/// The workload that `regatta report` runs when it is given none.
const DEFAULT_WORKLOAD: &str = "quick";

/// Looks, and says what it found. Exit code 1 says that the default report
/// cannot run here.
pub fn run() -> anyhow::Result<ExitCode> {
    let need = Need::of(&load::load(DEFAULT_WORKLOAD)?);
    let checks = checks(&Facts::gather(), need);
    super::output::print(&render(&checks, super::output::width().min(80)))?;
    let missing = checks.iter().any(|check| check.verdict == Verdict::Missing);
    Ok(if missing {
        ExitCode::from(super::exit::ERROR)
    } else {
        ExitCode::SUCCESS
    })
}
