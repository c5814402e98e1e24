//! Holm's step-down correction for many hypotheses at once.
//!
//! Forty cells tested at 5 % each give two false alarms a run. Holm's rule
//! keeps the chance of *any* false rejection at alpha, whatever the
//! dependence between the cells, and rejects at least all that dividing alpha
//! by their number (Bonferroni) would.
//! Source: S. Holm, "A simple sequentially rejective multiple test procedure",
//! Scandinavian Journal of Statistics 6 (1979), 65-70.

/// Which of the hypotheses with these p-values are rejected at a family-wise
/// `alpha`, in the order given. The smallest p-value is compared with
/// alpha / m, the next with alpha / (m - 1), and so on to the first that
/// fails. NaN is never rejected but counts as a hypothesis.
///
/// ```
/// let rejected = regatta::stats::holm(&[0.04, 0.001, 0.03], 0.05);
/// assert_eq!(rejected, [false, true, false]);
/// ```
#[must_use]
pub fn holm(p_values: &[f64], alpha: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| key(p_values[a]).total_cmp(&key(p_values[b])));
    let mut rejected = vec![false; p_values.len()];
    for (step, &index) in order.iter().enumerate() {
        let share = alpha / (p_values.len() - step) as f64;
        if key(p_values[index]) > share {
            break;
        }
        rejected[index] = true;
    }
    rejected
}

/// A p-value to sort by; NaN, of either sign, comes last and fails.
fn key(p: f64) -> f64 {
    if p.is_nan() { f64::INFINITY } else { p }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng, seq::SliceRandom};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_worked_example_agrees() {
        // 0.005 <= 0.05/4, 0.01 <= 0.05/3, 0.03 > 0.05/2: the rest is kept.
        assert_eq!(
            holm(&[0.01, 0.04, 0.03, 0.005], 0.05),
            [true, false, false, true]
        );
    }

    #[test]
    fn no_hypotheses_give_an_empty_list() {
        assert!(holm(&[], 0.05).is_empty());
    }

    #[test]
    fn nan_is_never_rejected_but_counts() {
        assert_eq!(holm(&[-f64::NAN, 0.03], 0.05), [false, false]);
        assert_eq!(holm(&[f64::NAN, 0.02], 0.05), [false, true]);
    }

    #[test]
    fn it_lies_between_bonferroni_and_no_correction() {
        let mut random = ChaCha8Rng::seed_from_u64(31);
        for m in 1..60 {
            let p: Vec<f64> = (0..m).map(|_| random.random::<f64>().powi(4)).collect();
            for (p, rejected) in p.iter().zip(holm(&p, 0.05)) {
                assert!(rejected || *p > 0.05 / f64::from(m));
                assert!(!rejected || *p <= 0.05);
            }
        }
    }

    #[test]
    fn the_order_of_the_hypotheses_does_not_matter() {
        let mut random = ChaCha8Rng::seed_from_u64(32);
        let p: Vec<f64> = (0..30).map(|_| random.random::<f64>().powi(6)).collect();
        let here = holm(&p, 0.05);
        let mut order: Vec<usize> = (0..30).collect();
        order.shuffle(&mut random);
        let moved: Vec<f64> = order.iter().map(|&index| p[index]).collect();
        let there = holm(&moved, 0.05);
        assert!(
            order
                .iter()
                .zip(there)
                .all(|(&from, answer)| here[from] == answer)
        );
    }

    #[test]
    fn a_smaller_p_value_never_costs_a_rejection() {
        let mut random = ChaCha8Rng::seed_from_u64(33);
        for _ in 0..500 {
            let mut p: Vec<f64> = (0..8).map(|_| random.random::<f64>().powi(5)).collect();
            let before = holm(&p, 0.05);
            p[random.random_range(0..8)] /= 3.0;
            let after = holm(&p, 0.05);
            assert!(
                before
                    .iter()
                    .zip(after)
                    .all(|(before, after)| *before <= after)
            );
        }
    }

    #[test]
    fn any_false_rejection_is_as_rare_as_alpha() {
        let mut random = ChaCha8Rng::seed_from_u64(34);
        let families = 10_000;
        let wrong = (0..families)
            .filter(|_| {
                let p: Vec<f64> = (0..10).map(|_| random.random()).collect();
                holm(&p, 0.05).contains(&true)
            })
            .count();
        assert!(crate::stats::proportion_lower_bound(wrong, families, 0.999) <= 0.05);
    }
}
