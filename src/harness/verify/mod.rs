//! Verification: compares the driver's account with the server's ledger and
//! with what is possible. Pure functions.
//!
//! The first rule that fails gives the reason why the row is rejected. No rule
//! but [`in_flight_reached`] depends on how fast or how quiet the machine is.

mod expectation;
mod flags;

use std::time::Duration;

use crate::drivers::{Driver, Kind};
use crate::fmt::plural;
use crate::measure::sample::{Ledger, Run, Sample};
use crate::site::workload::Workload;

pub use expectation::Expectation;
pub use flags::flags;

/// What a correct run of one driver produces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The number of pages to fetch, each once.
    pub pages: u64,
    /// Pages that cannot be fetched, because every attempt at them fails.
    pub failing: u64,
    /// The first ten of them.
    pub first_failing: Vec<u64>,
    /// Requests for all of them, including those that fail on purpose.
    pub requests: u64,
    /// Whether there may be more, because the server turns some away.
    pub open: bool,
    /// How many of those requests the client gives up.
    pub abandoned: u64,
    /// Pages that following links never finds.
    pub unreached: u64,
    /// Requests for anything but pages: the index and `robots.txt`.
    pub others: u64,
    /// The number in flight: the most allowed, and the number to reach.
    pub in_flight: u64,
    /// At most this many connections; `None` where each request has its own.
    pub connections: Option<u64>,
    /// Whether more connections are flagged instead of rejected.
    pub pool_races: bool,
    /// The digest of all pages as generated.
    pub digest: String,
    /// The shortest possible wall time with that many in flight.
    pub ideal: Duration,
    /// The shortest delay of the scenario.
    pub shortest_delay: Duration,
    /// The shortest time from one request to the next, by the rate.
    pub spacing: Duration,
    /// Whether there are always enough pages to request at once. A crawl has
    /// to find links first, and a driver that was turned away waits.
    pub crowded: bool,
    /// What is wrong with the driver, if it is a trap.
    pub trap: Option<String>,
}

impl Expected {
    /// What a correct run of `driver` over `workload` produces.
    pub fn of(driver: &Driver, workload: &Workload, expectation: &Expectation) -> Self {
        let Expectation {
            predicted,
            unreached,
            digest,
        } = expectation;
        let unreached = *unreached;
        let in_flight = driver.in_flight(workload.concurrency);
        let failing = predicted.lost.len() as u64;
        Self {
            pages: workload.pages - failing - unreached,
            failing,
            first_failing: predicted.lost.iter().copied().take(10).collect(),
            requests: predicted.requests,
            open: predicted.open,
            abandoned: predicted.abandoned,
            unreached,
            others: if workload.depth.is_some() { 2 } else { 0 },
            in_flight: in_flight as u64,
            connections: driver
                .model
                .keep_alive
                .then_some(in_flight as u64 + predicted.cuts),
            pool_races: driver.client.pool_races,
            digest: format!("{digest:016x}"),
            ideal: predicted.ideal(in_flight),
            shortest_delay: predicted.shortest(),
            spacing: workload.politeness(0).spacing(),
            crowded: workload.depth.is_none() && !predicted.open,
            trap: trap(driver),
        }
    }
}

fn trap(driver: &Driver) -> Option<String> {
    match driver.kind() {
        Kind::Trap { wrong, lesson } => Some(format!("{wrong} (lesson {lesson})")),
        _ => None,
    }
}

/// How far the two clocks may differ: the server notes the end of an answer
/// after the client may have read it, and may lose the CPU between the two.
const LATE_NOTE: Duration = Duration::from_millis(20);
/// A page costs at least this much CPU time, if it is not measured.
const LEAST_PAGE_NS: u64 = 50_000;
/// The relative error allowed in Little's law.
const LITTLE: f64 = 0.05;

type Verdict = Result<(), String>;

/// Why `run` is rejected, if it is.
pub fn reject_reason(run: &Run, expected: &Expected) -> Option<String> {
    let (sample, ledger) = (&run.sample, &run.ledger);
    let rules = [
        fetched(sample, expected),
        in_flight_kept(ledger, expected),
        possible(sample, ledger, expected),
        rate_kept(ledger, expected),
        asked_once(sample, ledger, expected),
        connections(ledger, expected),
        in_flight_reached(sample, ledger, expected),
        little(sample, ledger, expected),
    ];
    rules.into_iter().find_map(Result::err)
}

fn fetched(sample: &Sample, expected: &Expected) -> Verdict {
    if sample.errors != expected.failing {
        let first = sample.first_error.as_deref().unwrap_or("not named");
        let beyond = match expected.failing {
            0 => String::new(),
            failing => format!("; expected {failing} to fail"),
        };
        return Err(format!(
            "{} failed{beyond}; the first: {first}",
            plural(sample.errors, "page")
        ));
    }
    // A worker in another language may leave them out.
    if !sample.first_lost.is_empty() && sample.first_lost != expected.first_failing {
        return Err(format!(
            "the wrong pages failed: {:?}; expected {:?}",
            sample.first_lost, expected.first_failing
        ));
    }
    let found = sample.pages + sample.errors;
    if let Some(stored) = sample.stored.filter(|&stored| stored != found) {
        return Err(format!("its store has {stored} of {found} records"));
    }
    if sample.pages != expected.pages {
        return Err(format!(
            "visited {} of {} pages",
            sample.pages, expected.pages
        ));
    }
    if sample.digest != expected.digest {
        return Err("the digest of the bytes it read differs from that of the scenario".to_owned());
    }
    Ok(())
}

fn in_flight_kept(ledger: &Ledger, expected: &Expected) -> Verdict {
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

fn possible(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let wall = Duration::from_nanos(sample.wall_ns);
    if wall < expected.ideal {
        return Err(format!(
            "says it took {}, below the ideal of {}",
            milliseconds(wall),
            milliseconds(expected.ideal)
        ));
    }
    let heads = Duration::from_nanos(ledger.heads_span_ns);
    if wall < heads {
        return Err(format!(
            "says it took {}, but its requests came over {}",
            milliseconds(wall),
            milliseconds(heads)
        ));
    }
    let span = Duration::from_nanos(ledger.span_ns);
    if wall + LATE_NOTE < span.mul_f64(1.0 - LITTLE) {
        return Err(format!(
            "says it took {}, but the server was busy for {}",
            milliseconds(wall),
            milliseconds(span)
        ));
    }
    Ok(())
}

/// Each request waits its turn before it is handed out. Requests may be delayed
/// on their way to the server and arrive together with those that followed: at
/// most as many as may be in flight, and one more for the quarter of a slot that
/// a late driver may catch up. No delay brings more of them together.
fn rate_kept(ledger: &Ledger, expected: &Expected) -> Verdict {
    let in_flight = u32::try_from(expected.in_flight).unwrap_or(u32::MAX);
    let allowed = expected.spacing.saturating_mul(in_flight.saturating_add(1));
    let ahead = Duration::from_nanos(ledger.ahead_max_ns.unwrap_or_default());
    if expected.spacing.is_zero() || ahead <= allowed {
        return Ok(());
    }
    Err(format!(
        "its requests came {} ahead of the rate, and at most {} is allowed",
        milliseconds(ahead),
        milliseconds(allowed)
    ))
}

fn asked_once(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let first = |numbers: &[u64]| numbers.first().copied().unwrap_or_default();
    if ledger.pages_missed != expected.unreached {
        let beyond = match expected.unreached {
            0 => String::new(),
            unreached => format!("; expected {unreached} that no link leads to"),
        };
        return Err(format!(
            "never requested {}{beyond}; the first: page {}",
            plural(ledger.pages_missed, "page"),
            first(&ledger.first_missed)
        ));
    }
    let once = expected.requests == expected.pages && !expected.open;
    if ledger.pages_repeated > 0 && once {
        return Err(format!(
            "requested {} more than once; the first: page {}",
            plural(ledger.pages_repeated, "page"),
            first(&ledger.first_repeated)
        ));
    }
    if ledger.other_requests != expected.others {
        let wanted = match expected.others {
            0 => String::new(),
            wanted => format!("; a crawl takes {wanted}"),
        };
        return Err(format!(
            "sent {} for something other than a page{wanted}",
            plural(ledger.other_requests, "request")
        ));
    }
    number_of_requests(sample, ledger, expected)
}

/// Each attempt ended in a page, in another attempt, or in an error. If the
/// server turns no request away, their number is known.
fn number_of_requests(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let says = sample.pages + sample.retries + sample.errors;
    if expected.open && ledger.requests != says {
        return Err(format!(
            "sent {} requests, but reports {says}",
            ledger.requests
        ));
    }
    let known = ledger.requests == expected.requests;
    if !known && !expected.open {
        let (sent, wanted) = (ledger.requests, expected.requests);
        let wanted = if wanted == expected.pages {
            plural(wanted, "page")
        } else {
            format!("a scenario that takes {wanted}")
        };
        return Err(format!("sent {sent} requests for {wanted}"));
    }
    Ok(())
}

fn connections(ledger: &Ledger, expected: &Expected) -> Verdict {
    // Without keep-alive each request has its own connection; a pool that opens
    // connections in parallel opens no more than that.
    let allowed = expected.connections.filter(|_| !expected.pool_races);
    let allowed = allowed.unwrap_or(ledger.requests + ledger.other_requests);
    if ledger.connections <= allowed {
        return Ok(());
    }
    Err(format!(
        "opened {} connections, and at most {allowed} are allowed",
        ledger.connections
    ))
}

/// Applies only where the delay is long enough for this machine to start as many
/// pages within it as may be in flight, and never to a trap: a trap exists to
/// show too few in flight.
fn in_flight_reached(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
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
    let cpu_ns = sample.cpu_ns.unwrap_or_default() + ledger.server_cpu_ns.unwrap_or_default();
    let page_ns = (cpu_ns / expected.pages.max(1)).max(LEAST_PAGE_NS);
    expected.crowded
        && !is_paced(expected)
        && expected.shortest_delay
            > Duration::from_nanos(page_ns.saturating_mul(expected.in_flight))
}

/// Whether the rate keeps the number in flight below the limit.
fn is_paced(expected: &Expected) -> bool {
    let in_flight = u32::try_from(expected.in_flight).unwrap_or(u32::MAX);
    expected.spacing * in_flight >= expected.shortest_delay && !expected.spacing.is_zero()
}

/// Little's law, N = X W: the latency W and the throughput X that the driver
/// reports make a number in flight. It is at least what the server saw (a page is
/// in flight on the wire, too) and at most what is allowed.
fn little(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
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

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests;
