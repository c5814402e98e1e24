//! A wait as text: `50ms`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::latency::LONGEST_DELAY;

/// The wait before the second attempt at a page; it doubles before each
/// further one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BackOff(Duration);

/// Why a text is no wait, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no wait of at most 60s; write \"50ms\"")]
pub struct BackOffError(String);

impl BackOff {
    /// How long it is.
    #[must_use]
    pub fn duration(self) -> Duration {
        self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }
}

impl FromStr for BackOff {
    type Err = BackOffError;

    fn from_str(text: &str) -> Result<Self, BackOffError> {
        let wait = humantime::parse_duration(text).ok();
        wait.filter(|wait| *wait <= LONGEST_DELAY)
            .map(Self)
            .ok_or_else(|| BackOffError(text.to_owned()))
    }
}

impl TryFrom<String> for BackOff {
    type Error = BackOffError;

    fn try_from(text: String) -> Result<Self, BackOffError> {
        text.parse()
    }
}

impl fmt::Display for BackOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = humantime::format_duration(self.0).to_string();
        f.write_str(&text.replace(' ', ""))
    }
}

impl From<BackOff> for String {
    fn from(wait: BackOff) -> Self {
        wait.to_string()
    }
}
