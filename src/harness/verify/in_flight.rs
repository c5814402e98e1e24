//! How many requests were in flight: no more than allowed, and as many as
//! promised.

use std::time::Duration;

use super::{Expected, LATE_NOTE, LITTLE, Verdict};
use crate::fmt::plural;
use crate::measure::sample::{Ledger, Sample};

/// A page costs at least this much CPU time, if it is not measured.
const LEAST_PAGE_NS: u64 = 50_000;

pub(super) fn in_flight_kept(ledger: &Ledger, expected: &Expected) -> Verdict {
    // First, because an abandoned request is in flight until the server notices.
    if ledger.clients_gone != expected.abandoned {
        let predicted = match expected.abandoned {
            0 => String::new(),
            wanted => format!("; expected {wanted} on this scenario"),
        };
        return Err(format!(
            "abandoned {} before the answer{predicted}",
            plural(ledger.clients_gone, "request")
        ));
    }
    // A slot is free when the client has its last byte, which may be before the
    // thread that sent it has noted that; another thread may have read the next
    // request by then.
    let unnoted = ledger.server_threads.saturating_sub(1);
    if ledger.in_flight_peak <= expected.in_flight + unnoted {
        return Ok(());
    }
    Err(format!(
        "had {} in flight, and at most {} is allowed",
        ledger.in_flight_peak, expected.in_flight
    ))
}

/// Applies only where the delay is long enough for this machine to start as many
/// pages within it as may be in flight, and never to a trap: a trap exists to
/// show too few in flight.
pub(super) fn in_flight_reached(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let reached = ledger.in_flight_peak >= expected.in_flight;
    if reached || expected.trap.is_some() || !could_reach(sample, ledger, expected) {
        return Ok(());
    }
    Err(format!(
        "never had {} in flight; the most was {}",
        expected.in_flight, ledger.in_flight_peak
    ))
}

/// Each page costs CPU time in the driver and in the server, which this run
/// measured. If both share one core, starting all that may be in flight takes
/// that much per page; the server sees them all at once only if it holds the
/// first for longer than that.
fn could_reach(sample: &Sample, ledger: &Ledger, expected: &Expected) -> bool {
    let cpu_ns = sample.cpu_ns.unwrap_or_default();
    let cpu_ns = cpu_ns.saturating_add(ledger.server_cpu_ns.unwrap_or_default());
    let page_ns = (cpu_ns / expected.pages.max(1)).max(LEAST_PAGE_NS);
    expected.crowded
        && !is_paced(expected)
        && expected.shortest_delay
            > Duration::from_nanos(page_ns.saturating_mul(expected.in_flight))
}

/// Whether the rate keeps the number in flight below the limit.
pub(super) fn is_paced(expected: &Expected) -> bool {
    let in_flight = u32::try_from(expected.in_flight).unwrap_or(u32::MAX);
    expected.spacing * in_flight >= expected.shortest_delay && !expected.spacing.is_zero()
}

/// Little's law, N = X W: the latency W and the throughput X that the driver
/// reports make a number in flight. It is at least what the server saw (a page is
/// in flight on the wire, too) and at most what is allowed.
pub(super) fn little(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let wall_ns = sample.wall_ns.max(1) as f64;
    let latency_ns = sample.page_latency.mean_ns as f64;
    let says = latency_ns * sample.pages as f64 / wall_ns;
    let most = expected.in_flight as f64 * (1.0 + LITTLE);
    let late_note = LATE_NOTE.as_nanos() as f64;
    let held_ns = ledger.held_mean_ns as f64;
    if says > most {
        return Err(format!(
            "its latencies make {says:.1} in flight by Little's law, and at most {} is allowed",
            expected.in_flight
        ));
    }
    // Each request in flight may have been noted late once.
    let noted_late_ns = late_note * expected.in_flight as f64 / sample.pages.max(1) as f64;
    if (latency_ns + noted_late_ns) < held_ns * (1.0 - LITTLE) {
        return Err(format!(
            "says a page took {:.2} ms, but the server held it for {:.2} ms",
            latency_ns / 1e6,
            held_ns / 1e6
        ));
    }
    Ok(())
}
