//! Comma-separated values by RFC 4180: one line a driver, full precision.
//!
//! The columns are a contract (`docs/FORMAT.md`): their names and order stay,
//! new ones are added at the end. A row that does not stand has its status and
//! its reason, and no number.

use super::scenario::Met;
use super::{DriverReport, Estimate, Report, Summary, flags};
use crate::fmt::escape;

/// The names of the columns; units are in the names.
const HEADER: [&str; 43] = [
    "driver",
    "model",
    "client",
    "status",
    "reason",
    "flags",
    "rank",
    "tied",
    "rounds",
    "wall_ns",
    "wall_low_ns",
    "wall_high_ns",
    "wall_confidence",
    "times_ideal",
    "pages_per_second",
    "cpu_ns_per_page",
    "cpu_low_ns_per_page",
    "cpu_high_ns_per_page",
    "peak_rss_bytes",
    "peak_rss_low_bytes",
    "peak_rss_high_bytes",
    "rss_growth_bytes",
    "rss_growth_low_bytes",
    "rss_growth_high_bytes",
    "threads_peak",
    "connections_peak",
    "start_ns",
    "page_p50_ns",
    "page_p99_ns",
    "server_share",
    "heap_allocations_per_page",
    "heap_allocated_bytes_per_page",
    "heap_peak_bytes",
    "partial",
    "workload",
    "taken_at",
    "requests_per_page",
    "turned_away",
    "abandoned",
    "lost_pages",
    "queue_wait_mean_ns",
    "loop_lag_p99_ns",
    "loop_lag_max_ns",
];

/// How many of them say what the scenario did to a driver; the last ones.
const MET: usize = 7;

/// How many of them say something of the report, between the two.
const OF_REPORT: usize = 3;

/// `report` as CSV, rows in the order of the table.
///
/// # Panics
///
/// Never: every row has as many cells as the header.
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut records = vec![HEADER.map(str::to_owned).to_vec()];
    for driver in report.rows() {
        let mut cells = identity(driver);
        let standing = driver.standing();
        cells.extend(standing.iter().flat_map(|summary| numbers(driver, summary)));
        cells.resize(HEADER.len() - MET - OF_REPORT, String::new());
        cells.push(report.partial.to_string());
        cells.push(escape::csv(&report.workload.name));
        cells.push(escape::csv(&report.taken_at));
        cells.extend(standing.iter().flat_map(|_| met(&Met::by(driver))));
        cells.resize(HEADER.len(), String::new());
        records.push(cells);
    }
    lines(&records)
}

fn identity(driver: &DriverReport) -> Vec<String> {
    vec![
        escape::csv(&driver.name),
        escape::csv(&driver.model),
        escape::csv(&driver.client),
        driver.status.word().to_owned(),
        escape::csv(driver.reason.as_deref().unwrap_or_default()),
        escape::csv(&flags::in_words(&driver.flags)),
    ]
}

fn numbers(driver: &DriverReport, summary: &Summary) -> Vec<String> {
    let mut cells = vec![
        text((summary.rank > 0).then_some(summary.rank)),
        summary.tied.to_string(),
        summary.rounds.to_string(),
    ];
    cells.extend(three(Some(summary.wall_ns)));
    cells.push(summary.wall_ns.confidence.to_string());
    cells.push(text(summary.times_ideal));
    cells.push(summary.pages_per_second.to_string());
    cells.extend(three(summary.cpu_ns_per_page));
    cells.extend(three(summary.peak_rss_bytes));
    cells.extend(three(summary.rss_growth_bytes));
    cells.push(text(summary.threads_peak));
    cells.push(summary.connections_peak.to_string());
    let times = [summary.start_ns, summary.page_p50_ns, summary.page_p99_ns];
    cells.extend(times.map(|time| time.median.to_string()));
    cells.push(text(summary.server_share));
    cells.extend(heap(driver));
    cells
}

fn met(met: &Met) -> [String; MET] {
    [
        met.requests_per_page,
        met.rejected,
        met.abandoned,
        met.failed_pages,
        met.queue_wait_ns,
        met.lag_p99_ns,
        met.lag_max_ns,
    ]
    .map(text)
}

/// Median, low, high; empty when it was not measured.
fn three(estimate: Option<Estimate>) -> [String; 3] {
    let parts: [fn(Estimate) -> f64; 3] = [|e| e.median, |e| e.low, |e| e.high];
    parts.map(|part| text(estimate.map(part)))
}

fn heap(driver: &DriverReport) -> [String; 3] {
    let heap = driver.heap.as_ref().filter(|heap| heap.pages > 0);
    [
        text(heap.map(|heap| heap.allocations as f64 / heap.pages as f64)),
        text(heap.map(|heap| heap.allocated_bytes as f64 / heap.pages as f64)),
        text(heap.map(|heap| heap.heap_peak_bytes)),
    ]
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// RFC 4180 ends every line with CR LF.
fn lines(records: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for record in records {
        writer
            .write_record(record)
            .expect("records have the length of the header, and memory takes them");
    }
    let bytes = writer.into_inner().expect("memory takes what is written");
    String::from_utf8(bytes).expect("cells are text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_quotes_and_line_breaks_are_quoted() {
        let cells = ["plain", "a,b", "say \"hi\"", "two\nlines", ""].map(str::to_owned);
        assert_eq!(
            lines(&[cells.into()]),
            "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n"
        );
    }
}
