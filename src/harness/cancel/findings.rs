//! What was measured, as it is saved.

use serde::{Deserialize, Serialize};

use super::ending::Ending;
use crate::drivers::Driver;
use crate::measure::sample::Machine;
use crate::stats::median;

/// The version of the saved form.
pub(super) const SCHEMA: &str = "regatta-cancel/1";

/// Everything that was measured, and the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelReport {
    /// `regatta-cancel/1`.
    pub schema: String,
    /// When, RFC 3339, UTC.
    pub taken_at: String,
    /// Whether it was cut short: rows are missing.
    pub partial: bool,
    /// The machine.
    pub host: Machine,
    /// The number of requests in flight at the end.
    pub concurrency: u64,
    /// Runs of each way to end.
    pub rounds: u32,
    /// Determined which requests stalled.
    pub seed: u64,
    /// The time from the beginning to the request to end, to the deadline, or
    /// to the answer that ended it.
    pub ask_after_ns: u64,
    /// The delay of the answers that a drain waits for.
    pub answer_after_ns: u64,
    /// The timeout of a request.
    pub timeout_ns: u64,
    /// One row per driver.
    pub rows: Vec<CancelRow>,
}

/// One driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelRow {
    /// Its name, `model/client`.
    pub driver: String,
    /// How it gives up what is in flight.
    #[serde(rename = "lets_go")]
    pub cancel_mode: String,
    /// Why the row has no numbers; `None` if it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(rename = "refused")]
    pub rejected: Option<String>,
    /// Every run, each verified against the ledger.
    pub runs: Vec<CancelRun>,
}

/// One scrape that ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelRun {
    /// Which round, from 1.
    pub round: u32,
    /// How it ended.
    pub ending: Ending,
    /// How long that took, from the moment that it should have ended.
    pub took_ns: u64,
    /// Pages fetched.
    pub pages: u64,
    /// Pages requested but not fetched.
    pub lost: u64,
    /// Requests abandoned, as the server saw it.
    pub abandoned: u64,
}

impl CancelRow {
    pub(super) fn of(driver: &Driver, runs: Vec<CancelRun>) -> Self {
        Self {
            driver: driver.name.clone(),
            cancel_mode: driver.model.cancel_mode.words().to_owned(),
            rejected: None,
            runs,
        }
    }

    pub(super) fn rejected(driver: &Driver, reason: String) -> Self {
        Self {
            rejected: Some(reason),
            ..Self::of(driver, Vec::new())
        }
    }

    /// The median of how long an ending took, in nanoseconds.
    pub(super) fn took_ns(&self, ending: Ending) -> Option<f64> {
        let runs = self.runs.iter().filter(|run| run.ending == ending);
        let took_ns: Vec<f64> = runs.map(|run| run.took_ns as f64).collect();
        median(&took_ns)
    }

    /// A count over all endings of one round; it is the same in each. What was
    /// read from a file may count to the end of all numbers.
    pub(super) fn sum(&self, count: impl Fn(&CancelRun) -> u64) -> u64 {
        self.runs
            .iter()
            .filter(|run| run.round == 1)
            .map(count)
            .fold(0, u64::saturating_add)
    }
}

impl CancelReport {
    /// Whether some row has no numbers.
    pub fn any_rejected(&self) -> bool {
        self.rows.iter().any(|row| row.rejected.is_some())
    }
}
