//! The number of requests in flight.

use std::collections::BTreeSet;

use super::{Problem, words};
use crate::measure::event_log::Request;

/// The first moment with the most requests in flight.
#[derive(Debug, Default, PartialEq, Eq)]
struct Peak {
    in_flight: usize,
    /// Their indexes in the list of requests.
    requests: Vec<usize>,
    from_ns: u64,
    to_ns: u64,
}

/// More than `most` requests in flight.
pub(super) fn too_many(requests: &[Request], most: usize) -> Option<Problem> {
    let peak = peak(requests);
    if peak.in_flight <= most {
        return None;
    }
    let pages: Vec<u64> = peak.requests.iter().map(|&at| requests[at].page).collect();
    let sentence = format!(
        "expected at most {most} in flight, saw {} {} ({})",
        peak.in_flight,
        words::between(peak.from_ns, peak.to_ns),
        words::pages(pages.clone())
    );
    Some(Problem::between(sentence, pages, peak.from_ns, peak.to_ns))
}

/// Fewer than `wanted` requests in flight.
pub(super) fn too_few(requests: &[Request], wanted: usize) -> Option<Problem> {
    let seen = peak(requests).in_flight;
    let sentence = match seen {
        1 => format!(
            "expected {wanted} in flight, never saw more than 1: each page was requested after the \
             one before it had arrived"
        ),
        _ => format!("expected {wanted} in flight, never saw more than {seen}"),
    };
    (seen < wanted).then(|| Problem::of(sentence))
}

/// Goes through all starts and ends in the order of time. Ends come before starts
/// at the same moment, because a request may start when another one ends.
fn peak(requests: &[Request]) -> Peak {
    let mut peak = Peak::default();
    let mut in_flight = BTreeSet::new();
    for (at_ns, begins, request) in steps(requests) {
        if begins {
            in_flight.insert(request);
            if in_flight.len() > peak.in_flight {
                peak = Peak {
                    in_flight: in_flight.len(),
                    requests: in_flight.iter().copied().collect(),
                    from_ns: at_ns,
                    to_ns: 0,
                };
            }
        } else {
            if in_flight.len() == peak.in_flight && peak.to_ns == 0 {
                peak.to_ns = at_ns;
            }
            in_flight.remove(&request);
        }
    }
    peak
}

/// The starts (`true`) and ends of requests. A request that took no time was not
/// in flight.
fn steps(requests: &[Request]) -> Vec<(u64, bool, usize)> {
    let took_time = |(_, request): &(usize, &Request)| request.read_ns < request.ended_ns;
    let mut steps: Vec<(u64, bool, usize)> = requests
        .iter()
        .enumerate()
        .filter(took_time)
        .flat_map(|(at, request)| [(request.read_ns, true, at), (request.ended_ns, false, at)])
        .collect();
    steps.sort_unstable();
    steps
}
