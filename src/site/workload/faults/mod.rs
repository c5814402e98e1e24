//! Faults: what the server does in place of a good answer, and to which
//! requests.
//!
//! Faults are written as text, in a workload file and on the command line: a
//! list of kinds with the share of requests that meet them.
//!
//! | text | this share of the requests |
//! |---|---|
//! | `none` | meet nothing: every page is answered |
//! | `500=5%` | are answered with status 500 (or any from 400 to 599) |
//! | `429=2%:1s` | are told to come again after a second (`Retry-After: 1`) |
//! | `503=1%:date` | are told so as a date, a second from now |
//! | `reset=1%` | have their connection reset before a byte of the answer |
//! | `break=1%` | have it reset inside the body |
//! | `truncate=1%` | have it closed inside the body, in good order |
//! | `stall=1%` | are read and never answered; the connection is closed after a minute |
//! | `slow=1%:500ms` | are answered whole, in pieces spread over half a second |
//!
//! What happens to a request is a function of (seed, page, attempt) and of
//! nothing else, so every driver meets the same faults in whatever order it
//! asks, and how many attempts each page takes is known beforehand.

mod parse;

use std::fmt;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::latency::in_words;
pub use parse::FaultsError;

/// What may happen to requests, and how often.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Faults(Vec<Entry>);

/// `kind=share`. Shares are in hundredths of a per cent, so that they add up
/// exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    fault: Fault,
    share: u32,
}

/// All requests, in hundredths of a per cent.
const WHOLE: u32 = 10_000;

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An answer with this status, and when to come again.
    Status(u16, Option<RetryAfter>),
    /// The connection is reset before a byte of the answer.
    Reset,
    /// The connection is reset inside the body.
    Break,
    /// The connection is closed inside the body.
    Truncate,
    /// The request is read and never answered.
    Stall,
    /// The page is answered whole and right, but its body takes so long to
    /// leave.
    Slow(Duration),
}

/// When to come again, as `Retry-After` has it (RFC 9110, section 10.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// After this many seconds.
    Seconds(u32),
    /// At a date, which is [`DATE_AHEAD`] from the answer.
    Date,
}

/// How long a request that is never answered is held beyond its delay, so that
/// nothing is held for ever; then the server closes the connection.
pub const STALL_LIMIT: Duration = Duration::from_mins(1);

/// How far ahead the date of a `Retry-After` lies. Dates have whole seconds,
/// so it is up to a second less.
pub const DATE_AHEAD: Duration = Duration::from_secs(1);

impl Faults {
    /// Whether nothing ever happens.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything that may happen, in the order that it is written.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = Fault> {
        self.0.iter().map(|entry| entry.fault)
    }

    /// Whether some requests are never answered.
    #[must_use]
    pub fn stall(&self) -> bool {
        self.0.iter().any(|entry| entry.fault == Fault::Stall)
    }

    /// What happens to the `attempt`-th request (from 0) for `page`.
    #[must_use]
    pub fn draw(&self, seed: u64, page: u64, attempt: u32) -> Option<Fault> {
        if self.is_none() {
            return None;
        }
        let mut drawn = generator(seed, page, attempt).random_range(0..WHOLE);
        for entry in &self.0 {
            if drawn < entry.share {
                return Some(entry.fault);
            }
            drawn -= entry.share;
        }
        None
    }

    /// How many requests `page` takes when it may be tried `most` times, and
    /// whether the last of them is answered.
    #[must_use]
    pub fn attempts(&self, seed: u64, page: u64, most: u32) -> (u32, bool) {
        for attempt in 0..most {
            match self.draw(seed, page, attempt) {
                None => return (attempt + 1, true),
                Some(fault) if fault.is_answer() => return (attempt + 1, true),
                Some(fault) if !fault.passes() => return (attempt + 1, false),
                Some(_) => {}
            }
        }
        (most, false)
    }
}

impl Fault {
    /// Whether it may be gone the next time. A 404 is not tried again.
    #[must_use]
    pub fn passes(self) -> bool {
        match self {
            Self::Status(status, _) => passes(status),
            Self::Reset | Self::Break | Self::Truncate | Self::Stall | Self::Slow(_) => true,
        }
    }

    /// Whether the client still gets its page, whole and right.
    #[must_use]
    pub fn is_answer(self) -> bool {
        matches!(self, Self::Slow(_))
    }

    /// Whether it happens inside the body, so that nothing happens to an
    /// answer that has none (one to HEAD).
    #[must_use]
    pub fn is_in_body(self) -> bool {
        matches!(self, Self::Break | Self::Truncate | Self::Slow(_))
    }

    /// How much longer than its delay a request takes that meets it. For one
    /// that stalls this is [`STALL_LIMIT`], when the server gives up; a client
    /// with less patience leaves before.
    #[must_use]
    pub fn extra(self) -> Duration {
        match self {
            Self::Slow(time) => time,
            Self::Stall => STALL_LIMIT,
            Self::Status(..) | Self::Reset | Self::Break | Self::Truncate => Duration::ZERO,
        }
    }

    /// Its name, as it is written.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Status(status, _) => status.to_string(),
            Self::Reset => "reset".to_owned(),
            Self::Break => "break".to_owned(),
            Self::Truncate => "truncate".to_owned(),
            Self::Stall => "stall".to_owned(),
            Self::Slow(_) => "slow".to_owned(),
        }
    }
}

/// Whether a status says that another attempt may do: too early, too many
/// requests, and what a server is in for a while.
#[must_use]
pub fn passes(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return f.write_str("none");
        }
        let entries: Vec<String> = self.0.iter().map(Entry::to_string).collect();
        f.write_str(&entries.join(","))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = f64::from(self.share) / 100.0;
        write!(f, "{}={percent}%", self.fault.word())?;
        match self.fault {
            Fault::Status(_, Some(RetryAfter::Seconds(seconds))) => write!(f, ":{seconds}s"),
            Fault::Status(_, Some(RetryAfter::Date)) => f.write_str(":date"),
            Fault::Slow(time) => write!(f, ":{}", in_words(time)),
            _ => Ok(()),
        }
    }
}

impl From<Faults> for String {
    fn from(faults: Faults) -> Self {
        faults.to_string()
    }
}

/// A generator that belongs to one (seed, page, attempt). The last word of
/// its key keeps it apart from that of the delays, which would otherwise be
/// drawn from the same numbers: slow pages would be the ones that fail.
fn generator(seed: u64, page: u64, attempt: u32) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&page.to_le_bytes());
    key[16..20].copy_from_slice(&attempt.to_le_bytes());
    key[24..].copy_from_slice(b"a fault\0");
    ChaCha8Rng::from_seed(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Faults {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_asked_for_is_what_is_drawn() {
        let faults = faults("500=5%,429=2%:1s,reset=1%");
        let drawn: Vec<Option<Fault>> = (0..100_000).map(|page| faults.draw(7, page, 0)).collect();
        let share = |wanted: Option<Fault>| {
            drawn.iter().filter(|drawn| **drawn == wanted).count() as f64 / 1000.0
        };
        let near = |share: f64, percent: f64| (share - percent).abs() < 0.3;
        assert!(near(share(Some(Fault::Status(500, None))), 5.0));
        let told = Fault::Status(429, Some(RetryAfter::Seconds(1)));
        assert!(near(share(Some(told)), 2.0));
        assert!(near(share(Some(Fault::Reset)), 1.0));
        assert!(near(share(None), 92.0));
    }

    #[test]
    fn a_fault_depends_on_seed_page_and_attempt_and_on_nothing_else() {
        let faults = faults("500=50%");
        let of = |seed, attempt| -> Vec<bool> {
            (0..64)
                .map(|page| faults.draw(seed, page, attempt).is_some())
                .collect()
        };
        assert_eq!(of(1, 0), of(1, 0));
        assert_ne!(of(1, 0), of(2, 0));
        assert_ne!(of(1, 0), of(1, 1));
    }

    #[test]
    fn the_attempts_of_a_page_are_known_beforehand() {
        let faults = faults("500=40%,404=10%");
        for page in 0..200 {
            let (attempts, answered) = faults.attempts(3, page, 4);
            let drawn: Vec<_> = (0..attempts).map(|n| faults.draw(3, page, n)).collect();
            let (end, before) = drawn.split_last().unwrap();
            assert!(before.iter().all(|fault| fault.unwrap().passes()));
            assert_eq!(end.is_none(), answered);
            let passes = end.is_some_and(Fault::passes);
            assert!(
                !passes || attempts == 4,
                "page {page} was given up too early"
            );
        }
    }

    #[test]
    fn a_slow_answer_is_one_and_a_stalled_request_is_tried_again() {
        assert_eq!(faults("slow=100%:1s").attempts(1, 1, 5), (1, true));
        assert_eq!(faults("stall=100%").attempts(1, 1, 5), (5, false));
    }

    #[test]
    fn none_draws_nothing() {
        assert!(faults("none").is_none());
        assert_eq!(Faults::default().attempts(1, 1, 3), (1, true));
    }
}
