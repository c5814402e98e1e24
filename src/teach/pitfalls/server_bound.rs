//! A server that is slower than what it is to measure.
//!
//! Many benchmarks of clients run against a mock that serves one request at a
//! time. All clients then take as long as the mock does, and the table says
//! that they are equally fast. What they cost to run is still there to be
//! seen, in their CPU time.

use super::mock::{ANSWER, Mock};
use super::scenario::{
    Sides, cpu_per_page, interval, job, middle, milliseconds, sample, turn_about, workload,
};
use super::{Environment, Figures, Way, figure};
use crate::harness::process::{Failure, Worker};
use crate::harness::worker::Job;
use crate::measure::host::cores;
use crate::site::workload::Parse;

pub(super) const WAY: Way = Way {
    name: "server-bound",
    people: "race clients against a mock server and rank them by wall time",
    why: "the server was at work nearly all the time, so what was timed is the server: every \
          client that is faster than it takes as long as it does. What a page costs the client \
          is in its CPU time.",
    instead: "has a server that takes some 10 µs a page, measures its CPU time in every run, \
              and flags a row as server-bound when the server was busy for over 80 % of it.",
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
    /// Share of it that the mock was at work.
    busy: f64,
}

type Pair = Sides<Run>;

fn measure(environment: &Environment<'_>) -> Result<Figures, Failure> {
    let mock = Mock::start(PAGES)?;
    let job = job(&workload(PAGES, "0ms", Parse::None)?, mock.address());
    let pairs = turn_about(PAIRS, |_, is_a| {
        run(environment, if is_a { A } else { B }, &job, &mock)
    })?;
    let wall = |run: &Run| run.wall_ns;
    let cpu = |run: &Run| run.cpu_ns_per_page;
    let (wall_a, wall_b) = medians(&pairs, wall)?;
    let (cpu_a, cpu_b) = medians(&pairs, cpu)?;
    let (busy_a, busy_b) = medians(&pairs, |run| run.busy)?;
    Ok(Figures {
        scenario: format!(
            "{A} against {B}, {PAGES} pages without delay from a mock that makes one answer \
             at a time, in {} µs",
            ANSWER.as_micros()
        ),
        wrong: vec![
            figure(
                "wall time, the first against the second",
                change_of(&pairs, wall)?,
            ),
            figure(
                "wall time of each",
                format!("{}, {}", milliseconds(wall_a), milliseconds(wall_b)),
            ),
        ],
        right: vec![
            figure(
                "the server was at work",
                format!(
                    "{:.0} %, {:.0} % of the time",
                    busy_a * 100.0,
                    busy_b * 100.0
                ),
            ),
            figure(
                "CPU a page, the first against the second",
                change_of(&pairs, cpu)?,
            ),
            figure(
                "CPU a page of each",
                format!("{:.1} µs, {:.1} µs", cpu_a / 1e3, cpu_b / 1e3),
            ),
        ],
    })
}

fn run(
    environment: &Environment<'_>,
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

/// The one against the other, pair by pair.
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
