//! The default drivers under criterion: a group a workload, a benchmark a
//! driver.
//!
//! A loop of criterion's own would run the driver in criterion's process: its
//! bootstrap's threads and memory would be in the figures, and an async driver
//! would run under `block_on`, which measures something else. So criterion is
//! given `iter_custom`: an iteration is a job for a worker process, the worker
//! measures itself, and what it said is handed on once it has been verified.

use std::iter::Sum;
use std::time::Duration;

use criterion::measurement::Measurement;
use criterion::{BenchmarkId, Criterion, PlottingBackend, SamplingMode, Throughput};
use regatta::drivers::DEFAULT;
use regatta::harness::process::{Program, ServerProcess};
use regatta::harness::verify::Expectation;
use regatta::harness::worker::Job;
use regatta::measure::host;
use regatta::measure::sample::Sample;
use regatta::site::server::Scenario;
use regatta::site::workload::{Latency, Workload, load::load};

use super::driver::{Driver, Task};

/// Any will do; the delays of these workloads are the same for all pages.
const SEED: u64 = 1;

/// What is kept of each run.
pub(crate) struct Measure<M: Measurement> {
    /// Its groups are called `name/workload`. Criterion files results under
    /// that name alone, whichever bench they came from: two measures of one
    /// workload under one name would be compared with each other.
    pub(crate) name: &'static str,
    /// Takes it from a sample. Criterion adds up the values of the runs and
    /// divides by their number.
    pub(crate) of: fn(&Sample) -> M::Value,
    /// Whether each run has a fresh worker, or all of them one that is
    /// warm.
    pub(crate) fresh_workers: bool,
    /// Whether pages over that value mean anything.
    pub(crate) rate: bool,
}

/// Few samples, and short ones, so that all benches together take minutes.
/// Each of them is a whole scrape or several, so ten say enough for a curve.
pub(crate) fn config<M: Measurement>(measurement: M) -> Criterion<M> {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1500))
        // Ten samples hold no more than this finds, and the default of ten
        // times as many is a quarter of the whole run.
        .nresamples(10_000)
        // The last run is no fair baseline; a smaller change is noise.
        .noise_threshold(0.1)
        // The same pictures everywhere, with gnuplot installed or not.
        .plotting_backend(PlottingBackend::Plotters)
        .with_measurement(measurement)
}

/// The server, and what it takes to race on it. It ends when this is dropped,
/// after a panic too.
pub(crate) struct Track {
    program: Program,
    server: ServerProcess,
    threads: usize,
}

impl Track {
    /// Starts the server. To be called from the main thread: on Linux the
    /// server ends with the thread that started it.
    pub(crate) fn open() -> Self {
        let program = Program::at(env!("CARGO_BIN_EXE_regatta"));
        let nothing_yet = Scenario::new(1, Latency::ZERO, SEED);
        let server = ServerProcess::start(&program, &nothing_yet, 1);
        Self {
            program,
            server: server.unwrap_or_else(|error| panic!("{error:#}")),
            threads: host::cores(),
        }
    }

    /// Races the default drivers on the first `pages` of a workload.
    ///
    /// All of them have the same number of pages, the slow one too, so that
    /// their times can be read side by side.
    pub(crate) fn race<M>(
        &self,
        criterion: &mut Criterion<M>,
        measure: &Measure<M>,
        workload: &str,
        pages: u64,
    ) where
        M: Measurement,
        M::Value: Sum,
    {
        let task = self.task(workload, pages);
        let mut group = criterion.benchmark_group(format!("{}/{workload}", measure.name));
        // As many runs in each sample: one of the slow driver, several of the
        // others.
        group.sampling_mode(SamplingMode::Flat);
        if measure.rate {
            group.throughput(Throughput::Elements(pages));
        }
        for full_name in DEFAULT {
            let mut driver = Driver::new(&task, full_name, measure.fresh_workers);
            let mut run = || (measure.of)(&driver.run());
            group.bench_function(name(full_name), |bencher| {
                bencher.iter_custom(|runs| (0..runs).map(|_| run()).sum());
            });
        }
        group.finish();
    }

    fn task(&self, workload: &str, pages: u64) -> Task<'_> {
        let workload = Workload {
            pages,
            ..load(workload).expect("a workload that comes along")
        };
        self.server
            .set_scenario(&Scenario::of(&workload, SEED))
            .unwrap_or_else(|error| panic!("{error:#}"));
        Task {
            program: &self.program,
            server: &self.server,
            job: Job::over(&workload, self.server.pages(), SEED, self.threads),
            expectation: Expectation::of(&workload, SEED),
            workload,
        }
    }
}

/// Model and client apart, so that the HTML has a page that compares the
/// models of one client, and the clients of one model.
fn name(driver: &str) -> BenchmarkId {
    let (model, client) = driver.split_once('/').expect("model/client");
    BenchmarkId::new(model, client)
}
