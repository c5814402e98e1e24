//! Noise to simulate with, for the tests, and the rates seen in it.
//!
//! Seeds are fixed; a limit is missed only where an exact bound on the rate
//! says so, never by chance.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Cauchy, Distribution, LogNormal, Normal, StandardNormal};

use super::proportion_upper_bound;

/// Noise with a median of zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum SimulatedNoise {
    Gaussian(f64),
    /// The tail of wall times.
    Skewed,
    /// What two wall times with such a tail differ by.
    SkewedPairs,
    /// Without even a mean.
    Cauchy,
    /// Autoregressive: this share of each value is left in the next.
    Bursty(f64),
}

impl SimulatedNoise {
    /// `n` values of it.
    pub(super) fn draw(self, n: usize, random: &mut ChaCha8Rng) -> Vec<f64> {
        match self {
            Self::Gaussian(spread) => from(Normal::new(0.0, spread).unwrap(), n, random),
            Self::Cauchy => from(Cauchy::new(0.0, 0.02).unwrap(), n, random),
            Self::Skewed => from(LogNormal::new(0.0, 0.5).unwrap(), n, random)
                .iter()
                .map(|value| (value - 1.0) * 0.08)
                .collect(),
            Self::SkewedPairs => {
                let (a, b) = (Self::Skewed.draw(n, random), Self::Skewed.draw(n, random));
                a.iter().zip(b).map(|(a, b)| a - b).collect()
            }
            Self::Bursty(left) => bursty(left, n, random),
        }
    }
}

fn from(noise: impl Distribution<f64>, n: usize, random: &mut ChaCha8Rng) -> Vec<f64> {
    noise.sample_iter(random).take(n).collect()
}

/// Spread 4 %, whatever is left from value to value.
fn bursty(left: f64, n: usize, random: &mut ChaCha8Rng) -> Vec<f64> {
    let mut value: f64 = StandardNormal.sample(random);
    let step = |fresh: f64| {
        value = left * value + (1.0 - left * left).sqrt() * fresh;
        0.04 * value
    };
    from(StandardNormal, n, random)
        .into_iter()
        .map(step)
        .collect()
}

/// How many of `trials` say yes, as (k, n).
pub(super) fn count(
    trials: usize,
    seed: u64,
    mut yes: impl FnMut(&mut ChaCha8Rng) -> bool,
) -> (usize, usize) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let k = (0..trials).filter(|_| yes(&mut random)).count();
    (k, trials)
}

/// Prints a rate with its 95 % bound; `cargo test --lib simulation -- --nocapture`.
pub(super) fn say(what: &str, (k, n): (usize, usize)) {
    let at_most = 100.0 * proportion_upper_bound(k, n, 0.95);
    println!("{what}: {k} of {n}, at most {at_most:.2} % (95 %)");
}

/// `values`, each more by `shift`.
pub(super) fn moved(values: &[f64], shift: f64) -> Vec<f64> {
    values.iter().map(|value| value + shift).collect()
}
