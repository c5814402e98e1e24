//! Cancellation: how long each driver takes to end a scrape early, and what it
//! loses, on a timeout, a deadline, a drain and an abort.
//!
//! The server stalls requests or answers late, so all slots are in use at the
//! end and the number of fetched pages is known. A driver's account counts only
//! if the server saw the same: one client left for each request given up, and
//! no request left behind.
//!
//! | file | what |
//! |---|---|
//! | `ending.rs` | the five ways to end: what is served, what is asked |
//! | `expected.rs` | the expected result of each |
//! | `trial.rs` | one driver: round after round, each run compared with the ledger |
//! | `findings.rs` | what was measured, as it is saved |
//! | `show.rs` | the table and its meaning in words |

mod ending;
mod expected;
mod findings;
mod show;
mod trial;

use std::time::{Duration, Instant, SystemTime};

use crate::drivers::Driver;
use crate::harness::process::{Failure, Program, ServerProcess};
use crate::measure::host;
use crate::term::interrupt::Interrupt;
use crate::term::progress::Progress;
use ending::{Ending, Scene};
use trial::Trial;

pub use findings::{CancelReport, CancelRow, CancelRun};
pub use show::{json, table};

/// What to measure, and how much of it.
#[derive(Debug)]
pub struct CancelSettings {
    /// The drivers.
    pub drivers: Vec<&'static Driver>,
    /// The number of requests in flight at the end.
    pub concurrency: usize,
    /// How often to measure each way to end.
    pub rounds: u32,
    /// Determines which requests stall.
    pub seed: u64,
    /// Threads of each driver's runtime or executor, where it has one.
    pub threads: usize,
}

impl CancelSettings {
    /// About how long this number of drivers takes.
    fn takes(&self, drivers: usize) -> Duration {
        let rounds = drivers as f64 * f64::from(self.rounds);
        // Most of a round is waiting for its five ends.
        (ending::ASK_AFTER * 6).mul_f64(rounds)
    }
}

/// Measures. An interrupt ends it early with the complete rows, marked partial.
///
/// # Errors
/// When the server cannot be started. A driver that fails is a row, not an
/// error.
pub fn run(
    settings: &CancelSettings,
    progress: &Progress,
    interrupt: &Interrupt,
) -> anyhow::Result<CancelReport> {
    let taken_at = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    progress.note("starting the server");
    let program = Program::this()?;
    let scene = Scene::of(settings.concurrency, settings.seed);
    let server = ServerProcess::start(&program, &scene.scenario(Ending::Drain), 1)?;
    let begun = Instant::now();
    let mut rows = Vec::new();
    let mut partial = false;
    for (done, driver) in settings.drivers.iter().enumerate() {
        let trial = Trial::new(settings, driver, &program, &server, interrupt);
        progress.note(&driver.name);
        let left = settings.takes(settings.drivers.len() - done);
        progress.running("", &driver.name, begun.elapsed(), left);
        match trial.run_beside_server() {
            Ok(runs) => rows.push(CancelRow::of(driver, runs)),
            Err(Failure::Failed(reason) | Failure::Server(reason)) => {
                rows.push(CancelRow::rejected(driver, reason));
            }
            Err(Failure::Interrupted) => {
                partial = true;
                break;
            }
        }
    }
    progress.end();
    Ok(CancelReport {
        schema: findings::SCHEMA.to_owned(),
        taken_at,
        partial,
        host: host::host(),
        concurrency: settings.concurrency as u64,
        rounds: settings.rounds,
        seed: settings.seed,
        ask_after_ns: nanoseconds(ending::ASK_AFTER),
        answer_after_ns: nanoseconds(ending::ANSWER_AFTER),
        timeout_ns: nanoseconds(ending::TIMEOUT),
        rows,
    })
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
