//! Flags: what a reader should know about a row that stands.

use std::time::Duration;

use super::{Expected, is_paced};
use crate::measure::sample::{Run, SERVER_BOUND};
use crate::report::DriverReport;
use crate::stats::median;

/// The server wrote its answers over this share of their delay late.
const SERVER_LATE: f64 = 0.01;
/// The store had enough to do for over this share of the time.
const STORE_BOUND: f64 = 0.05;
/// Others used over this share of the machine.
const NOISY: f64 = 0.05;

/// What a reader should know about a row that stands.
pub fn flags(row: &DriverReport, expected: &Expected) -> Vec<String> {
    let of = |share: fn(&Run) -> Option<f64>| -> Option<f64> {
        median(&row.samples.iter().filter_map(share).collect::<Vec<_>>())
    };
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let mut flags: Vec<String> = trap(row, expected).into_iter().collect();
    if let Some(share) = of(Run::server_share).filter(|&share| share > SERVER_BOUND) {
        flags.push(format!(
            "server-bound: the server used {} of the CPU it has",
            percent(share)
        ));
    }
    if let Some(share) = of(store_share).filter(|&share| share > STORE_BOUND) {
        flags.push(format!(
            "store-bound: pages were held back for the store for {} of the time",
            percent(share)
        ));
    }
    if let Some(share) = of(late_share).filter(|&share| share > SERVER_LATE) {
        flags.push(format!(
            "server-late: answers left {:.1} % after they were due",
            share * 100.0
        ));
    }
    if let Some(share) = mean(row, |run| run.noise.steal_share).filter(|&share| share > NOISY) {
        flags.push(format!(
            "noisy: the hypervisor took {} of the time",
            percent(share)
        ));
    }
    if let Some(share) = mean(row, |run| run.noise.others_share).filter(|&share| share > NOISY) {
        flags.push(format!(
            "noisy: other programs used {} of the cores",
            percent(share)
        ));
    }
    if let Some(least) = fewer_in_flight(row, expected).filter(|_| expected.trap.is_none()) {
        let allowed = expected.in_flight;
        flags.push(format!(
            "not full: {least} of {allowed} in flight at most in some run"
        ));
    }
    let most = row
        .samples
        .iter()
        .map(|run| run.ledger.connections)
        .max()
        .unwrap_or_default();
    if let Some(kept) = expected.connections.filter(|&kept| most > kept) {
        flags.push(format!("surplus connections ({most} for {kept})"));
    }
    flags
}

/// A trap says what is wrong with it, and what became of that in flight.
fn trap(row: &DriverReport, expected: &Expected) -> Option<String> {
    let wrong = expected.trap.as_ref()?;
    let peaks = row.samples.iter().map(|run| run.ledger.in_flight_peak);
    let most = peaks.max().filter(|&most| most < expected.in_flight);
    let allowed = expected.in_flight;
    let figure = most.map(|most| format!("; {most} of {allowed} in flight at most"));
    Some(format!("trap: {wrong}{}", figure.unwrap_or_default()))
}

/// The smallest peak of any run, where there is latency and some run never had
/// as many in flight as it may: the machine could not start that many in time.
fn fewer_in_flight(row: &DriverReport, expected: &Expected) -> Option<u64> {
    let peaks = row.samples.iter().map(|run| run.ledger.in_flight_peak);
    let least = peaks.min().filter(|&least| least < expected.in_flight);
    let could = expected.crowded && expected.shortest_delay > Duration::ZERO;
    least.filter(|_| could && !is_paced(expected))
}

fn store_share(run: &Run) -> Option<f64> {
    let full_ns = run.sample.store_full_ns? as f64;
    Some(full_ns / run.sample.wall_ns.max(1) as f64)
}

fn late_share(run: &Run) -> Option<f64> {
    let delay_ns = run.ledger.delay_mean_ns as f64;
    (delay_ns > 0.0).then(|| run.ledger.late_mean_ns as f64 / delay_ns)
}

/// A mean, because each of these is counted in coarse ticks: only their sum
/// over many runs says something.
fn mean(row: &DriverReport, share: fn(&Run) -> Option<f64>) -> Option<f64> {
    let shares: Vec<f64> = row.samples.iter().filter_map(share).collect();
    (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
}
