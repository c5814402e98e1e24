//! CPU per page, models by clients: the table that tells the effect of a model
//! from the effect of a client.
//!
//! Comparing `tokio/reqwest` with `thread-pool/ureq` changes two things at
//! once. Read down a column to compare models over one client, along a row to
//! compare clients under one model.

use super::columns::Column;
use super::number::{US, figures};
use super::{DriverReport, Report, Style, grid, words};

/// The clients from the barest to the most comfortable.
const CLIENTS: [&str; 4] = ["raw", "hyper", "reqwest", "ureq"];

/// What stands for a pair that is not in the report.
const NO_PAIR: &str = "·";

/// CPU in µs per page: a row a model, a column a client.
#[must_use]
pub fn two_way(report: &Report, style: &Style) -> String {
    let drivers = || report.drivers.iter().filter(|driver| driver.is_pair());
    let models = distinct(drivers().map(|driver| driver.model.as_str()));
    let named = drivers().map(|driver| driver.client.as_str());
    let clients = distinct(CLIENTS.into_iter().chain(named));
    let mut columns = vec![column(
        "model",
        true,
        models.iter().map(|&m| m.to_owned()).collect(),
    )];
    for client in &clients {
        let cells = models.iter().map(|model| cell(report, model, client));
        columns.push(column(client, false, cells.collect()));
    }
    let table = grid::lay_out(&columns.iter().collect::<Vec<_>>(), &[], 2, style.colour);
    format!(
        "{}\n\n{table}\n\n{}\n",
        title(report, style),
        words::wrap(LEGEND, style.width).join("\n")
    )
}

const LEGEND: &str = "Down a column one client under many models, along a row one model with many \
                      clients; · is a pair that does not exist or was not run.";

fn title(report: &Report, style: &Style) -> String {
    let text = format!("{}: CPU per page in µs, medians", report.workload.name);
    words::wrap(&text, style.width).join("\n")
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

fn cell(report: &Report, model: &str, client: &str) -> String {
    let is_pair = |driver: &&DriverReport| driver.model == model && driver.client == client;
    let Some(driver) = report.drivers.iter().find(is_pair) else {
        return NO_PAIR.to_owned();
    };
    match driver.standing() {
        Ok(summary) => summary
            .cpu_ns_per_page
            .map_or_else(|| "n/a".to_owned(), |cpu| figures(cpu.median / US, 3)),
        Err(reason) => reason.split(':').next().unwrap_or_default().to_owned(),
    }
}

fn column(head: &str, words: bool, cells: Vec<String>) -> Column<'_> {
    Column {
        head,
        levels: 0..=0,
        words,
        cells,
    }
}
