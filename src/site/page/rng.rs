//! Draws that come out the same for ever, on every machine.
//!
//! `ChaCha8` is fixed by its specification, but the ways in which `rand` turns
//! a number into a seed, or bits into a range, may change with its version.
//! A page's bytes may not, so those two steps are written out here.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A source of draws that depends on one number.
pub(super) struct PageRng(ChaCha8Rng);

impl PageRng {
    /// The generator for page `number`: the number is the seed, and nothing else is.
    pub(super) fn of_page(number: u64) -> Self {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        Self(ChaCha8Rng::from_seed(seed))
    }

    /// A number below `end`; 0 when `end` is 0.
    ///
    /// By multiplication: its bias is below `end` in 2^64, and it needs no loop.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        let product = u128::from(self.0.next_u64()) * u128::from(end);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// One of `items`.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let index = self.below(items.len() as u64);
        &items[usize::try_from(index).unwrap_or(0)]
    }
}
