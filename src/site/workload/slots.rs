//! How many requests the server works on at once, as text: `10:queue`.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How many requests the server works on at once, and what happens to others.
///
/// | text | |
/// |---|---|
/// | `none` | no limit |
/// | `10:queue` | the eleventh waits until one of ten is done, in order of arrival |
/// | `10:reject` | the eleventh is answered 503 at once |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Slots {
    /// No limit.
    #[default]
    Unlimited,
    /// At most this many; others wait for their turn.
    Queue(NonZeroU32),
    /// At most this many; others are answered 503.
    Reject(NonZeroU32),
}

/// Why a text is not a number of slots, with an example.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid slots {0:?}: expected COUNT:queue, COUNT:reject or none, for example 10:queue (the \
     eleventh request waits) or 10:reject (it is answered 503)"
)]
pub struct SlotsError(String);

impl Slots {
    /// How many there are; `None` is no limit.
    #[must_use]
    pub fn count(self) -> Option<usize> {
        match self {
            Self::Unlimited => None,
            Self::Queue(count) | Self::Reject(count) => usize::try_from(count.get()).ok(),
        }
    }

    /// Whether there is no limit.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::Unlimited
    }
}

impl FromStr for Slots {
    type Err = SlotsError;

    fn from_str(text: &str) -> Result<Self, SlotsError> {
        let wrong = || SlotsError(text.to_owned());
        let (count, when_full) = match text.trim() {
            "none" => return Ok(Self::Unlimited),
            text => text.split_once(':').ok_or_else(wrong)?,
        };
        let count = count.parse().map_err(|_| wrong())?;
        match when_full {
            "queue" => Ok(Self::Queue(count)),
            "reject" => Ok(Self::Reject(count)),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Slots {
    type Error = SlotsError;

    fn try_from(text: String) -> Result<Self, SlotsError> {
        text.parse()
    }
}

impl fmt::Display for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlimited => f.write_str("none"),
            Self::Queue(count) => write!(f, "{count}:queue"),
            Self::Reject(count) => write!(f, "{count}:reject"),
        }
    }
}

impl From<Slots> for String {
    fn from(slots: Slots) -> Self {
        slots.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_written_as_they_are_read() {
        for text in ["none", "10:queue", "1:reject"] {
            let slots: Slots = text.parse().unwrap();
            assert_eq!(slots.to_string(), text);
            assert_eq!(slots.is_none(), text == "none");
            let json = serde_json::to_string(&slots).unwrap();
            assert_eq!(json, format!("{text:?}"));
            assert_eq!(serde_json::from_str::<Slots>(&json).unwrap(), slots);
        }
    }

    #[test]
    fn invalid_slots_are_an_error_with_an_example() {
        for text in ["", "10", "0:queue", "-1:queue", "x:reject", "10:wait"] {
            let error = text.parse::<Slots>().unwrap_err().to_string();
            assert!(error.contains(&format!("{text:?}")), "{error}");
            assert!(error.contains("example 10:queue"), "{error}");
        }
    }
}
