//! The report: everything one experiment measured, and the ways to show it.
//!
//! A report is data first ([`Report`]). [`summarise()`] turns its samples into
//! medians, intervals and places; after that every format is a pure function
//! of the report and a [`Style`], with no clock and no environment, so a saved
//! report renders again byte for byte the same.
//!
//! | file | what |
//! |---|---|
//! | `data.rs` | the fields, as they are saved |
//! | `summarise.rs` | from samples to a summary and places |
//! | `table.rs`, `columns.rs`, `flags.rs` | the table for a terminal |
//! | `scenario.rs` | what the scenario did to a driver: faults, queues, lag |
//! | `heading.rs`, `sentences.rs`, `limits.rs` | the words above and below it |
//! | `markdown.rs`, `csv.rs`, `json.rs`, `two_way.rs` | the other formats |
//! | `rows.rs` | what they share |
//! | `follows.rs` | whether the figures of a saved report follow from its samples |
//! | `read.rs`, `write.rs` | from and to a file |

mod columns;
mod csv;
mod data;
mod flags;
mod follows;
mod heading;
mod json;
mod limits;
mod markdown;
mod read;
mod rows;
mod scenario;
mod sentences;
mod summarise;
mod table;
pub mod timeline;
mod two_way;
mod write;

pub use crate::measure::sample::Machine;
pub use crate::stats::Estimate;
pub use csv::csv;
pub use data::{DriverReport, Report, SCHEMA, Status, Summary};
pub use follows::differences;
pub use json::json;
pub use markdown::markdown;
pub use read::ReadError;
pub use sentences::sentences;
pub use summarise::summarise;
pub use table::table;
pub use two_way::two_way;
pub use write::{WriteError, check_place, write};

/// The forms a report can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table for the terminal, with what it means in words
    Table,
    /// The same for a README or an issue
    Markdown,
    /// One line a driver, raw numbers, for a spreadsheet
    Csv,
    /// Everything, samples included: what `--from` reads again
    Json,
    /// CPU per page, models by clients
    TwoWay,
}

/// What the place a report is shown in can take. The caller finds out (is it a
/// terminal, how wide, is `NO_COLOR` set); a renderer never asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether bold type may be used. No information is in it alone.
    pub colour: bool,
}

impl Default for Style {
    /// 80 columns and no colour: right for a pipe, a file and a log.
    fn default() -> Self {
        Self {
            width: 80,
            colour: false,
        }
    }
}

/// `report` in the form `format`, ending in a line break.
#[must_use]
pub fn render(report: &Report, format: Format, style: &Style) -> String {
    match format {
        Format::Table => table(report, style),
        Format::Markdown => markdown(report),
        Format::Csv => csv(report),
        Format::Json => json(report),
        Format::TwoWay => two_way(report, style),
    }
}
