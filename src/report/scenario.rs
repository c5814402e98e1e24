//! What a scenario did to a driver beside answering: requests that were
//! rejected, queued or abandoned, pages that failed, an event loop that lagged.
//!
//! Most scenarios do none of this, and then no column shows it.

use super::DriverReport;
use super::summarise::held;
use crate::measure::sample::Run;
use crate::stats::median;

/// What the runs of a driver met: medians over them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Met {
    /// How often a page was requested, failed pages included.
    pub(super) requests_per_page: Option<f64>,
    /// Pages that failed.
    pub(super) failed_pages: Option<f64>,
    /// Requests whose client left before their answer.
    pub(super) abandoned: Option<f64>,
    /// Requests that the server rejected: all slots were taken, or the client
    /// made too many a second.
    pub(super) rejected: Option<f64>,
    /// How long a request that had to queue did so: mean.
    pub(super) queue_wait_ns: Option<f64>,
    /// How late the event loop was at most, 99 of 100 times.
    pub(super) lag_p99_ns: Option<f64>,
    /// How late it was at most, in any run.
    pub(super) lag_max_ns: Option<f64>,
}

impl Met {
    pub(super) fn by(driver: &DriverReport) -> Self {
        let runs: Vec<&Run> = held(driver).collect();
        let of = |measure: fn(&Run) -> Option<f64>| {
            let values: Vec<f64> = runs.iter().filter_map(|run| measure(run)).collect();
            median(&values)
        };
        let lags = runs.iter().filter_map(|run| run.sample.loop_lag.as_ref());
        Self {
            requests_per_page: of(requests_per_page),
            failed_pages: of(|run| Some(run.sample.errors as f64)),
            abandoned: of(|run| Some(run.ledger.clients_gone as f64)),
            rejected: of(|run| Some((run.ledger.rejected + run.ledger.rate_limited) as f64)),
            queue_wait_ns: of(|run| Some(run.ledger.queue_wait_mean_ns as f64)),
            lag_p99_ns: of(|run| Some(run.sample.loop_lag.as_ref()?.p99_ns as f64)),
            lag_max_ns: lags.map(|lag| lag.max_ns as f64).reduce(f64::max),
        }
    }
}

fn requests_per_page(run: &Run) -> Option<f64> {
    let pages = run.sample.pages + run.sample.errors;
    (pages > 0).then(|| run.ledger.requests as f64 / pages as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::sample::LoopLag;
    use crate::report::Status;

    fn driver(runs: impl IntoIterator<Item = Run>) -> DriverReport {
        DriverReport {
            name: "m/c".to_owned(),
            model: "m".to_owned(),
            client: "c".to_owned(),
            status: Status::Ok,
            reason: None,
            flags: Vec::new(),
            samples: runs.into_iter().collect(),
            heap: None,
            summary: None,
        }
    }

    fn with_rejections(rejected: u64, rate_limited: u64) -> Run {
        let mut run = Run::default();
        run.sample.pages = 100;
        run.ledger.requests = 100 + rejected + rate_limited;
        (run.ledger.rejected, run.ledger.rate_limited) = (rejected, rate_limited);
        run
    }

    #[test]
    fn a_storm_is_not_the_same_twice_and_its_median_is_shown() {
        let met = Met::by(&driver([
            with_rejections(0, 10),
            with_rejections(900, 0),
            with_rejections(40, 20),
        ]));
        assert_eq!(met.rejected, Some(60.0));
        assert_eq!(met.requests_per_page, Some(1.6));
    }

    #[test]
    fn a_rejected_run_does_not_count() {
        let mut rejected = with_rejections(500, 0);
        rejected.rejected = Some("it lies".to_owned());
        let met = Met::by(&driver([with_rejections(1, 0), rejected]));
        assert_eq!(met.rejected, Some(1.0));
    }

    #[test]
    fn the_latest_tick_of_any_run_is_the_worst_lag() {
        let lagged = |p99_ns, max_ns| {
            let mut run = Run::default();
            run.sample.loop_lag = Some(LoopLag {
                ticks: 9,
                p99_ns,
                max_ns,
            });
            run
        };
        let met = Met::by(&driver([lagged(3, 7), lagged(1, 9), lagged(2, 8)]));
        assert_eq!((met.lag_p99_ns, met.lag_max_ns), (Some(2.0), Some(9.0)));
        assert_eq!(Met::by(&driver([Run::default()])).lag_p99_ns, None);
    }
}
