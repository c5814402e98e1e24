//! Stop: nothing starts after it, nothing is abandoned, and the program does not
//! end before it.
//!
//! The stop comes `stop_after` after the first request or a little earlier: a
//! worker counts from its own start, which the server cannot see. A request
//! within the slack may have left before the stop. A program that ignores the
//! stop cannot send one that early, because it waits for the pages of its round
//! (`list.rs`).

use std::time::Duration;

use super::{Finding, words};
use crate::measure::event_log::{End, Request};
use crate::measure::sample::Sample;
use crate::teach::exercise::Shape;
use crate::teach::exercise::time::nanoseconds;

const SLACK: Duration = Duration::from_millis(100);

/// Requests that started after the stop.
pub(super) fn begun_after(requests: &[Request], shape: &Shape) -> Option<Finding> {
    let stop_ns = stop_ns(requests, shape)?;
    let last_ns = stop_ns + nanoseconds(SLACK);
    let after: Vec<&Request> = requests
        .iter()
        .filter(|request| request.read_ns > last_ns)
        .collect();
    let first_ns = after.iter().map(|request| request.read_ns).min()?;
    let sentence = format!(
        "the stop came at {}, but {} started after it, the first at {} ({})",
        words::at(stop_ns),
        words::count(after.len(), "request"),
        words::at(first_ns),
        words::pages(after.iter().map(|request| request.page).collect())
    );
    Some(Finding::at(sentence, after))
}

/// The program ended before the stop.
pub(super) fn ended_before(
    requests: &[Request],
    sample: &Sample,
    shape: &Shape,
) -> Option<Finding> {
    let after_ns = nanoseconds(shape.stop_after?);
    let left = shape.pages.saturating_sub(requests.len() as u64);
    let is_early = sample.wall_ns < after_ns && left > 0;
    let sentence = format!(
        "the program ended after {} with {left} pages left, before the stop at {}",
        words::at(sample.wall_ns),
        words::at(after_ns)
    );
    is_early.then(|| Finding::of(sentence))
}

/// Requests whose client went away before the answer.
pub(super) fn abandoned(requests: &[Request]) -> Option<Finding> {
    let abandoned: Vec<&Request> = requests
        .iter()
        .filter(|request| request.end == End::Abandoned)
        .collect();
    let first_ns = abandoned.iter().map(|request| request.ended_ns).min()?;
    let sentence = format!(
        "{} {} abandoned before the answer, the first at {} ({})",
        words::count(abandoned.len(), "request"),
        words::was(abandoned.len()),
        words::at(first_ns),
        words::pages(abandoned.iter().map(|request| request.page).collect())
    );
    Some(Finding::at(sentence, abandoned))
}

/// The latest possible time of the stop in the log.
fn stop_ns(requests: &[Request], shape: &Shape) -> Option<u64> {
    let first_ns = requests.iter().map(|request| request.read_ns).min()?;
    Some(first_ns + nanoseconds(shape.stop_after?))
}
