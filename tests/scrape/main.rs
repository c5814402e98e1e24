//! `regatta scrape` as somebody uses it: a site, a store, signals, exit codes.

mod deadline;
mod endings;
mod hostile;
mod killed;
mod refused;
mod sites;

#[path = "../support/mod.rs"]
mod support;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use regatta::scraper::{ScrapeEnd as End, ScrapeSummary as Summary};
use regatta::store::Record;

const REGATTA: &str = env!("CARGO_BIN_EXE_regatta");

/// `regatta scrape` with these flags and its summary as JSON.
fn scrape(args: &[&str]) -> Command {
    let mut command = Command::new(REGATTA);
    command.arg("scrape").arg("--json").args(args);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it to its end.
fn run(args: &[&str]) -> Output {
    scrape(args).output().unwrap()
}

/// The summary that it printed.
fn summary(output: &Output) -> Summary {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let errors = String::from_utf8_lossy(&output.stderr);
        panic!("no summary ({error}), but: {errors}")
    })
}

/// Runs it, and expects it to end like that.
fn ends(args: &[&str], end: End) -> Summary {
    let output = run(args);
    let summary = summary(&output);
    assert_eq!(summary.end, end, "{summary:?}");
    assert_eq!(output.status.code(), Some(i32::from(end.code())));
    summary
}

/// What is in a JSON Lines store.
fn records(file: &Path) -> Vec<Record> {
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What `sqlite3` says to a query.
fn sql(file: &Path, query: &str) -> String {
    let connection = rusqlite::Connection::open(file).unwrap();
    let mut statement = connection.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, rusqlite::types::Value>(0));
    let rows: Vec<String> = rows
        .unwrap()
        .map(|value| match value.unwrap() {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => format!("{other:?}"),
        })
        .collect();
    rows.join(",")
}
