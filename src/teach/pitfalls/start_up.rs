//! Work done before the clock is started.
//!
//! A driver that connects, or fetches, while it is being constructed has less
//! left to do when its time begins. The extreme is the cheat
//! `cheat/starts-early`, which has fetched everything by then. Its own clock
//! says that it is the fastest of all; the server knows better.

use super::scenario::{Scenario, milliseconds, workload};
use super::{Environment, Figures, Way, figure};
use crate::harness::process::Failure;
use crate::site::workload::Parse;

pub(super) const WAY: Way = Way {
    name: "start-up",
    people: "let a program set itself up first, then time the work that is left",
    why: "the pages were fetched during the start, before the clock began; the figure is \
          below the least time that the delays alone take, which nobody can tick.",
    instead: "times start and scrape apart, opens no connection before the scrape, and holds \
              the driver's time against the ideal and against what the server saw.",
    runs_here: true,
    measure,
};

const EARLY: &str = "cheat/starts-early";
const HONEST: &str = "thread-pool/ureq";

fn measure(environment: &Environment<'_>) -> Result<Figures, Failure> {
    let scenario = Scenario::open(environment, workload(100, "20ms", Parse::None)?)?;
    let (early, honest) = (scenario.run(EARLY)?, scenario.run(HONEST)?);
    let ideal = scenario.expected(EARLY)?.ideal.as_nanos() as f64;
    let verdict = scenario
        .reject(&early, EARLY)?
        .map_or("nothing".to_owned(), |reason| {
            format!("rejected: it {reason}")
        });
    let (wall, start) = (early.sample.wall_ns as f64, early.sample.start_ns as f64);
    Ok(Figures {
        scenario: "100 pages, 20 ms each, 10 in flight".to_owned(),
        wrong: vec![
            figure(format!("{EARLY}, wall time"), milliseconds(wall)),
            figure(
                format!("{HONEST}, wall time"),
                milliseconds(honest.sample.wall_ns as f64),
            ),
        ],
        right: vec![
            figure("the best that any driver can do", milliseconds(ideal)),
            figure(
                format!("{EARLY}, start and wall"),
                milliseconds(start + wall),
            ),
            figure(
                "how long the server was at it",
                milliseconds(early.ledger.span_ns as f64),
            ),
            figure("what Regatta says of it", verdict),
        ],
    })
}
