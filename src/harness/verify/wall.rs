//! How long it took, on the clocks of the server and of the harness.

use std::time::Duration;

use super::{Expected, LATE_NOTE, LITTLE, Verdict, milliseconds};
use crate::measure::sample::{Ledger, Outside, Run, Sample};

pub(super) fn possible(sample: &Sample, ledger: &Ledger, expected: &Expected) -> Verdict {
    let wall = Duration::from_nanos(sample.wall_ns);
    if wall < expected.ideal {
        return Err(format!(
            "says it took {}, below the ideal of {}",
            milliseconds(wall),
            milliseconds(expected.ideal)
        ));
    }
    let heads = Duration::from_nanos(ledger.heads_span_ns);
    if wall < heads {
        return Err(format!(
            "says it took {}, but its requests came over {}",
            milliseconds(wall),
            milliseconds(heads)
        ));
    }
    let due = Duration::from_nanos(ledger.due_span_ns.unwrap_or_default());
    if wall < due {
        return Err(format!(
            "says it took {}, but its last answer was due {} after its first request",
            milliseconds(wall),
            milliseconds(due)
        ));
    }
    let span = Duration::from_nanos(ledger.span_ns);
    if wall + LATE_NOTE < span.mul_f64(1.0 - LITTLE) {
        return Err(format!(
            "says it took {}, but the server was busy for {}",
            milliseconds(wall),
            milliseconds(span)
        ));
    }
    Ok(())
}

/// Each request waits its turn before it is handed out. Requests may be delayed
/// on their way to the server and arrive together with those that followed: at
/// most as many as may be in flight, and one more for the quarter of a slot that
/// a late driver may catch up. No delay brings more of them together.
pub(super) fn rate_kept(ledger: &Ledger, expected: &Expected) -> Verdict {
    let in_flight = u32::try_from(expected.in_flight).unwrap_or(u32::MAX);
    let allowed = expected.spacing.saturating_mul(in_flight.saturating_add(1));
    let ahead = Duration::from_nanos(ledger.ahead_max_ns.unwrap_or_default());
    if expected.spacing.is_zero() || ahead <= allowed {
        return Ok(());
    }
    Err(format!(
        "its requests came {} ahead of the rate, and at most {} is allowed",
        milliseconds(ahead),
        milliseconds(allowed)
    ))
}

/// The scrape lies between the job and the answer, on the harness's clock.
pub(super) fn within(run: &Run) -> Verdict {
    let (Some(outside), sample) = (&run.outside, &run.sample) else {
        return Ok(());
    };
    let took = sample.wall_ns.saturating_add(sample.start_ns);
    if took > outside.wall_ns {
        return Err(format!(
            "says start and scrape took {}, but it answered {} after it had its job",
            milliseconds(Duration::from_nanos(took)),
            milliseconds(Duration::from_nanos(outside.wall_ns))
        ));
    }
    asked_in_time(&run.ledger, outside)
}

fn asked_in_time(ledger: &Ledger, outside: &Outside) -> Verdict {
    let early_ns = ledger
        .first_read_at_ns
        .map_or(0, |read| outside.told_at_ns.saturating_sub(read));
    if early_ns == 0 {
        return Ok(());
    }
    Err(format!(
        "asked for pages {} before it had its job",
        milliseconds(Duration::from_nanos(early_ns))
    ))
}

/// Starting a driver takes time, if it was not warm.
pub(super) fn started(run: &Run) -> Verdict {
    let is_fresh = run.outside.as_ref().is_some_and(|outside| outside.fresh);
    if is_fresh && run.sample.start_ns == 0 {
        return Err("says that starting the driver took no time".to_owned());
    }
    Ok(())
}
