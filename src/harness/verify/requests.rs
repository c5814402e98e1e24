//! What a driver asked the server for: each page once, nothing else, on no more
//! connections than it needs.

use super::{Expected, Verdict};
use crate::fmt::plural;
use crate::measure::sample::{Ledger, Run, Sample};

pub(super) fn asked_once(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let first = |numbers: &[u64]| numbers.first().copied().unwrap_or_default();
    if ledger.pages_missed != expected.unreached {
        let beyond = match expected.unreached {
            0 => String::new(),
            unreached => format!("; expected {unreached} that no link leads to"),
        };
        return Err(format!(
            "never requested {}{beyond}; the first: page {}",
            plural(ledger.pages_missed, "page"),
            first(&ledger.first_missed)
        ));
    }
    let once = expected.requests == expected.pages && !expected.open;
    if ledger.pages_repeated > 0 && once {
        return Err(format!(
            "requested {} more than once; the first: page {}",
            plural(ledger.pages_repeated, "page"),
            first(&ledger.first_repeated)
        ));
    }
    if ledger.other_requests != expected.others {
        let wanted = match expected.others {
            0 => String::new(),
            wanted => format!("; a crawl takes {wanted}"),
        };
        return Err(format!(
            "sent {} for something other than a page{wanted}",
            plural(ledger.other_requests, "request")
        ));
    }
    if ledger.refused_requests > 0 {
        return Err(format!(
            "sent {} that the server refused: without its host, or from a page of another site",
            plural(ledger.refused_requests, "request")
        ));
    }
    number_of_requests(sample, ledger, expected)
}

/// Each attempt ended in a page, in another attempt, or in an error. If the
/// server turns no request away, their number is known.
fn number_of_requests(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let says = (sample.pages + sample.errors).saturating_add(sample.retries);
    if expected.open && ledger.requests != says {
        return Err(format!(
            "sent {} requests, but reports {says}",
            ledger.requests
        ));
    }
    let known = ledger.requests == expected.requests;
    if !known && !expected.open {
        let (sent, wanted) = (ledger.requests, expected.requests);
        let wanted = if wanted == expected.pages {
            plural(wanted, "page")
        } else {
            format!("a scenario that takes {wanted}")
        };
        return Err(format!("sent {sent} requests for {wanted}"));
    }
    // An attempt that failed was followed by another or is an error, and an
    // attempt that took too long is one that the client gave up.
    if !expected.open && says != expected.requests {
        let retries = expected
            .requests
            .saturating_sub(expected.pages + expected.failing);
        return Err(format!(
            "reports {}, and this scenario takes {retries}",
            retried(sample.retries)
        ));
    }
    if sample.timeouts != expected.abandoned {
        return Err(format!(
            "reports {}, and this scenario has {}",
            plural(sample.timeouts, "timeout"),
            expected.abandoned
        ));
    }
    Ok(())
}

fn retried(count: u64) -> String {
    match count {
        1 => "1 retry".to_owned(),
        count => format!("{count} retries"),
    }
}

pub(super) fn connections(run: &Run, expected: &Expected) -> Verdict {
    let ledger = &run.ledger;
    // Without keep-alive each request has its own connection; a pool that opens
    // connections in parallel opens no more than that.
    let allowed = expected.connections.filter(|_| !expected.pool_races);
    let allowed = allowed.unwrap_or(ledger.requests + ledger.other_requests);
    if ledger.connections > allowed {
        return Err(format!(
            "opened {} connections, and at most {allowed} are allowed",
            ledger.connections
        ));
    }
    enough_connections(run, expected)
}

/// A connection has one request in flight, and a fresh process has none that an
/// earlier ledger counted.
fn enough_connections(run: &Run, expected: &Expected) -> Verdict {
    let Run {
        ledger, outside, ..
    } = run;
    let least = match expected.connections {
        Some(_) => ledger
            .in_flight_peak
            .saturating_sub(ledger.server_threads.saturating_sub(1)),
        None => ledger.requests + ledger.other_requests,
    };
    let is_fresh = outside.as_ref().is_some_and(|outside| outside.fresh);
    if !is_fresh || ledger.connections >= least {
        return Ok(());
    }
    Err(format!(
        "opened {}, and its requests take {least}",
        plural(ledger.connections, "connection")
    ))
}
