//! Building a student's project: cargo, and what the compiler says.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;

use crate::term::interrupt::Interrupt;

/// How often a build is looked at, and the user listened to.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// As many lines of the compiler's first error are shown.
const LINES: usize = 20;

/// How hard the compiler tries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// Optimised.
    #[default]
    Release,
    /// Quickly built.
    Debug,
}

/// Builds the project in `directory`, without a network, and returns its
/// program.
///
/// # Errors
/// When cargo is not there, or the project does not compile: with the first
/// error. When the user interrupts; the compiler has then been ended.
pub(super) fn build(
    directory: &Path,
    profile: Profile,
    target: Option<&Path>,
    interrupt: &Interrupt,
) -> anyhow::Result<PathBuf> {
    let mut said = tempfile::tempfile().context("there is no room for what the compiler says")?;
    let mut made = tempfile::tempfile().context("there is no room for what cargo makes")?;
    let mut command = Command::new(cargo());
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
    if !status.success() {
        bail!(failed(directory, profile, &text(&mut said)?));
    }
    program(directory, &text(&mut made)?)
}

/// The cargo that runs this, if one does: it knows its compiler.
fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// A build under way. It and the compilers that it started end when this is
/// dropped.
struct Building(Child);

impl Building {
    fn start(mut command: Command) -> anyhow::Result<Self> {
        // A group of its own, to be ended as one.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        match command.spawn() {
            Ok(child) => Ok(Self(child)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(anyhow!(
                "cargo was not found, and it is what builds an exercise: https://rustup.rs brings \
                 it. Then try again"
            )),
            Err(error) => Err(error).context("cargo could not be started"),
        }
    }

    fn wait(&mut self, interrupt: &Interrupt) -> anyhow::Result<ExitStatus> {
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            if interrupt.is_set() {
                bail!("interrupted while it was built; nothing was graded");
            }
            thread::sleep(LOOK_EVERY);
        }
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        #[cfg(unix)]
        if let Ok(id) = i32::try_from(self.0.id()) {
            let group = nix::unistd::Pid::from_raw(id);
            // It may have ended at this very moment.
            let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whatever was written to `file`, from its beginning.
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
            "It is built without a network. What is not on this machine yet comes with\n\n    \
             cargo fetch --manifest-path {manifest}\n\n"
        )
    } else {
        String::new()
    };
    format!(
        "cargo could not build it:\n\n{error}\n\n{fetch}All that there is to it is said by\n\n    \
         cargo build{release} --manifest-path {manifest}\n"
    )
}

/// The first error, up to the next one, and not too much of it; all the last
/// lines when there is nothing that begins like one.
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

/// As much of a message of cargo's as has to be read.
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
            "{} makes no program; src/main.rs is where it begins",
            directory.display()
        ),
        several => bail!(
            "{} makes {} programs, and it is not known which one is the worker: leave one",
            directory.display(),
            several.len()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_all_that_the_compiler_says_the_first_error_is_shown() {
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
    fn without_a_word_that_looks_like_an_error_the_end_is_shown() {
        let said = "a\n".repeat(30) + "killed";
        assert!(first_error(&said).ends_with("killed"));
        assert_eq!(first_error(&said).lines().count(), LINES);
        assert_eq!(first_error(""), "");
    }

    #[test]
    fn without_cargo_it_is_said_where_to_get_it() {
        let Err(error) = Building::start(Command::new("no-such-program-as-cargo")) else {
            panic!("there is no such program");
        };
        assert!(error.to_string().contains("https://rustup.rs"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_build_that_is_given_up_takes_its_compilers_with_it() {
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
        // It has been ended; whoever inherits it may take a moment to bury it.
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
