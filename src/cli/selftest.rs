//! `regatta selftest`: how often does this machine cry wolf, and what would it
//! miss? Either alone is cheap; both are printed together.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::ensure;

use super::paired::{Environment, GateArgs, TrialArgs, candidate};
use crate::compare::{Comparison, Findings, Metric};
use crate::drivers;
use crate::harness::process::Program;
use crate::measure::slowdown::{Resource, Slowdown};
use crate::stats::{Verdict, proportion_upper_bound};
use crate::term::interrupt::Interrupt;

/// What `regatta selftest` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 every slowdown was found and nothing else; 1 error; \
    2 a false alarm, or a slowdown that was not found."
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
    /// slowdown
    #[arg(long, default_value = "1", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    times: u16,
    /// The slowdowns to be found, each judged on its own metric
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "cpu=5%,wall=10%,memory=10%"
    )]
    slowdown: Vec<Slowdown>,
    #[command(flatten)]
    trial: TrialArgs,
}

/// How many verdicts of each kind there were.
#[derive(Debug, Default)]
struct Counters {
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
        alarms.push((metric, args.counters(None, metric, seed, &interrupt)?));
    }
    for slowdown in &args.slowdown {
        let counters = args.counters(Some(*slowdown), metric_of(*slowdown), seed, &interrupt)?;
        found.push((slowdown, counters));
    }
    super::output::print(&text(&alarms, &found, seed)?)?;
    let false_alarm = alarms
        .iter()
        .any(|(_, counters)| counters.regressed + counters.improved > 0);
    let missed = found
        .iter()
        .any(|(_, counters)| counters.regressed < counters.all());
    Ok(ExitCode::from(if false_alarm || missed { 2 } else { 0 }))
}

impl Args {
    fn metrics(&self) -> Vec<Metric> {
        let mut metrics: Vec<Metric> = self
            .slowdown
            .iter()
            .map(|slowdown| metric_of(*slowdown))
            .collect();
        metrics.sort_unstable();
        metrics.dedup();
        metrics
    }

    /// So many trials of every driver against itself, one side with a slowdown
    /// or neither.
    fn counters(
        &self,
        slowdown: Option<Slowdown>,
        gate: Metric,
        seed: u64,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Counters> {
        let mut counters = Counters::default();
        for time in 0..u64::from(self.times) {
            let trial = TrialArgs {
                seed: Some(seed + time),
                ..self.trial.clone()
            };
            let environment = Environment::new(&trial, interrupt)?;
            let comparisons = self.comparisons(slowdown)?;
            let gate = GateArgs {
                gate,
                // What is counted are verdicts; nothing is let pass.
                tolerance: 0.0,
            };
            let findings = environment.judge(comparisons, gate, String::new(), Vec::new())?;
            ensure!(
                !findings.partial,
                "interrupted; nothing is said of half a test"
            );
            counters.add(&findings)?;
        }
        Ok(counters)
    }

    fn comparisons(&self, slowdown: Option<Slowdown>) -> anyhow::Result<Vec<Comparison>> {
        let program = Program::this()?;
        let selected = drivers::select(&self.driver)?;
        let comparison = |driver: &&drivers::Driver| {
            let plain = candidate(&program, &driver.name)?;
            let a = crate::compare::pair::Candidate {
                slowdown,
                ..plain.clone()
            };
            Ok(Comparison {
                name: driver.name.clone(),
                a,
                b: plain,
                baseline: None,
            })
        };
        selected.iter().map(comparison).collect()
    }
}

/// The metric that a slowdown burdens; CPU first where it burdens several.
fn metric_of(slowdown: Slowdown) -> Metric {
    match slowdown.resource() {
        Resource::Cpu => Metric::Cpu,
        Resource::Wall => Metric::Wall,
        Resource::Memory => Metric::Memory,
    }
}

impl Counters {
    fn add(&mut self, findings: &Findings) -> anyhow::Result<()> {
        for driver in &findings.drivers {
            if let Some(reason) = &driver.failed {
                anyhow::bail!("{}: {reason}", driver.name);
            }
            let verdict = driver
                .primary()
                .map_or(Verdict::Unsure, |cell| cell.verdict);
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
    alarms: &[(Metric, Counters)],
    found: &[(&Slowdown, Counters)],
    seed: u64,
) -> Result<String, std::fmt::Error> {
    let mut text = format!("The same build held against itself, seed {seed}\n\n");
    for (metric, counters) in alarms {
        let (wrong, all) = (counters.regressed + counters.improved, counters.all());
        let most = proportion_upper_bound(wrong, all, 0.95) * 100.0;
        writeln!(
            text,
            "{:<14} {wrong:>3} of {all} verdicts were false alarms (with 95 % confidence at most {most:.1} %)",
            metric.word()
        )?;
        writeln!(text, "{:<14} {}", "", others(counters))?;
    }
    text.push_str("\nThe same build with a slowdown\n\n");
    for (slowdown, counters) in found {
        let (right, all) = (counters.regressed, counters.all());
        let least = (1.0 - proportion_upper_bound(all - right, all, 0.95)) * 100.0;
        writeln!(
            text,
            "{:<14} {right:>3} of {all} found (with 95 % confidence at least {least:.1} %)",
            slowdown.to_string()
        )?;
        writeln!(text, "{:<14} {}", "", others(counters))?;
    }
    Ok(text)
}

fn others(counters: &Counters) -> String {
    format!(
        "{} same, {} unsure, {} in trials that called themselves invalid",
        counters.same, counters.unsure, counters.invalid
    )
}
