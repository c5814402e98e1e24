//! What is known of a scenario before any driver runs.

use std::sync::Arc;

use crate::site::page::{ReadingSums, Site};
use crate::site::server::Scenario;
use crate::site::workload::{DelaySums, Predicted, Workload};

/// What is known of a scenario before any driver runs. It is the same for every
/// driver, and computed from the seed and the page generator, not by fetching.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Requests, failing pages and times.
    pub predicted: Predicted,
    /// Pages that following links never finds.
    pub(super) unreached: u64,
    /// What reading all pages that can be fetched adds up to.
    pub(super) sums: ReadingSums,
    /// How long the server has requests wait.
    pub(super) delays: Arc<DelaySums>,
    /// What the server says of the scenario.
    pub(super) scenario_fingerprint: String,
}

impl Expectation {
    /// Generates every page of the scenario once: about 30 ms per thousand.
    pub fn of(workload: &Workload, seed: u64) -> Self {
        let site = Site::new(workload.pages);
        let mut predicted = workload.predicted(seed);
        let mut absent = predicted.lost.clone();
        let mut unreached = 0;
        if let Some(depth) = workload.depth {
            let found = site.reached(depth, &predicted.lost);
            absent.extend((0..site.pages).filter(|page| !found.contains_key(page)));
            absent.sort_unstable();
            absent.dedup();
            unreached = site.pages - found.len() as u64;
            // The index answers at once, so its links cost no waiting.
            let followed = found.into_iter().map(|(page, links)| (page, links - 1));
            predicted = workload.predicted_of(seed, followed);
        }
        Self {
            delays: Arc::new(predicted.delays.clone()),
            predicted,
            unreached,
            sums: site.expected_sums(workload.parse, &absent),
            scenario_fingerprint: Scenario::of(workload, seed).fingerprint(),
        }
    }
}
