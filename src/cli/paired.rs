//! What `check`, `compare` and `selftest` have in common: the flags of a
//! trial, and how its findings leave the program.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail, ensure};

use super::output;
use super::values::{duration, percent, threads};
use crate::compare::pair::{Candidate, Pair, PairRunner};
use crate::compare::show::{self, Format};
use crate::compare::{self, About, CheckPlan, Comparison, Findings, Metric};
use crate::drivers;
use crate::drivers::Driver;
use crate::harness::process::Program;
use crate::harness::race;
use crate::measure::host;
use crate::measure::limits;
use crate::site::workload::{Workload, load};
use crate::stats::InterimPlan;
use crate::term::interrupt::{self, Interrupt};
use crate::term::progress::Progress;

/// The chance of any false alarm in a whole trial.
const ALPHA: f64 = 0.02;
/// The reference driver: nothing in it but the standard library and our own
/// client changes with an upgrade, and its threads use all cores, so that it
/// meets the noise of each.
const REFERENCE: &str = "thread-pool/raw";

/// How a trial's findings are judged.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct GateArgs {
    /// The metric whose verdict counts; the others are shown
    #[arg(long, value_enum, default_value = "cpu")]
    pub gate: Metric,
    /// Where the verdict is UNSURE, an increase that is surely below this is
    /// let pass
    #[arg(long, default_value = "5%", value_parser = percent)]
    pub tolerance: f64,
}

/// The flags of a trial.
#[derive(Debug, Clone, clap::Args)]
pub struct TrialArgs {
    /// At most this many pairs a driver; looked at after a half of them and
    /// after all
    #[arg(long, default_value = "24", value_name = "N", value_parser = clap::value_parser!(u16).range(12..=4096))]
    pub pairs: u16,
    /// Begin no pair that would end later than this; 15 s a driver, the
    /// reference included, if not given
    #[arg(long, value_parser = duration)]
    pub budget: Option<Duration>,
    /// Draws the orders and the delays; printed, so that it can be repeated
    #[arg(long)]
    pub seed: Option<u64>,
    /// Threads of each async runtime or executor; as many as cores if not given
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// The driver that runs against itself as a control; thread-pool/raw, or
    /// that of the baseline, if not given
    #[arg(long, value_name = "MODEL/CLIENT")]
    pub reference: Option<String>,
    /// No progress on standard error
    #[arg(long, short)]
    pub quiet: bool,
}

/// For the pairs of one driver, where no budget is given.
const DRIVER_BUDGET: Duration = Duration::from_secs(15);

/// How findings leave the program.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    /// How the findings are written
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Write to this file, whole or not at all, in place of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl TrialArgs {
    /// The seed: given or drawn.
    pub fn seed(&self) -> anyhow::Result<u64> {
        self.seed.map_or_else(race::drawn_seed, Ok)
    }

    /// Threads of each runtime.
    pub fn threads(&self) -> usize {
        self.threads.unwrap_or_else(host::cores)
    }

    /// The name of the reference driver.
    pub fn reference(&self) -> &str {
        self.reference.as_deref().unwrap_or(REFERENCE)
    }

    fn plan(&self, gate: Metric, comparisons: usize, seed: u64) -> anyhow::Result<CheckPlan> {
        let all = usize::from(self.pairs);
        let drivers = u32::try_from(comparisons + 1)?;
        Ok(CheckPlan {
            interim: InterimPlan::new(&[all / 2, all], ALPHA)?,
            stop_early: true,
            primary: gate,
            budget: self.budget.unwrap_or(DRIVER_BUDGET * drivers),
            seed,
        })
    }
}

/// Everything a trial runs on.
pub(super) struct Environment<'a> {
    pub args: &'a TrialArgs,
    pub workload: Workload,
    pub seed: u64,
    pub interrupt: &'a Interrupt,
}

impl<'a> Environment<'a> {
    /// The scenario of short steps.
    pub(super) fn new(args: &'a TrialArgs, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        Ok(Self {
            args,
            workload: load::load("steps")?,
            seed: args.seed()?,
            interrupt,
        })
    }

    /// Starts a server for the scenario.
    fn open(&self) -> anyhow::Result<PairRunner<'a>> {
        limits::check_fits(self.workload.concurrency, true)?;
        let program = Program::this()?;
        PairRunner::open(
            &program,
            &self.workload,
            self.seed,
            self.args.threads(),
            self.interrupt,
        )
    }

    /// Runs the comparisons and says what they come to.
    pub(super) fn judge(
        &self,
        comparisons: Vec<Comparison>,
        gate: GateArgs,
        title: String,
        remarks: Vec<String>,
    ) -> anyhow::Result<Findings> {
        let taken_at = now();
        let pair_runner = self.open()?;
        let reference = candidate(&Program::this()?, self.args.reference())?;
        let plan = self.args.plan(gate.gate, comparisons.len(), self.seed)?;
        let progress = Progress::new(self.args.quiet);
        let ended = compare::run(&pair_runner, comparisons, &reference, &plan, &progress);
        let about = About {
            taken_at,
            title,
            remarks,
            primary: gate.gate,
            tolerance: gate.tolerance,
            seed: self.seed,
        };
        Ok(Findings::new(&ended, about))
    }

    /// All pairs of each comparison, unjudged: for a baseline.
    pub(super) fn all_pairs(
        &self,
        comparisons: Vec<Comparison>,
    ) -> anyhow::Result<Vec<(String, Vec<Pair>)>> {
        let pair_runner = self.open()?;
        let reference = candidate(&Program::this()?, self.args.reference())?;
        let plan = CheckPlan {
            stop_early: false,
            ..self.args.plan(Metric::Cpu, comparisons.len(), self.seed)?
        };
        let progress = Progress::new(self.args.quiet);
        let ended = compare::run(&pair_runner, comparisons, &reference, &plan, &progress);
        ensure!(!ended.partial, "interrupted; no baseline was saved");
        let outcomes = ended.results.into_iter();
        outcomes
            .map(|outcome| match outcome.failed {
                Some(reason) => bail!(
                    "no baseline was saved, because of {}: {reason}",
                    outcome.name
                ),
                None => Ok((outcome.name, outcome.pairs)),
            })
            .collect()
    }
}

/// The drivers that are both in `drivers` and fit for pairs. One that takes a
/// page at a time needs seconds a pair, so the others would have none left of
/// the budget; and what happens to it happens to its client under another
/// model, too. It takes part when `patterns` name it.
pub(super) fn fit_for_pairs(
    drivers: Vec<&'static Driver>,
    patterns: &[String],
) -> Vec<&'static Driver> {
    let named = |driver: &Driver| patterns.contains(&driver.name);
    drivers
        .into_iter()
        .filter(|driver| !driver.model.one_at_a_time || named(driver))
        .collect()
}

/// A driver in a build, with no slowdown.
pub(super) fn candidate(program: &Program, driver: &str) -> anyhow::Result<Candidate> {
    Ok(Candidate {
        program: program.clone(),
        driver: drivers::named(driver)?,
        slowdown: None,
    })
}

/// Writes the findings where they are wanted.
pub(super) fn show(findings: &Findings, args: &ShowArgs) -> anyhow::Result<ExitCode> {
    let text = show::render(findings, args.format);
    match &args.output {
        Some(file) => output::write_or_print(file, &text)?,
        None => output::print(&text)?,
    }
    if args.format == Format::Github
        && let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY")
    {
        append(Path::new(&file), &show::render(findings, Format::Markdown))?;
    }
    Ok(ExitCode::from(if findings.partial {
        interrupt::EXIT_CODE
    } else {
        findings.overall.exit_code()
    }))
}

/// A job summary is one file for all steps of a job, so it is added to.
fn append(file: &Path, text: &str) -> anyhow::Result<()> {
    let open = OpenOptions::new().append(true).create(true).open(file);
    let written = open.and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| {
        format!(
            "{} (GITHUB_STEP_SUMMARY): the summary could not be added; unset that variable to go without",
            file.display()
        )
    })
}

/// The time, RFC 3339, UTC.
pub(super) fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// What cannot be compared without leave.
pub(super) fn reject_or_remark(
    what: &str,
    differences: &[String],
    anyway: bool,
) -> anyhow::Result<Vec<String>> {
    if differences.is_empty() {
        return Ok(Vec::new());
    }
    let all = differences.join("; ");
    if anyway {
        return Ok(vec![format!("Held against {what} all the same: {all}.")]);
    }
    Err(anyhow::anyhow!("{all}")).with_context(|| {
        format!("{what} cannot be held against this machine; give --anyway to do so and have it marked, or take a new one")
    })
}
