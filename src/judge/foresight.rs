//! What is known of a course before anybody sails it.

use crate::page::Site;
use crate::workload::{Foreseen, Workload};

/// What is known of a course before anybody sails it: the same for every
/// driver, and made from the seed and from the pages' maker, not by reading.
#[derive(Debug, Clone)]
pub struct Foresight {
    /// Requests, lost pages and times.
    pub foreseen: Foreseen,
    /// Pages that nobody finds by following links.
    pub(super) unreached: u64,
    /// What the digests of all pages that can be had add up to.
    pub(super) digest: u64,
}

impl Foresight {
    /// Makes every page of the course once: about 30 ms a thousand.
    pub fn of(workload: &Workload, seed: u64) -> Self {
        let site = Site::new(workload.pages);
        let mut foreseen = workload.foreseen(seed);
        let mut absent = foreseen.lost.clone();
        let mut unreached = Vec::new();
        if let Some(depth) = workload.depth {
            let links;
            (unreached, links) = site.unreached(depth, &foreseen.lost);
            foreseen = workload.foreseen_without(seed, &unreached);
            foreseen.chained(links);
            absent.extend(&unreached);
            absent.sort_unstable();
            absent.dedup();
        }
        Self {
            foreseen,
            unreached: unreached.len() as u64,
            digest: site.expected_digest(workload.parse, &absent),
        }
    }
}
