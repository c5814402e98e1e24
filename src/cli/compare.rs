//! `regatta compare`: two builds side by side, no stored baseline.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::drivers;
use crate::duel::{Arena, Contestant};
use crate::handicap::Handicap;
use crate::interrupt::Interrupt;
use crate::measure::host;
use crate::parts::Program;
use crate::progress::Progress;
use crate::stats::Looks;
use crate::trial::{self, Matchup, Metric, Plan};
use crate::workload::load;

/// What `regatta compare` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The old build
    #[arg(long)]
    old: PathBuf,
    /// drivers
    #[arg(long, value_delimiter = ',', default_value = "default")]
    driver: Vec<String>,
    /// handicap
    #[arg(long)]
    handicap: Option<Handicap>,
}

/// Compares.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let interrupt = Interrupt::listen()?;
    let workload = load::load("steps")?;
    let program = Program::this()?;
    let arena = Arena::open(&program, &workload, 7, host::cores(), &interrupt)?;
    let plan = Plan {
        looks: Looks::new(&[12, 24, 48], 0.05)?,
        gate: Metric::Cpu,
        budget: std::time::Duration::from_secs(90),
        seed: 7,
    };
    let of = |program: &Program, driver, handicap| Contestant {
        program: program.clone(),
        driver,
        handicap,
    };
    let old = Program::at(&args.old);
    let matchups = drivers::select(&args.driver)?
        .into_iter()
        .map(|driver| Matchup {
            name: driver.name.clone(),
            a: of(&program, driver, args.handicap),
            b: of(&old, driver, None),
            then: None,
        })
        .collect();
    let reference = of(&program, drivers::named("mio/raw")?, None);
    let ended = trial::run(&arena, matchups, &reference, &plan, &Progress::new(false));
    for outcome in ended.outcomes.iter().chain([&ended.control]) {
        println!("{} {:?} {:?}", outcome.name, outcome.failed, outcome.exact);
        for (metric, evidence) in &outcome.evidence {
            let ratios = metric.ln_ratios(&outcome.pairs);
            let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
            let sd = (ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / ratios.len() as f64)
                .sqrt();
            let e = evidence.estimate;
            println!(
                "  {:<14} n {} sd {:.2}% {:?} {:?} settle {:?}",
                metric.word(),
                ratios.len(),
                sd * 100.0,
                evidence.verdict,
                e.map(|e| (e.median * 100.0, e.low * 100.0, e.high * 100.0)),
                evidence.pairs_to_settle
            );
        }
    }
    println!("{:?}", ended.took);
    Ok(ExitCode::SUCCESS)
}
