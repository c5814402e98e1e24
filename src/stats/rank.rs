//! Places, with ties where the data cannot tell two drivers apart.
//!
//! A table sorted by median always has a first row, but that driver need not be
//! the fastest. A driver shares the place of the leader of its group unless their
//! runs, paired round by round, show it to be slower by more than the dead
//! zone. (A tie is with the leader, not with each other: of three tied drivers
//! the last may well be slower than the second. The report says "cannot be
//! told apart" of the group, and the intervals are in the table.)

use super::{Series, ln_ratio_estimate, ln_ratios, median};

/// A difference below this share does not count, however certain it is: the
/// same program differs by as much if it is placed elsewhere in memory.
pub const DEAD_ZONE: f64 = 0.01;

/// The dead zone when fewer than two rounds can be paired: then only the
/// medians can be compared, and single runs differ by about this much.
pub const ROUGH_DEAD_ZONE: f64 = 0.10;

/// A driver's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 1; tied drivers share one, and the next place counts them all
    /// (1, 1, 3).
    pub rank: u32,
    /// Whether another driver shares it.
    pub tied: bool,
}

/// The place of each series, in the order given; the smallest median is first.
/// A series without values comes last.
#[must_use]
pub fn rank(all: &[Series]) -> Vec<Place> {
    let leaders = leaders(all);
    let place = |leader: &usize| Place {
        rank: order(all)
            .iter()
            .position(|driver| driver == leader)
            .map_or(1, one_based),
        tied: leaders.iter().filter(|other| *other == leader).count() > 1,
    };
    leaders.iter().map(place).collect()
}

/// For each series, the index of the leader of its group.
fn leaders(all: &[Series]) -> Vec<usize> {
    let mut leaders = vec![0; all.len()];
    let mut leader = None;
    for driver in order(all) {
        let group = leader
            .filter(|&leader: &usize| !is_slower(&all[driver], &all[leader]))
            .unwrap_or(driver);
        leaders[driver] = group;
        leader = Some(group);
    }
    leaders
}

/// The indices, fastest median first.
fn order(all: &[Series]) -> Vec<usize> {
    let medians: Vec<f64> = all.iter().map(middle).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|&a, &b| medians[a].total_cmp(&medians[b]));
    order
}

/// Whether the runs show `driver` to be slower than `leader`.
fn is_slower(driver: &Series, leader: &Series) -> bool {
    if ln_ratios(driver, leader).len() < 2 {
        return middle(driver) > middle(leader) * (1.0 + ROUGH_DEAD_ZONE);
    }
    // The interval touches the dead zone when any of it is as low as +1 %.
    // One wholly below -1 % says that the driver is faster than its leader
    // although its median is not; that is no reason to place it lower.
    ln_ratio_estimate(driver, leader).is_some_and(|ratio| ratio.low > DEAD_ZONE.ln_1p())
}

fn middle(series: &Series) -> f64 {
    let values: Vec<f64> = series.values().copied().collect();
    median(&values).unwrap_or(f64::INFINITY)
}

fn one_based(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;
