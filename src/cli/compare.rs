//! `regatta compare`: two builds of Regatta side by side, in one run. Nothing
//! is stored, so nothing can be stale.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};

use super::paired::{Environment, GateArgs, ShowArgs, TrialArgs, candidate, fit_for_pairs, show};
use crate::compare::Comparison;
use crate::drivers;
use crate::harness::process::Program;
use crate::term::interrupt::Interrupt;

/// What `regatta compare` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 fine; 1 error; 2 some driver regressed; 3 unsure; 130 interrupted."
)]
pub struct Args {
    /// The old build: a `regatta` program
    #[arg(long, value_name = "BINARY", required_unless_present = "old_rev")]
    old: Option<PathBuf>,
    /// The new build; this program if not given
    #[arg(long, value_name = "BINARY")]
    new: Option<PathBuf>,
    /// Build the old one from this git revision, in a worktree of its own
    /// below target/
    #[arg(long, value_name = "REV", conflicts_with = "old")]
    old_rev: Option<String>,
    /// Which drivers, as in `regatta report`; sequential ones only when named
    #[arg(long, value_delimiter = ',', default_value = "default")]
    driver: Vec<String>,
    #[command(flatten)]
    gate: GateArgs,
    #[command(flatten)]
    trial: TrialArgs,
    #[command(flatten)]
    show: ShowArgs,
}

/// Compares.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let old = match (&args.old, &args.old_rev) {
        (Some(old), _) => existing(old)?,
        (None, Some(revision)) => built(revision)?,
        (None, None) => anyhow::bail!("give --old BINARY or --old-rev REV"),
    };
    let new = match &args.new {
        Some(new) => existing(new)?,
        None => Program::this()?,
    };
    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let environment = Environment::new(&args.trial, &interrupt)?;
    let selected = fit_for_pairs(drivers::select(&args.driver)?, &args.driver);
    ensure!(
        !selected.is_empty(),
        "no driver is left, because sequential ones are compared only when they are named: give --driver sequential/ureq"
    );
    let comparisons: anyhow::Result<Vec<Comparison>> = selected
        .iter()
        .map(|driver| {
            Ok(Comparison {
                name: driver.name.clone(),
                a: candidate(&new, &driver.name)?,
                b: candidate(&old, &driver.name)?,
                baseline: None,
            })
        })
        .collect();
    let title = format!("{new} held against {old}");
    let findings = environment.judge(comparisons?, args.gate, title, Vec::new())?;
    show(&findings, &args.show)
}

fn existing(path: &Path) -> anyhow::Result<Program> {
    ensure!(
        path.is_file(),
        "{}: there is no such program; build it with `cargo build --release` and give target/release/regatta",
        path.display()
    );
    let path = path
        .canonicalize()
        .with_context(|| path.display().to_string())?;
    Ok(Program::at(path))
}

/// Builds a revision of the repository that this is called in.
fn built(revision: &str) -> anyhow::Result<Program> {
    let resolved = git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        &format!("{revision}^{{commit}}"),
    ])
    .with_context(|| format!("git knows no revision {revision:?} here; `git log` shows some"))?;
    let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?);
    let place = top.join("target").join("compare").join(&resolved[..12]);
    if !place.join("Cargo.toml").is_file() {
        git(&[
            "worktree",
            "add",
            "--detach",
            "--force",
            &place.to_string_lossy(),
            &resolved,
        ])?;
    }
    let built = Command::new("cargo")
        .args(["build", "--release", "--locked", "--bin", "regatta"])
        .current_dir(&place)
        .env("CARGO_TARGET_DIR", place.join("target"))
        .status()
        .context("cargo could not be started; is it on the PATH?")?;
    ensure!(
        built.success(),
        "{revision} does not build; `cd {} && cargo build --release` shows why",
        place.display()
    );
    existing(
        &place
            .join("target/release")
            .join(format!("regatta{}", std::env::consts::EXE_SUFFIX)),
    )
}

fn git(args: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git")
        .args(args)
        .output()
        .context("git could not be started; is it installed?")?;
    ensure!(
        output.status.success(),
        "git {}: {}",
        args.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
