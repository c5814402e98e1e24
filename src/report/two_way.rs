//! CPU per page, models by clients: the table that tells the effect of a model
//! from the effect of a client.
//!
//! Comparing `tokio/reqwest` with `thread-pool/ureq` changes two things at
//! once. Read down a column to compare models over one client, along a row to
//! compare clients under one model.

use super::{DriverReport, Report, Style};
use crate::fmt::{self, Align, Table, escape};

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
    let heads = clients
        .iter()
        .map(|client| (escape::cell(client), Align::Right));
    let first = [("model".to_owned(), Align::Left)];
    let mut table = Table::new(first.into_iter().chain(heads));
    let columns = clients.iter().map(|client| cells(report, &models, client));
    let columns: Vec<Vec<String>> = columns.collect();
    for (row, model) in models.iter().enumerate() {
        let cells = columns.iter().map(|column| column[row].as_str());
        table.row(
            [escape::cell(model)]
                .into_iter()
                .chain(cells.map(str::to_owned)),
        );
    }
    format!(
        "{}\n\n{}\n\n{}\n",
        title(report, style),
        table.bold(style.colour).render(),
        fmt::wrap(LEGEND, style.width).join("\n")
    )
}

const LEGEND: &str = "Down a column one client under many models, along a row one model with many \
                      clients; · is a pair that does not exist or was not run.";

fn title(report: &Report, style: &Style) -> String {
    let text = format!("{}: CPU per page in µs, medians", report.workload.name);
    fmt::wrap(&text, style.width).join("\n")
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

/// The cells of one client: the numbers of a column share their decimals.
fn cells(report: &Report, models: &[&str], client: &str) -> Vec<String> {
    let drivers = models.iter().map(|model| {
        let is_pair = |driver: &&DriverReport| driver.model == *model && driver.client == client;
        report.drivers.iter().find(is_pair)
    });
    let drivers: Vec<Option<&DriverReport>> = drivers.collect();
    let values: Vec<Option<f64>> = drivers.iter().map(|driver| cpu_us((*driver)?)).collect();
    let numbers = fmt::aligned(&values, 3);
    let cell = |(number, driver): (String, Option<&DriverReport>)| match driver {
        None => NO_PAIR.to_owned(),
        Some(driver) => match driver.standing() {
            Ok(_) => number,
            Err(reason) => escape::cell(reason.split(':').next().unwrap_or_default()),
        },
    };
    numbers.into_iter().zip(drivers).map(cell).collect()
}

fn cpu_us(driver: &DriverReport) -> Option<f64> {
    Some(fmt::us(driver.standing().ok()?.cpu_ns_per_page?.median))
}
