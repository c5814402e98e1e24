//! What a driver says that it read, compared with the pages as generated.

use super::{Expected, Verdict};
use crate::fmt::plural;
use crate::measure::sample::{Ledger, Sample};
use crate::site::page::PAGE_BYTES;

pub(super) fn fetched(sample: &Sample, expected: &Expected) -> Verdict {
    if sample.errors != expected.failing {
        let first = sample.first_error.as_deref().unwrap_or("not named");
        let beyond = match expected.failing {
            0 => String::new(),
            failing => format!("; expected {failing} to fail"),
        };
        return Err(format!(
            "{} failed{beyond}; the first: {first}",
            plural(sample.errors, "page")
        ));
    }
    // A worker in another language may leave them out.
    if !sample.first_lost.is_empty() && sample.first_lost != expected.first_failing {
        return Err(format!(
            "the wrong pages failed: {:?}; expected {:?}",
            sample.first_lost, expected.first_failing
        ));
    }
    let found = sample.pages.saturating_add(sample.errors);
    if let Some(stored) = sample.stored.filter(|&stored| stored != found) {
        return Err(format!("its store has {stored} of {found} records"));
    }
    if sample.pages != expected.pages {
        return Err(format!(
            "visited {} of {} pages",
            sample.pages, expected.pages
        ));
    }
    if sample.digest != expected.digest {
        return Err("the digest of the bytes it read differs from that of the scenario".to_owned());
    }
    let bytes = sample.pages * PAGE_BYTES as u64;
    if sample.bytes != bytes {
        return Err(format!(
            "says it read {} bytes of {}, which have {bytes}",
            sample.bytes,
            plural(sample.pages, "page")
        ));
    }
    if sample.titles != expected.titles {
        return Err(format!(
            "says it read {} from pages that have {}",
            plural(sample.titles, "title"),
            expected.titles
        ));
    }
    Ok(())
}

/// The server has sent every page that was visited, whole and once, and nothing
/// else of its size.
pub(super) fn sent(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    if ledger.head_requests > 0 {
        return Err(format!(
            "sent {} by HEAD, whose answers have no body",
            plural(ledger.head_requests, "request")
        ));
    }
    if let Some(whole) = ledger.pages_sent.filter(|&whole| whole != sample.pages) {
        return Err(format!(
            "says it read {}, but the server sent {whole} to the last byte",
            plural(sample.pages, "page")
        ));
    }
    // Answers to requests that fail on purpose have bodies, too.
    let sent = ledger.bytes_sent;
    if sent < sample.bytes || (expected.faultless && sent > sample.bytes) {
        return Err(format!(
            "says it read {} bytes, but the server sent {sent}",
            sample.bytes
        ));
    }
    Ok(())
}
