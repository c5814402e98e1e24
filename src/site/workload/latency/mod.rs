//! How long the server waits before it answers, and for which page.
//!
//! A latency is written as text, in a workload file and on the command line:
//!
//! | text | each page waits |
//! |---|---|
//! | `20ms` | 20 ms |
//! | `0` or `0ms` | not at all |
//! | `uniform:10ms:30ms` | anything from 10 to 30 ms, all equally likely |
//! | `lognormal:20ms:0.5` | around a median of 20 ms, with the long right tail of real servers; 0.5 is the standard deviation of the logarithm |
//! | `20ms*99,200ms` | 20 ms, but one page in every hundred 200 ms |
//!
//! The delay of a page is a function of (seed, page, attempt) and of nothing
//! else, so every driver meets the same scenario in whatever order it asks.
//! The weighted list is *stratified*: of every hundred consecutive pages
//! exactly one is slow, at a seeded place. Drawn independently, 200 pages
//! would have between none and six slow ones, and the luck of the seed would
//! be the largest effect in the table.

mod draw;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use parse::LatencyError;

/// The longest delay a latency may ask for. A longer one is a typing error
/// (`20m` for `20ms`) far more often than a wish.
pub const LONGEST_DELAY: Duration = Duration::from_mins(1);

/// The most that the weights of a list may add up to: the length of the
/// block of pages in which each entry occurs exactly its weight times.
pub const LARGEST_WEIGHT_SUM: u64 = 10_000;

/// How long the server waits before each page. See the table above.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Latency(Shape);

/// What a [`Latency`] may look like. Private, so that a latency that exists
/// is one that was checked.
#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Fixed(Duration),
    Uniform { low: Duration, high: Duration },
    LogNormal { median: Duration, sigma: f64 },
    Weighted(Vec<Entry>),
}

/// `delay*weight` of a weighted list.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    delay: Duration,
    weight: u64,
}

impl Latency {
    /// No waiting at all.
    pub const ZERO: Self = Self(Shape::Fixed(Duration::ZERO));

    /// Whether no page ever waits.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.fixed() == Some(Duration::ZERO)
    }

    /// The delay, when it is the same for every page.
    #[must_use]
    pub fn fixed(&self) -> Option<Duration> {
        match &self.0 {
            Shape::Fixed(delay) => Some(*delay),
            Shape::Uniform { low, high } => (low == high).then_some(*low),
            Shape::LogNormal { median, sigma } => (*sigma == 0.0).then_some(*median),
            Shape::Weighted(entries) => {
                let first = entries.first()?.delay;
                entries.iter().all(|e| e.delay == first).then_some(first)
            }
        }
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::ZERO
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Shape::Fixed(delay) => f.write_str(&in_words(*delay)),
            Shape::Uniform { low, high } => {
                write!(f, "uniform:{}:{}", in_words(*low), in_words(*high))
            }
            Shape::LogNormal { median, sigma } => {
                write!(f, "lognormal:{}:{sigma}", in_words(*median))
            }
            Shape::Weighted(entries) => {
                let entries: Vec<String> = entries.iter().map(Entry::to_string).collect();
                f.write_str(&entries.join(","))
            }
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.weight {
            1 => f.write_str(&in_words(self.delay)),
            weight => write!(f, "{}*{weight}", in_words(self.delay)),
        }
    }
}

/// `1s500ms`, without the blanks that humantime puts between the units, so
/// that a latency stays one word on a command line; zero keeps its unit.
pub(super) fn in_words(delay: Duration) -> String {
    if delay.is_zero() {
        return "0ms".to_owned();
    }
    humantime::format_duration(delay)
        .to_string()
        .replace(' ', "")
}

impl From<Latency> for String {
    fn from(latency: Latency) -> Self {
        latency.to_string()
    }
}
