//! The log of a run: what happened to each page, and when, on one clock.
//!
//! The server records each request, the worker records what it did with each
//! page, and the process that started both samples the worker's threads and
//! memory. All three read the machine's monotonic clock, so their records can be
//! merged. Timelines and the verdicts of lessons and exercises are made of this
//! log alone.
//!
//! A log costs time and memory for each request, so a race keeps none.

use serde::{Deserialize, Serialize};

/// The log of one run, with times in nanoseconds since the driver started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventLog {
    /// The driver and the workload in a few words: the title of its picture.
    pub title: String,
    /// How many pages the scenario has.
    pub pages: u64,
    /// From the start of the driver until all its workers had stopped.
    pub wall_ns: u64,
    /// What the server saw, in the order of the heads.
    pub requests: Vec<Request>,
    /// Requests that were not logged, because there were too many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub requests_left_out: u64,
    /// What the driver did, in the order of the ends.
    pub attempts: Vec<Attempt>,
    /// When the driver computed for a page, in the order of the ends.
    pub works: Vec<Work>,
    /// The ticks of its event loop, if it has one.
    #[serde(rename = "beats")]
    pub ticks: Vec<Tick>,
    /// Its process seen from outside, in the order of time.
    pub gauges: Vec<Gauge>,
}

/// What the server recorded since a reset, with times counted from there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerLog {
    /// The reset, on the machine's clock.
    pub reset_at_ns: u64,
    /// Every request that has ended, in the order of the heads.
    pub requests: Vec<Request>,
    /// Requests that were not recorded, because there were too many.
    pub left_out: u64,
}

/// What a worker recorded, with times counted from the start of the driver.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriverLog {
    /// The start of the driver, on the machine's clock.
    pub begun_at_ns: u64,
    /// Its attempts, in the order of the ends.
    pub attempts: Vec<Attempt>,
    /// When it computed, in the order of the ends.
    #[serde(default)]
    pub works: Vec<Work>,
    /// The ticks of its event loop's ticker.
    #[serde(rename = "beats", default)]
    pub ticks: Vec<Tick>,
}

impl EventLog {
    /// Merges both logs, with times since the start of the driver. What the
    /// server recorded before that start gets its time.
    pub fn of(server: &ServerLog, driver: DriverLog) -> Self {
        let begun_ns = driver.begun_at_ns;
        let shift = |ns: u64| (server.reset_at_ns + ns).saturating_sub(begun_ns);
        let shifted = |request: &Request| Request {
            read_ns: shift(request.read_ns),
            begun_ns: request.begun_ns.map(shift),
            due_ns: request.due_ns.map(shift),
            ended_ns: shift(request.ended_ns),
            ..*request
        };
        Self {
            requests: server.requests.iter().map(shifted).collect(),
            requests_left_out: server.left_out,
            attempts: driver.attempts,
            works: driver.works,
            ticks: driver.ticks,
            ..Self::default()
        }
    }
}

/// Now, in nanoseconds on the machine's clock, the same for all processes.
#[cfg(unix)]
pub fn now_ns() -> u64 {
    let now = nix::time::ClockId::CLOCK_MONOTONIC.now();
    now.ok().map_or(0, |now| {
        let seconds = u64::try_from(now.tv_sec()).unwrap_or_default();
        seconds * 1_000_000_000 + u64::try_from(now.tv_nsec()).unwrap_or_default()
    })
}

/// Now, in nanoseconds on the wall clock: the only clock on this platform that
/// is the same for all processes.
#[cfg(not(unix))]
pub fn now_ns() -> u64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed();
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

/// One request, as the server saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The page that was requested.
    pub page: u64,
    /// Its head was read.
    pub read_ns: u64,
    /// Its processing began: at once, or when it got a slot. `None` if that
    /// never happened.
    pub begun_ns: Option<u64>,
    /// The answer was due to leave: its delay was over. `None` as above.
    pub due_ns: Option<u64>,
    /// The kernel had the last byte, or the request ended in another way.
    pub ended_ns: u64,
    /// How it ended.
    pub end: End,
}

/// How a request ended, as the server saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The page was sent.
    Sent,
    /// Another answer than the page was sent, with this status.
    Status(u16),
    /// The client closed the connection before the answer was sent.
    Abandoned,
    /// The server closed the connection: a fault of the workload.
    Cut,
}

/// One attempt at a page, as the driver saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// The page.
    pub page: u64,
    /// The number of attempts before this one.
    pub attempt: u32,
    /// The page was handed out to be fetched.
    pub handed_out_ns: u64,
    /// The client returned: with the last byte, or with an error.
    pub fetched_ns: u64,
    /// It was verified and parsed, and its slot is free.
    pub ended_ns: u64,
    /// How it ended.
    pub fate: Fate,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The page was fetched.
    #[serde(rename = "had")]
    Fetched,
    /// It failed, and the page is tried again.
    Again,
    /// It failed, and the page is not tried again.
    #[serde(rename = "lost")]
    Failed,
    /// It exceeded its timeout.
    TimedOut,
    /// It was cancelled because the scrape was aborted.
    Cancelled,
}

/// A span of computing for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The page.
    pub page: u64,
    /// From here.
    pub begun_ns: u64,
    /// To here.
    pub ended_ns: u64,
}

/// One tick of an event loop's ticker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tick {
    /// When it was due.
    pub due_ns: u64,
    /// When it ran.
    pub came_ns: u64,
}

/// The driver's process at one moment. What a platform does not tell is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gauge {
    /// The moment.
    pub at_ns: u64,
    /// Threads alive.
    pub threads: Option<u64>,
    /// Memory resident.
    pub resident_bytes: Option<u64>,
    /// Address space taken.
    pub virtual_bytes: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
