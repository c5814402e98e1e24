//! What kept the fastest driver from being faster: the scenario, the CPU, or the
//! server.
//!
//! The answer decides what the table is about. Where the scenario is the limit
//! (its delays, slots, rate, links, whatever made the ideal), drivers tie on
//! time and only their cost tells them apart; where the server is, the table
//! measures the server. Where no limit is clear it says so.

use super::Report;
use super::columns::ValidRow;
use super::scenario::Met;
use super::summarise::cores_share;
use crate::fmt::{self, percent};
use crate::measure::sample::SERVER_BOUND;
use crate::site::workload::{Bound, Workload};

/// Above this share of all cores' time, the CPU is the limit.
const CORES_BUSY: f64 = 0.80;
/// Below this share there is CPU to spare.
const CORES_IDLE: f64 = 0.50;
/// So near the ideal, what made the ideal is the limit: it is over nine tenths
/// of the wall time.
const NEAR_IDEAL: f64 = 1.10;

/// One sentence on the limit, by the fastest driver.
pub(super) fn sentence(report: &Report, best: ValidRow) -> String {
    let cores = report.host.cores;
    let busy = cores_share(best.0, cores);
    if let Some(share) = best.1.server_share.filter(|&share| share > SERVER_BOUND) {
        return server(share);
    }
    match (busy, best.1.times_ideal) {
        (Some(busy), _) if busy >= CORES_BUSY => cpu(busy, cores),
        (busy, Some(ideal)) if ideal <= NEAR_IDEAL => scenario(&limit(report), busy, ideal, cores),
        (Some(busy), Some(ideal)) if busy <= CORES_IDLE => rejections(&Met::by(best.0), ideal)
            .map_or_else(
                || open(Some(busy), Some(ideal), cores),
                |said| format!("{said} with {}.", cores_busy(busy, cores)),
            ),
        (busy, ideal) => open(busy, ideal, cores),
    }
}

/// What made the ideal as long as it is, as the beginning of a sentence.
fn limit(report: &Report) -> String {
    let Workload {
        slots,
        rate,
        timeout,
        ..
    } = &report.workload;
    match report.ideal_bound {
        Bound::Delays => "The server's delay was the limit:".to_owned(),
        Bound::Slots => format!(
            "The server's slots were the limit: it works on {} at once, and",
            fmt::plural(slots.count().unwrap_or_default() as u64, "request")
        ),
        Bound::Rate => format!(
            "The rate was the limit: at {} a second,",
            fmt::plural((*rate).into(), "request")
        ),
        Bound::Retries => "Retries were the limit: the last page fails at first and waits \
                           before each retry, and"
            .to_owned(),
        Bound::Timeout => format!(
            "The timeout was the limit: a request that stalls is given up after {timeout}, and"
        ),
        Bound::Links => "Links and the server's delay were the limit: a page is requested only \
                         after the page that links to it, and"
            .to_owned(),
    }
}

fn server(share: f64) -> String {
    format!(
        "The server was the limit: it used {} of its CPU, so these wall times measure the server \
         more than the drivers.",
        percent(share)
    )
}

fn cpu(busy: f64, cores: u64) -> String {
    format!(
        "CPU was the limit: the fastest driver and the server used {} of {}, so a \
         driver that needs less CPU would finish sooner.",
        percent(busy),
        fmt::plural(cores, "core")
    )
}

fn scenario(limit: &str, busy: Option<f64>, ideal: f64, cores: u64) -> String {
    let spare = match busy {
        Some(busy) if busy <= CORES_IDLE => format!(
            " with {}, so CPU and memory are what is left to compare",
            cores_busy(busy, cores)
        ),
        Some(busy) => format!(", but CPU was scarce: {} was in use", percent(busy)),
        None => " (its CPU time was not measured)".to_owned(),
    };
    format!(
        "{limit} the fastest driver took {} times the ideal{spare}.",
        fmt::significant(ideal, 3)
    )
}

/// For a driver whose requests were rejected while there was CPU to spare: it
/// waited and asked again.
fn rejections(met: &Met, ideal: f64) -> Option<String> {
    let rejected = met.rejected.filter(|&requests| requests > 0.0)?;
    Some(format!(
        "Rejected requests were the limit: the server rejected {} requests of the fastest driver, \
         which sent {} requests per page and took {} times the ideal",
        fmt::significant(rejected, 1),
        fmt::significant(met.requests_per_page?, 3),
        fmt::significant(ideal, 3)
    ))
}

fn cores_busy(busy: f64, cores: u64) -> String {
    let cores = fmt::plural(cores, "core");
    format!("{} of {cores} busy", percent(busy))
}

fn open(busy: Option<f64>, ideal: Option<f64>, cores: u64) -> String {
    let near = ideal.map(|ideal| format!("took {} times the ideal", fmt::significant(ideal, 3)));
    let used = busy.map(|busy| {
        let cores = fmt::plural(cores, "core");
        format!("and the server together used {} of {cores}", percent(busy))
    });
    let facts = match (near, used) {
        (Some(near), Some(used)) => format!("{near}, and it {used}"),
        (Some(fact), None) | (None, Some(fact)) => fact,
        (None, None) => return "What limits the fastest driver was not measured.".to_owned(),
    };
    format!("No single limit is clear: the fastest driver {facts}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: &str = "The server's delay was the limit:";

    #[test]
    fn a_delay_with_cpu_to_spare_is_the_limit() {
        let text = scenario(DELAY, Some(0.11), 1.016, 2);
        assert!(
            text.contains("1.02 times the ideal with 11 % of 2 cores busy"),
            "{text}"
        );
    }

    #[test]
    fn a_delay_without_cpu_to_spare_says_so() {
        assert!(scenario(DELAY, Some(0.7), 1.01, 2).contains("CPU was scarce: 70 %"));
    }

    #[test]
    fn without_one_limit_the_facts_read_as_a_sentence() {
        let text = open(Some(0.084), Some(1.2), 2);
        assert!(
            text.ends_with(
                "the fastest driver took 1.2 times the ideal, and it and the server \
                 together used 8.4 % of 2 cores."
            ),
            "{text}"
        );
        let text = open(Some(0.5), None, 2);
        assert!(
            text.ends_with("the fastest driver and the server together used 50 % of 2 cores."),
            "{text}"
        );
    }

    #[test]
    fn what_was_not_measured_is_not_claimed() {
        assert!(scenario(DELAY, None, 1.01, 2).contains("not measured"));
        assert!(open(None, None, 2).contains("not measured"));
    }

    #[test]
    fn one_core_is_singular() {
        assert!(cpu(0.95, 1).contains("95 % of 1 core,"));
    }
}
