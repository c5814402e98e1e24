//! What `check`, `compare` and `selftest` have in common: the flags of paired
//! runs, and how their findings are written.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail, ensure};

use super::exit::OrUsage;
use super::headings::{HOW_LONG, OUTPUT, VERDICT, WHAT};
use super::output;
use super::values::{duration, percent, seed, threads, whole};
use crate::compare::pair::{Candidate, Pair, PairRunner};
use crate::compare::show::{self, FindingsFormat};
use crate::compare::{self, About, CheckPlan, CheckResult, Comparison, Copies, Findings, Metric};
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

/// The chance of any false alarm in one regression check.
const ALPHA: f64 = 0.02;
/// The reference driver: nothing in it but the standard library and our own
/// client changes with an upgrade, and its threads use all cores, so that it
/// meets the noise of each.
const REFERENCE: &str = "thread-pool/raw";

/// What decides the verdict.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct VerdictArgs {
    /// Primary metric: its verdict decides the exit code; the others are shown
    #[arg(long, value_name = "METRIC", value_enum, default_value = "cpu", help_heading = VERDICT)]
    pub(super) metric: Metric,
    /// If the verdict is UNSURE, pass when the whole interval lies below this
    /// increase
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = percent, help_heading = VERDICT)]
    pub(super) tolerance: f64,
}

/// The flags of paired runs.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PairArgs {
    /// Most pairs of each driver; the verdict is tried after half of them and
    /// after all
    #[arg(long, default_value = "24", value_name = "N", value_parser = whole::<u16>(12..=4096, 24), help_heading = HOW_LONG)]
    pub(super) pairs: u16,
    /// Time budget: start no pair that would exceed it; 15 s for each driver and
    /// for the reference if not given
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = HOW_LONG)]
    pub(super) budget: Option<Duration>,
    /// Seed of the delays and of the order of the runs; random if not given. It
    /// is printed, so that the runs can be repeated
    #[arg(long, value_name = "N", value_parser = seed, help_heading = WHAT)]
    pub(super) seed: Option<u64>,
    /// Threads of each async runtime or executor; the number of cores if not given
    #[arg(long, value_name = "N", value_parser = threads, help_heading = WHAT)]
    pub(super) threads: Option<usize>,
    /// Driver that runs against itself as a control; thread-pool/raw, or that of
    /// the baseline, if not given
    #[arg(long, value_name = "MODEL/CLIENT", help_heading = WHAT)]
    pub(super) reference: Option<String>,
    /// Print no progress on standard error
    #[arg(long, short, help_heading = OUTPUT)]
    pub(super) quiet: bool,
}

/// For the pairs of one driver, where no budget is given.
const DRIVER_BUDGET: Duration = Duration::from_secs(15);

/// How findings are written.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ShowArgs {
    /// Format of the findings
    #[arg(long, value_enum, default_value = "table", help_heading = OUTPUT)]
    format: FindingsFormat,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    output: Option<PathBuf>,
}

impl ShowArgs {
    /// An error if the file cannot be written, before anything is measured.
    pub(super) fn check_place(&self) -> anyhow::Result<()> {
        match &self.output {
            Some(file) => output::check_place("--output", file, "findings.md").or_usage(),
            None => Ok(()),
        }
    }
}

impl PairArgs {
    /// The seed: given or drawn.
    pub(super) fn seed(&self) -> anyhow::Result<u64> {
        self.seed.map_or_else(race::drawn_seed, Ok)
    }

    /// Threads of each runtime.
    pub(super) fn threads(&self) -> usize {
        self.threads.unwrap_or_else(host::cores)
    }

    /// The name of the reference driver.
    pub(super) fn reference(&self) -> &str {
        self.reference.as_deref().unwrap_or(REFERENCE)
    }

    fn plan(&self, metric: Metric, comparisons: usize, seed: u64) -> anyhow::Result<CheckPlan> {
        let all = usize::from(self.pairs);
        let drivers = u32::try_from(comparisons + 1)?;
        Ok(CheckPlan {
            interim: InterimPlan::new(&[all / 2, all], ALPHA)?,
            stop_early: true,
            primary: metric,
            budget: self.budget.unwrap_or(DRIVER_BUDGET * drivers),
            seed,
        })
    }
}

/// Everything that paired runs need.
pub(super) struct Environment<'a> {
    pub(super) args: &'a PairArgs,
    pub(super) workload: Workload,
    pub(super) seed: u64,
    pub(super) interrupt: &'a Interrupt,
}

impl<'a> Environment<'a> {
    /// The scenario of short steps.
    pub(super) fn new(args: &'a PairArgs, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        Ok(Self {
            args,
            workload: load::load("steps")?,
            seed: args.seed()?,
            interrupt,
        })
    }

    /// Starts a server for the scenario.
    fn open(&self) -> anyhow::Result<PairRunner<'a>> {
        limits::check_fits(self.workload.concurrency, true).or_usage()?;
        let program = Program::this()?;
        PairRunner::open(
            &program,
            &self.workload,
            self.seed,
            self.args.threads(),
            self.interrupt,
        )
    }

    /// Runs the comparisons and decides on each.
    pub(super) fn decide(
        &self,
        comparisons: Vec<Comparison>,
        verdict: VerdictArgs,
        title: String,
        mut remarks: Vec<String>,
    ) -> anyhow::Result<Findings> {
        let taken_at = now();
        let plan = self
            .args
            .plan(verdict.metric, comparisons.len(), self.seed)?;
        let (ended, remark) = self.measure(comparisons, &plan)?;
        remarks.extend(remark);
        let about = About {
            taken_at,
            title,
            remarks,
            primary: verdict.metric,
            analyses: plan.interim.pairs().to_vec(),
            tolerance: verdict.tolerance,
            seed: self.seed,
        };
        Ok(Findings::new(&ended, about))
    }

    /// Runs the pairs from copies of the programs, and returns with the result
    /// what must be said of it where that is not possible.
    fn measure(
        &self,
        mut comparisons: Vec<Comparison>,
        plan: &CheckPlan,
    ) -> anyhow::Result<(CheckResult, Option<String>)> {
        let reference = candidate(&Program::this()?, self.args.reference())?;
        let mut control = Comparison::control(&reference);
        let copies = Copies::make(&mut comparisons, &mut control);
        let remark = copies.as_ref().err().map(|reason| {
            format!(
                "The programs ran from their own files, because {reason}. How a file lies in the \
                 kernel's cache may make a difference; point TMPDIR to a directory with room from \
                 which programs can be run."
            )
        });
        let pair_runner = self.open()?;
        let progress = Progress::new(self.args.quiet);
        let ended = compare::run(&pair_runner, comparisons, control, plan, &progress);
        Ok((ended, remark))
    }

    /// All pairs of each comparison, without a verdict: for a baseline.
    pub(super) fn all_pairs(
        &self,
        comparisons: Vec<Comparison>,
    ) -> anyhow::Result<Vec<(String, Vec<Pair>)>> {
        let plan = CheckPlan {
            stop_early: false,
            ..self.args.plan(Metric::Cpu, comparisons.len(), self.seed)?
        };
        let (ended, _) = self.measure(comparisons, &plan)?;
        ensure!(!ended.partial, "interrupted; no baseline was saved");
        let outcomes = ended.results.into_iter();
        outcomes
            .map(|outcome| match outcome.failed {
                Some(reason) => bail!("no baseline was saved: {} failed: {reason}", outcome.name),
                None => Ok((outcome.name, outcome.pairs)),
            })
            .collect()
    }
}

/// The drivers that are fit for pairs. One that fetches a page at a time needs
/// seconds for each pair and would use up the budget of the others, and a
/// regression of its client shows under another model, too. It takes part when
/// `patterns` name it.
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
    Ok(Candidate::new(program.clone(), drivers::named(driver)?))
}

/// Prints the findings, or writes them to the file that was asked for.
pub(super) fn show(findings: &Findings, args: &ShowArgs) -> anyhow::Result<ExitCode> {
    let text = show::render(findings, args.format);
    match &args.output {
        Some(file) => output::write_or_print(file, &text)?,
        None => output::print(&text)?,
    }
    if args.format == FindingsFormat::Github
        && let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY")
    {
        append(
            Path::new(&file),
            &show::render(findings, FindingsFormat::Markdown),
        )?;
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
            "{}: the job summary could not be written; unset GITHUB_STEP_SUMMARY to do without it",
            file.display()
        )
    })
}

/// The time, RFC 3339, UTC.
pub(super) fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// Differences are an error, or remarks where the user wants to compare anyway.
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
        return Ok(vec![format!(
            "Compared with {what} in spite of differences: {all}."
        )]);
    }
    Err(anyhow::anyhow!("{all}")).with_context(|| {
        format!("{what} was not measured on this machine; --anyway compares with it and marks the findings, `regatta report --save NAME` takes a new one")
    })
}
