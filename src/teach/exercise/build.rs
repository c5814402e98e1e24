//! Builds a student's project with cargo and reports compiler errors.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;

use crate::harness::process::Program;
use crate::harness::process::guard::{NOT_STARTED, guarded};
use crate::harness::process::tree::Tree;
use crate::term::interrupt::Interrupt;

/// The polling period of a build and of an interrupt.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The maximum number of printed lines of the first compiler error.
const LINES: usize = 20;

/// The build profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// Optimised.
    #[default]
    Release,
    /// Built quickly.
    Debug,
}

const NO_CARGO: &str = "cargo was not found, but an exercise needs it: install it from \
     https://rustup.rs and try again";

/// Builds the project in `directory` offline and returns its program.
///
/// # Errors
/// If cargo is missing, or if the project does not compile (with the first
/// compiler error). If the user interrupts, which ends the compiler.
pub(super) fn build(
    directory: &Path,
    guard: &Program,
    profile: Profile,
    target: Option<&Path>,
    interrupt: &Interrupt,
) -> anyhow::Result<PathBuf> {
    let mut said = tempfile::tempfile().context("failed to create a temporary file")?;
    let mut made = tempfile::tempfile().context("failed to create a temporary file")?;
    let mut command = guarded(guard, cargo());
    command
        .args(["build", "--offline", "--quiet"])
        .arg("--message-format=json-render-diagnostics")
        .args((profile == Profile::Release).then_some("--release"))
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(made.try_clone()?)
        .stderr(said.try_clone()?);
    if let Some(target) = target {
        command.arg("--target-dir").arg(target);
    }
    let status = Building::start(command)?.wait(interrupt)?;
    if status.code() == Some(NOT_STARTED) {
        bail!(NO_CARGO);
    }
    if !status.success() {
        bail!(failed(directory, profile, &text(&mut said)?));
    }
    program(directory, &text(&mut made)?)
}

/// The cargo that runs this program, if any, because it has the right compiler.
fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// A running build. Dropping it ends cargo and its compilers.
struct Building(Tree);

impl Building {
    fn start(mut command: Command) -> anyhow::Result<Self> {
        match Tree::start(&mut command) {
            Ok(tree) => Ok(Self(tree)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(anyhow!(NO_CARGO)),
            Err(error) => Err(error).context("failed to start cargo"),
        }
    }

    fn wait(&mut self, interrupt: &Interrupt) -> anyhow::Result<ExitStatus> {
        while !self.0.has_exited() {
            if interrupt.is_set() {
                bail!("interrupted during the build; nothing was graded");
            }
            thread::sleep(LOOK_EVERY);
        }
        Ok(self.0.end()?)
    }
}

/// The whole content of `file`.
fn text(file: &mut File) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn failed(directory: &Path, profile: Profile, said: &str) -> String {
    let release = match profile {
        Profile::Release => " --release",
        Profile::Debug => "",
    };
    let manifest = directory.join("Cargo.toml");
    let (error, manifest) = (first_error(said), manifest.display());
    let fetch = if said.contains("offline") {
        format!(
            "The build is offline. To download missing crates, run\n\n    \
             cargo fetch --manifest-path {manifest}\n\n"
        )
    } else {
        String::new()
    };
    format!(
        "cargo could not build it:\n\n{error}\n\n{fetch}Full compiler output:\n\n    \
         cargo build{release} --manifest-path {manifest}\n"
    )
}

/// The first error up to the next one, cut after [`LINES`] lines; without an
/// error, the last lines.
fn first_error(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    let begins = |line: &&str| line.starts_with("error");
    let from = lines.iter().position(begins);
    let from = from.unwrap_or(lines.len().saturating_sub(LINES));
    let rest = &lines[from..];
    let is_next = |line: &&str| begins(line) || line.starts_with("warning");
    let next = rest.iter().skip(1).position(is_next);
    let length = next.map_or(rest.len(), |next| next + 1);
    let mut shown = rest[..length.min(LINES)].join("\n").trim_end().to_owned();
    if length > LINES {
        shown.push_str("\n  ...");
    }
    shown
}

/// The relevant part of a message of cargo.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
}

fn program(directory: &Path, messages: &str) -> anyhow::Result<PathBuf> {
    let programs: Vec<PathBuf> = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable)
        .collect();
    match &programs[..] {
        [program] => Ok(program.clone()),
        [] => bail!(
            "{} builds no program: expected src/main.rs",
            directory.display()
        ),
        several => bail!(
            "{} builds {} programs: expected exactly one, the worker",
            directory.display(),
            several.len()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_compiler_error_is_shown() {
        let said = "warning: unused\n --> a\n\nerror[E0425]: cannot find value\n --> b\n  |\n\n\
                    error: aborting due to 1 previous error\n";
        assert_eq!(
            first_error(said),
            "error[E0425]: cannot find value\n --> b\n  |"
        );
    }

    #[test]
    fn a_long_error_is_cut_after_twenty_lines() {
        let said = format!("error: long\n{}", "and on\n".repeat(40));
        let shown = first_error(&said);
        assert_eq!(shown.lines().count(), LINES + 1);
        assert!(shown.ends_with("..."));
    }

    #[test]
    fn without_an_error_the_last_lines_are_shown() {
        let said = "a\n".repeat(30) + "killed";
        assert!(first_error(&said).ends_with("killed"));
        assert_eq!(first_error(&said).lines().count(), LINES);
        assert_eq!(first_error(""), "");
    }

    #[test]
    fn without_cargo_the_error_says_where_to_get_it() {
        let Err(error) = Building::start(Command::new("no-such-program-as-cargo")) else {
            panic!("such a program exists");
        };
        assert!(error.to_string().contains("https://rustup.rs"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_cancelled_build_ends_its_compilers() {
        use nix::sys::signal::kill;
        use nix::unistd::Pid;

        let said = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 1000 & echo $!; wait"])
            .stdout(said.reopen().unwrap());
        let building = Building::start(command).unwrap();
        let compiler = loop {
            let text = std::fs::read_to_string(said.path()).unwrap();
            if text.ends_with('\n') {
                break Pid::from_raw(text.trim().parse().unwrap());
            }
            thread::yield_now();
        };
        assert_eq!(kill(compiler, None), Ok(()));
        drop(building);
        // It has ended; its new parent may take a moment to reap it.
        while is_alive(compiler) {
            thread::yield_now();
        }
    }

    #[cfg(unix)]
    fn is_alive(process: nix::unistd::Pid) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{process}/stat"));
        let is_dead = state.is_ok_and(|state| state.contains(") Z "));
        !is_dead && nix::sys::signal::kill(process, None).is_ok()
    }
}
