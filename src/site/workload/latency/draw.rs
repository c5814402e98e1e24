//! The delay of one page: drawn from (seed, page, attempt) alone.
//!
//! Each page gets a generator of its own, so pages can be drawn in any order.
//! `ChaCha8` is specified bit for bit, and `rand_distr` is built here without
//! `std_math`, so that logarithms come from the same code on every platform.
//! Drawn delays are rounded to whole microseconds; a test pins some of them,
//! because a silent change would make every saved baseline a lie.

use std::time::Duration;

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};

use super::{Entry, LONGEST_DELAY, Latency, Shape};

impl Latency {
    /// How long the server waits before it answers the `attempt`-th request
    /// (from 0) for `page`. Depends on nothing but the arguments.
    #[must_use]
    pub fn delay(&self, seed: u64, page: u64, attempt: u32) -> Duration {
        match &self.0 {
            Shape::Fixed(delay) => *delay,
            Shape::Uniform { low, high } => {
                let micros = micros(*low)..=micros(*high);
                Duration::from_micros(generator(seed, page, attempt).random_range(micros))
            }
            Shape::LogNormal { median, sigma } => {
                lognormal(*median, *sigma, &mut generator(seed, page, attempt))
            }
            Shape::Weighted(entries) => {
                let weight_sum = weight_sum(entries);
                let block = block(entries, seed, page / weight_sum, attempt);
                block[index(page % weight_sum)]
            }
        }
    }

    /// The delays of the first attempts at pages 0 to `pages - 1`. The same
    /// as [`delay`](Self::delay) for each, but a weighted list shuffles each
    /// of its blocks once instead of once a page.
    #[must_use]
    pub fn delays(&self, seed: u64, pages: u64) -> Vec<Duration> {
        let count = index(pages);
        if let Shape::Weighted(entries) = &self.0 {
            let blocks = 0..pages.div_ceil(weight_sum(entries));
            return blocks
                .flat_map(|n| block(entries, seed, n, 0))
                .take(count)
                .collect();
        }
        (0..pages).map(|page| self.delay(seed, page, 0)).collect()
    }
}

/// Blocks and scenarios are lists in memory, so their places are `usize`.
fn index(place: u64) -> usize {
    usize::try_from(place).expect("a place in a list")
}

fn micros(delay: Duration) -> u64 {
    u64::try_from(delay.as_micros()).expect("a delay is at most a minute")
}

fn lognormal(median: Duration, sigma: f64, generator: &mut ChaCha8Rng) -> Duration {
    // The distribution is drawn around 1 and scaled by the median, so that a
    // median of zero needs no logarithm.
    let around_one = LogNormal::new(0.0, sigma).expect("sigma was checked when it was read");
    let micros = (median.as_secs_f64() * 1e6 * around_one.sample(generator)).round();
    Duration::from_secs_f64((micros / 1e6).min(LONGEST_DELAY.as_secs_f64()))
}

fn weight_sum(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| entry.weight).sum()
}

/// One block of consecutive pages: every entry exactly its weight times.
fn block(entries: &[Entry], seed: u64, number: u64, attempt: u32) -> Vec<Duration> {
    let mut delays: Vec<Duration> = entries
        .iter()
        .flat_map(|entry| (0..entry.weight).map(|_| entry.delay))
        .collect();
    delays.shuffle(&mut generator(seed, number, attempt));
    delays
}

/// A generator that belongs to one (seed, page, attempt): the three are its
/// key, so no two of them share a stream and none needs mixing.
fn generator(seed: u64, page: u64, attempt: u32) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&page.to_le_bytes());
    key[16..20].copy_from_slice(&attempt.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}
