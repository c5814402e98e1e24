//! `report ...` is `regatta report ...`.
//!
//! It starts the `regatta` beside it. To link all of Regatta a second time would
//! take longer than to compile it.

use std::ffi::OsString;
use std::fmt::Display;
use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let this = std::env::current_exe()
        .map_err(|error| format!("failed to find the path of this program: {error}"))?;
    let folder = this.parent().unwrap_or(Path::new("."));
    // `cargo run --bin report` built this program alone, so a `regatta` beside it
    // is missing or out of date.
    if let Some(mut build) = cargo_build(folder) {
        let built = build
            .status()
            .map_err(|error| failed_to_start(&build, error))?;
        if !built.success() {
            return Ok(code(built.code()));
        }
    }
    let regatta = folder.join(format!("regatta{}", std::env::consts::EXE_SUFFIX));
    if !regatta.is_file() {
        return Err(format!(
            "failed to start {}: no such file; build it with `cargo build --release --bin regatta`, \
             or run `cargo run --release -- report`",
            regatta.display()
        ));
    }
    become_report(&regatta)
}

/// The command that brings `regatta` up to date, if cargo started this program.
fn cargo_build(folder: &Path) -> Option<Command> {
    let cargo = std::env::var_os("CARGO")?;
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("CARGO_MANIFEST_DIR")? != package {
        return None;
    }
    // The folder of a profile has its name; that of the profile `dev` is `debug`.
    let profile = match folder.file_name()? {
        name if name == "debug" => OsString::from("dev"),
        name => name.to_owned(),
    };
    let mut build = Command::new(cargo);
    build.args(["build", "--bin", "regatta", "--profile"]);
    build.arg(profile);
    build.arg("--manifest-path").arg(package.join("Cargo.toml"));
    build.arg("--target-dir").arg(folder.parent()?);
    if cfg!(feature = "postgres") {
        build.args(["--features", "postgres"]);
    }
    Some(build)
}

fn report(regatta: &Path) -> Command {
    let mut command = Command::new(regatta);
    command.arg("report").args(std::env::args_os().skip(1));
    command
}

/// The same process goes on as `regatta`: it receives the signals, and its exit
/// code is the exit code.
#[cfg(unix)]
fn become_report(regatta: &Path) -> Result<ExitCode, String> {
    use std::os::unix::process::CommandExt as _;
    let mut command = report(regatta);
    let error = command.exec();
    Err(failed_to_start(&command, error))
}

#[cfg(not(unix))]
fn become_report(regatta: &Path) -> Result<ExitCode, String> {
    let mut command = report(regatta);
    let status = command.status();
    status
        .map(|status| code(status.code()))
        .map_err(|error| failed_to_start(&command, error))
}

/// Exit codes end at 255 on unix; a program without one was ended by a signal.
fn code(code: Option<i32>) -> ExitCode {
    let code = code.and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

fn failed_to_start(command: &Command, error: impl Display) -> String {
    let program = command.get_program().to_string_lossy();
    format!("failed to start {program}: {error}")
}
