//! `regatta compare`: two builds of Regatta in paired runs. Nothing is stored,
//! so no result can be out of date.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, ensure};

use super::exit::{OrUsage, usage};
use super::headings::WHAT;
use super::paired::{Environment, PairArgs, ShowArgs, VerdictArgs, candidate, fit_for_pairs, show};
use crate::compare::Comparison;
use crate::drivers;
use crate::harness::process::{Program, tree};
use crate::term::interrupt::Interrupt;

/// Whatever takes this long is no `regatta`, however busy the machine is.
const SAYS_VERSION_WITHIN: Duration = Duration::from_secs(20);

/// What `regatta compare` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 no regression; 1 error; 2 some driver regressed, or invalid flags; 3 unsure; 130 \
    interrupted."
)]
pub(super) struct Args {
    /// The old build: a `regatta` program
    #[arg(long, value_name = "BINARY", help_heading = WHAT)]
    old: Option<PathBuf>,
    /// The new build; this program if not given
    #[arg(long, value_name = "BINARY", help_heading = WHAT)]
    new: Option<PathBuf>,
    /// Build the old program from this git revision, in a separate worktree under
    /// target/
    #[arg(long, value_name = "REV", conflicts_with = "old", help_heading = WHAT)]
    old_rev: Option<String>,
    /// Drivers: names or patterns, as in `regatta report`; sequential ones only by
    /// their full names
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "default",
        help_heading = WHAT
    )]
    driver: Vec<String>,
    #[command(flatten)]
    verdict: VerdictArgs,
    #[command(flatten)]
    pairs: PairArgs,
    #[command(flatten)]
    show: ShowArgs,
}

/// Runs both builds in pairs and prints the verdicts.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    args.show.check_place()?;
    let drivers = drivers::select(&args.driver).or_usage()?;
    let old = match (&args.old, &args.old_rev) {
        (Some(old), _) => existing(old)?,
        (None, Some(revision)) => built(revision)?,
        (None, None) => {
            return Err(usage(
                "there is no old build to compare with: expected --old BINARY or --old-rev REV, for \
                 example --old target/old/regatta or --old-rev HEAD~1",
            ));
        }
    };
    let new = match &args.new {
        Some(new) => existing(new)?,
        None => Program::this()?,
    };
    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let environment = Environment::new(&args.pairs, &interrupt)?;
    let selected = fit_for_pairs(drivers, &args.driver);
    ensure!(
        !selected.is_empty(),
        "no driver is left: sequential ones are compared only by their full names, for example --driver sequential/ureq"
    );
    let comparisons: anyhow::Result<Vec<Comparison>> = selected
        .iter()
        .map(|driver| {
            Ok(Comparison {
                name: driver.name.clone(),
                a: candidate(&new, &driver.name)?.called("the new build"),
                b: candidate(&old, &driver.name)?.called("the old build"),
                baseline: None,
            })
        })
        .collect();
    let title = format!("{new} compared with {old}");
    let findings = environment.decide(comparisons?, args.verdict, title, Vec::new())?;
    show(&findings, &args.show)
}

fn existing(path: &Path) -> anyhow::Result<Program> {
    ensure!(
        path.is_file(),
        "{}: there is no such file; build one with `cargo build --release` and give target/release/regatta",
        path.display()
    );
    let path = path
        .canonicalize()
        .with_context(|| path.display().to_string())?;
    ensure_regatta(&path)?;
    Ok(Program::at(path))
}

/// Asks a program for its version before anything is measured.
fn ensure_regatta(path: &Path) -> anyhow::Result<()> {
    let asked = tree::output(Command::new(path).arg("--version"), SAYS_VERSION_WITHIN);
    let asked = asked.with_context(|| format!("{} could not be started", path.display()))?;
    ensure!(
        asked.status.success() && asked.stdout.starts_with(b"regatta "),
        "{} is not a regatta program: it does not answer --version with \"regatta\"; build one with \
         `cargo build --release` and give target/release/regatta",
        path.display()
    );
    Ok(())
}

/// Builds a revision of the repository that this is called in.
fn built(revision: &str) -> anyhow::Result<Program> {
    let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"]).context(
        "--old-rev needs a git repository; run it in a clone of Regatta, or give --old BINARY",
    )?);
    let resolved = git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        &format!("{revision}^{{commit}}"),
    ])
    .map_err(|_| usage(format!("there is no revision {revision:?}; expected a commit, a branch or a tag, for example HEAD~1; `git log` lists commits")))?;
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
