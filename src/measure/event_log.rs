//! The log of a run: what happened to each page, and when, on one clock.
//!
//! The server writes down what it saw of each request, the worker what it did
//! with each page, and whoever started both looks at the worker's threads and
//! memory meanwhile. All three read the machine's monotonic clock, so their
//! notes can be laid side by side: a picture (`timeline`) and a verdict on how
//! a program waited (`lesson`) are made of nothing else.
//!
//! A log costs time and memory for each request, so a race keeps none.

use serde::{Deserialize, Serialize};

/// One run, with times in nanoseconds since the driver was let loose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// Who ran, and on what, in a few words: a title for its picture.
    pub title: String,
    /// How many pages the scenario has.
    pub pages: u64,
    /// From letting the driver loose until all its workers had stopped.
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
    /// Its process from the outside, rising in time.
    pub gauges: Vec<Gauge>,
}

/// What the server wrote down since a reset, its times counted from there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerLog {
    /// The reset, on the machine's clock.
    pub reset_at_ns: u64,
    /// Every request that has ended, in the order of the heads.
    pub requests: Vec<Request>,
    /// Requests that were not written down, because there were too many.
    pub left_out: u64,
}

/// What a worker wrote down, its times counted from when the driver was let
/// loose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriverLog {
    /// When it was let loose, on the machine's clock.
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

impl Log {
    /// Lays what the server saw beside what the driver did: on the driver's
    /// clock, where what came before its beginning came at it.
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

/// Now, in nanoseconds on the wall clock: the only one here that is the same
/// for all processes.
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
    /// The page that was asked for.
    pub page: u64,
    /// Its head was read.
    pub read_ns: u64,
    /// It was worked on from here: at once, or when it had its slot. `None`
    /// for one that never was.
    pub begun_ns: Option<u64>,
    /// The answer was due to leave: its delay was over. `None` as above.
    pub due_ns: Option<u64>,
    /// The last byte was with the kernel, or it ended in another way.
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
    /// The client went away before the answer was sent.
    Abandoned,
    /// The server ended the connection, on purpose.
    Cut,
}

/// One attempt at a page, as the driver saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// The page.
    pub page: u64,
    /// How often it was tried before.
    pub attempt: u32,
    /// The page was handed out to be fetched.
    pub handed_out_ns: u64,
    /// What was fetched was handed over: its last byte was there, or an error.
    pub fetched_ns: u64,
    /// It was checked and read, and its place is free.
    pub ended_ns: u64,
    /// What became of it.
    pub fate: Fate,
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The page was fetched.
    #[serde(rename = "had")]
    Fetched,
    /// It failed, and the page is tried again.
    Again,
    /// It failed, and the page is given up.
    #[serde(rename = "lost")]
    Failed,
    /// It took longer than it may, and was given up.
    TimedOut,
    /// It was given up because the scrape was aborted.
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
    /// When it was to tick.
    pub due_ns: u64,
    /// When it did.
    pub came_ns: u64,
}

/// The driver's process at a moment. What a platform does not tell is `None`.
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
