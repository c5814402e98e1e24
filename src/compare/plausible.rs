//! Whether saved pairs can have been measured: their values follow from their
//! raw steps, and no step was faster or used more than its scenario and machine
//! allow.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};

use super::measurements::{Measurements, Pair, Steps};
use crate::drivers;
use crate::fmt::plural;
use crate::harness::verify::{Expectation, Expected};
use crate::site::workload::Workload;

/// The most pairs of a driver that a run saves.
const MOST_PAIRS: usize = 4096;
/// Values are sums and quotients of the steps, rounded once each.
const ROUNDING: f64 = 1e-9;
/// CPU time and wall time are read one after the other.
const BETWEEN_READINGS_NS: f64 = 1e6;
/// A quota counts as fewer cores than the ones that a short step may use.
const BURST: f64 = 4.0;

/// What bounds every step of one driver.
struct Bounds {
    expected: Expected,
    pages: u64,
    cores: u64,
}

/// Saved pairs, and how they were measured.
pub(super) struct Saved<'a> {
    pub(super) drivers: &'a BTreeMap<String, Vec<Pair>>,
    pub(super) reference: &'a str,
    pub(super) workload: &'a Workload,
    pub(super) seed: u64,
    pub(super) cores: u64,
}

impl Saved<'_> {
    /// Finds what no run can have measured, and values that do not follow from
    /// the steps saved with them.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let expectation = Expectation::of(self.workload, self.seed);
        let bounds = |name: &str| -> anyhow::Result<Bounds> {
            let driver = drivers::named(name)?;
            Ok(Bounds {
                expected: Expected::of(driver, self.workload, &expectation),
                pages: self.workload.pages,
                cores: self.cores,
            })
        };
        let reference = bounds(self.reference)?;
        for (name, pairs) in self.drivers {
            ensure!(
                (1..=MOST_PAIRS).contains(&pairs.len()),
                "invalid number of pairs of {name}: expected 1 to {MOST_PAIRS}, for example 24"
            );
            let driver = bounds(name)?;
            for (index, pair) in pairs.iter().enumerate() {
                let Pair { a, b, steps } = pair;
                let steps_a = steps.as_ref().map(|steps| &steps.a);
                let steps_b = steps.as_ref().map(|steps| &steps.b);
                let place = || format!("invalid pair {} of {name}", index + 1);
                driver.check(a, steps_a).with_context(place)?;
                let of_reference = reference.check(b, steps_b);
                of_reference.with_context(|| format!("{}, side of the reference", place()))?;
            }
        }
        Ok(())
    }
}

impl Bounds {
    fn check(&self, side: &Measurements, steps: Option<&Steps>) -> anyhow::Result<()> {
        self.check_values(side)?;
        self.check_counts(side)?;
        steps.map_or(Ok(()), |steps| self.check_steps(side, steps))
    }

    fn check_values(&self, side: &Measurements) -> anyhow::Result<()> {
        let pages = self.pages as f64;
        let ideal_ns = self.expected.ideal.as_nanos() as f64;
        ensure!(
            side.wall_ns > 0.0 && side.wall_ns >= ideal_ns,
            "wall_ns is {}: expected the ideal of {ideal_ns} or more",
            side.wall_ns
        );
        let values = [
            ("cpu_ns_per_page", side.cpu_ns_per_page),
            ("peak_rss_bytes", side.peak_rss_bytes),
            ("allocations_per_page", side.allocations_per_page),
            (
                "peak_private_bytes",
                side.peak_private_bytes.unwrap_or(f64::NAN),
            ),
            (
                "cpu_seen_ns_per_page",
                side.cpu_seen_ns_per_page.unwrap_or(f64::NAN),
            ),
        ];
        for (name, value) in values {
            // NaN is a value that was not measured.
            ensure!(
                value.is_nan() || (value > 0.0 && value.is_finite()),
                "{name} is {value}: expected more than zero"
            );
        }
        let cores = self.cores as f64 * BURST;
        let most_cpu_ns = (side.wall_ns + BETWEEN_READINGS_NS) * cores;
        let cpu_ns = side.cpu_ns_per_page * pages;
        ensure!(
            cpu_ns.is_nan() || cpu_ns <= most_cpu_ns,
            "cpu_ns_per_page is {}: expected what {} can use in a wall_ns of {}",
            side.cpu_ns_per_page,
            plural(self.cores, "core"),
            side.wall_ns
        );
        ensure!(
            side.peak_private_bytes
                .is_none_or(|bytes| bytes <= side.peak_rss_bytes),
            "peak_private_bytes is above peak_rss_bytes"
        );
        Ok(())
    }

    /// What the ledger of the first step was verified to hold.
    fn check_counts(&self, side: &Measurements) -> anyhow::Result<()> {
        let expected = &self.expected;
        ensure!(
            expected.open || side.requests == expected.requests,
            "requests is {}: expected {}",
            side.requests,
            expected.requests
        );
        let allowed = expected.connections.filter(|_| !expected.pool_races);
        let allowed = allowed.unwrap_or(side.requests.saturating_add(expected.others));
        ensure!(
            (1..=allowed).contains(&side.connections),
            "connections is {}: expected 1 to {allowed}",
            side.connections
        );
        ensure!(
            (1..=expected.in_flight).contains(&side.in_flight_peak),
            "in_flight_peak is {}: expected 1 to {}",
            side.in_flight_peak,
            expected.in_flight
        );
        Ok(())
    }

    fn check_steps(&self, side: &Measurements, steps: &Steps) -> anyhow::Result<()> {
        ensure!(
            !steps.wall_ns.is_empty()
                && steps.wall_ns.len() == steps.cpu_ns.len()
                && steps.wall_ns.len() == steps.cpu_seen_ns.len(),
            "its steps have {} wall times and {} and {} CPU times: expected as many of each",
            steps.wall_ns.len(),
            steps.cpu_ns.len(),
            steps.cpu_seen_ns.len()
        );
        let follows = |name: &str, value: f64, from_steps: f64| {
            let both_nan = value.is_nan() && from_steps.is_nan();
            let equal = (value - from_steps).abs() <= from_steps.abs() * ROUNDING;
            ensure!(
                both_nan || equal,
                "{name} is {value}, but its steps make {from_steps}"
            );
            Ok(())
        };
        follows("wall_ns", side.wall_ns, steps.mean_wall_ns())?;
        let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
        let cpu_ns = or_nan(steps.cpu_ns_per_page(self.pages));
        follows("cpu_ns_per_page", side.cpu_ns_per_page, cpu_ns)?;
        let seen_ns = or_nan(steps.cpu_seen_ns_per_page(self.pages));
        let seen = or_nan(side.cpu_seen_ns_per_page);
        follows("cpu_seen_ns_per_page", seen, seen_ns)?;
        let ideal_ns = self.expected.ideal.as_nanos();
        let shortest_ns = steps.wall_ns.iter().min().copied().unwrap_or_default();
        ensure!(
            u128::from(shortest_ns) >= ideal_ns,
            "a step took {shortest_ns} ns: expected the ideal of {ideal_ns} or more"
        );
        Ok(())
    }
}
