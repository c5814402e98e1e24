//! The summary of a scrape, as text and as an exit code.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::fmt;
use crate::fmt::{count, plural};

/// The result of a scrape.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScrapeSummary {
    /// The first page.
    pub start: String,
    /// The driver.
    pub driver: String,
    /// How it ended.
    pub end: ScrapeEnd,
    /// From the first request to the last answer.
    pub wall_ns: u64,
    /// Pages discovered, fetched or not.
    pub found: u64,
    /// Pages fetched.
    pub pages: u64,
    /// Titles of articles on them.
    pub titles: u64,
    /// Prices on them.
    pub prices: u64,
    /// Pages that failed, by the kind of error.
    #[serde(rename = "lost")]
    pub failed: BTreeMap<String, u64>,
    /// The first of those, with their errors.
    #[serde(rename = "first_lost")]
    pub first_failed: Vec<String>,
    /// Attempts that failed and were followed by another, by the kind of error.
    pub retries: BTreeMap<String, u64>,
    /// Attempts that took too long.
    pub timeouts: u64,
    /// Attempts given up by an abort.
    pub given_up: u64,
    /// Pages that robots.txt forbids.
    pub forbidden: u64,
    /// Pages not asked for because there were enough.
    pub beyond: u64,
    /// Time in back-off and behind the rate limit while a slot was free.
    pub waited_ns: u64,
    /// The store.
    pub store: String,
    /// Records that the store acknowledged.
    pub stored: u64,
    /// Records that it had not acknowledged when the scrape was stopped.
    #[serde(default)]
    pub unwritten: u64,
    /// Why the store failed.
    pub store_error: Option<String>,
    /// Pages of which something was left out, because they have too much of it.
    #[serde(default)]
    pub truncated: u64,
    /// Times that a page had to wait for memory.
    #[serde(default)]
    pub postponed: u64,
    /// Links not followed because there was no memory for more.
    #[serde(default)]
    pub no_room: u64,
}

/// What ended it early.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    pub by_deadline: bool,
    pub by_signal: bool,
}

/// How a scrape ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScrapeEnd {
    /// All discovered pages were fetched.
    #[default]
    Complete,
    /// All discovered pages were tried, and some failed.
    #[serde(rename = "some-lost")]
    SomeFailed,
    /// The first failure ended it.
    FailedFast,
    /// The deadline passed.
    Deadline,
    /// A signal stopped it.
    Stopped,
    /// The store failed.
    StoreFailed,
}

impl ScrapeEnd {
    pub(super) fn of(summary: &ScrapeSummary, fail_fast: bool, ended: Ended) -> Self {
        let failed: u64 = summary.failed.values().sum();
        let left = summary.found > summary.pages + failed + summary.forbidden;
        if summary.store_error.is_some() {
            Self::StoreFailed
        } else if ended.by_signal {
            Self::Stopped
        } else if ended.by_deadline && (left || failed > 0 || summary.unwritten > 0) {
            Self::Deadline
        } else if failed > 0 && fail_fast {
            Self::FailedFast
        } else if failed > 0 {
            Self::SomeFailed
        } else {
            Self::Complete
        }
    }

    /// The exit code that says so.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::StoreFailed => 1,
            Self::Deadline => 3,
            Self::SomeFailed | Self::FailedFast => 4,
            Self::Stopped => crate::term::interrupt::EXIT_CODE,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Complete => "all discovered pages were fetched",
            Self::SomeFailed => "some pages failed",
            Self::FailedFast => "stopped at the first failure (--fail-fast)",
            Self::Deadline => "stopped at the deadline; pages fetched before it are kept",
            Self::Stopped => "stopped by a signal; pages fetched before it are kept",
            Self::StoreFailed => "stopped because the store failed",
        }
    }
}

impl ScrapeSummary {
    /// As text, one line for each count that is not zero.
    #[must_use]
    pub fn text(&self) -> String {
        let wall = Duration::from_nanos(self.wall_ns);
        let rate = self.pages as f64 / wall.as_secs_f64().max(1e-9);
        let mut text = format!(
            "{} of {} in {}, {rate:.0} a second: {}\n",
            count(self.pages),
            plural(self.found, "page"),
            seconds(self.wall_ns),
            self.end.words(),
        );
        let mut line = |name: &str, value: String| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {name:<9} {}", fmt::plain(&value));
        };
        line("from", format!("{}, with {}", self.start, self.driver));
        line(
            "read",
            format!(
                "{}, {}",
                plural(self.titles, "title"),
                plural(self.prices, "price")
            ),
        );
        if !self.retries.is_empty() {
            line("retries", by_kind(&self.retries));
        }
        if self.given_up > 0 {
            line(
                "given up",
                format!("{} in flight", plural(self.given_up, "request")),
            );
        }
        if self.waited_ns > 0 {
            line(
                "waited",
                format!("{} (back-off and rate limit)", seconds(self.waited_ns)),
            );
        }
        if self.forbidden > 0 {
            line("forbidden", format!("{} by robots.txt", self.forbidden));
        }
        if self.beyond > 0 {
            line(
                "left out",
                format!("{} beyond --most-pages", plural(self.beyond, "page")),
            );
        }
        if self.no_room > 0 {
            line(
                "left out",
                format!("{} for want of --max-memory", plural(self.no_room, "link")),
            );
        }
        if self.truncated > 0 {
            line(
                "truncated",
                format!(
                    "{} with more than is kept of one",
                    plural(self.truncated, "page")
                ),
            );
        }
        if self.postponed > 0 {
            line(
                "postponed",
                format!(
                    "{} for want of --max-memory",
                    plural(self.postponed, "long page")
                ),
            );
        }
        if self.store != "none" {
            line(
                "stored",
                format!("{} in {}", plural(self.stored, "record"), self.store),
            );
        }
        if self.unwritten > 0 {
            line(
                "unwritten",
                format!(
                    "{}, because the store did not take them in time",
                    plural(self.unwritten, "record")
                ),
            );
        }
        if let Some(error) = &self.store_error {
            line("store", error.clone());
        }
        if !self.failed.is_empty() {
            line("failed", by_kind(&self.failed));
            self.first_failed
                .iter()
                .for_each(|page| line("", page.clone()));
        }
        text
    }
}

/// `17 (status 500: 12, timeout: 5)`.
fn by_kind(counts: &BTreeMap<String, u64>) -> String {
    let all: u64 = counts.values().sum();
    let kinds = counts
        .iter()
        .map(|(kind, count)| format!("{kind}: {count}"));
    format!("{all} ({})", kinds.collect::<Vec<_>>().join(", "))
}

fn seconds(ns: u64) -> String {
    format!("{:.2} s", ns as f64 / 1e9)
}
