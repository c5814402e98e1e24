//! `regatta check`: the drivers of a baseline measured again, ratios compared
//! with ratios.

use std::process::ExitCode;

use anyhow::ensure;

use super::headings::WHAT;
use super::paired::{
    Environment, PairArgs, ShowArgs, VerdictArgs, candidate, now, reject_or_remark, show,
};
use crate::compare::Comparison;
use crate::compare::baseline::{Baseline, SCHEMA};
use crate::drivers;
use crate::harness::process::Program;
use crate::harness::versions;
use crate::measure::host;
use crate::term::interrupt::Interrupt;

/// What `regatta check` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 no regression; 1 error; 2 some driver regressed, or invalid flags; 3 unsure; 130 \
    interrupted.\nMake a baseline with `regatta report --save NAME`."
)]
pub(super) struct Args {
    /// Baseline: a name (.regatta/NAME.json) or a file that ends in .json
    #[arg(long, default_value = "main", value_name = "NAME|FILE", help_heading = WHAT)]
    baseline: String,
    /// Compare with a baseline of another machine anyway, and mark the findings
    #[arg(long, help_heading = WHAT)]
    anyway: bool,
    #[command(flatten)]
    verdict: VerdictArgs,
    #[command(flatten)]
    pairs: PairArgs,
    #[command(flatten)]
    show: ShowArgs,
}

/// Measures the drivers of the baseline and prints the verdicts.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    args.show.check_place()?;
    let baseline = Baseline::load(&args.baseline)?;
    let differences = baseline.differences(&host::host());
    let mut remarks = reject_or_remark("the baseline", &differences, args.anyway)?;
    let upgrades = baseline.upgrades(&versions::measured());
    if !upgrades.is_empty() {
        remarks.push(format!(
            "Changed since the baseline: {}.",
            upgrades.join(", ")
        ));
    }
    if !baseline.is_seen() {
        remarks.push(
            "This baseline was saved by an earlier version, whose peak memory holds pages of the program's \
             file and depends on how that file lies in the kernel's cache. A new one is measured from \
             outside: regatta report --save NAME."
                .to_owned(),
        );
    }
    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let pairs = as_then(&args.pairs, &baseline)?;
    let mut environment = Environment::new(&pairs, &interrupt)?;
    environment.workload = baseline.workload.clone();
    let title = format!(
        "This build compared with the baseline of {}",
        baseline.taken_at
    );
    let comparisons = comparisons(&baseline)?;
    let findings = environment.decide(comparisons, args.verdict, title, remarks)?;
    show(&findings, &args.show)
}

/// The flags with the reference and the threads of the baseline: ratios to
/// another reference, or with other threads, cannot be compared with its own.
fn as_then(args: &PairArgs, baseline: &Baseline) -> anyhow::Result<PairArgs> {
    let (reference, threads) = (&baseline.reference, usize::try_from(baseline.threads)?);
    ensure!(
        args.reference
            .as_ref()
            .is_none_or(|asked| asked == reference),
        "--reference {}: this baseline holds ratios to {reference}; leave out the flag, or take a new baseline",
        args.reference()
    );
    ensure!(
        args.threads.is_none_or(|asked| asked == threads),
        "--threads {}: this baseline was taken with {threads}; leave out the flag, or take a new baseline",
        args.threads()
    );
    Ok(PairArgs {
        reference: Some(reference.clone()),
        threads: Some(threads),
        ..args.clone()
    })
}

fn comparisons(baseline: &Baseline) -> anyhow::Result<Vec<Comparison>> {
    let program = Program::this()?;
    let drivers = baseline.drivers.iter();
    drivers
        .map(|(name, pairs)| {
            Ok(Comparison {
                name: name.clone(),
                a: candidate(&program, name)?,
                b: candidate(&program, &baseline.reference)?,
                baseline: Some(pairs.clone()),
            })
        })
        .collect()
}

/// Measures the drivers against the reference and saves that as a baseline.
/// Returns what to tell the user.
pub(super) fn save(
    name: &str,
    drivers: &[&drivers::Driver],
    args: &PairArgs,
    interrupt: &Interrupt,
) -> anyhow::Result<String> {
    let environment = Environment::new(args, interrupt)?;
    let program = Program::this()?;
    // The reference against itself says nothing.
    let others = drivers
        .iter()
        .filter(|driver| driver.name != args.reference());
    let comparisons: anyhow::Result<Vec<Comparison>> = others
        .map(|driver| {
            Ok(Comparison {
                name: driver.name.clone(),
                a: candidate(&program, &driver.name)?,
                b: candidate(&program, args.reference())?,
                baseline: None,
            })
        })
        .collect();
    let comparisons = comparisons?;
    ensure!(
        !comparisons.is_empty(),
        "no baseline was saved: {} is the reference, and there is no other driver to compare with it",
        args.reference()
    );
    let pairs = environment.all_pairs(comparisons)?;
    let baseline = Baseline {
        schema: SCHEMA.to_owned(),
        taken_at: now(),
        host: host::host(),
        versions: versions::measured(),
        workload: environment.workload.clone(),
        seed: environment.seed,
        threads: args.threads() as u64,
        reference: args.reference().to_owned(),
        drivers: pairs.into_iter().collect(),
    };
    let file = baseline.save(name)?;
    Ok(format!(
        "baseline of {} drivers saved in {}",
        baseline.drivers.len(),
        file.display()
    ))
}
