//! A child's peak memory from getrusage.
//!
//! `ru_maxrss` of a child does not begin at nothing: when a process starts a
//! program, Linux carries the peak of the old memory over to the new. A
//! harness that has grown fat (it keeps results, it draws plots) makes every
//! program that it starts look as fat as itself. And `RUSAGE_CHILDREN` is the
//! largest child so far: it never falls again.

use anyhow::Context;

use super::scenario::{job, sample, workload};
use super::{Environment, Figures, Way, figure};
use crate::harness::process::{Failure, Server, Worker};
use crate::measure::host::cores;
use crate::measure::memory::Memory;
use crate::site::server::Scenario;
use crate::site::workload::{Parse, Workload};

pub(super) const WAY: Way = Way {
    name: "parents-memory",
    people: "start a program from a harness, wait for it, and read ru_maxrss of the child",
    why: "a child's ru_maxrss begins at the peak of the process that started it, so it says \
          how fat the harness is; the driver is the same both times.",
    instead: "reads VmHWM, which the kernel keeps with the memory of the program itself, and \
              sets it back through /proc/self/clear_refs before the driver is started.",
    runs_here: cfg!(target_os = "linux"),
    measure,
};

const DRIVER: &str = "mio/raw";
const FAT_BYTES: usize = 200 << 20;

fn measure(environment: &Environment<'_>) -> Result<Figures, Failure> {
    let workload = workload(60, "0ms", Parse::Titles)?;
    let scenario = Scenario::of(&workload, environment.seed);
    let server = Server::start(&environment.program, &scenario, 1)?;
    let lean = peaks(environment, &server, &workload)?;
    // A vector of zeros would be memory that nobody has touched.
    let fat_harness = std::hint::black_box(vec![1_u8; FAT_BYTES]);
    let fat = peaks(environment, &server, &workload)?;
    let harness = Memory::now().resident_bytes.unwrap_or_default();
    drop(fat_harness);
    Ok(Figures {
        scenario: format!(
            "{DRIVER} scrapes 60 pages, started by this process: first when it is lean, then \
             when it has {} in use",
            megabytes(harness)
        ),
        wrong: vec![
            figure(
                "ru_maxrss, started by a fat harness",
                megabytes(fat.getrusage),
            ),
            figure(
                "ru_maxrss, started by a lean one",
                megabytes(lean.getrusage),
            ),
        ],
        right: vec![
            figure("VmHWM, started by a fat harness", megabytes(fat.own)),
            figure("VmHWM, started by a lean one", megabytes(lean.own)),
        ],
    })
}

/// One run's peak memory, two ways, in bytes.
struct Peaks {
    getrusage: u64,
    own: u64,
}

fn peaks(
    environment: &Environment<'_>,
    server: &Server,
    workload: &Workload,
) -> Result<Peaks, Failure> {
    let mut worker = Worker::start(&environment.program, DRIVER, cores(), None)?;
    let sample = sample(&mut worker, &job(workload, server.pages()), environment)?;
    let own = sample
        .peak_rss_bytes
        .context("VmHWM cannot be read on this platform")?;
    // getrusage knows of children that have ended and were waited for.
    drop(worker);
    let getrusage = largest_child().context("getrusage does not answer")?;
    Ok(Peaks { getrusage, own })
}

/// `ru_maxrss` of the largest child that has ended, in bytes.
#[cfg(unix)]
fn largest_child() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    // Linux says kB and means KiB.
    Some(u64::try_from(usage.max_rss()).ok()? * 1024)
}

/// There is no getrusage.
#[cfg(not(unix))]
fn largest_child() -> Option<u64> {
    None
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
