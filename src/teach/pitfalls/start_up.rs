//! Work before the start of the clock.
//!
//! A driver that connects or fetches during its construction has less work left
//! when its clock starts. The extreme case is `cheat/starts-early`, which has
//! fetched everything by then. Its own clock says that it is the fastest driver,
//! but the server's counts show the truth.

use super::scenario::{ServedScenario, milliseconds, workload};
use super::{ExperimentSetup, Pitfall, Results, measurement};
use crate::harness::process::Failure;
use crate::site::workload::Parse;

pub(super) const PITFALL: Pitfall = Pitfall {
    name: "start-up",
    people: "let a program set itself up first and time only the rest of the work",
    why: "the pages were fetched during the start, before the clock started. The time is shorter \
          than the delays alone, which is impossible.",
    instead: "times start and scrape separately, opens no connection before the scrape, and compares \
              the driver's time with the ideal and with the server's log.",
    runs_here: true,
    measure,
};

const EARLY: &str = "cheat/starts-early";
const HONEST: &str = "thread-pool/ureq";

fn measure(environment: &ExperimentSetup<'_>) -> Result<Results, Failure> {
    let scenario = ServedScenario::open(environment, workload(100, "20ms", Parse::None)?)?;
    let (early, honest) = (scenario.run(EARLY)?, scenario.run(HONEST)?);
    let ideal = scenario.expected(EARLY)?.ideal.as_nanos() as f64;
    let verdict = scenario
        .reject(&early, EARLY)?
        .map_or("accepted".to_owned(), |reason| {
            format!("rejected: it {reason}")
        });
    let (wall, start) = (early.sample.wall_ns as f64, early.sample.start_ns as f64);
    Ok(Results {
        scenario: "100 pages, 20 ms each, 10 in flight".to_owned(),
        wrong: vec![
            measurement(format!("{EARLY}, wall time"), milliseconds(wall)),
            measurement(
                format!("{HONEST}, wall time"),
                milliseconds(honest.sample.wall_ns as f64),
            ),
        ],
        right: vec![
            measurement("shortest possible wall time", milliseconds(ideal)),
            measurement(
                format!("{EARLY}, start and wall"),
                milliseconds(start + wall),
            ),
            measurement(
                "first to last request at the server",
                milliseconds(early.ledger.span_ns as f64),
            ),
            measurement("verdict of Regatta", verdict),
        ],
    })
}
