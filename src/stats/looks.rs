//! Looking early without fooling oneself.
//!
//! Who tests after every pair and stops at the first "significant" rejects
//! true hypotheses far more often than alpha says. So the looks are planned,
//! and each has its share of alpha: the same for each, alpha / looks
//! (Bonferroni). By the union bound the chance of a false rejection at any
//! look is at most alpha, for every dependence between the looks and every
//! test. Spending after O'Brien and Fleming (or others) would leave the
//! last look nearly all of alpha, but their bounds hold for sums that grow like
//! a Brownian motion, which some dozens of ranks are only roughly.
//! Source: P. Armitage, C. K. `McPherson` and B. C. Rowe, "Repeated significance
//! tests on accumulating data", Journal of the Royal Statistical Society A 132
//! (1969), 235-244; C. Jennison and B. W. Turnbull, "Group Sequential Methods
//! with Applications to Clinical Trials" (2000), chapter 7.

use thiserror::Error;

/// After how many pairs the data are looked at, and the alpha of each look.
#[derive(Debug, Clone, PartialEq)]
pub struct Looks {
    pairs: Vec<usize>,
    alpha: f64,
}

/// Why a plan of looks is none.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum LooksError {
    /// There is no look.
    #[error("a plan needs at least one look: give a number of pairs, such as 64")]
    Empty,
    /// The looks do not grow from 1 or more.
    #[error("looks must grow, {0} does not: give numbers of pairs such as 8,16,32,64")]
    NotGrowing(usize),
    /// Alpha is no chance.
    #[error("alpha must lie between 0 and 1, {0} does not: the usual one is 0.05")]
    Alpha(f64),
}

impl Looks {
    /// Looks after these numbers of pairs, growing, at `alpha` in all.
    ///
    /// ```
    /// let looks = regatta::stats::Looks::new(&[8, 16, 32, 64], 0.05)?;
    /// assert_eq!(looks.alpha_at(16), Some(0.0125));
    /// assert_eq!(looks.next_after(16), Some(32));
    /// # Ok::<(), regatta::stats::LooksError>(())
    /// ```
    pub fn new(pairs: &[usize], alpha: f64) -> Result<Self, LooksError> {
        if !(alpha > 0.0 && alpha < 1.0) {
            return Err(LooksError::Alpha(alpha));
        }
        let mut before = 0;
        for &look in pairs {
            if look <= before {
                return Err(LooksError::NotGrowing(look));
            }
            before = look;
        }
        if before == 0 {
            return Err(LooksError::Empty);
        }
        let pairs = pairs.to_vec();
        Ok(Self { pairs, alpha })
    }

    /// The numbers of pairs after which to look, growing.
    pub fn pairs(&self) -> &[usize] {
        &self.pairs
    }

    /// The alpha of the whole plan.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The alpha to test with after `pairs` pairs; `None` when no look is
    /// planned there, and then nothing may be tested.
    pub fn alpha_at(&self, pairs: usize) -> Option<f64> {
        let planned = self.pairs.contains(&pairs);
        planned.then(|| self.alpha / self.pairs.len() as f64)
    }

    /// How many pairs there are at the first look after `pairs`; `None` after
    /// the last.
    pub fn next_after(&self, pairs: usize) -> Option<usize> {
        self.pairs.iter().copied().find(|&look| look > pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn a_plan_that_is_none_is_refused_with_the_reason() {
        assert_eq!(Looks::new(&[], 0.05), Err(LooksError::Empty));
        assert_eq!(Looks::new(&[0, 4], 0.05), Err(LooksError::NotGrowing(0)));
        assert_eq!(Looks::new(&[8, 8], 0.05), Err(LooksError::NotGrowing(8)));
        assert_eq!(Looks::new(&[8], 1.0), Err(LooksError::Alpha(1.0)));
        assert!(Looks::new(&[8], f64::NAN).is_err());
        let said = Looks::new(&[9, 8], 0.05).unwrap_err().to_string();
        assert!(said.contains("8 does not") && said.contains("8,16,32,64"));
    }

    #[test]
    fn following_the_plan_visits_each_look_once_and_spends_alpha_whole() {
        let mut random = ChaCha8Rng::seed_from_u64(41);
        for _ in 0..200 {
            let mut plan: Vec<usize> = (0..9).map(|_| random.random_range(1..500)).collect();
            plan.sort_unstable();
            plan.dedup();
            let looks = Looks::new(&plan, 0.05).unwrap();
            let visited: Vec<usize> =
                std::iter::successors(looks.next_after(0), |&n| looks.next_after(n)).collect();
            let spent: f64 = visited.iter().filter_map(|&n| looks.alpha_at(n)).sum();
            assert_eq!(visited, looks.pairs());
            assert!((spent - looks.alpha()).abs() < 1e-12);
        }
    }

    #[test]
    fn between_the_looks_there_is_nothing_to_test_with() {
        let looks = Looks::new(&[8, 16], 0.05).unwrap();
        assert_eq!(looks.alpha_at(12), None);
        assert_eq!(looks.next_after(8), Some(16));
        assert_eq!(looks.next_after(16), None);
    }
}
