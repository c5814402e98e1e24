//! The moving-block bootstrap: a cross-check of the interval of a median.
//!
//! The exact interval assumes independent values. Bursts (a neighbour that
//! wakes for a second) make neighbours alike, and then it is too narrow. Here
//! the median is taken again and again of samples put together from *runs of
//! neighbours*, which keep the likeness within a block. Where this interval is
//! much wider than the exact one, the values are not independent and the exact
//! one should be doubted. It is a cross-check and no verdict hangs on it: it is
//! right only for long series, and a percentile of resamples is not exact.
//! Source: H. R. Künsch, "The jackknife and the bootstrap for general stationary
//! observations", Annals of Statistics 17 (1989), 1217-1241.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::median::sorted;
use super::{Estimate, median};

/// How to draw the blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocks {
    /// Neighbouring values in a block; 1 is the ordinary bootstrap.
    pub length: usize,
    /// How many samples to put together; 1,000 or more for a report.
    pub resamples: usize,
    /// The seed: the same one gives the same interval forever.
    pub seed: u64,
}

impl Blocks {
    /// Blocks of the cube root of `values` neighbours, rounded up, and 2,000
    /// resamples.
    ///
    /// Source of the exponent: P. Hall, J. L. Horowitz and B.-Y. Jing, "On
    /// blocking rules for the bootstrap with dependent data", Biometrika 82
    /// (1995), 561-574.
    #[must_use]
    pub fn for_values(values: usize, seed: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let length = (values as f64).cbrt().ceil() as usize;
        Self {
            length: length.max(1),
            resamples: 2_000,
            seed,
        }
    }
}

/// The median of `values`, which are in the order of their measurement, with
/// the percentile interval of its resamples, in their unit. `None` when there
/// are fewer values than a block is long, or nothing is drawn.
#[must_use]
pub fn block_bootstrap(values: &[f64], blocks: &Blocks, confidence: f64) -> Option<Estimate> {
    if blocks.length == 0 || values.len() < blocks.length {
        return None;
    }
    let mut random = ChaCha8Rng::seed_from_u64(blocks.seed);
    let medians: Vec<f64> = (0..blocks.resamples)
        .filter_map(|_| median(&resample(values, blocks.length, &mut random)))
        .collect();
    let (low, high) = percentiles(&sorted(&medians), confidence)?;
    let interval = (low, high, confidence);
    Some(Estimate::from_parts(median(values)?, Some(interval)))
}

/// As many values as there are, from blocks that start anywhere.
fn resample(values: &[f64], length: usize, random: &mut ChaCha8Rng) -> Vec<f64> {
    let mut sample = Vec::with_capacity(values.len() + length);
    while sample.len() < values.len() {
        let start = random.random_range(0..=values.len() - length);
        sample.extend_from_slice(&values[start..start + length]);
    }
    sample.truncate(values.len());
    sample
}

/// What is left when as many are cut off at each end as `confidence` allows.
fn percentiles(sorted: &[f64], confidence: f64) -> Option<(f64, f64)> {
    let share = ((1.0 - confidence) / 2.0).clamp(0.0, 0.5);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let cut = (share * sorted.len() as f64).floor() as usize;
    let last = sorted.len().checked_sub(1)?;
    Some((sorted[cut.min(last)], sorted[last.saturating_sub(cut)]))
}

#[cfg(test)]
#[path = "bootstrap_tests.rs"]
mod tests;
