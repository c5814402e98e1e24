//! The metrics of a lesson: one number of a run each. The server counts most of
//! them, so a program cannot get them wrong.

use serde::{Deserialize, Serialize};

use super::one_run::RunOutcome;
use super::quantity::Unit;
use crate::measure::event_log::{End, Request};

/// A metric of a run. The metrics of a comparison of builds are in
/// `compare::Metric`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunMetric {
    /// From the start of the driver until all its workers have stopped.
    Wall,
    /// CPU time divided by wall time: 1 is one core, busy all the time.
    CpuShare,
    /// The largest number of unanswered requests at the server.
    InFlightPeak,
    /// Their mean over time.
    InFlightMean,
    /// The largest number of threads of the driver's process.
    Threads,
    /// Peak resident memory.
    Memory,
    /// Peak address space.
    AddressSpace,
    /// Pages fetched with the right bytes.
    Pages,
    /// Pages that failed by the program's own count.
    #[serde(rename = "lost")]
    Failed,
    /// Requests that the server read.
    Requests,
    /// Requests divided by the pages of the scenario.
    Amplification,
    /// Pages that were never requested.
    Missed,
    /// Requests that the server rejected.
    Rejected,
    /// Requests whose client went away before the answer.
    Abandoned,
    /// Requests that the server worked on.
    WorkedOn,
    /// Those of them whose client went away before the answer.
    Wasted,
    /// Connections opened.
    Connections,
    /// The longest time from the head of a request to the last byte of its answer.
    #[serde(rename = "held-max")]
    SlowestRequest,
    /// How late the latest tick of the event loop's timer was.
    LoopLag,
    /// From the signal to stop until the driver has stopped.
    Stop,
    /// The mean time that one page takes to compute.
    Work,
    /// The longest wall time divided by the shortest, over all runs of the lesson.
    Spread,
}

impl RunMetric {
    /// Its unit.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Self::Wall | Self::SlowestRequest | Self::LoopLag | Self::Stop | Self::Work => {
                Unit::Seconds
            }
            Self::CpuShare => Unit::Share,
            Self::Memory | Self::AddressSpace => Unit::Bytes,
            Self::Amplification | Self::Spread => Unit::Ratio,
            _ => Unit::Count,
        }
    }

    /// Its name in a table.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Wall => "time",
            Self::CpuShare => "CPU busy",
            Self::InFlightPeak => "in flight, peak",
            Self::InFlightMean => "in flight, mean",
            Self::Threads => "threads",
            Self::Memory => "memory",
            Self::AddressSpace => "address space",
            Self::Pages => "pages fetched",
            Self::Failed => "pages failed",
            Self::Requests => "requests",
            Self::Amplification => "requests per page",
            Self::Missed => "pages never requested",
            Self::Rejected => "rejected",
            Self::Abandoned => "abandoned",
            Self::WorkedOn => "worked on",
            Self::Wasted => "wasted work",
            Self::Connections => "connections",
            Self::SlowestRequest => "slowest request",
            Self::LoopLag => "loop lag",
            Self::Stop => "time to stop",
            Self::Work => "computing per page",
            Self::Spread => "slowest / fastest",
        }
    }

    /// Its value in `outcome`, in the base unit; `None` if this platform or this
    /// driver does not measure it.
    #[must_use]
    pub fn of(self, outcome: &RunOutcome) -> Option<f64> {
        let (sample, ledger, log) = (outcome.answer.as_ref().ok()?, &outcome.ledger, &outcome.log);
        let count = |n: u64| Some(n as f64);
        let gauged = |of: fn(&crate::measure::event_log::Gauge) -> Option<u64>| {
            log.gauges.iter().filter_map(of)
        };
        match self {
            Self::Wall => Some(seconds(sample.wall_ns)),
            Self::CpuShare => Some(sample.cpu_ns? as f64 / sample.wall_ns.max(1) as f64),
            Self::InFlightPeak => count(ledger.in_flight_peak),
            Self::InFlightMean => Some(ledger.in_flight_mean),
            Self::Threads => {
                let seen = gauged(|gauge| gauge.threads).max();
                sample.threads_peak.max(seen).and_then(count)
            }
            Self::Memory => sample.peak_rss_bytes.and_then(count),
            Self::AddressSpace => gauged(|gauge| gauge.virtual_bytes).max().and_then(count),
            Self::Pages => count(sample.pages),
            Self::Failed => count(sample.errors),
            Self::Requests => count(ledger.requests),
            Self::Amplification => Some(ledger.requests as f64 / log.pages.max(1) as f64),
            Self::Missed => count(ledger.pages_missed),
            Self::Rejected => count(ledger.rejected),
            Self::Abandoned => count(ledger.clients_gone),
            Self::WorkedOn => count(requests(outcome, |request| request.begun_ns.is_some())),
            Self::Wasted => count(requests(outcome, |request| {
                request.begun_ns.is_some() && request.end == End::Abandoned
            })),
            Self::Connections => count(ledger.connections),
            Self::SlowestRequest => slowest_request(&log.requests),
            Self::LoopLag => sample.loop_lag.as_ref().map(|lag| seconds(lag.max_ns)),
            Self::Stop => sample.stop_ns.map(seconds),
            Self::Work => {
                let spent = |work: &crate::measure::event_log::Work| {
                    work.ended_ns.saturating_sub(work.begun_ns)
                };
                let total: u64 = log.works.iter().map(spent).sum();
                let works = log.works.len();
                (works > 0).then(|| seconds(total) / works as f64)
            }
            // It needs all runs: see `spread`.
            Self::Spread => None,
        }
    }
}

fn requests(outcome: &RunOutcome, which: impl Fn(&Request) -> bool) -> u64 {
    let requests = outcome.log.requests.iter();
    requests.filter(|request| which(request)).count() as u64
}

fn slowest_request(requests: &[Request]) -> Option<f64> {
    let sent = requests.iter().filter(|request| request.end == End::Sent);
    let held = sent.map(|request| request.ended_ns.saturating_sub(request.read_ns));
    held.max().map(seconds)
}

fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 * 1e-9
}
