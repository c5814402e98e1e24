//! From samples to a summary: one estimate a measure, then the places.
//!
//! Only runs that were not rejected count. A measure that no run has stays
//! `None`; one that some runs have is estimated from those.

use super::{DriverReport, Estimate, Report, Status, Summary};
use crate::measure::sample::Run;
use crate::stats::{Series, median, rank};

/// Fills in the summary of every driver that is ok and takes it from every
/// other, then gives out the places. Doing it twice changes nothing.
pub fn summarise(report: &mut Report) {
    let ideal_ns = report.ideal_wall_ns;
    for driver in &mut report.drivers {
        driver.summary = summary(driver, ideal_ns);
    }
    give_places(report);
}

fn summary(driver: &DriverReport, ideal_ns: u64) -> Option<Summary> {
    if driver.status != Status::Ok {
        return None;
    }
    let runs: Vec<&Run> = held(driver).collect();
    let wall_ns = of(&runs, |run| run.sample.wall_ns as f64)?;
    Some(Summary {
        rounds: u32::try_from(runs.len()).unwrap_or(u32::MAX),
        wall_ns,
        times_ideal: (ideal_ns > 0).then(|| wall_ns.median / ideal_ns as f64),
        pages_per_second: most(&runs, |run| run.sample.pages) as f64 * 1e9
            / wall_ns.median.max(1.0),
        cpu_ns_per_page: some(&runs, cpu_ns_per_page),
        peak_rss_bytes: some(&runs, |run| Some(run.sample.peak_rss_bytes? as f64)),
        rss_growth_bytes: some(&runs, rss_growth_bytes),
        threads_peak: runs.iter().filter_map(|run| run.sample.threads_peak).max(),
        connections_peak: most(&runs, |run| run.ledger.connections),
        start_ns: of(&runs, |run| run.sample.start_ns as f64)?,
        page_p50_ns: of(&runs, |run| run.sample.page_latency.p50_ns as f64)?,
        page_p99_ns: of(&runs, |run| run.sample.page_latency.p99_ns as f64)?,
        server_share: middle(&runs, Run::server_share),
        rank: 0,
        tied: false,
    })
}

/// The runs that were not rejected.
pub(super) fn held(driver: &DriverReport) -> impl Iterator<Item = &Run> {
    driver.samples.iter().filter(|run| run.rejected.is_none())
}

fn of(runs: &[&Run], measure: impl Fn(&Run) -> f64) -> Option<Estimate> {
    some(runs, |run| Some(measure(run)))
}

fn some(runs: &[&Run], measure: impl Fn(&Run) -> Option<f64>) -> Option<Estimate> {
    Estimate::of(&values(runs, measure))
}

fn middle(runs: &[&Run], measure: impl Fn(&Run) -> Option<f64>) -> Option<f64> {
    median(&values(runs, measure))
}

fn values(runs: &[&Run], measure: impl Fn(&Run) -> Option<f64>) -> Vec<f64> {
    runs.iter().filter_map(|run| measure(run)).collect()
}

fn most(runs: &[&Run], measure: impl Fn(&Run) -> u64) -> u64 {
    runs.iter().map(|run| measure(run)).max().unwrap_or(0)
}

fn cpu_ns_per_page(run: &Run) -> Option<f64> {
    let pages = Some(run.sample.pages).filter(|&pages| pages > 0)?;
    Some(run.sample.cpu_ns? as f64 / pages as f64)
}

/// Saturating, because the kernel's counters of the two moments are kept per
/// thread and may be a few pages apart on an idle driver.
fn rss_growth_bytes(run: &Run) -> Option<f64> {
    let (peak, before) = (run.sample.peak_rss_bytes?, run.sample.rss_before_bytes?);
    Some(peak.saturating_sub(before) as f64)
}

/// The share of all cores' time that driver and server used together, 0 to 1:
/// the median over its runs. `None` when either was not measured.
pub(super) fn cores_share(driver: &DriverReport, cores: u64) -> Option<f64> {
    let share = |run: &Run| {
        let used_ns = run.sample.cpu_ns?.saturating_add(run.ledger.server_cpu_ns?);
        let had_ns = run.sample.wall_ns as f64 * cores as f64;
        (had_ns > 0.0).then(|| used_ns as f64 / had_ns)
    };
    let runs: Vec<&Run> = held(driver).collect();
    middle(&runs, share)
}

fn give_places(report: &mut Report) {
    let walls = |driver: &DriverReport| -> Series {
        held(driver)
            .map(|run| (run.round, run.sample.wall_ns as f64))
            .collect()
    };
    let ranked = |driver: &DriverReport| driver.summary.is_some() && !driver.is_trap();
    let drivers = report.drivers.iter().filter(|driver| ranked(driver));
    let series: Vec<Series> = drivers.map(walls).collect();
    let drivers = report.drivers.iter_mut().filter(|driver| ranked(driver));
    let summaries = drivers.filter_map(|driver| driver.summary.as_mut());
    for (summary, place) in summaries.zip(rank(&series)) {
        summary.rank = place.rank;
        summary.tied = place.tied;
    }
}
