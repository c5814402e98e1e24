//! What a scrape may take in memory, and how that is shared out.
//!
//! | share | what it is for | over it |
//! |---|---|---|
//! | the program | code, threads, 64 KiB of body and its connection for each page in flight | `--concurrency` is too high: said at the start |
//! | pages | bodies of over 64 KiB | pages wait, or are fetched alone; a body that never fits is "too large" |
//! | reading | parsers and what they read, of pages of over 64 KiB | such pages are read one after another |
//! | queue | records that wait for the store | pages wait |
//! | links | pages that were found, and their links | links are not followed, and counted |

use anyhow::ensure;

use crate::clients::Memory;
use crate::fmt;

/// The program, its threads and its connections.
const PROGRAM_BYTES: u64 = 32_000_000;
/// For each page in flight.
const PLACE_BYTES: u64 = 128 * 1024;
/// The least that is left for pages.
const LEAST_REST_BYTES: u64 = 30_000_000;
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
        ensure!(
            bytes >= least,
            "invalid --max-memory {}: expected at least {} for --concurrency {concurrency}, for example \
             --max-memory {}MB",
            fmt::size(bytes as f64),
            fmt::size(least as f64),
            (least + more).div_ceil(64_000_000) * 64
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
        for (bytes, concurrency) in [(None, 1), (None, 20), (None, 5_000), (Some(70_000_000), 20)] {
            let shares = MemoryShares::of(bytes, concurrency).unwrap();
            let all = bytes.unwrap_or(USUAL_BYTES + 5_000 * PLACE_BYTES);
            assert!(
                (shares.queue_bytes + shares.link_bytes) as u64 <= all / 2,
                "{shares:?}"
            );
            assert!(shares.long_pages >= 1);
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
