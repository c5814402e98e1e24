//! What a report is made of. The names are the names in the saved form, which
//! `docs/FORMAT.md` describes field by field; units are in the names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::measure::flag::Flag;
use crate::measure::sample::{Heap, Machine, Run};
use crate::site::workload::{Bound, Workload};
use crate::stats::Estimate;

/// The version of the saved form, described in `docs/FORMAT.md`.
pub const SCHEMA: &str = "regatta.report/1";

/// How a driver's row came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Every run was verified.
    Ok,
    /// It ran, but what it says does not hold; `reason` says why.
    #[serde(rename = "refused")]
    Rejected,
    /// It crashed, hung or spoke nonsense; `reason` says how.
    Failed,
    /// It cannot run on this machine; `reason` says what is missing.
    Unavailable,
}

/// What the samples of one driver come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Runs that this is made of.
    pub rounds: u32,
    /// From letting the driver loose until all its workers have stopped.
    pub wall_ns: Estimate,
    /// Median wall over the ideal of the workload; `None` when the ideal is
    /// zero (a server that answers at once).
    pub times_ideal: Option<f64>,
    /// Fetched pages over the median wall time.
    pub pages_per_second: f64,
    /// User and system CPU time of the worker, over the pages it visited.
    pub cpu_ns_per_page: Option<Estimate>,
    /// Most memory resident at once.
    pub peak_rss_bytes: Option<Estimate>,
    /// Peak over what the idle worker held.
    pub rss_growth_bytes: Option<Estimate>,
    /// Most threads alive at once in any run.
    pub threads_peak: Option<u64>,
    /// Most connections that the server accepted in any run.
    pub connections_peak: u64,
    /// Starting the driver, apart from the scrape.
    pub start_ns: Estimate,
    /// The page latency that half of the pages of a run stayed below.
    pub page_p50_ns: Estimate,
    /// The page latency that 99 of 100 pages of a run stayed below.
    pub page_p99_ns: Estimate,
    /// Share of the cores it was given that the server used, 0 to 1: median.
    pub server_share: Option<f64>,
    /// Place by wall time, from 1; tied drivers share a place. 0 is none, for
    /// a trap.
    pub rank: u32,
    /// Whether another driver shares that place.
    pub tied: bool,
}

/// One driver's row and the runs behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriverReport {
    /// `model/client`.
    pub name: String,
    /// How it waits for many things at once.
    pub model: String,
    /// What speaks HTTP for it.
    pub client: String,
    /// How the row came out.
    pub status: Status,
    /// Why it is not ok, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What a reader should know about a row that stands; of a trap, first of
    /// all what is wrong with it.
    pub flags: Vec<Flag>,
    /// Every run, in the order of the rounds.
    pub samples: Vec<Run>,
    /// What a run with the counting allocator adds, when one was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heap: Option<Heap>,
    /// What the runs come to; only for a driver that is ok.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
}

/// One experiment, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// When it was begun, RFC 3339, UTC.
    pub taken_at: String,
    /// Whether it was cut short; what was measured by then is all here.
    pub partial: bool,
    /// What was scraped.
    pub workload: Workload,
    /// The wall time that no driver can tick; 0 when there is none.
    pub ideal_wall_ns: u64,
    /// What makes it that long.
    #[serde(default, skip_serializing_if = "Bound::is_delays")]
    pub ideal_bound: Bound,
    /// What the page delays and the order of the runs were drawn from.
    pub seed: u64,
    /// Rounds that were asked for; a summary says how many it is made of.
    pub rounds: u32,
    /// Threads that served pages.
    pub server_threads: u64,
    /// Threads each async runtime or executor was given.
    pub runtime_threads: u64,
    /// The machine.
    pub host: Machine,
    /// Crate versions that were measured, and the compiler's.
    pub versions: BTreeMap<String, String>,
    /// One row each, in the order they were named.
    pub drivers: Vec<DriverReport>,
}
