//! What is scraped: how many pages, how long the server waits before each,
//! how many may be in flight, and what is read from them.
//!
//! A workload is data (a TOML file in `fixtures/workloads/`) with a `why`, so
//! that a teacher changes one without Rust.

pub mod faults;
mod ideal;
pub mod latency;
pub mod load;
mod politeness;
mod predicted;
mod slots;
mod span;

use serde::{Deserialize, Serialize};

pub use faults::Faults;
pub use ideal::Bound;
pub use latency::Latency;
pub use politeness::Politeness;
pub use predicted::{DelaySums, Predicted};
pub use slots::{Slots, SlotsError};
pub use span::Span;

/// The most pages a workload may have. Every page is kept ready in the
/// server's memory (15 KiB each), so this is 1.5 GiB.
pub const MOST_PAGES: u64 = 100_000;

/// The most attempts at a page: with every second request failing, one page
/// in a million has failed by then.
pub const MOST_ATTEMPTS: u32 = 20;

/// What is read from each page once it has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Parse {
    /// Nothing: the bytes are checked and dropped.
    None,
    /// The text of every `h2.article-title`.
    Titles,
    /// Titles, page title, headings, links and price.
    Summary,
}

/// Where what was found is kept meanwhile, in a file for the run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// Nowhere.
    #[default]
    None,
    /// In a file of JSON Lines.
    Jsonl,
    /// In a SQLite database.
    Sqlite,
}

impl Kept {
    /// Whether nothing is kept.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Its name, as it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Jsonl => "jsonl",
            Self::Sqlite => "sqlite",
        }
    }
}

/// One scenario for every driver. Two equal workloads with equal seeds are the
/// same scenario to the microsecond.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// The name of the file it came from, without `.toml`.
    #[serde(default)]
    pub name: String,
    /// What this workload is for, in a sentence or two.
    pub why: String,
    /// How many pages are scraped: `/page/0` to `/page/{pages - 1}`.
    pub pages: u64,
    /// At most this many pages are in flight at once, and this many are reached.
    pub concurrency: usize,
    /// How long the server waits before it answers.
    pub latency: Latency,
    /// What is read from each page.
    pub parse: Parse,
    /// What happens to requests in place of a good answer.
    #[serde(default, skip_serializing_if = "Faults::is_none")]
    pub faults: Faults,
    /// How many requests the server works on at once.
    #[serde(default, skip_serializing_if = "Slots::is_none")]
    pub slots: Slots,
    /// How many requests a second the server allows each client address; 0 is
    /// no limit.
    #[serde(default, skip_serializing_if = "is_unlimited")]
    pub allowed_rate: u32,
    /// How often a page is tried at most.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub attempts: u32,
    /// How long a page waits before it is tried again; doubled each time.
    #[serde(default, skip_serializing_if = "Span::is_zero")]
    pub back_off: Span,
    /// Time limit of a request; `None` is no limit.
    #[serde(default, skip_serializing_if = "Span::is_zero")]
    pub timeout: Span,
    /// At most this many requests a second; 0 is no limit.
    #[serde(default, skip_serializing_if = "is_unlimited")]
    pub rate: u32,
    /// The pages are found by their links, from `/` on, this many links deep; if
    /// not given, they are known beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// Where what was found is kept; a run is over when all of it is durable.
    #[serde(default, skip_serializing_if = "Kept::is_none")]
    pub store: Kept,
}

fn once() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_once(attempts: &u32) -> bool {
    *attempts == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_unlimited(rate: &u32) -> bool {
    *rate == 0
}

impl Workload {
    /// How a driver behaves towards the server.
    #[must_use]
    pub fn politeness(&self, seed: u64) -> Politeness {
        Politeness {
            attempts: self.attempts,
            back_off_ns: self.back_off.nanoseconds(),
            timeout_ns: self.timeout.nanoseconds(),
            rate_per_second: self.rate,
            seed,
            ..Politeness::default()
        }
    }

    /// Says in the name what is not as in `original`, so that two reports on
    /// different scenarios are not taken for the same.
    pub fn name_changes(&mut self, original: &Self) {
        let changes = [
            ("pages", self.pages != original.pages),
            ("concurrency", self.concurrency != original.concurrency),
            ("latency", self.latency != original.latency),
            ("parse", self.parse != original.parse),
            ("faults", self.faults != original.faults),
            ("slots", self.slots != original.slots),
            ("allowed-rate", self.allowed_rate != original.allowed_rate),
            ("attempts", self.attempts != original.attempts),
            ("back-off", self.back_off != original.back_off),
            ("timeout", self.timeout != original.timeout),
            ("store", self.store != original.store),
            ("depth", self.depth != original.depth),
            ("rate", self.rate != original.rate),
        ];
        let keys: Vec<&str> = changes
            .iter()
            .filter(|(_, changed)| *changed)
            .map(|(key, _)| *key)
            .collect();
        if !keys.is_empty() {
            self.name = format!("{} with other {}", original.name, keys.join(", "));
        }
    }
}
