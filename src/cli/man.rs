//! `regatta man`: a man page for each command.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

/// What `regatta man` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Directory for the pages, created if missing; for example
    /// ~/.local/share/man/man1
    directory: PathBuf,
}

/// Writes regatta.1, regatta-report.1 and so on.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let directory = &args.directory;
    let place = directory.display();
    std::fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(super::command(), directory))
        .with_context(|| {
            format!(
                "cannot write the man pages to {place}; name a directory of yours, for example man"
            )
        })?;
    super::output::print(&format!("man pages written; try: man {place}/regatta.1\n"))?;
    Ok(ExitCode::SUCCESS)
}
