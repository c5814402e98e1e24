//! Shared by most experiments: a server with a scenario, and single runs of
//! drivers on it, each in a new process.

use std::time::Duration;

use anyhow::Context;

use super::ExperimentSetup;
use crate::compare::pair::Candidate;
use crate::drivers;
use crate::harness::process::{Failure, ServerProcess, Worker};
use crate::harness::verify::{self, Expectation, Expected};
use crate::harness::worker::{Job, JobAnswer};
use crate::measure::host::cores;
use crate::measure::sample::{Noise, Run, Sample};
use crate::site::server::Scenario;
use crate::site::workload::{Faults, Kept, Parse, Slots, Span, Workload};
use crate::stats::{Estimate, median};

/// Runs here take less than a second; a run that takes this long hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// An unoptimised build takes about ten times as long per page, and fewer pages
/// show the same effect.
pub(super) fn pages(optimised: u64) -> u64 {
    if cfg!(debug_assertions) {
        (optimised / 10).max(40)
    } else {
        optimised
    }
}

/// A workload without a name, for one experiment.
pub(super) fn workload(pages: u64, latency: &str, parse: Parse) -> anyhow::Result<Workload> {
    Ok(Workload {
        name: String::new(),
        why: "a pitfall of measuring".to_owned(),
        pages,
        concurrency: 10,
        latency: latency.parse()?,
        parse,
        faults: Faults::default(),
        slots: Slots::default(),
        allowed_rate: 0,
        attempts: 1,
        back_off: Span::default(),
        timeout: Span::default(),
        depth: None,
        store: Kept::None,
        rate: 0,
    })
}

/// A driver of the build that runs, with no slowdown.
pub(super) fn candidate(
    environment: &ExperimentSetup<'_>,
    driver: &str,
) -> anyhow::Result<Candidate> {
    let driver = drivers::named(driver)?;
    Ok(Candidate::new(environment.program.clone(), driver))
}

/// A server with a scenario on it.
pub(super) struct ServedScenario<'a> {
    environment: &'a ExperimentSetup<'a>,
    server: ServerProcess,
    workload: Workload,
    seed: u64,
}

impl<'a> ServedScenario<'a> {
    pub(super) fn open(
        environment: &'a ExperimentSetup<'a>,
        workload: Workload,
    ) -> anyhow::Result<Self> {
        let seed = environment.seed;
        let server = ServerProcess::start(&environment.program, &Scenario::of(&workload, seed), 1)?;
        Ok(Self {
            environment,
            server,
            workload,
            seed,
        })
    }

    /// Draws the delays from this seed from now on.
    pub(super) fn draw_again(&mut self, seed: u64) -> anyhow::Result<()> {
        self.seed = seed;
        self.server
            .set_scenario(&Scenario::of(&self.workload, seed))
            .map(drop)
    }

    /// One run of `driver` in a new process, with the server's counts.
    pub(super) fn run(&self, driver: &str) -> Result<Run, Failure> {
        self.server.reset()?;
        let worker = Worker::start(&self.environment.program, driver, cores(), None);
        let sample = sample(&mut worker?, &self.job(), self.environment)?;
        Ok(Run {
            round: 1,
            sample,
            ledger: self.server.ledger()?,
            noise: Noise::default(),
            outside: None,
            rejected: None,
        })
    }

    /// Why Regatta rejects a run, if it does.
    pub(super) fn reject(&self, run: &Run, driver: &str) -> anyhow::Result<Option<String>> {
        Ok(verify::reject_reason(run, &self.expected(driver)?))
    }

    /// The expected results of a run of `driver`.
    pub(super) fn expected(&self, driver: &str) -> anyhow::Result<Expected> {
        let expectation = Expectation::of(&self.workload, self.seed);
        let driver = drivers::named(driver)?;
        Ok(Expected::of(driver, &self.workload, &expectation))
    }

    fn job(&self) -> Job {
        job(&self.workload, self.server.pages())
    }
}

/// The job of scraping `workload` from `server`.
pub(super) fn job(workload: &Workload, server: std::net::SocketAddr) -> Job {
    Job::over(workload, server, 0, cores())
}

/// A worker's answer to `job`, if all pages are right.
pub(super) fn sample(
    worker: &mut Worker,
    job: &Job,
    environment: &ExperimentSetup<'_>,
) -> Result<Sample, Failure> {
    match worker.ask(job, PATIENCE, environment.interrupt)?.answer {
        JobAnswer::Sample(sample) if sample.errors == 0 && sample.pages == job.pages => Ok(*sample),
        other => Err(Failure::Failed(format!("a worker answered {other:?}"))),
    }
}

/// CPU time per page, in nanoseconds.
pub(super) fn cpu_per_page(sample: &Sample) -> anyhow::Result<f64> {
    let cpu_ns = sample
        .cpu_ns
        .context("CPU time is not measured on this platform")?;
    Ok(cpu_ns as f64 / sample.pages as f64)
}

/// Both sides of a pair, A first, two runs each.
pub(super) type TurnResults<R> = ([R; 2], [R; 2]);

/// Two drivers take turns, A B B A: the samples of both sides of `pairs` pairs,
/// two runs per side.
pub(super) fn take_turns<R>(
    pairs: usize,
    mut run: impl FnMut(usize, bool) -> Result<R, Failure>,
) -> Result<Vec<TurnResults<R>>, Failure> {
    let mut both = Vec::new();
    for pair in 0..pairs {
        let a_first = pair % 2 == 0;
        let first = run(pair, a_first)?;
        let inner = [run(pair, !a_first)?, run(pair, !a_first)?];
        let outer = [first, run(pair, a_first)?];
        both.push(if a_first {
            (outer, inner)
        } else {
            (inner, outer)
        });
    }
    Ok(both)
}

/// The median of the values.
pub(super) fn middle(values: &[f64]) -> Result<f64, Failure> {
    median(values).ok_or_else(|| Failure::Failed("nothing was measured".to_owned()))
}

/// Logarithms of ratios as an interval in percent.
pub(super) fn interval(ln_ratios: &[f64]) -> Result<String, Failure> {
    let estimate = Estimate::of_signed(ln_ratios);
    let estimate = estimate.ok_or_else(|| Failure::Failed("nothing was measured".to_owned()))?;
    Ok(in_words(&estimate))
}

/// An estimate of the logarithm of a ratio: `+1.0 % (-0.4 % to +2.2 %)`.
pub(super) fn in_words(estimate: &Estimate) -> String {
    let Estimate {
        median, low, high, ..
    } = estimate;
    format!(
        "{} ({} to {})",
        change(median.exp()),
        change(low.exp()),
        change(high.exp())
    )
}

/// `+3.3 %` for a ratio of 1.033.
pub(super) fn change(ratio: f64) -> String {
    format!("{:+.1} %", (ratio - 1.0) * 100.0)
}

/// `12.3 ms`.
pub(super) fn milliseconds(ns: f64) -> String {
    format!("{:.1} ms", ns / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_a_b_b_a_and_then_b_a_a_b() {
        let mut order = String::new();
        let pairs = take_turns(2, |pair, is_a| {
            order.push(if is_a { 'a' } else { 'b' });
            Ok((pair, is_a))
        });
        assert_eq!(order, "abbabaab");
        for (pair, (a, b)) in pairs.unwrap().into_iter().enumerate() {
            assert_eq!(a, [(pair, true); 2]);
            assert_eq!(b, [(pair, false); 2]);
        }
    }

    #[test]
    fn a_ratio_is_printed_as_a_change() {
        assert_eq!(change(1.05), "+5.0 %");
        assert_eq!(change(0.9), "-10.0 %");
    }
}
