//! What a lesson reads off a run: one number each, most of them counted by the
//! server rather than told by the program.

use serde::{Deserialize, Serialize};

use super::play::Played;
use super::quantity::Unit;
use crate::measure::event_log::{End, Request};

/// A figure of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// From letting the driver loose until all its workers had stopped.
    Wall,
    /// CPU time over wall time: 1 is one core all the time.
    CpuShare,
    /// Most requests waiting for their answer at once, at the server.
    InFlightPeak,
    /// The mean of them.
    InFlightMean,
    /// Most threads of the driver's process.
    Threads,
    /// Most memory resident.
    Memory,
    /// Most address space taken.
    AddressSpace,
    /// Pages had, with the right bytes.
    Pages,
    /// Pages that the program says it could not have.
    #[serde(rename = "lost")]
    Failed,
    /// Requests that the server read.
    Requests,
    /// Requests for each page of the scenario.
    Amplification,
    /// Pages that were never asked for.
    Missed,
    /// Requests that were turned away.
    Rejected,
    /// Requests whose client went away before the answer.
    Abandoned,
    /// Requests that the server worked on.
    WorkedOn,
    /// Of those, the ones that nobody waited for to the end.
    Wasted,
    /// Connections opened.
    Connections,
    /// The slowest request, from its head to the last byte of its answer.
    HeldMax,
    /// The latest that a ticker tick of the event loop came.
    LoopLag,
    /// From being asked to stop until it had.
    Stop,
    /// The mean time of computing for one page.
    Work,
    /// The longest wall time over the shortest, of all runs of the lesson.
    Spread,
}

impl Figure {
    /// Its unit.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Self::Wall | Self::HeldMax | Self::LoopLag | Self::Stop | Self::Work => Unit::Seconds,
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
            Self::Pages => "pages had",
            Self::Failed => "pages lost",
            Self::Requests => "requests",
            Self::Amplification => "requests a page",
            Self::Missed => "pages never asked for",
            Self::Rejected => "turned away",
            Self::Abandoned => "abandoned",
            Self::WorkedOn => "worked on",
            Self::Wasted => "worked on for nothing",
            Self::Connections => "connections",
            Self::HeldMax => "slowest request",
            Self::LoopLag => "ticker tick late",
            Self::Stop => "stopped within",
            Self::Work => "computing a page",
            Self::Spread => "slowest over fastest",
        }
    }

    /// What `played` came to, in the base unit; `None` where this platform, or
    /// this driver, does not tell.
    #[must_use]
    pub fn of(self, played: &Played) -> Option<f64> {
        let (sample, ledger, log) = (played.answer.as_ref().ok()?, &played.ledger, &played.log);
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
            Self::WorkedOn => count(requests(played, |request| request.begun_ns.is_some())),
            Self::Wasted => count(requests(played, |request| {
                request.begun_ns.is_some() && request.end == End::Abandoned
            })),
            Self::Connections => count(ledger.connections),
            Self::HeldMax => held_max(&log.requests),
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
            // Of all runs together; see `Outcome`.
            Self::Spread => None,
        }
    }
}

fn requests(played: &Played, which: impl Fn(&Request) -> bool) -> u64 {
    let requests = played.log.requests.iter();
    requests.filter(|request| which(request)).count() as u64
}

fn held_max(requests: &[Request]) -> Option<f64> {
    let sent = requests.iter().filter(|request| request.end == End::Sent);
    let held = sent.map(|request| request.ended_ns.saturating_sub(request.read_ns));
    held.max().map(seconds)
}

fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 * 1e-9
}
