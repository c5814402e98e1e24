//! `regatta completions`: a completion script for a shell.

use std::process::ExitCode;

use clap_complete::Shell;

/// What `regatta completions` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "regatta", &mut script);
    super::output::print_own(&String::from_utf8(script)?)?;
    Ok(ExitCode::SUCCESS)
}
