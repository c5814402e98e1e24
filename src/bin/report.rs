//! `report ...` is `regatta report ...`.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args: Vec<OsString> = std::env::args_os().collect();
    // The report starts its server and its workers from its own executable;
    // those come with a subcommand already.
    if std::env::var_os(regatta::harness::process::PART).is_none() {
        args.insert(args.len().min(1), "report".into());
    }
    regatta::cli::main(args)
}
