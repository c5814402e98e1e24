//! The results contain exactly the pages that the server sent.

use super::{Problem, words};
use crate::measure::event_log::{End, Request};
use crate::measure::sample::Sample;
use crate::site::page::{self, Reading};

/// The results differ from the pages that the server sent.
pub(super) fn incomplete(requests: &[Request], sample: &Sample) -> Option<Problem> {
    let sent: Vec<u64> = requests
        .iter()
        .filter(|request| request.end == End::Sent)
        .map(|request| request.page)
        .collect();
    let recorded = usize::try_from(sample.pages).unwrap_or(usize::MAX);
    let sentence = if recorded != sent.len() {
        let why = sample.first_error.as_deref();
        let why = why.map_or_else(String::new, |why| format!("; its error: {why}"));
        let pages = words::count(sent.len(), "page");
        format!("the server sent {pages}, but {recorded} are in the results{why}")
    } else if sample.errors > 0 {
        let why = sample
            .first_error
            .as_deref()
            .unwrap_or("without an error message");
        format!(
            "{} failed: {why}",
            words::count(amount(sample.errors), "page")
        )
    } else if sample.digest != digest(&sent) {
        "the results have the right number of pages, but not the right pages: the digest differs"
            .to_owned()
    } else {
        return None;
    };
    Some(Problem::of(sentence))
}

fn amount(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The digest of these pages without parsed data.
pub(super) fn digest(pages: &[u64]) -> String {
    let digest = |&page: &u64| {
        let hash = page::verify(page, &page::build(page)).expect("a valid page");
        page::digest(page, hash, &Reading::default())
    };
    let sum = pages.iter().map(digest).fold(0, u64::wrapping_add);
    format!("{sum:016x}")
}
