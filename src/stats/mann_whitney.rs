//! The Mann-Whitney statistic U: of all pairs (one value of each sample), in
//! how many the first is the greater.
//!
//! If both samples come from one distribution, every order of the pooled
//! values is as likely as any other, so the chances of U follow from counting
//! orders, and for larger samples from a normal distribution with the same mean
//! and spread.
//! Source: H. B. Mann and D. R. Whitney, "On a test of whether one of two
//! random variables is stochastically larger than the other", Annals of
//! Mathematical Statistics 18 (1947), 50-60; M. Hollander, D. A. Wolfe and
//! E. Chicken, "Nonparametric Statistical Methods", 3rd edition, section 4.1.

use super::median::sorted;
use super::normal::{exceeded_with, survival};

/// From this number of values on each side the normal approximation is used.
const MANY: usize = 8;
/// Up to this number of pairs the orders are counted when one side has fewer
/// values; the count takes about the square of it.
const COUNTABLE_PAIRS: usize = 2_000;

/// How the chances of U are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Counting,
    Normal,
}

/// `None` when a side is empty, or one is too small for the approximation and
/// the other too large to count.
fn way(m: usize, n: usize) -> Option<Way> {
    match (m.min(n), m * n) {
        (MANY.., _) => Some(Way::Normal),
        (1.., ..=COUNTABLE_PAIRS) => Some(Way::Counting),
        _ => None,
    }
}

/// The p-value of the claim that the values of `x` tend to be greater than
/// those of `y`, if it can be computed.
pub(super) fn greater(x: &[f64], y: &[f64]) -> Option<f64> {
    match way(x.len(), y.len())? {
        Way::Counting => Some(greater_by_counting(x, y)),
        Way::Normal => Some(greater_by_normal(x, y)),
    }
}

/// Ties count against the claim, which keeps the count valid for them.
fn greater_by_counting(x: &[f64], y: &[f64]) -> f64 {
    let wins = pairs(x, y).filter(|(x, y)| x > y).count();
    let chances = &null_chances(x.len(), y.len())[wins..];
    // Their sum may end a digit above one.
    chances.iter().sum::<f64>().min(1.0)
}

/// Ties count half; the spread is that of the pooled ranks, and half a pair is
/// taken off because U is a count (Hollander et al., section 4.1).
fn greater_by_normal(x: &[f64], y: &[f64]) -> f64 {
    let wins: f64 = pairs(x, y).map(|(x, y)| win(x, y)).sum();
    let mean = (x.len() * y.len()) as f64 / 2.0;
    let spread = spread(x.len(), y.len(), ties(x, y));
    if spread > 0.0 {
        survival((wins - mean - 0.5) / spread)
    } else {
        1.0
    }
}

fn pairs<'a>(x: &'a [f64], y: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
    x.iter().flat_map(|&x| y.iter().map(move |&y| (x, y)))
}

fn win(x: f64, y: f64) -> f64 {
    if x > y {
        1.0
    } else if x < y {
        0.0
    } else {
        0.5
    }
}

/// The sum of t^3 - t over the groups of t equal values in both samples.
fn ties(x: &[f64], y: &[f64]) -> f64 {
    // In a sorted list, what is not less than the next is equal to it.
    sorted(&[x, y].concat())
        .chunk_by(|a, b| a >= b)
        .map(|group| (group.len() as f64).powi(3) - group.len() as f64)
        .sum()
}

/// The standard deviation of U if both samples come from one distribution.
fn spread(m: usize, n: usize, ties: f64) -> f64 {
    let (m, n) = (m as f64, n as f64);
    let all = m + n;
    (m * n / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)))).sqrt()
}

/// The depth C and the confidence of the widest needed interval: with the
/// confidence the shift lies between the C-th smallest and the C-th largest of
/// the differences. `None` when not even the extremes are far enough.
pub(super) fn depth(m: usize, n: usize, confidence: f64) -> Option<(usize, f64)> {
    match way(m, n)? {
        Way::Counting => depth_by_counting(&null_chances(m, n), confidence),
        Way::Normal => depth_by_normal(m, n, confidence),
    }
}

/// The largest C with 1 - 2 P(U <= C - 1) of at least `least`.
pub(super) fn depth_by_counting(chances: &[f64], least: f64) -> Option<(usize, f64)> {
    let below = chances.iter().scan(0.0, |sum, chance| {
        *sum += chance;
        Some(*sum)
    });
    (1..)
        .zip(below.map(|below| 1.0 - 2.0 * below))
        .take_while(|&(_, confidence)| confidence >= least)
        .last()
}

/// mn/2 - z * spread, rounded down (Hollander et al., section 4.3).
fn depth_by_normal(m: usize, n: usize, confidence: f64) -> Option<(usize, f64)> {
    let z = exceeded_with((1.0 - confidence) / 2.0);
    let depth = (m * n) as f64 / 2.0 - z * spread(m, n, 0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (depth >= 1.0).then_some((depth as usize, confidence))
}

/// The chances of U = 0, 1, ..., mn when there are no ties.
///
/// The greatest of all values is one of the m with chance m / (m + n), and then
/// it wins its n pairs; otherwise it is one of the n and the rest decides. Only
/// sums of positive numbers, so nothing cancels (Mann and Whitney, section 3).
fn null_chances(m: usize, n: usize) -> Vec<f64> {
    let mut row = vec![vec![1.0]; n + 1];
    for a in 1..=m {
        let mut next = vec![vec![1.0]];
        for b in 1..=n {
            next.push(mix(&row[b], &next[b - 1], a, b));
        }
        row = next;
    }
    row.swap_remove(n)
}

/// The chances for a and b values from those without the greatest value.
fn mix(one_of_a: &[f64], one_of_b: &[f64], a: usize, b: usize) -> Vec<f64> {
    let all = (a + b) as f64;
    let mut chances = vec![0.0; a * b + 1];
    for (chance, rest) in chances[b..].iter_mut().zip(one_of_a) {
        *chance += a as f64 / all * rest;
    }
    for (chance, rest) in chances.iter_mut().zip(one_of_b) {
        *chance += b as f64 / all * rest;
    }
    chances
}

#[cfg(test)]
#[path = "mann_whitney_tests.rs"]
mod tests;
