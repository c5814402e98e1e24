//! A length of time as text: `50ms`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::latency::LONGEST_DELAY;

/// A length of time, of at most a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(Duration);

/// Why a text is not a length of time, with an example.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid time {0:?}: expected at most 60s, for example 50ms")]
pub struct SpanError(String);

impl Span {
    /// How long it is.
    #[must_use]
    pub fn duration(self) -> Duration {
        self.0
    }

    /// The same in nanoseconds.
    #[must_use]
    pub fn nanoseconds(self) -> u64 {
        u64::try_from(self.0.as_nanos()).unwrap_or(u64::MAX)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let wait = humantime::parse_duration(text).ok();
        wait.filter(|wait| *wait <= LONGEST_DELAY)
            .map(Self)
            .ok_or_else(|| SpanError(text.to_owned()))
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = humantime::format_duration(self.0).to_string();
        f.write_str(&text.replace(' ', ""))
    }
}

impl From<Span> for String {
    fn from(wait: Span) -> Self {
        wait.to_string()
    }
}
