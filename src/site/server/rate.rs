//! How many requests a second each client address may make.
//!
//! A token bucket for each address, kept as the one moment at which it will
//! be full again (the generic cell rate algorithm, ITU-T I.371). The crate
//! `governor` does the same, but owns the clock, and brings a timer and hash
//! tables of its own for what is one comparison here.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// A bucket holds what comes in during a tenth of a second,
const BURSTS_A_SECOND: u64 = 10;
/// and never less than this: with one token only, a client that keeps exactly
/// to the rate would be refused for every microsecond that it is early.
const LEAST_BURST: u64 = 2;

/// Lets a number of requests a second through for each address, whichever thread
/// they come in on.
#[derive(Debug)]
pub(super) struct RateLimit {
    /// The time in which one token comes in.
    token_ns: u64,
    /// The time in which an empty bucket fills.
    fill_ns: u64,
    /// When the bucket of each address will be full, in nanoseconds.
    buckets: Mutex<HashMap<IpAddr, u64>>,
}

impl RateLimit {
    /// `rate` is 1 or more.
    pub(super) fn new(rate: u32) -> Self {
        let rate = u64::from(rate);
        // Rounded up: the rate is never exceeded.
        let token_ns = 1_000_000_000_u64.div_ceil(rate);
        Self {
            token_ns,
            fill_ns: token_ns * (rate / BURSTS_A_SECOND).max(LEAST_BURST),
            buckets: Mutex::default(),
        }
    }

    /// Whether `client` may make a request at `now_ns`; if so it has made one.
    pub(super) fn allows(&self, client: IpAddr, now_ns: u64) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at_ns = buckets.entry(client).or_default();
        let then_full_at_ns = now_ns.max(*full_at_ns) + self.token_ns;
        let allowed = then_full_at_ns <= now_ns + self.fill_ns;
        if allowed {
            *full_at_ns = then_full_at_ns;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const SECOND_NS: u64 = 1_000_000_000;

    /// When requests were allowed, of those that came at `times_ns`.
    fn allowed(rate: u32, times_ns: impl Iterator<Item = u64>) -> Vec<u64> {
        let limit = RateLimit::new(rate);
        times_ns.filter(|&ns| limit.allows(CLIENT, ns)).collect()
    }

    #[test]
    fn a_burst_is_a_tenth_of_a_second_and_two_at_least() {
        for (rate, burst) in [(1, 2), (20, 2), (100, 10), (5_000, 500)] {
            let at_once = allowed(rate, std::iter::repeat_n(7, 1_000));
            assert_eq!(at_once.len(), burst, "{rate} a second");
        }
    }

    #[test]
    fn a_client_that_keeps_the_rate_is_never_rejected_for_being_a_little_early() {
        let times_ns: Vec<u64> = (0..1_000)
            .map(|n| n * SECOND_NS / 2 + n % 2 * 1_000_000)
            .collect();
        assert_eq!(allowed(2, times_ns.iter().copied()), times_ns);
    }

    #[test]
    fn no_window_holds_more_than_the_rate_and_a_burst() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut now_ns = 0;
        let times_ns = (0..5_000).map(|_| {
            now_ns += random.random_range(0..4_000_000);
            now_ns
        });
        let allowed = allowed(100, times_ns);
        for first in 0..allowed.len() {
            for last in first..allowed.len() {
                let tokens = (allowed[last] - allowed[first]) / (SECOND_NS / 100) + 10;
                assert!((last - first + 1) as u64 <= tokens, "{first} to {last}");
            }
        }
        // Nor much less: of 500 a second a hundred were let through.
        assert!(allowed.len() as u64 >= allowed[allowed.len() - 1] * 99 / SECOND_NS);
    }

    #[test]
    fn each_address_has_a_bucket_of_its_own() {
        let limit = RateLimit::new(1);
        let all = |client: IpAddr| (0..5).filter(|_| limit.allows(client, 0)).count();
        assert_eq!(
            (all(CLIENT), all(Ipv4Addr::new(127, 0, 0, 2).into())),
            (2, 2)
        );
    }
}
