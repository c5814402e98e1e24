//! Verification: compares the driver's account with the server's ledger, with
//! what the harness saw of its process, and with what is possible. Pure
//! functions, one kind of evidence a file.
//!
//! The first rule that fails gives the reason why the row is rejected. No rule
//! but [`in_flight::in_flight_reached`] and [`outside::usage`] depends on how
//! fast or how quiet the machine is. Evidence that a file or a platform does not have is no reason.

mod expectation;
mod expected;
mod flags;
mod heap;
mod in_flight;
mod latency;
mod outside;
mod pages;
mod requests;
mod scenario;
mod wall;

use std::time::Duration;

use crate::measure::sample::Run;

pub use expectation::Expectation;
pub use expected::Expected;
pub use flags::flags;
pub use heap::heap_reject_reason;

/// How far the two clocks may differ: the server notes the end of an answer
/// after the client may have read it, and may lose the CPU between the two.
const LATE_NOTE: Duration = Duration::from_millis(20);
/// The relative error allowed in Little's law.
const LITTLE: f64 = 0.05;

type Verdict = Result<(), String>;

/// Why `run` is rejected, if it is.
pub fn reject_reason(run: &Run, expected: &Expected) -> Option<String> {
    all_rules(run, expected).err()
}

/// One after the other: a worker may report any number, and a rule computes only
/// with those that the rules before it have accepted.
fn all_rules(run: &Run, expected: &Expected) -> Verdict {
    let (sample, ledger) = (&run.sample, &run.ledger);
    scenario::own_ledger(run, expected)?;
    pages::fetched(sample, expected)?;
    in_flight::in_flight_kept(ledger, expected)?;
    wall::possible(sample, ledger, expected)?;
    wall::rate_kept(ledger, expected)?;
    requests::asked_once(sample, ledger, expected)?;
    pages::sent(sample, ledger, expected)?;
    requests::connections(run, expected)?;
    in_flight::in_flight_reached(sample, ledger, expected)?;
    scenario::delays(ledger, expected)?;
    wall::within(run)?;
    latency::latency(sample, expected)?;
    in_flight::little(sample, ledger, expected)?;
    wall::started(run)?;
    outside::usage(run, expected)
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests;
