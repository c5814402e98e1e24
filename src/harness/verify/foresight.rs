//! What is known of a course before anybody sails it.

use crate::site::page::Site;
use crate::site::workload::{Foreseen, Workload};

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
        let mut unreached = 0;
        if let Some(depth) = workload.depth {
            let found = site.reached(depth, &foreseen.lost);
            absent.extend((0..site.pages).filter(|page| !found.contains_key(page)));
            absent.sort_unstable();
            absent.dedup();
            unreached = site.pages - found.len() as u64;
            // The index is there at once, so its links cost nobody a wait.
            let followed = found.into_iter().map(|(page, links)| (page, links - 1));
            foreseen = workload.foreseen_of(seed, followed);
        }
        Self {
            foreseen,
            unreached,
            digest: site.expected_digest(workload.parse, &absent),
        }
    }
}
