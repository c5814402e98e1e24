//! What is known of a scenario before anybody sails it.

use crate::site::page::Site;
use crate::site::workload::{Predicted, Workload};

/// What is known of a scenario before anybody sails it: the same for every
/// driver, and made from the seed and from the pages' maker, not by reading.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Requests, lost pages and times.
    pub predicted: Predicted,
    /// Pages that nobody finds by following links.
    pub(super) unreached: u64,
    /// What the digests of all pages that can be had add up to.
    pub(super) digest: u64,
}

impl Expectation {
    /// Makes every page of the scenario once: about 30 ms a thousand.
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
            // The index is there at once, so its links cost nobody a wait.
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
