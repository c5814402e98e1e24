//! Stop: nothing starts after it, nothing is abandoned, and the program does not
//! end before it.
//!
//! The stop comes `stop_after` after the first request or a little earlier: a
//! worker counts from its own start, which the server cannot see. A request
//! within the slack may have left before the stop. A program that ignores the
//! stop cannot send one that early, because it waits for the pages of its round
//! (`list.rs`).

use std::time::Duration;

use super::{Problem, words};
use crate::measure::event_log::{End, Request};
use crate::measure::sample::Sample;
use crate::teach::exercise::Requirements;
use crate::teach::exercise::time::nanoseconds;

const SLACK: Duration = Duration::from_millis(100);

/// Requests that started after the stop.
pub(super) fn begun_after(requests: &[Request], requirements: &Requirements) -> Option<Problem> {
    let stop_ns = stop_ns(requests, requirements)?;
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
    Some(Problem::at(sentence, after))
}

/// The program ended before the stop.
pub(super) fn ended_before(
    requests: &[Request],
    sample: &Sample,
    requirements: &Requirements,
) -> Option<Problem> {
    let after_ns = nanoseconds(requirements.stop_after?);
    let left = requirements.pages.saturating_sub(requests.len() as u64);
    let is_early = sample.wall_ns < after_ns && left > 0;
    let sentence = format!(
        "the program ended after {} with {left} pages left, before the stop at {}",
        words::at(sample.wall_ns),
        words::at(after_ns)
    );
    is_early.then(|| Problem::of(sentence))
}

/// Requests whose client went away before the answer.
pub(super) fn abandoned(requests: &[Request]) -> Option<Problem> {
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
    Some(Problem::at(sentence, abandoned))
}

/// The latest possible time of the stop in the log.
fn stop_ns(requests: &[Request], requirements: &Requirements) -> Option<u64> {
    let first_ns = requests.iter().map(|request| request.read_ns).min()?;
    Some(first_ns + nanoseconds(requirements.stop_after?))
}
