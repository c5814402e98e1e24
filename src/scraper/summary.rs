//! What a scrape came to, in words and as an exit code.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::site::workload::Politeness;

/// What a scrape came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Where it began.
    pub start: String,
    /// Who scraped.
    pub driver: String,
    /// How it ended.
    pub end: End,
    /// From the first request to the last answer.
    pub wall_ns: u64,
    /// Pages found, whether or not they were had.
    pub found: u64,
    /// Pages had.
    pub pages: u64,
    /// Titles of articles on them.
    pub titles: u64,
    /// Prices on them.
    pub prices: u64,
    /// Pages given up, by the kind of error.
    pub lost: BTreeMap<String, u64>,
    /// The first of those, with their errors.
    pub first_lost: Vec<String>,
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
    /// How long a place was free and politeness forbade to ask.
    pub waited_ns: u64,
    /// Which store.
    pub store: String,
    /// Records that it has for good.
    pub stored: u64,
    /// Why it has no more.
    pub store_error: Option<String>,
}

/// How a scrape ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// All that was found was had.
    #[default]
    Complete,
    /// All that was found was tried, and some was lost.
    #[serde(rename = "some-lost")]
    SomeFailed,
    /// The first failure ended it.
    FailedFast,
    /// The time was over.
    Deadline,
    /// Somebody stopped it.
    Stopped,
    /// The store failed.
    StoreFailed,
}

impl End {
    pub(super) fn of(summary: &Summary, politeness: &Politeness, stopped: bool) -> Self {
        let over = politeness.deadline_ns > 0 && summary.wall_ns >= politeness.deadline_ns;
        let lost: u64 = summary.lost.values().sum();
        let left = summary.found > summary.pages + lost + summary.forbidden;
        if summary.store_error.is_some() {
            Self::StoreFailed
        } else if stopped {
            Self::Stopped
        } else if over && (left || lost > 0) {
            Self::Deadline
        } else if lost > 0 && politeness.fail_fast {
            Self::FailedFast
        } else if lost > 0 {
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
            Self::Complete => "every page that was found was had",
            Self::SomeFailed => "some pages were lost",
            Self::FailedFast => "ended by the first failure, as asked with --fail-fast",
            Self::Deadline => "ended by the deadline; what was had by then is kept",
            Self::Stopped => "stopped by a signal; what was had by then is kept",
            Self::StoreFailed => "ended because the store failed",
        }
    }
}

impl Summary {
    /// In words, a line for each thing that is worth one.
    #[must_use]
    pub fn text(&self) -> String {
        let wall = Duration::from_nanos(self.wall_ns);
        let rate = self.pages as f64 / wall.as_secs_f64().max(1e-9);
        let mut text = format!(
            "{} of {} pages in {}, {rate:.0} a second: {}\n",
            self.pages,
            self.found,
            seconds(self.wall_ns),
            self.end.words(),
        );
        let mut line = |name: &str, value: String| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {name:<9} {value}");
        };
        line("from", format!("{}, with {}", self.start, self.driver));
        line(
            "read",
            format!("{} titles, {} prices", self.titles, self.prices),
        );
        if !self.retries.is_empty() {
            line("retries", by_kind(&self.retries));
        }
        if self.given_up > 0 {
            line("given up", format!("{} requests in flight", self.given_up));
        }
        if self.waited_ns > 0 {
            line(
                "waited",
                format!("{} for politeness", seconds(self.waited_ns)),
            );
        }
        if self.forbidden > 0 {
            line("forbidden", format!("{} by robots.txt", self.forbidden));
        }
        if self.beyond > 0 {
            line(
                "left out",
                format!("{} more links than --most-pages", self.beyond),
            );
        }
        if self.store != "none" {
            line(
                "stored",
                format!("{} records in {}", self.stored, self.store),
            );
        }
        if let Some(error) = &self.store_error {
            line("store", error.clone());
        }
        if !self.lost.is_empty() {
            line("lost", by_kind(&self.lost));
            self.first_lost
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
