//! Stopping: nothing more is begun, nothing is thrown away, and nobody ends
//! before he is told.
//!
//! The stop is so long after the first request, or a little earlier: a worker
//! counts from its own beginning, and the server cannot see that. What is begun
//! within the slack may have left before. Nobody who ignores the stop can come
//! that early: by then he waits for the pages of his round (`list.rs`).

use std::time::Duration;

use super::{Finding, words};
use crate::measure::event_log::{End, Request};
use crate::measure::sample::Sample;
use crate::teach::exercise::Shape;
use crate::teach::exercise::check::nanoseconds;

const SLACK: Duration = Duration::from_millis(100);

/// Requests that were begun after the stop.
pub(super) fn begun_after(requests: &[Request], shape: &Shape) -> Option<Finding> {
    let stop_ns = stop_ns(requests, shape)?;
    let last_ns = stop_ns + nanoseconds(SLACK);
    let after: Vec<&Request> = requests
        .iter()
        .filter(|request| request.read_ns > last_ns)
        .collect();
    let first_ns = after.iter().map(|request| request.read_ns).min()?;
    let sentence = format!(
        "the stop came at {}, and {} {} begun after it, the first at {} ({})",
        words::at(stop_ns),
        words::count(after.len(), "request"),
        words::was(after.len()),
        words::at(first_ns),
        words::pages(after.iter().map(|request| request.page).collect())
    );
    Some(Finding::at(sentence, after))
}

/// It ended without being told to.
pub(super) fn ended_before(
    requests: &[Request],
    sample: &Sample,
    shape: &Shape,
) -> Option<Finding> {
    let after_ns = nanoseconds(shape.stop_after?);
    let left = shape.pages.saturating_sub(requests.len() as u64);
    let is_early = sample.wall_ns < after_ns && left > 0;
    let sentence = format!(
        "it ended after {}, with {left} pages left, and the stop was to come at {}",
        words::at(sample.wall_ns),
        words::at(after_ns)
    );
    is_early.then(|| Finding::of(sentence))
}

/// Requests whose client went away before it had its answer.
pub(super) fn abandoned(requests: &[Request]) -> Option<Finding> {
    let abandoned: Vec<&Request> = requests
        .iter()
        .filter(|request| request.end == End::Abandoned)
        .collect();
    let first_ns = abandoned.iter().map(|request| request.ended_ns).min()?;
    let sentence = format!(
        "{} {} abandoned before the answer came, the first at {} ({})",
        words::count(abandoned.len(), "request"),
        words::was(abandoned.len()),
        words::at(first_ns),
        words::pages(abandoned.iter().map(|request| request.page).collect())
    );
    Some(Finding::at(sentence, abandoned))
}

/// When the stop came at the latest, as the log counts.
fn stop_ns(requests: &[Request], shape: &Shape) -> Option<u64> {
    let first_ns = requests.iter().map(|request| request.read_ns).min()?;
    Some(first_ns + nanoseconds(shape.stop_after?))
}
