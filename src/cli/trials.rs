//! What `check`, `compare` and `selftest` have in common: the flags of a
//! trial, and how its findings leave the program.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail, ensure};

use crate::duel::{Arena, Contestant, Pair};
use crate::interrupt::Interrupt;
use crate::measure::host;
use crate::parts::Program;
use crate::progress::Progress;
use crate::stats::Looks;
use crate::trial::show::{self, Format};
use crate::trial::{self, About, Findings, Matchup, Metric, Plan};
use crate::workload::{Workload, load};
use crate::{drivers, experiment, limits, report};

/// The chance of any false alarm in a whole trial.
const ALPHA: f64 = 0.05;

/// The flags of a trial.
#[derive(Debug, Clone, clap::Args)]
pub struct TrialArgs {
    /// The metric whose verdict counts; the others are shown
    #[arg(long, value_enum, default_value = "cpu")]
    pub gate: Metric,
    /// Where the verdict is UNSURE, an increase that is surely below this is
    /// let pass
    #[arg(long, default_value = "5%", value_parser = share)]
    pub tolerance: f64,
    /// At most this many pairs a driver; looked at after a quarter, a half
    /// and all of them
    #[arg(long, default_value = "48", value_name = "N", value_parser = clap::value_parser!(u16).range(12..=4096))]
    pub pairs: u16,
    /// Begin no pair that would end later than this
    #[arg(long, default_value = "90s", value_parser = super::report::duration)]
    pub budget: Duration,
    /// Draws the orders and the delays; printed, so that it can be repeated
    #[arg(long)]
    pub seed: Option<u64>,
    /// Threads of each async runtime or executor; as many as cores if not given
    #[arg(long, value_name = "N", value_parser = super::report::threads)]
    pub threads: Option<usize>,
    /// The driver that runs against itself as a control
    #[arg(long, default_value = "mio/raw", value_name = "MODEL/CLIENT")]
    pub reference: String,
    /// No progress on standard error
    #[arg(long, short)]
    pub quiet: bool,
}

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
        self.seed.map_or_else(experiment::drawn_seed, Ok)
    }

    /// Threads of each runtime.
    pub fn threads(&self) -> usize {
        self.threads.unwrap_or_else(host::cores)
    }

    /// The defaults that the flags themselves state, for a baseline that is
    /// saved with a report.
    pub fn of_baseline() -> Self {
        #[derive(clap::Parser)]
        struct Alone {
            #[command(flatten)]
            args: TrialArgs,
        }
        <Alone as clap::Parser>::parse_from(["report", "--budget=1h"]).args
    }

    fn plan(&self, seed: u64) -> anyhow::Result<Plan> {
        let all = usize::from(self.pairs);
        Ok(Plan {
            looks: Looks::new(&[all / 4, all / 2, all], ALPHA)?,
            stop_early: true,
            gate: self.gate,
            budget: self.budget,
            seed,
        })
    }
}

/// Everything a trial runs on.
pub(super) struct Ground<'a> {
    pub args: &'a TrialArgs,
    pub workload: Workload,
    pub seed: u64,
    pub interrupt: &'a Interrupt,
}

impl<'a> Ground<'a> {
    /// The course of short steps.
    pub(super) fn new(args: &'a TrialArgs, interrupt: &'a Interrupt) -> anyhow::Result<Self> {
        Ok(Self {
            args,
            workload: load::load("steps")?,
            seed: args.seed()?,
            interrupt,
        })
    }

    /// Starts a server for the course.
    pub(super) fn open(&self) -> anyhow::Result<Arena<'a>> {
        limits::check_fits(self.workload.concurrency)?;
        let program = Program::this()?;
        Arena::open(
            &program,
            &self.workload,
            self.seed,
            self.args.threads(),
            self.interrupt,
        )
    }

    /// Runs the matchups and says what they come to.
    pub(super) fn judge(
        &self,
        arena: &Arena<'_>,
        matchups: Vec<Matchup>,
        title: String,
        remarks: Vec<String>,
    ) -> anyhow::Result<(Findings, trial::Ended)> {
        let taken_at = now();
        let reference = contestant(&Program::this()?, &self.args.reference)?;
        let plan = self.args.plan(self.seed)?;
        let progress = Progress::new(self.args.quiet);
        let ended = trial::run(arena, matchups, &reference, &plan, &progress);
        let about = About {
            taken_at,
            title,
            remarks,
            gate: plan.gate,
            tolerance: self.args.tolerance,
            seed: self.seed,
        };
        Ok((Findings::new(&ended, about), ended))
    }
}

/// All pairs of each matchup, unjudged: for a baseline.
pub(super) fn all_pairs(
    ground: &Ground<'_>,
    arena: &Arena<'_>,
    matchups: Vec<Matchup>,
) -> anyhow::Result<Vec<(String, Vec<Pair>)>> {
    let reference = contestant(&Program::this()?, &ground.args.reference)?;
    let plan = Plan {
        stop_early: false,
        ..ground.args.plan(ground.seed)?
    };
    let progress = Progress::new(ground.args.quiet);
    let ended = trial::run(arena, matchups, &reference, &plan, &progress);
    ensure!(!ended.partial, "interrupted; no baseline was saved");
    let outcomes = ended.outcomes.into_iter();
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

/// A driver in a build, with no handicap.
pub(super) fn contestant(program: &Program, driver: &str) -> anyhow::Result<Contestant> {
    Ok(Contestant {
        program: program.clone(),
        driver: drivers::named(driver)?,
        handicap: None,
    })
}

/// Writes the findings where they are wanted.
pub(super) fn show(findings: &Findings, args: &ShowArgs) -> anyhow::Result<ExitCode> {
    let text = show::render(findings, args.format);
    match &args.output {
        Some(file) => report::write(file, &text)?,
        None => super::print(&text)?,
    }
    Ok(ExitCode::from(findings.overall.exit_code()))
}

/// The time, RFC 3339, UTC.
pub(super) fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

fn share(text: &str) -> Result<f64, String> {
    let percent = text
        .strip_suffix('%')
        .and_then(|percent| percent.trim().parse::<f64>().ok());
    let percent = percent.filter(|percent| (0.0..=1000.0).contains(percent));
    percent
        .map(|percent| percent / 100.0)
        .ok_or_else(|| "write a share such as 5%".to_owned())
}

/// What cannot be compared without leave.
pub(super) fn refuse_or_remark(
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
