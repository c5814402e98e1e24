//! The report: everything one experiment measured, and the ways to show it.
//!
//! A report is data first. Every format is a pure function of it, so a saved
//! report renders again byte for byte the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::sample::{Heap, Run};
use crate::workload::Workload;

/// The version of the saved form, described in `docs/FORMAT.md`.
pub const SCHEMA: &str = "regatta.report/1";

/// How a driver's row came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Every run was verified.
    Ok,
    /// It ran, but what it says does not hold; `reason` says why.
    Refused,
    /// It crashed, hung or spoke nonsense; `reason` says how.
    Failed,
    /// It cannot run on this machine; `reason` says what is missing.
    Unavailable,
}

/// A median with the interval that holds the true one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub median: f64,
    pub low: f64,
    pub high: f64,
    /// The chance that the interval holds the true median, 0.95 or a little
    /// more; 0 when there were too few runs for an interval (then low and
    /// high are the extremes seen).
    pub confidence: f64,
}

/// What the samples of one driver come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub rounds: u32,
    pub wall_ns: Estimate,
    /// Median wall over the ideal of the workload.
    pub times_ideal: f64,
    pub pages_per_second: f64,
    pub cpu_ns_per_page: Option<Estimate>,
    pub peak_rss_bytes: Option<Estimate>,
    /// Peak over what the idle worker held.
    pub rss_growth_bytes: Option<Estimate>,
    pub threads_peak: Option<u64>,
    pub connections_peak: u64,
    pub start_ns: Estimate,
    pub page_p50_ns: Estimate,
    pub page_p99_ns: Estimate,
    /// Share of the cores it was given that the server used, 0 to 1.
    pub server_share: Option<f64>,
    /// Place by wall time, from 1; tied drivers share a place.
    pub rank: u32,
    /// Whether another driver shares that place.
    pub tied: bool,
}

/// One driver's row and the runs behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriverReport {
    pub name: String,
    pub model: String,
    pub client: String,
    pub status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What a reader should know about a row that stands: server-bound,
    /// server-late, noisy, fewer rounds, surplus connections.
    pub flags: Vec<String>,
    pub samples: Vec<Run>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heap: Option<Heap>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
}

/// The machine a report was taken on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Host {
    pub os: String,
    pub arch: String,
    pub kernel: String,
    pub cpu: String,
    pub cores: u64,
    pub memory_bytes: Option<u64>,
    /// Whether a hypervisor is present; `None` when that cannot be told.
    pub virtual_machine: Option<bool>,
}

/// One experiment, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub schema: String,
    /// When it was begun, RFC 3339, UTC.
    pub taken_at: String,
    /// Whether it was cut short; what was measured by then is all here.
    pub partial: bool,
    pub workload: Workload,
    pub ideal_wall_ns: u64,
    /// What the page delays and the order of the runs were drawn from.
    pub seed: u64,
    pub rounds: u32,
    pub server_threads: u64,
    /// Threads each async runtime or executor was given.
    pub runtime_threads: u64,
    pub host: Host,
    /// Crate versions that were measured, and the compiler's.
    pub versions: BTreeMap<String, String>,
    pub drivers: Vec<DriverReport>,
}
