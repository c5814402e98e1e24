//! What a scrape may take in memory, and how that is shared out.
//!
//! | share | what it is for | over it |
//! |---|---|---|
//! | 32 MB | the program: code, threads | `--max-memory` is too low: an error at the start |
//! | 128 KiB for each page in flight | 64 KiB of body, and its connection | the same, or `--concurrency` is too high |
//! | 20 % of the rest | bodies of over 64 KiB | pages wait, or are fetched alone; a body that never fits is "too large" |
//! | 15 % of the rest, and at least one page | parsers and what they read, of pages of over 64 KiB | such pages are read one after another |
//! | 15 % of the rest | records that wait for the store | pages wait |
//! | 30 % of the rest | pages that were found, and their links | links are not followed, and counted |
//! | 20 % of the rest | what the allocator keeps of freed memory | |

use anyhow::ensure;

use crate::clients::Memory;
use crate::fmt;

/// The program, its threads and its connections.
const PROGRAM_BYTES: u64 = 32_000_000;
/// For each page in flight.
const PLACE_BYTES: u64 = 128 * 1024;
/// The least that is left for pages: one long page is read at a time whatever
/// its share is, and with less than this all shares together are over the rest.
const LEAST_REST_BYTES: u64 = 43_000_000;
/// What 20 pages in flight need, whatever they are.
const USUAL_BYTES: u64 = 256_000_000;
const USUAL_IN_FLIGHT: u64 = 20;
/// What it takes to read a long page: 4 MiB for the parser, twice that for
/// 50,000 links and the texts, and what is made of them.
const READING_BYTES: usize = 14 * 1024 * 1024;

/// What each part of a scrape may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryShares {
    /// For long bodies.
    pub pages: Memory,
    /// So many long pages are read at a time.
    pub long_pages: usize,
    /// For records that wait for the store, in bytes.
    pub queue_bytes: usize,
    /// For pages that were found, in bytes.
    pub link_bytes: usize,
}

impl MemoryShares {
    /// Shares `bytes` out, or the default.
    ///
    /// # Errors
    /// When so many pages in flight need more.
    pub fn of(bytes: Option<u64>, concurrency: usize) -> anyhow::Result<Self> {
        let places = concurrency as u64;
        let more = places.saturating_sub(USUAL_IN_FLIGHT) * PLACE_BYTES;
        let bytes = bytes.unwrap_or(USUAL_BYTES + more);
        let least = PROGRAM_BYTES + places * PLACE_BYTES + LEAST_REST_BYTES;
        // To whole megabytes, or what the error names could be too little again.
        let enough = least.next_multiple_of(1_000_000);
        ensure!(
            bytes >= least,
            "invalid --max-memory {}: expected at least {} for --concurrency {concurrency}, for example \
             --max-memory {}MB",
            fmt::size(bytes as f64),
            fmt::size(enough as f64),
            least.div_ceil(64_000_000) * 64
        );
        let rest = bytes - PROGRAM_BYTES - places * PLACE_BYTES;
        let percent = |share: u64| usize::try_from(rest / 100 * share).unwrap_or(usize::MAX);
        Ok(Self {
            pages: Memory::of(percent(20)),
            long_pages: (percent(15) / READING_BYTES).max(1),
            queue_bytes: percent(15),
            link_bytes: percent(30),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_within_what_is_given() {
        let usual = USUAL_BYTES;
        for (bytes, concurrency) in [(None, 1), (None, 20), (None, 5_000), (Some(78_000_000), 20)] {
            let shares = MemoryShares::of(bytes, concurrency).unwrap();
            let places = concurrency as u64 * PLACE_BYTES;
            let more = places.saturating_sub(USUAL_IN_FLIGHT * PLACE_BYTES);
            let rest = bytes.unwrap_or(usual + more) - PROGRAM_BYTES - places;
            let reading = shares.long_pages * READING_BYTES;
            let sum = rest / 5 + (reading + shares.queue_bytes + shares.link_bytes) as u64;
            assert_eq!(
                shares.pages,
                Memory::of(usize::try_from(rest / 100 * 20).unwrap())
            );
            assert!(sum <= rest, "{sum} of {rest} bytes: {shares:?}");
        }
    }

    #[test]
    fn too_little_is_an_error_that_says_how_much_is_enough() {
        let error = MemoryShares::of(Some(64_000_000), 5_000)
            .unwrap_err()
            .to_string();
        let enough: u64 = error
            .rsplit(' ')
            .next()
            .unwrap()
            .trim_end_matches("MB")
            .parse()
            .unwrap();
        assert!(
            MemoryShares::of(Some(enough * 1_000_000), 5_000).is_ok(),
            "{error}"
        );
    }
}
