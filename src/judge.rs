//! Whether a run may be believed: the driver's account held against the
//! server's ledger and against what is possible. Pure functions.
//!
//! The first rule that fails is the reason that the row is refused for. None
//! of them depends on how fast or how quiet the machine is, but the one that
//! says so.

use std::time::Duration;

use crate::drivers::Driver;
use crate::report::DriverReport;
use crate::sample::{Ledger, Run, SERVER_BOUND, Sample};
use crate::stats::median;
use crate::workload::{Foreseen, Workload};

/// What a run of one driver has to come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// So many pages, each once.
    pub pages: u64,
    /// Pages that nobody can have, because every attempt at them fails.
    pub lost: u64,
    /// Requests for all of them, those included that fail on purpose.
    pub requests: u64,
    /// At most this many in flight, and this many reached.
    pub in_flight: u64,
    /// At most this many connections.
    pub connections: u64,
    /// More connections than that are flagged, not refused.
    pub pool_races: bool,
    /// The digest of all pages as the generator made them.
    pub digest: String,
    /// The wall time that cannot be beaten with so many in flight.
    pub ideal: Duration,
    /// The shortest delay of the course.
    pub shortest_delay: Duration,
    /// The least time from one request to the next, by the rate.
    pub spacing: Duration,
}

impl Expected {
    /// What a run of `driver` over `workload` has to come to, of which this is
    /// foreseen and whose pages, as they were made, have this digest.
    pub fn of(driver: &Driver, workload: &Workload, foreseen: &Foreseen, digest: u64) -> Self {
        let in_flight = driver.in_flight(workload.concurrency);
        let lost = foreseen.lost.len() as u64;
        Self {
            pages: workload.pages - lost,
            lost,
            requests: foreseen.requests,
            in_flight: in_flight as u64,
            connections: if driver.model.keep_alive {
                in_flight as u64 + foreseen.cuts
            } else {
                foreseen.requests
            },
            pool_races: driver.client.pool_races,
            digest: format!("{digest:016x}"),
            ideal: foreseen.ideal(in_flight),
            shortest_delay: foreseen.shortest_delay(),
            spacing: workload.manners(0).spacing(),
        }
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
pub fn refuse(run: &Run, expected: &Expected) -> Option<String> {
    let (sample, ledger) = (&run.sample, &run.ledger);
    let rules = [
        visited(sample, expected),
        in_flight_kept(ledger, expected),
        possible(sample, ledger, expected),
        asked_once(ledger, expected),
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
    if sample.pages != expected.pages {
        return Err(format!(
            "visited {} of {} pages",
            sample.pages, expected.pages
        ));
    }
    if sample.digest != expected.digest {
        return Err("the digest of what it read is not that of the course".to_owned());
    }
    Ok(())
}

fn in_flight_kept(ledger: &Ledger, expected: &Expected) -> Verdict {
    // First, because what was left is in flight until the server notices.
    if ledger.clients_gone > 0 {
        return Err(format!(
            "went away before {} of its answers came",
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

fn asked_once(ledger: &Ledger, expected: &Expected) -> Verdict {
    let first = |numbers: &[u64]| numbers.first().copied().unwrap_or_default();
    if ledger.pages_missed > 0 {
        return Err(format!(
            "never asked the server for {}; the first: page {}",
            pages(ledger.pages_missed),
            first(&ledger.first_missed)
        ));
    }
    if ledger.pages_repeated > 0 && expected.requests == expected.pages {
        return Err(format!(
            "asked the server more than once for {}; the first: page {}",
            pages(ledger.pages_repeated),
            first(&ledger.first_repeated)
        ));
    }
    if ledger.other_requests > 0 {
        return Err(format!(
            "sent {} requests for what is no page",
            ledger.other_requests
        ));
    }
    if ledger.requests != expected.requests {
        let (sent, wanted) = (ledger.requests, expected.requests);
        let wanted = if wanted == expected.pages {
            pages(wanted)
        } else {
            format!("a course that takes {wanted}")
        };
        return Err(format!("sent {sent} requests for {wanted}"));
    }
    Ok(())
}

fn connections(ledger: &Ledger, expected: &Expected) -> Verdict {
    // A pool that races may open a connection a page at the very most.
    let allowed = if expected.pool_races {
        expected.requests
    } else {
        expected.connections
    };
    if ledger.connections <= allowed {
        return Ok(());
    }
    Err(format!(
        "opened {} connections, and {allowed} are allowed",
        ledger.connections
    ))
}

/// Held against a driver only where the delay is long enough for this machine
/// to start as many pages within it as may be in flight.
fn in_flight_reached(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    if ledger.in_flight_peak >= expected.in_flight || !could_reach(sample, ledger, expected) {
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
    !is_paced(expected)
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

/// The server wrote its answers over this share of their delay late.
const SERVER_LATE: f64 = 0.01;
/// Others used over this share of the machine.
const NOISY: f64 = 0.05;

/// What a reader should know about a row that stands.
pub fn flags(row: &DriverReport, expected: &Expected) -> Vec<String> {
    let of = |share: fn(&Run) -> Option<f64>| -> Option<f64> {
        median(&row.samples.iter().filter_map(share).collect::<Vec<_>>())
    };
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let mut flags = Vec::new();
    if let Some(share) = of(Run::server_share).filter(|&share| share > SERVER_BOUND) {
        flags.push(format!(
            "server-bound: the server used {} of the CPU it has",
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
    if let Some(least) = fewer_in_flight(row, expected) {
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
    if most > expected.connections {
        flags.push(format!(
            "surplus connections ({most} for {})",
            expected.connections
        ));
    }
    flags
}

/// The smallest peak of any run, where there is latency and some run never had
/// as many in flight as it may: the machine could not start that many in time.
fn fewer_in_flight(row: &DriverReport, expected: &Expected) -> Option<u64> {
    let peaks = row.samples.iter().map(|run| run.ledger.in_flight_peak);
    let least = peaks.min().filter(|&least| least < expected.in_flight);
    least.filter(|_| expected.shortest_delay > Duration::ZERO && !is_paced(expected))
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

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: u64 = 1_000_000;

    fn expected() -> Expected {
        Expected {
            pages: 200,
            lost: 0,
            requests: 200,
            in_flight: 20,
            connections: 20,
            pool_races: false,
            digest: "d".to_owned(),
            ideal: Duration::from_millis(200),
            shortest_delay: Duration::from_millis(20),
            spacing: Duration::ZERO,
        }
    }

    fn honest() -> Run {
        let mut run = Run::default();
        run.sample.wall_ns = 205 * MILLISECOND;
        run.sample.pages = 200;
        run.sample.digest = "d".to_owned();
        run.sample.page_latency.mean_ns = 20_400_000;
        run.ledger.requests = 200;
        run.ledger.connections = 20;
        run.ledger.in_flight_peak = 20;
        run.ledger.in_flight_mean = 19.7;
        run.ledger.span_ns = 204 * MILLISECOND;
        run.ledger.held_mean_ns = 20_100_000;
        run.ledger.delay_mean_ns = 20 * MILLISECOND;
        run.ledger.server_threads = 1;
        run
    }

    /// A lie told by an otherwise honest run, and a word of the reason.
    type Lie = (fn(&mut Run), &'static str);

    #[test]
    fn an_honest_run_stands() {
        assert_eq!(refuse(&honest(), &expected()), None);
    }

    #[test]
    fn every_lie_is_refused_for_its_own_reason() {
        let lies: [Lie; 16] = [
            (|run| run.sample.errors = 1, "1 page failed"),
            (|run| run.sample.pages = 199, "visited 199 of 200"),
            (|run| run.sample.digest = "e".to_owned(), "digest"),
            (|run| run.ledger.in_flight_peak = 21, "had 21 in flight"),
            (
                |run| run.sample.wall_ns = 199 * MILLISECOND,
                "below the ideal",
            ),
            (
                |run| run.ledger.heads_span_ns = 206 * MILLISECOND,
                "its requests came over 206.0 ms",
            ),
            (
                |run| run.ledger.span_ns = 300 * MILLISECOND,
                "server was at it for 300.0 ms",
            ),
            (
                |run| run.ledger.pages_missed = 2,
                "never asked the server for 2 pages",
            ),
            (
                |run| run.ledger.pages_repeated = 1,
                "more than once for 1 page",
            ),
            (|run| run.ledger.other_requests = 3, "no page"),
            (
                |run| run.ledger.requests = 190,
                "sent 190 requests for 200 pages",
            ),
            (|run| run.ledger.clients_gone = 1, "went away before 1"),
            (|run| run.ledger.connections = 21, "opened 21 connections"),
            (
                |run| run.ledger.in_flight_peak = 19,
                "never had 20 in flight, 19 at most",
            ),
            (
                |run| run.sample.page_latency.mean_ns = 30 * MILLISECOND,
                "Little",
            ),
            (
                |run| run.sample.page_latency.mean_ns = 2 * MILLISECOND,
                "the server held it",
            ),
        ];
        for (lie, word) in lies {
            let mut run = honest();
            lie(&mut run);
            let reason = refuse(&run, &expected()).unwrap_or_default();
            assert!(reason.contains(word), "{reason:?} should say {word:?}");
        }
    }

    #[test]
    fn a_server_without_latency_is_not_expected_to_see_them_all_at_once() {
        let mut run = honest();
        run.ledger.in_flight_peak = 1;
        let expected = Expected {
            shortest_delay: Duration::ZERO,
            ..expected()
        };
        assert_eq!(refuse(&run, &expected), None);
    }

    #[test]
    fn a_rate_that_allows_fewer_in_flight_is_no_fault_of_the_driver() {
        let mut run = honest();
        run.ledger.in_flight_peak = 4;
        let expected = Expected {
            spacing: Duration::from_millis(5),
            ..expected()
        };
        assert_eq!(refuse(&run, &expected), None);
        assert!(flags(&row(run), &expected).is_empty());
    }

    #[test]
    fn a_driver_too_dear_to_be_started_in_time_is_flagged_and_not_refused() {
        let mut run = honest();
        run.ledger.in_flight_peak = 17;
        // 20 pages of 1.1 ms do not fit into 20 ms.
        run.sample.cpu_ns = Some(200 * 1_100_000);
        assert_eq!(refuse(&run, &expected()), None);
        assert!(flags(&row(run), &expected())[0].starts_with("not full: 17 of 20"));
    }

    #[test]
    fn a_course_with_faults_takes_its_own_number_of_requests_and_loses_its_own_pages() {
        let expected = Expected {
            pages: 197,
            lost: 3,
            requests: 220,
            ..expected()
        };
        let mut run = honest();
        run.sample.pages = 197;
        run.sample.errors = 3;
        run.ledger.requests = 220;
        run.ledger.pages_repeated = 12;
        assert_eq!(refuse(&run, &expected), None);
        run.ledger.requests = 221;
        let reason = refuse(&run, &expected).unwrap_or_default();
        assert!(reason.contains("221 requests for a course that takes 220"));
        run.sample.errors = 2;
        let reason = refuse(&run, &expected).unwrap_or_default();
        assert!(reason.contains("2 pages failed, where 3 could not be had"));
    }

    #[test]
    fn a_pool_that_races_is_flagged_for_its_surplus_and_not_refused() {
        let mut run = honest();
        run.ledger.connections = 22;
        let expected = Expected {
            pool_races: true,
            ..expected()
        };
        assert_eq!(refuse(&run, &expected), None);
        assert!(flags(&row(run), &expected)[0].contains("22 for 20"));
    }

    #[test]
    fn a_busy_server_a_late_server_and_a_neighbour_are_flagged() {
        let mut run = honest();
        assert!(flags(&row(run.clone()), &expected()).is_empty());
        run.ledger.server_cpu_ns = Some(190 * MILLISECOND);
        run.ledger.late_mean_ns = MILLISECOND;
        run.noise.others_share = Some(0.4);
        run.noise.steal_share = Some(0.1);
        let flags = flags(&row(run), &expected());
        for word in [
            "server-bound",
            "server-late",
            "other programs used 40 %",
            "hypervisor",
        ] {
            assert!(
                flags.iter().any(|flag| flag.contains(word)),
                "{flags:?} say {word}"
            );
        }
    }

    fn row(run: Run) -> DriverReport {
        DriverReport {
            name: "m/c".to_owned(),
            model: "m".to_owned(),
            client: "c".to_owned(),
            status: crate::report::Status::Ok,
            reason: None,
            flags: Vec::new(),
            samples: vec![run],
            heap: None,
            summary: None,
        }
    }
}
