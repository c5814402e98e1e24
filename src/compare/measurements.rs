//! What a pair measured: the values that are compared, and the raw steps that
//! they were made of.

use serde::{Deserialize, Deserializer, Serialize};

/// What one side of a pair measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurements {
    /// CPU time per page over the timed steps, as the worker says; NaN (`null`)
    /// if not measured.
    #[serde(deserialize_with = "number_or_nan")]
    pub cpu_ns_per_page: f64,
    /// The same as the harness saw it: with reading the job and writing the
    /// answer, and what was used between two steps. Baselines of earlier versions do not
    /// have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_seen_ns_per_page: Option<f64>,
    /// Wall time per step over the timed steps.
    pub wall_ns: f64,
    /// Most memory resident at once in the first step of the fresh process; NaN
    /// (`null`) if not measured.
    #[serde(deserialize_with = "number_or_nan")]
    pub peak_rss_bytes: f64,
    /// That peak without the pages of the program's file that were not written.
    /// Baselines of earlier versions do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_private_bytes: Option<f64>,
    /// Allocator calls per page in a warm step.
    #[serde(deserialize_with = "number_or_nan")]
    pub allocations_per_page: f64,
    /// Requests that the server counted in the first step.
    pub requests: u64,
    /// Connections in the first step.
    pub connections: u64,
    /// Most in flight at once in the first step.
    pub in_flight_peak: u64,
}

/// One pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The side under test.
    pub a: Measurements,
    /// The side it is compared with.
    pub b: Measurements,
    /// The timed steps of both. Baselines of earlier versions do not have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Sides>,
}

impl Pair {
    /// Whether the harness measured both sides itself.
    pub fn is_seen(&self) -> bool {
        [self.a, self.b].iter().all(Measurements::is_seen)
    }

    /// Leaves out what an earlier version did not measure.
    pub(super) fn forget_what_was_seen(&mut self) {
        for side in [&mut self.a, &mut self.b] {
            side.cpu_seen_ns_per_page = None;
            side.peak_private_bytes = None;
        }
    }
}

impl Measurements {
    /// Whether the harness measured it itself.
    pub fn is_seen(&self) -> bool {
        self.cpu_seen_ns_per_page.is_some() && self.peak_private_bytes.is_some()
    }
}

/// The timed steps of both sides of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sides {
    /// Of the side under test.
    pub a: Steps,
    /// Of the side it is compared with.
    pub b: Steps,
}

/// The timed steps of one side, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// CPU time of each, as the worker says; `null` if not measured.
    pub cpu_ns: Vec<Option<u64>>,
    /// CPU time of each, as the harness saw it; `null` if not measured.
    pub cpu_seen_ns: Vec<Option<u64>>,
    /// Wall time of each.
    pub wall_ns: Vec<u64>,
}

impl Steps {
    /// Adds a step.
    pub fn push(&mut self, cpu_ns: Option<u64>, cpu_seen_ns: Option<u64>, wall_ns: u64) {
        self.cpu_ns.push(cpu_ns);
        self.cpu_seen_ns.push(cpu_seen_ns);
        self.wall_ns.push(wall_ns);
    }

    /// The mean CPU time of a page, as the worker says; `None` if any step was
    /// not measured.
    pub fn cpu_ns_per_page(&self, pages: u64) -> Option<f64> {
        per_page(&self.cpu_ns, pages)
    }

    /// The same as the harness saw it.
    pub fn cpu_seen_ns_per_page(&self, pages: u64) -> Option<f64> {
        per_page(&self.cpu_seen_ns, pages)
    }

    /// The mean wall time of a step.
    pub fn mean_wall_ns(&self) -> f64 {
        mean(&self.wall_ns)
    }
}

fn per_page(steps: &[Option<u64>], pages: u64) -> Option<f64> {
    let steps: Option<Vec<u64>> = steps.iter().copied().collect();
    steps.map(|steps| mean(&steps) / pages as f64)
}

/// Of numbers of any size: they may come from a file that was edited.
fn mean(values: &[u64]) -> f64 {
    let sum: u128 = values.iter().map(|&value| u128::from(value)).sum();
    sum as f64 / values.len() as f64
}

/// JSON has no NaN: it is written as `null`.
pub(super) fn number_or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Option::<f64>::deserialize(deserializer).map(|number| number.unwrap_or(f64::NAN))
}
