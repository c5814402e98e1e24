//! `regatta selftest`: how often does this machine cry wolf, and what would it
//! miss? Either alone is cheap; both are printed together.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::ensure;

use super::trials::{GateArgs, Ground, TrialArgs, contestant};
use crate::compare::{Findings, Matchup, Metric};
use crate::drivers;
use crate::harness::process::Program;
use crate::measure::slowdown::Handicap;
use crate::stats::{Verdict, proportion_upper_bound};
use crate::term::interrupt::Interrupt;

/// What `regatta selftest` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 every handicap was found and nothing else; 1 error; \
    2 a false alarm, or a handicap that was not found."
)]
pub struct Args {
    /// Which drivers, as in `regatta report`
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "thread-pool/ureq,tokio/hyper"
    )]
    driver: Vec<String>,
    /// How many times each driver is held against itself, and against each
    /// handicap
    #[arg(long, default_value = "1", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    times: u16,
    /// The handicaps to be found, each judged on its own metric
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "cpu=5%,wall=10%,memory=10%"
    )]
    handicap: Vec<Handicap>,
    #[command(flatten)]
    trial: TrialArgs,
}

/// How many verdicts of each kind there were.
#[derive(Debug, Default)]
struct Tally {
    regressed: usize,
    improved: usize,
    same: usize,
    unsure: usize,
    invalid: usize,
}

/// Tests.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let seed = args.trial.seed()?;
    let mut alarms = Vec::new();
    let mut found = Vec::new();
    for metric in args.metrics() {
        alarms.push((metric, args.tally(None, metric, seed, &interrupt)?));
    }
    for handicap in &args.handicap {
        let tally = args.tally(Some(*handicap), metric_of(*handicap), seed, &interrupt)?;
        found.push((handicap, tally));
    }
    super::print(&text(&alarms, &found, seed)?)?;
    let false_alarm = alarms
        .iter()
        .any(|(_, tally)| tally.regressed + tally.improved > 0);
    let missed = found.iter().any(|(_, tally)| tally.regressed < tally.all());
    Ok(ExitCode::from(if false_alarm || missed { 2 } else { 0 }))
}

impl Args {
    fn metrics(&self) -> Vec<Metric> {
        let mut metrics: Vec<Metric> = self
            .handicap
            .iter()
            .map(|handicap| metric_of(*handicap))
            .collect();
        metrics.sort_unstable();
        metrics.dedup();
        metrics
    }

    /// So many trials of every driver against itself, one side with a handicap
    /// or neither.
    fn tally(
        &self,
        handicap: Option<Handicap>,
        gate: Metric,
        seed: u64,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Tally> {
        let mut tally = Tally::default();
        for time in 0..u64::from(self.times) {
            let trial = TrialArgs {
                seed: Some(seed + time),
                ..self.trial.clone()
            };
            let ground = Ground::new(&trial, interrupt)?;
            let matchups = self.matchups(handicap)?;
            let gate = GateArgs {
                gate,
                // What is counted are verdicts; nothing is let pass.
                tolerance: 0.0,
            };
            let findings = ground.judge(matchups, gate, String::new(), Vec::new())?;
            ensure!(
                !findings.partial,
                "interrupted; nothing is said of half a test"
            );
            tally.add(&findings)?;
        }
        Ok(tally)
    }

    fn matchups(&self, handicap: Option<Handicap>) -> anyhow::Result<Vec<Matchup>> {
        let program = Program::this()?;
        let selected = drivers::select(&self.driver)?;
        let matchup = |driver: &&drivers::Driver| {
            let plain = contestant(&program, &driver.name)?;
            let a = crate::compare::pair::Contestant {
                handicap,
                ..plain.clone()
            };
            Ok(Matchup {
                name: driver.name.clone(),
                a,
                b: plain,
                then: None,
            })
        };
        selected.iter().map(matchup).collect()
    }
}

/// The metric that a handicap burdens; CPU first where it burdens several.
fn metric_of(handicap: Handicap) -> Metric {
    let text = handicap.to_string();
    match text.split('=').next() {
        Some("wall") => Metric::Wall,
        Some("memory") => Metric::Memory,
        _ => Metric::Cpu,
    }
}

impl Tally {
    fn add(&mut self, findings: &Findings) -> anyhow::Result<()> {
        for driver in &findings.drivers {
            if let Some(reason) = &driver.failed {
                anyhow::bail!("{}: {reason}", driver.name);
            }
            let verdict = driver.gate().map_or(Verdict::Unsure, |cell| cell.verdict);
            let count = match verdict {
                _ if !findings.valid => &mut self.invalid,
                Verdict::Regressed => &mut self.regressed,
                Verdict::Improved => &mut self.improved,
                Verdict::Same => &mut self.same,
                Verdict::Unsure => &mut self.unsure,
            };
            *count += 1;
        }
        Ok(())
    }

    fn all(&self) -> usize {
        self.regressed + self.improved + self.same + self.unsure + self.invalid
    }
}

fn text(
    alarms: &[(Metric, Tally)],
    found: &[(&Handicap, Tally)],
    seed: u64,
) -> Result<String, std::fmt::Error> {
    let mut text = format!("The same build held against itself, seed {seed}\n\n");
    for (metric, tally) in alarms {
        let (wrong, all) = (tally.regressed + tally.improved, tally.all());
        let most = proportion_upper_bound(wrong, all, 0.95) * 100.0;
        writeln!(
            text,
            "{:<14} {wrong:>3} of {all} verdicts were false alarms (with 95 % confidence at most {most:.1} %)",
            metric.word()
        )?;
        writeln!(text, "{:<14} {}", "", others(tally))?;
    }
    text.push_str("\nThe same build with a handicap\n\n");
    for (handicap, tally) in found {
        let (right, all) = (tally.regressed, tally.all());
        let least = (1.0 - proportion_upper_bound(all - right, all, 0.95)) * 100.0;
        writeln!(
            text,
            "{:<14} {right:>3} of {all} found (with 95 % confidence at least {least:.1} %)",
            handicap.to_string()
        )?;
        writeln!(text, "{:<14} {}", "", others(tally))?;
    }
    Ok(text)
}

fn others(tally: &Tally) -> String {
    format!(
        "{} same, {} unsure, {} in trials that called themselves invalid",
        tally.same, tally.unsure, tally.invalid
    )
}
