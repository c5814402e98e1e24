//! Flags: what a reader should know about a row that was verified.

use std::time::Duration;

use super::Expected;
use super::in_flight::is_paced;
use crate::measure::flag::{Flag, Neighbour, OutOf};
use crate::measure::sample::{Run, SERVER_BOUND};
use crate::stats::median;

/// The server is late if its answers leave later than this share of their delay.
///
/// Some lateness is normal: a sleeping server thread runs about 40 µs after its
/// timer fires, its first answer meets cold caches, and answers due at once are
/// written one after another while the clients that they wake take its core.
/// That is 0.1 to 0.8 ms on two shared cores, 0.5 to 4 % of 20 ms. A server that
/// does not get the processor is 1 to 3 ms late.
const SERVER_LATE: f64 = 0.05;
/// The store is the limit if pages wait for it for more than this share of the
/// time.
const STORE_BOUND: f64 = 0.05;
/// A run is noisy if others use more than this share of the machine.
const NOISY: f64 = 0.05;

/// What a reader should know about a driver whose runs were verified.
pub fn flags(runs: &[Run], expected: &Expected) -> Vec<Flag> {
    let over = |limit: f64, share: Option<f64>| share.filter(|&share| share > limit);
    let flags = [
        trap(runs, expected),
        over(SERVER_BOUND, median_of(runs, Run::server_share))
            .map(|share| Flag::ServerBound(Some(share))),
        over(STORE_BOUND, median_of(runs, store_share)).map(|share| Flag::StoreBound(Some(share))),
        over(SERVER_LATE, median_of(runs, late_share)).map(|share| Flag::ServerLate(Some(share))),
        over(NOISY, mean_of(runs, |run| run.noise.steal_share))
            .map(|share| Flag::Noisy(Some(Neighbour::Hypervisor(share)))),
        over(NOISY, mean_of(runs, |run| run.noise.others_share))
            .map(|share| Flag::Noisy(Some(Neighbour::Programs(share)))),
        fewer_in_flight(runs, expected).map(Flag::NotFull),
        surplus_connections(runs, expected).map(Flag::SurplusConnections),
    ];
    flags.into_iter().flatten().collect()
}

/// What is wrong with a trap, and how many requests it had in flight.
fn trap(runs: &[Run], expected: &Expected) -> Option<Flag> {
    let wrong = expected.trap.clone()?;
    let peaks = runs.iter().map(|run| run.ledger.in_flight_peak);
    let most = peaks.max().filter(|&most| most < expected.in_flight);
    let in_flight = most.map(|count| OutOf {
        count,
        of: expected.in_flight,
    });
    Some(Flag::Trap { wrong, in_flight })
}

/// The smallest peak of any run, where there is latency and some run never had
/// as many in flight as allowed: the machine could not start that many in time.
fn fewer_in_flight(runs: &[Run], expected: &Expected) -> Option<OutOf> {
    let peaks = runs.iter().map(|run| run.ledger.in_flight_peak);
    let least = peaks.min().filter(|&least| least < expected.in_flight);
    let could = expected.crowded && expected.shortest_delay > Duration::ZERO;
    let least = least.filter(|_| could && !is_paced(expected) && expected.trap.is_none());
    least.map(|count| OutOf {
        count,
        of: expected.in_flight,
    })
}

fn surplus_connections(runs: &[Run], expected: &Expected) -> Option<OutOf> {
    let of = expected.connections?;
    let opened = runs.iter().map(|run| run.ledger.connections).max()?;
    (opened > of).then_some(OutOf { count: opened, of })
}

fn store_share(run: &Run) -> Option<f64> {
    let full_ns = run.sample.store_full_ns? as f64;
    Some(full_ns / run.sample.wall_ns.max(1) as f64)
}

fn late_share(run: &Run) -> Option<f64> {
    let delay_ns = run.ledger.delay_mean_ns as f64;
    (delay_ns > 0.0).then(|| run.ledger.late_mean_ns as f64 / delay_ns)
}

fn median_of(runs: &[Run], share: fn(&Run) -> Option<f64>) -> Option<f64> {
    median(&runs.iter().filter_map(share).collect::<Vec<_>>())
}

/// A mean, because each of these is counted in coarse ticks: only their sum
/// over many runs says something.
fn mean_of(runs: &[Run], share: fn(&Run) -> Option<f64>) -> Option<f64> {
    let shares: Vec<f64> = runs.iter().filter_map(share).collect();
    (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
}
