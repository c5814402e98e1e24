//! Exit codes that several commands share, and errors in what was typed.

use crate::scraper::ScrapeEnd;

/// The command could not do its work.
pub(super) const ERROR: u8 = 1;
/// Flags or names that are not valid; clap's own code.
pub(super) const USAGE: u8 = 2;
/// The results are printed, and some row was rejected or failed.
pub(super) const NOT_ALL_ROWS: u8 = 4;

/// An error in what was typed. It ends the program with [`USAGE`], as an error
/// that clap finds does.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// The deadline has passed before there was anything to be kept.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct DeadlinePassed(pub(super) String);

/// Marks errors as errors in what was typed.
pub(super) trait OrUsage<T> {
    /// The same with an error that ends with [`USAGE`].
    fn or_usage(self) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> OrUsage<T> for Result<T, E> {
    fn or_usage(self) -> anyhow::Result<T> {
        self.map_err(|error| usage(format!("{:#}", error.into())))
    }
}

/// An error in what was typed.
pub(super) fn usage(message: impl Into<String>) -> anyhow::Error {
    Usage(message.into()).into()
}

/// The exit code for an error.
pub(super) fn code_of(error: &anyhow::Error) -> u8 {
    if error.is::<Usage>() {
        USAGE
    } else if error.is::<DeadlinePassed>() {
        ScrapeEnd::Deadline.code()
    } else {
        ERROR
    }
}
