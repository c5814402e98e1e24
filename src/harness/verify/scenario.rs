//! Whether the server served the scenario of the run, and nobody reset its
//! ledger meanwhile.

use super::{Expected, Verdict};
use crate::measure::sample::{Ledger, Run};

/// Whose ledger it is.
pub(super) fn own_ledger(run: &Run, expected: &Expected) -> Verdict {
    let opened = run.outside.as_ref().and_then(|outside| outside.window);
    if let (Some(opened), Some(read)) = (opened, run.ledger.window)
        && opened != read
    {
        return Err(format!(
            "somebody else reset the ledger during the run: it was number {opened} \
                 and is number {read}"
        ));
    }
    let served = run.ledger.scenario_fingerprint.as_ref();
    if let Some(served) = served.filter(|&served| *served != expected.scenario_fingerprint) {
        return Err(format!(
            "somebody else changed the scenario: the server served {served}, not {}",
            expected.scenario_fingerprint
        ));
    }
    Ok(())
}

/// The delays that the server gave are those that the seed draws. They depend on
/// nothing that a driver does, once it has made the right requests.
pub(super) fn delays(ledger: &Ledger, expected: &Expected) -> Verdict {
    let delays = &expected.delays;
    let mean_ns = delays.sum_ns.checked_div(ledger.requests);
    let figures = [
        ("the mean delay", Some(ledger.delay_mean_ns), mean_ns),
        (
            "the shortest delay",
            ledger.delay_min_ns,
            Some(delays.shortest_ns),
        ),
        (
            "the longest delay",
            ledger.delay_max_ns,
            Some(delays.longest_ns),
        ),
    ];
    for (name, served, drawn) in figures {
        if let (Some(served), Some(drawn)) = (served, drawn)
            && served != drawn
        {
            return Err(format!(
                "{name} of the server was {:.3} ms, and the seed draws {:.3} ms",
                served as f64 / 1e6,
                drawn as f64 / 1e6
            ));
        }
    }
    Ok(())
}
