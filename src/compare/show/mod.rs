//! Findings as text: each format is a pure function of them.

mod exports;
mod sentences;
mod table;

use clap::ValueEnum;

use super::Findings;
use crate::fmt::escape;

/// The formats of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsFormat {
    /// A table for the terminal, and what it means in words
    Table,
    /// The same for an issue or a comment
    Markdown,
    /// The table with a GitHub Actions annotation for each finding; the
    /// markdown is added to the job summary
    Github,
    /// Everything
    Json,
    /// Input of github-action-benchmark (customSmallerIsBetter)
    ActionBenchmark,
    /// Input of Bencher (Bencher Metric Format)
    Bencher,
}

/// `findings` in the format `format`, ending in a line break.
pub fn render(findings: &Findings, format: FindingsFormat) -> String {
    match format {
        FindingsFormat::Table => table::table(findings),
        FindingsFormat::Markdown => table::markdown(findings),
        FindingsFormat::Github => format!(
            "{}{}",
            table::table(findings),
            exports::annotations(findings)
        ),
        FindingsFormat::Json => escape::json(&exports::json(findings)),
        FindingsFormat::ActionBenchmark => escape::json(&exports::action_benchmark(findings)),
        FindingsFormat::Bencher => escape::json(&exports::bencher(findings)),
    }
}
