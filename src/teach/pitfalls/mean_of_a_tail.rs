//! Mean and standard deviation of a long tail.
//!
//! Delays in production have a tail: most answers are fast and a few take ten
//! times as long. The mean of such values is mostly chance, because it depends
//! on the number of very slow answers in the sample. "Mean ± standard deviation"
//! reaches below zero and describes no page. The median and the 99th percentile
//! are two reliable values.

use super::scenario::{ServedScenario, change, milliseconds, workload};
use super::{ExperimentSetup, Pitfall, Results, measurement};
use crate::harness::process::Failure;
use crate::measure::sample::PageLatency;
use crate::site::workload::Parse;

pub(super) const PITFALL: Pitfall = Pitfall {
    name: "mean-of-a-tail",
    people: "give the latency as mean ± standard deviation",
    why: "the driver is the same for every seed, and most pages are faster than the mean. The \
          mean depends on a few very slow pages, so a comparison of means compares random \
          samples. Mean ± deviation reaches below zero, where no page is.",
    instead: "shows the median and p99 and gives every driver the same delays. It draws the tail of \
              a latency such as 20ms*99,200ms in blocks, so that every hundred pages have one \
              slow page.",
    runs_here: true,
    measure,
};

const DRIVER: &str = "mio/raw";
const DELAY: &str = "lognormal:2ms:2";
const PAGES: u64 = 300;
const SEEDS: u64 = 5;

fn measure(environment: &ExperimentSetup<'_>) -> Result<Results, Failure> {
    let latencies = latencies(environment)?;
    let spread_of = |of: fn(&PageLatency) -> u64| spread(latencies.iter().map(of));
    let mean = spread_of(|latency| latency.mean_ns);
    let median = spread_of(|latency| latency.p50_ns);
    let first = &latencies[0];
    Ok(Results {
        scenario: format!(
            "{DRIVER}, {PAGES} pages with delays of {DELAY}, drawn from {SEEDS} seeds: {} to {}",
            environment.seed,
            environment.seed + SEEDS - 1
        ),
        wrong: vec![
            measurement(
                "mean ± standard deviation, first seed",
                mean_and_deviation(first),
            ),
            measurement("pages faster than that mean", faster(first)),
            measurement("mean, lowest to highest of all seeds", mean.in_words()),
        ],
        right: vec![
            measurement("median, lowest to highest of all seeds", median.in_words()),
            measurement(
                "median and p99, first seed",
                format!("{}, {}", ms(first.p50_ns), ms(first.p99_ns)),
            ),
        ],
    })
}

/// One run for each seed.
fn latencies(environment: &ExperimentSetup<'_>) -> Result<Vec<PageLatency>, Failure> {
    let mut scenario = ServedScenario::open(environment, workload(PAGES, DELAY, Parse::None)?)?;
    let mut latencies = Vec::new();
    for seed in environment.seed..environment.seed + SEEDS {
        scenario.draw_again(seed)?;
        latencies.push(scenario.run(DRIVER)?.sample.page_latency);
    }
    Ok(latencies)
}

struct Spread {
    least: u64,
    most: u64,
}

fn spread(values: impl Iterator<Item = u64>) -> Spread {
    let start = Spread {
        least: u64::MAX,
        most: 0,
    };
    values.fold(start, |spread, value| Spread {
        least: spread.least.min(value),
        most: spread.most.max(value),
    })
}

impl Spread {
    fn in_words(&self) -> String {
        let by = change(self.most as f64 / self.least as f64);
        format!("{by} ({} to {})", ms(self.least), ms(self.most))
    }
}

fn mean_and_deviation(latency: &PageLatency) -> String {
    let mean = latency.mean_ns as f64;
    let squares = latency
        .histogram
        .iter()
        .map(|&(ns, pages)| (ns as f64 - mean).powi(2) * pages as f64);
    let deviation = (squares.sum::<f64>() / PAGES as f64).sqrt();
    format!("{} ± {}", ms(latency.mean_ns), milliseconds(deviation))
}

fn faster(latency: &PageLatency) -> String {
    let below = latency
        .histogram
        .iter()
        .filter(|(ns, _)| *ns < latency.mean_ns);
    let pages: u64 = below.map(|(_, pages)| pages).sum();
    format!("{pages} of {PAGES}")
}

fn ms(ns: u64) -> String {
    milliseconds(ns as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latency() -> PageLatency {
        PageLatency {
            mean_ns: 2_000_000,
            histogram: vec![(1_000_000, 285), (21_000_000, 15)],
            ..PageLatency::default()
        }
    }

    #[test]
    fn the_deviation_is_that_of_all_pages() {
        // Variance: (285 * 1 + 15 * 19^2) / 300 = 19.
        assert_eq!(mean_and_deviation(&latency()), "2.0 ms ± 4.4 ms");
        assert_eq!(faster(&latency()), "285 of 300");
    }

    #[test]
    fn a_spread_is_the_largest_over_the_smallest() {
        let spread = spread([3_000_000, 2_000_000, 2_500_000].into_iter());
        assert_eq!(spread.in_words(), "+50.0 % (2.0 ms to 3.0 ms)");
    }
}
