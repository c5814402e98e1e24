//! `regatta selftest`: the false-positive and the false-negative rate of `check`
//! on this machine. Either alone is easy to improve, so both are printed.

use std::fmt::Write;
use std::process::ExitCode;
use std::time::Duration;

use super::exit::{OrUsage, USAGE};
use super::headings::{HOW_LONG, WHAT};
use super::paired::{Environment, PairArgs, VerdictArgs, candidate};
use super::time_limit::about;
use super::values::whole;
use crate::compare::{Comparison, Findings, Metric};
use crate::drivers;
use crate::harness::process::Program;
use crate::measure::slowdown::{Resource, Slowdown};
use crate::stats::{Verdict, proportion_upper_bound};
use crate::term::interrupt::{self, Interrupt};

/// What `regatta selftest` takes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 every slowdown was found, and nothing else; 1 error; 2 a false alarm, a slowdown \
    that was not found, or invalid flags; 130 interrupted (the finished checks are printed)."
)]
pub(super) struct Args {
    /// Drivers: names or patterns, as in `regatta report`
    #[arg(
        long,
        value_name = "LIST",
        help_heading = WHAT,
        value_delimiter = ',',
        default_value = "thread-pool/ureq,tokio/hyper"
    )]
    driver: Vec<String>,
    /// Checks of each driver against itself, and against itself with each
    /// slowdown; --budget and --pairs limit each check. Rates need about 20
    #[arg(long, default_value = "1", value_name = "N", value_parser = whole::<u16>(1..=1000, 20), help_heading = HOW_LONG)]
    times: u16,
    /// Slowdowns to be found, each on its own metric
    #[arg(
        long,
        value_name = "LIST",
        help_heading = WHAT,
        value_delimiter = ',',
        default_value = "cpu=5%,wall=10%,memory=10%"
    )]
    slowdown: Vec<Slowdown>,
    #[command(flatten)]
    pairs: PairArgs,
}

/// Fewer checks than this make no rate: none wrong of 20 says at most 14 %.
const ENOUGH: usize = 20;
/// What one pair takes on two idle cores.
const PAIR: Duration = Duration::from_millis(300);

/// How many verdicts of each kind there were.
#[derive(Debug, Default)]
struct Counters {
    regressed: usize,
    improved: usize,
    same: usize,
    unsure: usize,
    invalid: usize,
}

/// Runs the checks and prints the rates.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let interrupt = Interrupt::default();
    interrupt.listen()?;
    let seed = args.pairs.seed()?;
    drivers::select(&args.driver).or_usage()?;
    if !args.pairs.quiet {
        crate::term::say::line(&args.announcement());
    }
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
    Ok(ExitCode::from(if interrupt.is_set() {
        interrupt::EXIT_CODE
    } else if false_alarm || missed {
        USAGE
    } else {
        0
    }))
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

    /// `--times` checks of every driver against itself, one side with a slowdown
    /// or neither. An interrupt ends them early.
    fn counters(
        &self,
        slowdown: Option<Slowdown>,
        metric: Metric,
        seed: u64,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Counters> {
        let mut counters = Counters::default();
        for time in 0..u64::from(self.times) {
            let pairs = PairArgs {
                seed: Some(seed + time),
                ..self.pairs.clone()
            };
            let environment = Environment::new(&pairs, interrupt)?;
            let comparisons = self.comparisons(slowdown)?;
            let verdict = VerdictArgs {
                metric,
                // Verdicts are counted, so none is tolerated.
                tolerance: 0.0,
            };
            let findings = environment.decide(comparisons, verdict, String::new(), Vec::new())?;
            if findings.partial {
                break;
            }
            counters.add(&findings)?;
        }
        Ok(counters)
    }

    /// How long it will take, and whether that is enough for a rate.
    fn announcement(&self) -> String {
        let most =
            |times: usize| about(self.check_takes() * u32::try_from(times).unwrap_or(u32::MAX));
        let kinds = self.metrics().len() + self.slowdown.len();
        let times = usize::from(self.times);
        let mut text = format!("{} checks, about {}", times * kinds, most(times * kinds));
        if times < ENOUGH {
            let _ = write!(
                text,
                "; --times {times} is too few for a rate: use --times {ENOUGH} (about {})",
                most(ENOUGH * kinds)
            );
        }
        text
    }

    /// What one check takes at most, by its pairs or by its budget.
    fn check_takes(&self) -> Duration {
        let drivers = drivers::select(&self.driver).map_or(1, |drivers| drivers.len());
        let pairs = (drivers + 1) * usize::from(self.pairs.pairs);
        let takes = PAIR * u32::try_from(pairs).unwrap_or(u32::MAX);
        self.pairs.budget.map_or(takes, |budget| takes.min(budget))
    }

    fn comparisons(&self, slowdown: Option<Slowdown>) -> anyhow::Result<Vec<Comparison>> {
        let program = Program::this()?;
        let selected = drivers::select(&self.driver).or_usage()?;
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
    let mut text = format!("The same build compared with itself, seed {seed}\n\n");
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
        "{} same, {} unsure, {} in checks that called themselves invalid",
        counters.same, counters.unsure, counters.invalid
    )
}
