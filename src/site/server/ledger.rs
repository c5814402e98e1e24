//! Reading the counts of a window into a [`Ledger`].

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use super::clock;
use super::counter::Counter;
use super::counters::Counters;
use super::histogram::quantile;
use super::rate_meter::RateMeter;
use super::window::Window;
use crate::measure::sample::Ledger;

/// How many page numbers a ledger names before it only counts them.
const NAMED: usize = 10;

/// What was seen since the reset. `connections_open` is handed in, because
/// connections outlive windows.
pub(super) fn read(window: &Window, connections_open: u64) -> Ledger {
    let sums = Sums(&window.counters);
    let requests = sums.of(|counters| &counters.requests);
    let answers = sums.of(|counters| &counters.answers);
    let missed = pages_where(&window.page_requests, |requests| requests == 0);
    let repeated = pages_where(&window.page_requests, |requests| requests > 1);
    let late_max_ns = sums.most(|counters| &counters.late_max_ns);
    let late_p99_ns = quantile(&window.counters.iter().map(|counters| &counters.late), 0.99);
    Ledger {
        requests,
        answers,
        connections: sums.of(|counters| &counters.connections),
        connections_open,
        bytes_sent: sums.of(|counters| &counters.bytes_sent),
        in_flight_peak: window.in_flight_peak.load(Relaxed),
        in_flight_mean: in_flight_mean(window, &sums),
        span_ns: since_first(&sums, |counters| &counters.last_written_ns),
        heads_span_ns: since_first(&sums, |counters| &counters.last_read_ns),
        held_mean_ns: mean(sums.of(|counters| &counters.held_sum_ns), answers),
        delay_mean_ns: mean(sums.of(|counters| &counters.delay_sum_ns), requests),
        late_mean_ns: mean(sums.of(|counters| &counters.late_sum_ns), answers),
        // A bucket's upper end may lie above the latest answer of all.
        late_p99_ns: late_p99_ns.unwrap_or_default().min(late_max_ns),
        late_max_ns,
        faults: faults(window, &sums),
        queued: sums.of(|counters| &counters.queued),
        queue_wait_mean_ns: mean(
            sums.of(|counters| &counters.queue_wait_sum_ns),
            sums.of(|counters| &counters.queue_waits),
        ),
        rejected: sums.of(|counters| &counters.rejected),
        rate_limited: sums.of(|counters| &counters.rate_limited),
        ahead_max_ns: window.rate_meter.as_ref().map(RateMeter::ahead_max_ns),
        clients_gone: sums.of(|counters| &counters.clients_gone),
        pages_missed: missed.0,
        first_missed: missed.1,
        pages_repeated: repeated.0,
        first_repeated: repeated.1,
        other_requests: sums.of(|counters| &counters.other_requests),
        refused_requests: sums.of(|counters| &counters.refused_requests),
        head_requests: sums.of(|counters| &counters.head_requests),
        pages_sent: Some(sums.of(|counters| &counters.pages_sent)),
        due_span_ns: Some(since_first(&sums, |counters| &counters.last_due_ns)),
        first_read_at_ns: sums.first_read_ns().map(|ns| window.reset_at_ns + ns),
        delay_min_ns: sums.least(|counters| &counters.delay_min_plus_one_ns),
        delay_max_ns: Some(sums.most(|counters| &counters.delay_max_ns)),
        window: Some(window.number),
        scenario_fingerprint: Some(window.scenario.fingerprint()),
        server_cpu_ns: clock::cpu_ns()
            .zip(window.cpu_at_reset_ns)
            .map(|(now, then)| now.saturating_sub(then)),
        server_threads: window.counters.len() as u64,
        request_head: window.request_head.get().cloned(),
    }
}

/// How many requests met each kind of fault, without those that nobody met.
fn faults(window: &Window, sums: &Sums<'_>) -> BTreeMap<String, u64> {
    let kinds = window.scenario.faults.kinds().enumerate();
    let counts = kinds.map(|(n, fault)| (fault.word(), sums.of(|counters| &counters.faults[n])));
    counts.filter(|&(_, count)| count > 0).collect()
}

struct Sums<'a>(&'a [Counters]);

impl Sums<'_> {
    fn of(&self, counter: impl Fn(&Counters) -> &Counter) -> u64 {
        self.0
            .iter()
            .fold(0, |sum, counters| sum.wrapping_add(counter(counters).get()))
    }

    fn most(&self, counter: impl Fn(&Counters) -> &Counter) -> u64 {
        self.0
            .iter()
            .map(|counters| counter(counters).get())
            .max()
            .unwrap_or_default()
    }

    /// When the first request was read, since the reset.
    fn first_read_ns(&self) -> Option<u64> {
        self.least(|counters| &counters.first_read_plus_one_ns)
    }

    /// The least of counters that hold one more than they mean, and 0 for
    /// nothing.
    fn least(&self, counter: impl Fn(&Counters) -> &Counter) -> Option<u64> {
        let values = self.0.iter().map(|counters| counter(counters).get());
        values
            .filter(|&value| value > 0)
            .min()
            .map(|value| value - 1)
    }
}

fn mean(sum: u64, count: u64) -> u64 {
    sum.checked_div(count).unwrap_or_default()
}

/// From the head of the first request to the latest of these moments.
fn since_first(sums: &Sums<'_>, moment: impl Fn(&Counters) -> &Counter) -> u64 {
    sums.most(moment)
        .saturating_sub(sums.first_read_ns().unwrap_or_default())
}

/// The time integral of the requests in flight, over the time it was taken.
///
/// The integral needs no clock reading of its own: it is the sum over all
/// requests of (end - begin). Requests that still wait end now, and a client
/// that went away ended its request when it went; both may be after the last
/// answer, so the mean is taken up to there.
fn in_flight_mean(window: &Window, sums: &Sums<'_>) -> f64 {
    let waiting = window.waiting();
    let end_ns = match waiting {
        0 => sums.most(|counters| &counters.last_ended_ns),
        _ => clock::now_ns() - window.reset_at_ns,
    };
    let Some(first_ns) = sums.first_read_ns().filter(|&first| first < end_ns) else {
        return 0.0;
    };
    let integral_ns = sums
        .of(|counters| &counters.ended_at_sum_ns)
        .wrapping_add(waiting.wrapping_mul(end_ns))
        .wrapping_sub(sums.of(|counters| &counters.read_at_sum_ns));
    integral_ns as f64 / (end_ns - first_ns) as f64
}

fn pages_where(page_requests: &[AtomicU32], holds: impl Fn(u32) -> bool) -> (u64, Vec<u64>) {
    let matching = (0_u64..)
        .zip(page_requests)
        .filter(|(_, n)| holds(n.load(Relaxed)));
    let count = matching.clone().count() as u64;
    (count, matching.map(|(page, _)| page).take(NAMED).collect())
}
