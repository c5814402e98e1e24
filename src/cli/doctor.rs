//! doctor
use std::process::ExitCode;
/// x
pub fn run() -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
