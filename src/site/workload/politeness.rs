//! What a scraper owes the server, as a workload asks for it.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// What a scraper owes the server, and itself. Whatever is 0 or left out is
/// not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Politeness {
    /// Each page is tried at most so often.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles before each further one.
    pub back_off_ns: u64,
    /// At most this many requests a second to each host.
    pub rate_per_second: u32,
    /// Draws the jitter of the waits.
    pub seed: u64,
    /// A request is given up after this time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub timeout_ns: u64,
    /// After this time nothing more starts, and requests in flight are given up.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub deadline_ns: u64,
    /// At most this many retries over all pages: when a server is down,
    /// `attempts` alone would multiply the load on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// At most this many requests in flight to each host.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub per_host: u64,
    /// The first page that is lost for good ends the scrape, and what is in
    /// flight is given up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fail_fast: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Default for Politeness {
    fn default() -> Self {
        Self::NONE
    }
}

/// No wait between attempts is longer, but for a server that asks for it.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(30);

impl Politeness {
    /// None at all: each page once, as fast as can be.
    pub const NONE: Self = Self {
        attempts: 1,
        back_off_ns: 0,
        rate_per_second: 0,
        seed: 0,
        timeout_ns: 0,
        deadline_ns: 0,
        retries: None,
        per_host: 0,
        fail_fast: false,
    };

    /// Whether nothing is asked for that needs a clock, or a memory of what
    /// became of each page.
    #[must_use]
    pub fn are_plain(&self) -> bool {
        let plain = Self {
            back_off_ns: self.back_off_ns,
            seed: self.seed,
            retries: self.retries,
            ..Self::default()
        };
        *self == plain
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

    /// How long a request may take.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        (self.timeout_ns > 0).then(|| Duration::from_nanos(self.timeout_ns))
    }

    /// Time limit of the whole scrape.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        (self.deadline_ns > 0).then(|| Duration::from_nanos(self.deadline_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_are_between_a_half_and_all_of_that() {
        let politeness = Politeness {
            attempts: 9,
            back_off_ns: 10_000_000,
            ..Politeness::default()
        };
        for page in 0..500 {
            for attempt in 0..6 {
                let whole = Duration::from_millis(10 << attempt);
                let wait = politeness.back_off(page, attempt);
                assert!(wait >= whole / 2 && wait <= whole, "{wait:?} of {whole:?}");
            }
            assert!(politeness.back_off(page, 60) <= LONGEST_BACK_OFF);
        }
        assert_ne!(politeness.back_off(1, 0), politeness.back_off(2, 0));
    }

    #[test]
    fn what_asks_for_nothing_is_plain() {
        let none = Politeness::default();
        assert!(none.are_plain());
        let asks = [
            Politeness {
                attempts: 2,
                ..none
            },
            Politeness {
                rate_per_second: 1,
                ..none
            },
            Politeness {
                timeout_ns: 1,
                ..none
            },
            Politeness {
                deadline_ns: 1,
                ..none
            },
            Politeness {
                per_host: 1,
                ..none
            },
            Politeness {
                fail_fast: true,
                ..none
            },
        ];
        assert!(asks.iter().all(|politeness| !politeness.are_plain()));
    }
}
