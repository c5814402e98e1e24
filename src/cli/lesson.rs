//! `regatta lesson`.
use crate::interrupt::Interrupt;
use crate::lesson::{self, Stage};
use crate::parts::Program;
use std::process::ExitCode;

/// What `regatta lesson` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    name: String,
}

/// Plays.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let interrupt = Interrupt::default();
    let stage = Stage::open(Program::this()?, &interrupt)?;
    let lessons = if args.name == "all" {
        lesson::all()?
    } else {
        vec![lesson::named(&args.name)?]
    };
    for lesson in lessons {
        let done = stage
            .perform(&lesson, |_| ())
            .map_err(|f| anyhow::anyhow!("{f:?}"))?;
        println!(
            "== {} {}: {:?} foretold {:?}; values {:?}",
            lesson.label(),
            lesson.id,
            done.measured,
            done.foretold.as_ref().map(|f| f.value),
            lesson.values()?
        );
        for run in &done.runs {
            println!(
                "  {} x{:.3}",
                run.log.title,
                run.times_formula().unwrap_or(0.0)
            );
            for (f, v) in &run.measured {
                println!(
                    "     {} {}   [{}]",
                    f.words(),
                    f.unit().print(*v, true),
                    run.foretold
                        .get(f)
                        .map(|x| f.unit().print(x.value, true))
                        .unwrap_or_default()
                );
            }
            println!(
                "     {:?} log: {} {} {} {} {}",
                run.unmet,
                run.log.requests.len(),
                run.log.attempts.len(),
                run.log.works.len(),
                run.log.beats.len(),
                run.log.gauges.len()
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
