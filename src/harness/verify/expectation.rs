//! What is known of a scenario before any driver runs.

use crate::site::page::Site;
use crate::site::workload::{Predicted, Workload};

/// What is known of a scenario before any driver runs. It is the same for every
/// driver, and computed from the seed and the page generator, not by fetching.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Requests, failing pages and times.
    pub predicted: Predicted,
    /// Pages that following links never finds.
    pub(super) unreached: u64,
    /// The sum of the digests of all pages that can be fetched.
    pub(super) digest: u64,
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
            predicted,
            unreached,
            digest: site.expected_digest(workload.parse, &absent),
        }
    }
}
