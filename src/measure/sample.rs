//! The record of one run: what the driver measured (a [`Sample`]) and what the
//! server counted (a [`Ledger`]). The worker protocol and every saved report
//! use the names of these fields; units are in the names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::measure::event_log::DriverLog;

/// How long pages took in the driver, from the moment the frontier handed the
/// page out to the last byte of its body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PageLatency {
    /// The mean.
    pub mean_ns: u64,
    /// Half of the pages took at most this long.
    pub p50_ns: u64,
    /// 90 of 100 pages took at most this long.
    pub p90_ns: u64,
    /// 99 of 100 pages took at most this long.
    pub p99_ns: u64,
    /// The slowest page.
    pub max_ns: u64,
    /// The whole histogram as `[latency_ns, pages]` pairs, three significant
    /// digits, rising, without empty buckets.
    pub histogram: Vec<(u64, u64)>,
}

/// What a driver measured while it scraped one workload once.
///
/// A value that this platform does not provide is `None`, printed as "n/a".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// From the start of the driver until all its workers have stopped.
    pub wall_ns: u64,
    /// Preparing the driver: runtime, threads, client. Zero when it was warm.
    pub start_ns: u64,
    /// CPU time of the whole process during the scrape, user and system.
    pub cpu_ns: Option<u64>,
    /// User part of it, sampled at the tick on Linux: only the sum is reliable.
    pub user_ns: Option<u64>,
    /// System part of it, sampled at the tick on Linux: only the sum is reliable.
    pub sys_ns: Option<u64>,
    /// Most memory resident at once, start of the driver included.
    pub peak_rss_bytes: Option<u64>,
    /// Memory resident before the driver was started.
    pub rss_before_bytes: Option<u64>,
    /// Most threads seen alive at once. A worker counts at the end of the
    /// scrape, and the harness every 20 ms: threads with a shorter life may be
    /// missed.
    pub threads_peak: Option<u64>,
    /// Times a thread of the worker gave up the CPU to wait.
    pub voluntary_switches: Option<u64>,
    /// Times a thread of the worker was taken off the CPU.
    pub involuntary_switches: Option<u64>,
    /// Pages visited with the right bytes.
    pub pages: u64,
    /// Bytes of the bodies of those pages.
    pub bytes: u64,
    /// Titles read from those pages.
    pub titles: u64,
    /// Attempts that failed and were followed by another.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u64,
    /// Attempts that exceeded their timeout.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub timeouts: u64,
    /// Attempts that were cancelled because the scrape was aborted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub given_up: u64,
    /// How long it took to stop after it was told to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_ns: Option<u64>,
    /// How late the event loop ran its ticks, if that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loop_lag: Option<LoopLag>,
    /// What it did with each page, and when, if that was logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<DriverLog>,
    /// Records that are durable in its store, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<u64>,
    /// How long pages waited because the queue of that store was full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_full_ns: Option<u64>,
    /// Pages that could not be fetched or did not verify.
    pub errors: u64,
    /// The first of those errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_error: Option<String>,
    /// The first ten of those pages by their numbers, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_lost: Vec<u64>,
    /// A checksum of the number, the bytes and the parsed data of every page:
    /// 16 hexadecimal digits, independent of the order of the visits.
    pub digest: String,
    /// How long the pages took.
    pub page_latency: PageLatency,
}

/// How late an event loop ran the ticks that were due among its tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoopLag {
    /// The number of ticks: one every 10 ms.
    #[serde(rename = "beats")]
    pub ticks: u64,
    /// 99 of 100 ticks were at most this late.
    pub p99_ns: u64,
    /// The latest of all.
    pub max_ns: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What a run with the counting allocator measures; it is never a timed run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Heap {
    /// Pages visited with the right bytes.
    pub pages: u64,
    /// Calls of the allocator during the scrape.
    pub allocations: u64,
    /// Bytes requested in those calls.
    pub allocated_bytes: u64,
    /// Most heap bytes alive at once, above what was alive before the start.
    pub heap_peak_bytes: u64,
}

/// What the server counted between two resets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// Requests for pages whose head was read.
    pub requests: u64,
    /// Answers whose last byte was given to the kernel.
    pub answers: u64,
    /// Connections accepted.
    pub connections: u64,
    /// Connections open when the ledger was read.
    pub connections_open: u64,
    /// Bytes of the bodies of those answers.
    pub bytes_sent: u64,
    /// Most requests waiting for their answer at once.
    pub in_flight_peak: u64,
    /// Mean number of requests waiting, over `span_ns`.
    pub in_flight_mean: f64,
    /// From the head of the first request to the last byte of the last answer.
    pub span_ns: u64,
    /// From the head of the first request to the head of the last: a lower
    /// bound of the client's wall time.
    pub heads_span_ns: u64,
    /// Mean time a request was held, head read to last byte written.
    pub held_mean_ns: u64,
    /// Mean delay of the scenario, including the planned time of slow bodies.
    pub delay_mean_ns: u64,
    /// How late answers were written: mean.
    pub late_mean_ns: u64,
    /// 99 of 100 answers were at most this late.
    pub late_p99_ns: u64,
    /// The latest of all answers.
    pub late_max_ns: u64,
    /// How many requests got each kind of fault, by its name (`500`, `reset`,
    /// `slow`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub faults: BTreeMap<String, u64>,
    /// Requests that had to wait for a slot.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub queued: u64,
    /// How long they waited for it, with or without success: mean.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub queue_wait_mean_ns: u64,
    /// Requests that were answered 503 because all slots were taken.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rejected: u64,
    /// Requests that were answered 429 because their client exceeded its rate.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rate_limited: u64,
    /// How far requests were ahead of the agreed rate at most, if there was one:
    /// no series of them took less than its planned time by more than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead_max_ns: Option<u64>,
    /// Requests whose clients closed the connection before the answer was
    /// written.
    pub clients_gone: u64,
    /// Pages of the scenario never requested.
    pub pages_missed: u64,
    /// The first ten of those.
    pub first_missed: Vec<u64>,
    /// Pages requested more than once.
    pub pages_repeated: u64,
    /// The first ten of those.
    pub first_repeated: Vec<u64>,
    /// Requests for anything that is not a page of the scenario.
    pub other_requests: u64,
    /// Requests that were refused because they had no host, or a foreign one, or
    /// came from a page of another site.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refused_requests: u64,
    /// Requests for pages by HEAD, whose answers have no body.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub head_requests: u64,
    /// Pages that were sent whole, to their last byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages_sent: Option<u64>,
    /// From the head of the first request until the last answer was due: no
    /// client can have had it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_span_ns: Option<u64>,
    /// When the head of the first request was read, on the clock that all
    /// processes share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_read_at_ns: Option<u64>,
    /// The shortest delay of any request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_min_ns: Option<u64>,
    /// The longest delay of any request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_max_ns: Option<u64>,
    /// The number of this ledger; every reset opens the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u64>,
    /// The fingerprint of the scenario that was served: 16 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario_fingerprint: Option<String>,
    /// CPU time of the server process since the reset.
    pub server_cpu_ns: Option<u64>,
    /// Threads that serve pages.
    pub server_threads: u64,
    /// The head of one request, as it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_head: Option<String>,
}

/// What the harness saw of a worker during a run, whatever the worker says.
///
/// Values that this platform does not provide are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// From just before the job was sent until the answer was there.
    pub wall_ns: u64,
    /// When the job was sent, on the clock that all processes share.
    pub told_at_ns: u64,
    /// Whether it was the first job of its process.
    pub fresh: bool,
    /// Cores that it could use.
    pub cores: u64,
    /// CPU time of the worker in that span, with that of its child processes.
    pub cpu_ns: Option<u64>,
    /// CPU time it used between its answer before and this job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_cpu_ns: Option<u64>,
    /// Most memory resident at once in the worker, as seen every 20 ms and at
    /// the end, or in a child process that has more.
    pub peak_rss_bytes: Option<u64>,
    /// Processes that it had started and that still ran at its answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub child_processes: u64,
    /// The most memory of each of them, added up.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub child_rss_bytes: u64,
    /// The number of the ledger that was opened for this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u64>,
}

/// What the rest of the machine did during a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Noise {
    /// Share of all cores' time taken by the hypervisor for others, 0 to 1.
    pub steal_share: Option<f64>,
    /// Share of all cores' time used by processes that are not part of the
    /// run, 0 to 1.
    pub others_share: Option<f64>,
}

/// Everything known about one run: one line of a report's raw data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Which round, from 1.
    pub round: u32,
    #[serde(flatten)]
    /// What the driver measured.
    pub sample: Sample,
    #[serde(flatten)]
    /// What the server counted.
    pub ledger: Ledger,
    #[serde(flatten)]
    /// What the rest of the machine did.
    pub noise: Noise,
    /// What the harness saw of the worker; `None` in older files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<Outside>,
    /// Why this run was rejected; `None` when it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(rename = "refused")]
    pub rejected: Option<String>,
}

impl Run {
    /// The share of its threads' time that the server used, 0 to 1.
    pub fn server_share(&self) -> Option<f64> {
        let given_ns = self.ledger.span_ns as f64 * self.ledger.server_threads as f64;
        let used_ns = self.ledger.server_cpu_ns?;
        (given_ns > 0.0).then(|| used_ns as f64 / given_ns)
    }
}

/// Above this share the server limits the run.
pub const SERVER_BOUND: f64 = 0.80;

/// The machine a report was taken on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The operating system.
    pub os: String,
    /// The instruction set.
    pub arch: String,
    /// The kernel's release.
    pub kernel: String,
    /// The name of the processor.
    pub cpu: String,
    /// Cores that this process may use.
    pub cores: u64,
    /// Memory of the machine.
    pub memory_bytes: Option<u64>,
    /// Whether a hypervisor is present; `None` when unknown.
    pub virtual_machine: Option<bool>,
}
