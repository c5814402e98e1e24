//! What the server sent is in the account, and nothing else.

use super::{Finding, words};
use crate::measure::event_log::{End, Request};
use crate::measure::sample::Sample;
use crate::site::page::{self, Reading};

/// The account and what the server sent are not the same.
pub(super) fn incomplete(requests: &[Request], sample: &Sample) -> Option<Finding> {
    let sent: Vec<u64> = requests
        .iter()
        .filter(|request| request.end == End::Sent)
        .map(|request| request.page)
        .collect();
    let had = usize::try_from(sample.pages).unwrap_or(usize::MAX);
    let sentence = if had != sent.len() {
        let why = sample.first_error.as_deref();
        let why = why.map_or_else(String::new, |why| format!("; it says: {why}"));
        let pages = words::count(sent.len(), "page");
        format!("the server sent {pages}, and {had} are in the account{why}")
    } else if sample.errors > 0 {
        let why = sample
            .first_error
            .as_deref()
            .unwrap_or("it does not say why");
        format!(
            "{} failed: {why}",
            words::count(amount(sample.errors), "page")
        )
    } else if sample.digest != digest(&sent) {
        "the account has as many pages as the server sent, and they are not the same: its digest \
         is another"
            .to_owned()
    } else {
        return None;
    };
    Some(Finding::of(sentence))
}

fn amount(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The digest of whoever has these pages and reads nothing from them.
pub(super) fn digest(pages: &[u64]) -> String {
    let digest = |&page: &u64| {
        let hash = page::verify(page, &page::build(page)).expect("it has just been made");
        page::digest(page, hash, &Reading::default())
    };
    let sum = pages.iter().map(digest).fold(0, u64::wrapping_add);
    format!("{sum:016x}")
}
