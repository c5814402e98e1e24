//! What a scraper owes the server, as a workload asks for it.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// What a scraper owes the server, and itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manners {
    /// Each page is tried at most so often.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles before each further one.
    pub back_off_ns: u64,
    /// At most so many requests a second; 0 is no limit.
    pub rate_per_second: u32,
    /// Draws the jitter of the waits.
    pub seed: u64,
}

impl Default for Manners {
    /// None at all: each page once, as fast as can be.
    fn default() -> Self {
        Self {
            attempts: 1,
            back_off_ns: 0,
            rate_per_second: 0,
            seed: 0,
        }
    }
}

/// No wait between attempts is longer, but for a server that asks for it.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(30);

impl Manners {
    /// Whether nothing is asked for that needs a clock.
    #[must_use]
    pub fn are_plain(&self) -> bool {
        self.attempts <= 1 && self.rate_per_second == 0
    }

    /// How long `page` waits after its `attempt`-th attempt (from 0) has
    /// failed: doubling, of which between a half and all is taken. Without
    /// that jitter all pages that failed together would come back together.
    ///
    /// Source: M. Brooker, "Exponential Backoff and Jitter" (2015), which
    /// calls this one equal jitter.
    #[must_use]
    pub fn back_off(&self, page: u64, attempt: u32) -> Duration {
        let doubled = self.back_off_ns.saturating_mul(1 << attempt.min(30));
        let whole = Duration::from_nanos(doubled).min(LONGEST_BACK_OFF);
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&page.to_le_bytes());
        key[16..20].copy_from_slice(&attempt.to_le_bytes());
        key[24..].copy_from_slice(b"a jitter");
        whole.mul_f64(ChaCha8Rng::from_seed(key).random_range(0.5..=1.0))
    }

    /// The least time from one request to the next.
    #[must_use]
    pub fn spacing(&self) -> Duration {
        match self.rate_per_second {
            0 => Duration::ZERO,
            // Rounded up: the rate is never exceeded.
            rate => Duration::from_nanos(1_000_000_000_u64.div_ceil(u64::from(rate))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_are_between_a_half_and_all_of_that() {
        let manners = Manners {
            attempts: 9,
            back_off_ns: 10_000_000,
            ..Manners::default()
        };
        for page in 0..500 {
            for attempt in 0..6 {
                let whole = Duration::from_millis(10 << attempt);
                let wait = manners.back_off(page, attempt);
                assert!(wait >= whole / 2 && wait <= whole, "{wait:?} of {whole:?}");
            }
            assert!(manners.back_off(page, 60) <= LONGEST_BACK_OFF);
        }
        assert_ne!(manners.back_off(1, 0), manners.back_off(2, 0));
    }
}
