//! A server that is slower than the client under test.
//!
//! Many benchmarks of clients use a mock server that handles one request at a
//! time. Then all clients take as long as the mock, and the table says that they
//! are equally fast. Their CPU time still shows the difference.

use super::mock::{ANSWER, Mock};
use super::scenario::{
    TurnResults, cpu_per_page, interval, job, middle, milliseconds, sample, take_turns, workload,
};
use super::{ExperimentSetup, Pitfall, Results, measurement};
use crate::harness::process::{Failure, Worker};
use crate::harness::worker::Job;
use crate::measure::host::cores;
use crate::site::workload::Parse;

pub(super) const PITFALL: Pitfall = Pitfall {
    name: "server-bound",
    people: "run clients against a mock server and rank them by wall time",
    why: "the server was busy almost all the time, so the wall time is that of the server: every \
          faster client takes as long as the server. The CPU time shows the cost of a page to \
          the client.",
    instead: "uses a server that needs about 10 µs per page, measures its CPU time in every run, and \
              flags a row as server-bound if the server was busy for over 80 % of the run.",
    runs_here: cfg!(unix),
    measure,
};

const A: &str = "thread-pool/ureq";
const B: &str = "mio/raw";
/// Four runs each.
const PAIRS: usize = 6;
const PAGES: u64 = 200;

/// One run of a driver.
struct Run {
    wall_ns: f64,
    cpu_ns_per_page: f64,
    /// The share of the wall time in which the mock was busy.
    busy: f64,
}

type Pair = TurnResults<Run>;

fn measure(environment: &ExperimentSetup<'_>) -> Result<Results, Failure> {
    let mock = Mock::start(PAGES)?;
    let job = job(&workload(PAGES, "0ms", Parse::None)?, mock.address());
    let pairs = take_turns(PAIRS, |_, is_a| {
        run(environment, if is_a { A } else { B }, &job, &mock)
    })?;
    let wall = |run: &Run| run.wall_ns;
    let cpu = |run: &Run| run.cpu_ns_per_page;
    let (wall_a, wall_b) = medians(&pairs, wall)?;
    let (cpu_a, cpu_b) = medians(&pairs, cpu)?;
    let (busy_a, busy_b) = medians(&pairs, |run| run.busy)?;
    Ok(Results {
        scenario: format!(
            "{A} compared with {B}, {PAGES} pages without delay from a mock that builds one answer at \
             a time in {} µs",
            ANSWER.as_micros()
        ),
        wrong: vec![
            measurement("wall time, first vs. second", change_of(&pairs, wall)?),
            measurement(
                "wall time of each",
                format!("{}, {}", milliseconds(wall_a), milliseconds(wall_b)),
            ),
        ],
        right: vec![
            measurement(
                "the server was busy",
                format!(
                    "{:.0} %, {:.0} % of the time",
                    busy_a * 100.0,
                    busy_b * 100.0
                ),
            ),
            measurement("CPU per page, first vs. second", change_of(&pairs, cpu)?),
            measurement(
                "CPU per page of each",
                format!("{:.1} µs, {:.1} µs", cpu_a / 1e3, cpu_b / 1e3),
            ),
        ],
    })
}

fn run(
    environment: &ExperimentSetup<'_>,
    driver: &str,
    job: &Job,
    mock: &Mock,
) -> Result<Run, Failure> {
    let mut worker = Worker::start(&environment.program, driver, cores(), None)?;
    mock.take_busy_ns();
    let sample = sample(&mut worker, job, environment)?;
    let wall_ns = sample.wall_ns as f64;
    Ok(Run {
        wall_ns,
        cpu_ns_per_page: cpu_per_page(&sample)?,
        busy: mock.take_busy_ns() as f64 / wall_ns,
    })
}

/// The first compared with the second, pair by pair.
fn change_of(pairs: &[Pair], of: impl Fn(&Run) -> f64) -> Result<String, Failure> {
    let sum = |runs: &[Run; 2]| runs.iter().map(&of).sum::<f64>();
    let ratios: Vec<f64> = pairs.iter().map(|(a, b)| (sum(a) / sum(b)).ln()).collect();
    interval(&ratios)
}

/// The medians of both sides.
fn medians(pairs: &[Pair], of: impl Fn(&Run) -> f64) -> Result<(f64, f64), Failure> {
    let a: Vec<f64> = pairs.iter().flat_map(|(a, _)| a.iter().map(&of)).collect();
    let b: Vec<f64> = pairs.iter().flat_map(|(_, b)| b.iter().map(&of)).collect();
    Ok((middle(&a)?, middle(&b)?))
}
