//! Interim analyses: testing early without more false alarms.
//!
//! A program that tests after every pair and stops at the first "significant"
//! result rejects true hypotheses far more often than alpha says. So the interim
//! analyses are planned, and each has the same share of alpha, alpha divided by
//! their number (Bonferroni). By the union bound the chance of a false rejection
//! at any analysis is at most alpha, for every dependence between them and every
//! test. Spending after O'Brien and Fleming (or others) would leave the last
//! analysis nearly all of alpha, but their bounds hold for sums that grow like
//! a Brownian motion, which some dozens of ranks are only roughly.
//! Source: P. Armitage, C. K. `McPherson` and B. C. Rowe, "Repeated significance
//! tests on accumulating data", Journal of the Royal Statistical Society A 132
//! (1969), 235-244; C. Jennison and B. W. Turnbull, "Group Sequential Methods
//! with Applications to Clinical Trials" (2000), chapter 7.

use thiserror::Error;

/// The numbers of pairs after which the data are analysed, and the alpha of the
/// whole plan.
#[derive(Debug, Clone, PartialEq)]
pub struct InterimPlan {
    pairs: Vec<usize>,
    alpha: f64,
}

/// Why a plan is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InterimPlanError {
    /// There is no analysis.
    #[error("invalid plan: expected at least one number of pairs, for example 64")]
    Empty,
    /// The numbers of pairs do not rise from 1 or more.
    #[error("invalid number of pairs {0}: expected rising numbers, for example 8,16,32,64")]
    NotRising(usize),
    /// Alpha is not between 0 and 1.
    #[error("invalid alpha {0}: expected a number between 0 and 1, for example 0.05")]
    Alpha(f64),
}

impl InterimPlan {
    /// Analyses after these numbers of pairs, rising, with `alpha` in total.
    ///
    /// ```
    /// let plan = regatta::stats::InterimPlan::new(&[8, 16, 32, 64], 0.05)?;
    /// assert_eq!(plan.alpha_at(16), Some(0.0125));
    /// assert_eq!(plan.next_after(16), Some(32));
    /// # Ok::<(), regatta::stats::InterimPlanError>(())
    /// ```
    pub fn new(pairs: &[usize], alpha: f64) -> Result<Self, InterimPlanError> {
        if !(alpha > 0.0 && alpha < 1.0) {
            return Err(InterimPlanError::Alpha(alpha));
        }
        let mut before = 0;
        for &number in pairs {
            if number <= before {
                return Err(InterimPlanError::NotRising(number));
            }
            before = number;
        }
        if before == 0 {
            return Err(InterimPlanError::Empty);
        }
        let pairs = pairs.to_vec();
        Ok(Self { pairs, alpha })
    }

    /// The numbers of pairs after which to analyse, rising.
    pub fn pairs(&self) -> &[usize] {
        &self.pairs
    }

    /// The alpha of the whole plan.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The alpha to test with after `pairs` pairs; `None` when no analysis is
    /// planned there, and then nothing may be tested.
    pub fn alpha_at(&self, pairs: usize) -> Option<f64> {
        let planned = self.pairs.contains(&pairs);
        planned.then(|| self.alpha / self.pairs.len() as f64)
    }

    /// The number of pairs at the first analysis after `pairs`; `None` after the
    /// last.
    pub fn next_after(&self, pairs: usize) -> Option<usize> {
        self.pairs.iter().copied().find(|&number| number > pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn an_invalid_plan_is_rejected_with_the_reason() {
        assert_eq!(InterimPlan::new(&[], 0.05), Err(InterimPlanError::Empty));
        assert_eq!(
            InterimPlan::new(&[0, 4], 0.05),
            Err(InterimPlanError::NotRising(0))
        );
        assert_eq!(
            InterimPlan::new(&[8, 8], 0.05),
            Err(InterimPlanError::NotRising(8))
        );
        assert_eq!(
            InterimPlan::new(&[8], 1.0),
            Err(InterimPlanError::Alpha(1.0))
        );
        assert!(InterimPlan::new(&[8], f64::NAN).is_err());
        let said = InterimPlan::new(&[9, 8], 0.05).unwrap_err().to_string();
        assert!(said.contains("pairs 8") && said.contains("8,16,32,64"));
    }

    #[test]
    fn following_the_plan_visits_each_analysis_once_and_spends_all_of_alpha() {
        let mut random = ChaCha8Rng::seed_from_u64(41);
        for _ in 0..200 {
            let mut numbers: Vec<usize> = (0..9).map(|_| random.random_range(1..500)).collect();
            numbers.sort_unstable();
            numbers.dedup();
            let plan = InterimPlan::new(&numbers, 0.05).unwrap();
            let visited: Vec<usize> =
                std::iter::successors(plan.next_after(0), |&n| plan.next_after(n)).collect();
            let spent: f64 = visited.iter().filter_map(|&n| plan.alpha_at(n)).sum();
            assert_eq!(visited, plan.pairs());
            assert!((spent - plan.alpha()).abs() < 1e-12);
        }
    }

    #[test]
    fn between_the_analyses_there_is_no_alpha_to_test_with() {
        let plan = InterimPlan::new(&[8, 16], 0.05).unwrap();
        assert_eq!(plan.alpha_at(12), None);
        assert_eq!(plan.next_after(8), Some(16));
        assert_eq!(plan.next_after(16), None);
    }
}
