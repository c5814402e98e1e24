//! Whether a run may be believed: the driver's account held against the
//! server's ledger and against what is possible. Pure functions.
//!
//! The first rule that fails is the reason that the row is rejected for. None
//! of them depends on how fast or how quiet the machine is, but the one that
//! says so.

mod expectation;
mod flags;

use std::time::Duration;

use crate::drivers::{Driver, Kind};
use crate::measure::sample::{Ledger, Run, Sample};
use crate::site::workload::Workload;

pub use expectation::Expectation;
pub use flags::flags;

/// What a run of one driver has to come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// So many pages, each once.
    pub pages: u64,
    /// Pages that nobody can have, because every attempt at them fails.
    pub lost: u64,
    /// The first ten of them.
    pub first_lost: Vec<u64>,
    /// Requests for all of them, those included that fail on purpose.
    pub requests: u64,
    /// There may be more, for the server turns some away.
    pub open: bool,
    /// Of those requests, the ones that their client gives up.
    pub abandoned: u64,
    /// Pages that nobody finds by following links.
    pub unreached: u64,
    /// Requests besides, for what is no page: the index and the rules.
    pub others: u64,
    /// At most this many in flight, and this many reached.
    pub in_flight: u64,
    /// At most this many connections; `None` where each request has its own.
    pub connections: Option<u64>,
    /// More connections than that are flagged, not rejected.
    pub pool_races: bool,
    /// The digest of all pages as the generator made them.
    pub digest: String,
    /// The wall time that cannot be beaten with so many in flight.
    pub ideal: Duration,
    /// The shortest delay of the scenario.
    pub shortest_delay: Duration,
    /// The least time from one request to the next, by the rate.
    pub spacing: Duration,
    /// Whether there are always pages enough to be asked for at once. Links
    /// have to be found first, and whoever was turned away waits.
    pub crowded: bool,
    /// What is wrong with it, if that is known: it is a trap.
    pub trap: Option<String>,
}

impl Expected {
    /// What a run of `driver` over `workload` has to come to, of which this is
    /// predicted.
    pub fn of(driver: &Driver, workload: &Workload, expectation: &Expectation) -> Self {
        let Expectation {
            predicted,
            unreached,
            digest,
        } = expectation;
        let unreached = *unreached;
        let in_flight = driver.in_flight(workload.concurrency);
        let lost = predicted.lost.len() as u64;
        Self {
            pages: workload.pages - lost - unreached,
            lost,
            first_lost: predicted.lost.iter().copied().take(10).collect(),
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

/// What the two clocks may differ by: the server writes the end of an answer
/// down after the client may have read it, and may be kept from the CPU
/// between the two.
const LATE_NOTE: Duration = Duration::from_millis(20);
/// A page costs at least this much CPU time, where it is not measured.
const LEAST_PAGE_NS: u64 = 50_000;
/// How far Little's law may be off.
const LITTLE: f64 = 0.05;

type Verdict = Result<(), String>;

/// Why `run` may not be believed, if so.
pub fn reject_reason(run: &Run, expected: &Expected) -> Option<String> {
    let (sample, ledger) = (&run.sample, &run.ledger);
    let rules = [
        visited(sample, expected),
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

fn visited(sample: &Sample, expected: &Expected) -> Verdict {
    if sample.errors != expected.lost {
        let first = sample
            .first_error
            .as_deref()
            .unwrap_or("it does not say which");
        let beyond = match expected.lost {
            0 => String::new(),
            lost => format!(", where {lost} could not be had"),
        };
        return Err(format!(
            "{} failed{beyond}; the first: {first}",
            pages(sample.errors)
        ));
    }
    // A worker in another language need not name them.
    if !sample.first_lost.is_empty() && sample.first_lost != expected.first_lost {
        return Err(format!(
            "lost other pages than cannot be had: {:?}, where it is {:?}",
            sample.first_lost, expected.first_lost
        ));
    }
    let found = sample.pages + sample.errors;
    if let Some(stored) = sample.stored.filter(|&stored| stored != found) {
        return Err(format!("its store has {stored} records of {found}"));
    }
    if sample.pages != expected.pages {
        return Err(format!(
            "visited {} of {} pages",
            sample.pages, expected.pages
        ));
    }
    if sample.digest != expected.digest {
        return Err("the digest of what it read is not that of the scenario".to_owned());
    }
    Ok(())
}

fn in_flight_kept(ledger: &Ledger, expected: &Expected) -> Verdict {
    // First, because what was left is in flight until the server notices.
    if ledger.clients_gone != expected.abandoned {
        let predicted = match expected.abandoned {
            0 => String::new(),
            wanted => format!(", and gives up {wanted} on this scenario"),
        };
        return Err(format!(
            "went away before {} of its answers came{predicted}",
            ledger.clients_gone
        ));
    }
    // A place is free when the client has its last byte, which may be before
    // the thread that sent it has noted that; another thread may have read the
    // next request by then.
    let unnoted = ledger.server_threads.saturating_sub(1);
    if ledger.in_flight_peak <= expected.in_flight + unnoted {
        return Ok(());
    }
    Err(format!(
        "had {} in flight, and {} is allowed",
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
            "says it took {}, but the server was at it for {}",
            milliseconds(wall),
            milliseconds(span)
        ));
    }
    Ok(())
}

/// Each request waits its turn before it is handed out. What is handed out may
/// be held up on its way to the server, and come at once with what followed: as
/// many as may be in flight, and one for the quarter of a slot that is made up
/// for. No luck of the machine brings more of them together.
fn rate_kept(ledger: &Ledger, expected: &Expected) -> Verdict {
    let in_flight = u32::try_from(expected.in_flight).unwrap_or(u32::MAX);
    let allowed = expected.spacing.saturating_mul(in_flight.saturating_add(1));
    let ahead = Duration::from_nanos(ledger.ahead_max_ns.unwrap_or_default());
    if expected.spacing.is_zero() || ahead <= allowed {
        return Ok(());
    }
    Err(format!(
        "its requests came {} ahead of the rate, and {} is what may be in flight",
        milliseconds(ahead),
        milliseconds(allowed)
    ))
}

fn asked_once(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let first = |numbers: &[u64]| numbers.first().copied().unwrap_or_default();
    if ledger.pages_missed != expected.unreached {
        let beyond = match expected.unreached {
            0 => String::new(),
            unreached => format!(", where links lead to all but {unreached}"),
        };
        return Err(format!(
            "never asked the server for {}{beyond}; the first: page {}",
            pages(ledger.pages_missed),
            first(&ledger.first_missed)
        ));
    }
    let once = expected.requests == expected.pages && !expected.open;
    if ledger.pages_repeated > 0 && once {
        return Err(format!(
            "asked the server more than once for {}; the first: page {}",
            pages(ledger.pages_repeated),
            first(&ledger.first_repeated)
        ));
    }
    if ledger.other_requests != expected.others {
        let wanted = match expected.others {
            0 => String::new(),
            wanted => format!(", and a crawl takes {wanted}"),
        };
        let plural = if ledger.other_requests == 1 { "" } else { "s" };
        return Err(format!(
            "sent {} request{plural} for what is no page{wanted}",
            ledger.other_requests
        ));
    }
    number_of_requests(sample, ledger, expected)
}

/// Each attempt ended in a page, in another attempt, or in an error; and where
/// the server turns nobody away, how many there are is known.
fn number_of_requests(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let says = sample.pages + sample.retries + sample.errors;
    if expected.open && ledger.requests != says {
        return Err(format!(
            "sent {} requests, and says {says}",
            ledger.requests
        ));
    }
    let known = ledger.requests == expected.requests;
    if !known && !expected.open {
        let (sent, wanted) = (ledger.requests, expected.requests);
        let wanted = if wanted == expected.pages {
            pages(wanted)
        } else {
            format!("a scenario that takes {wanted}")
        };
        return Err(format!("sent {sent} requests for {wanted}"));
    }
    Ok(())
}

fn connections(ledger: &Ledger, expected: &Expected) -> Verdict {
    // Without keep-alive each request has a connection of its own; a pool that
    // races opens no more than that, either.
    let allowed = expected.connections.filter(|_| !expected.pool_races);
    let allowed = allowed.unwrap_or(ledger.requests + ledger.other_requests);
    if ledger.connections <= allowed {
        return Ok(());
    }
    Err(format!(
        "opened {} connections, and {allowed} are allowed",
        ledger.connections
    ))
}

/// Held against a driver only where the delay is long enough for this machine
/// to start as many pages within it as may be in flight, and never against a
/// trap: that too few are in flight is what it is there to show.
fn in_flight_reached(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let reached = ledger.in_flight_peak >= expected.in_flight;
    if reached || expected.trap.is_some() || !could_reach(sample, ledger, expected) {
        return Ok(());
    }
    Err(format!(
        "never had {} in flight, {} at most",
        expected.in_flight, ledger.in_flight_peak
    ))
}

/// Each page costs CPU time in the driver and in the server, as this very run
/// measured. Were there one core for both, starting all that may be in flight
/// would take that much a page; the server sees them all at once only if it
/// holds the first for longer than that.
fn could_reach(sample: &Sample, ledger: &Ledger, expected: &Expected) -> bool {
    let cpu_ns = sample.cpu_ns.unwrap_or_default() + ledger.server_cpu_ns.unwrap_or_default();
    let page_ns = (cpu_ns / expected.pages.max(1)).max(LEAST_PAGE_NS);
    expected.crowded
        && !is_paced(expected)
        && expected.shortest_delay
            > Duration::from_nanos(page_ns.saturating_mul(expected.in_flight))
}

/// Whether the rate allows fewer in flight than there may be.
fn is_paced(expected: &Expected) -> bool {
    let in_flight = u32::try_from(expected.in_flight).unwrap_or(u32::MAX);
    expected.spacing * in_flight >= expected.shortest_delay && !expected.spacing.is_zero()
}

/// Little's law, N = X W: what the driver says of its pages' latency W and its
/// throughput X makes a number in flight. It is at least what the server saw
/// (a page is in flight on the wire too) and at most what is allowed.
fn little(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let wall_ns = sample.wall_ns.max(1) as f64;
    let latency_ns = sample.page_latency.mean_ns as f64;
    let says = latency_ns * sample.pages as f64 / wall_ns;
    let most = expected.in_flight as f64 * (1.0 + LITTLE);
    let late_note = LATE_NOTE.as_nanos() as f64;
    let held_ns = ledger.held_mean_ns as f64;
    if says > most {
        return Err(format!(
            "its latencies make {says:.1} in flight by Little's law, and {} is allowed",
            expected.in_flight
        ));
    }
    // Each place may have been written down late once.
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

fn pages(count: u64) -> String {
    if count == 1 {
        "1 page".to_owned()
    } else {
        format!("{count} pages")
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests;
