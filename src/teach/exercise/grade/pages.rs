//! Each page is requested once, and nothing else.

use std::collections::BTreeMap;

use super::{Problem, words};
use crate::measure::event_log::Request;
use crate::measure::sample::Ledger;
use crate::teach::exercise::Requirements;

/// Pages that were requested more than once.
pub(super) fn repeated(requests: &[Request]) -> Option<Problem> {
    let mut times: BTreeMap<u64, usize> = BTreeMap::new();
    // The second request for a page and all that follow it.
    let again: Vec<&Request> = requests
        .iter()
        .filter(|request| {
            let times = times.entry(request.page).or_default();
            *times += 1;
            *times > 1
        })
        .collect();
    times.retain(|_, times| *times > 1);
    let (page, most) = times.iter().max_by_key(|(_, times)| **times)?;
    let sentence = match times.len() {
        1 => format!("expected each page once, but page {page} was requested {most} times"),
        several => format!(
            "expected each page once, but {several} were requested up to {most} times ({})",
            words::pages(times.keys().copied().collect())
        ),
    };
    Some(Problem::at(sentence, again))
}

/// Pages that were never requested, unless there was a stop.
pub(super) fn missed(requests: &[Request], requirements: &Requirements) -> Option<Problem> {
    if requirements.stop_after.is_some() {
        return None;
    }
    let asked = |page: &u64| requests.iter().any(|request| request.page == *page);
    let missed: Vec<u64> = (0..requirements.pages)
        .filter(|page| !asked(page))
        .collect();
    let was = words::was(missed.len());
    let sentence = format!("{} {was} never requested", words::pages(missed.clone()));
    (!missed.is_empty()).then(|| Problem::of(sentence))
}

/// Requests for other paths than pages of the scenario.
pub(super) fn others(ledger: &Ledger, pages: u64) -> Option<Problem> {
    let others = usize::try_from(ledger.other_requests).unwrap_or(usize::MAX);
    let sentence = format!(
        "{} {} not for a page: the pages are 0 to {}",
        words::count(others, "request"),
        words::was(others),
        pages - 1
    );
    (others > 0).then(|| Problem::of(sentence))
}
