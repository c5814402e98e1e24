//! A child's peak memory from getrusage.
//!
//! `ru_maxrss` of a child does not start at zero: when a process starts a
//! program, Linux copies the peak of the old memory to the new process. A
//! harness with much memory (results, plots) makes every program that it starts
//! look as large as itself. And `RUSAGE_CHILDREN` is the largest child so far,
//! so it never falls.

use anyhow::Context;

use super::scenario::{job, sample, workload};
use super::{ExperimentSetup, Pitfall, Results, measurement};
use crate::harness::process::{Failure, ServerProcess, Worker};
use crate::measure::host::cores;
use crate::measure::memory::Memory;
use crate::site::server::Scenario;
use crate::site::workload::{Parse, Workload};

pub(super) const PITFALL: Pitfall = Pitfall {
    name: "parents-memory",
    people: "start a program from a harness, wait for it, and read ru_maxrss of the child",
    why: "a child's ru_maxrss starts at the peak of the process that started it, so it shows the \
          size of the harness. The driver is the same in both runs.",
    instead: "reads VmHWM, which belongs to the memory of the program itself, and resets it through \
              /proc/self/clear_refs before the driver starts.",
    runs_here: cfg!(target_os = "linux"),
    measure,
};

const DRIVER: &str = "mio/raw";
const BALLAST_BYTES: usize = 200 << 20;

fn measure(environment: &ExperimentSetup<'_>) -> Result<Results, Failure> {
    let workload = workload(60, "0ms", Parse::Titles)?;
    let scenario = Scenario::of(&workload, environment.seed);
    let server = ServerProcess::start(&environment.program, &scenario, 1)?;
    let small = peaks(environment, &server, &workload)?;
    // A vector of zeros would be untouched memory.
    let ballast = std::hint::black_box(vec![1_u8; BALLAST_BYTES]);
    let large = peaks(environment, &server, &workload)?;
    let harness = Memory::now().resident_bytes.unwrap_or_default();
    drop(ballast);
    Ok(Results {
        scenario: format!(
            "{DRIVER} scrapes 60 pages, started by this process: first when this process is small, \
             then when it uses {}",
            megabytes(harness)
        ),
        wrong: vec![
            measurement(
                "ru_maxrss, started by a large harness",
                megabytes(large.getrusage),
            ),
            measurement(
                "ru_maxrss, started by a small one",
                megabytes(small.getrusage),
            ),
        ],
        right: vec![
            measurement("VmHWM, started by a large harness", megabytes(large.own)),
            measurement("VmHWM, started by a small one", megabytes(small.own)),
        ],
    })
}

/// One run's peak memory, two ways, in bytes.
struct Peaks {
    getrusage: u64,
    own: u64,
}

fn peaks(
    environment: &ExperimentSetup<'_>,
    server: &ServerProcess,
    workload: &Workload,
) -> Result<Peaks, Failure> {
    let mut worker = Worker::start(&environment.program, DRIVER, cores(), None)?;
    let sample = sample(&mut worker, &job(workload, server.pages()), environment)?;
    let own = sample
        .peak_rss_bytes
        .context("VmHWM is not available on this platform")?;
    // getrusage counts only children that have ended and were waited for.
    drop(worker);
    let getrusage = largest_child().context("getrusage failed")?;
    Ok(Peaks { getrusage, own })
}

/// `ru_maxrss` of the largest child that has ended, in bytes.
#[cfg(unix)]
fn largest_child() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    // The unit is KiB, although Linux calls it kB.
    Some(u64::try_from(usage.max_rss()).ok()? * 1024)
}

/// This platform has no getrusage.
#[cfg(not(unix))]
fn largest_child() -> Option<u64> {
    None
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
