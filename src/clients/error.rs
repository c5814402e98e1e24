//! Why a page was not fetched, in the same words for every client.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::{Duration, SystemTime};

use ::hyper::header::{HeaderMap, RETRY_AFTER};

use crate::frontier::PageFailure;
use crate::site::workload::faults;

fn whole_milliseconds(time: Duration) -> humantime::FormattedDuration {
    let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    humantime::format_duration(Duration::from_millis(milliseconds))
}

/// Kinds of errors that several of them are of.
const NO_CONNECTION: &str = "no connection";
const BROKE: &str = "connection broke";
/// A page that is longer, or takes more to be read, than one page may.
pub const TOO_LARGE: &str = "too large";

/// Why a page was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No connection.
    #[error("could not connect: {0}")]
    Connect(#[source] io::Error),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[source] io::Error),
    /// The server closed the connection in the middle of an answer.
    #[error("the server closed the connection after {received} bytes of the answer")]
    Closed {
        /// Bytes of head and body that had arrived by then.
        received: usize,
    },
    /// The server answered, but not with the page.
    #[error("the server answered with status {0}")]
    Status(u16, Option<RetryWait>),
    /// It took longer than it may.
    #[error("no complete answer within {}", whole_milliseconds(*.0))]
    TimedOut(Duration),
    /// The scrape was aborted while it was in flight.
    #[error("given up, because the scrape was aborted")]
    Aborted,
    /// What arrived is not an HTTP/1.1 answer that this client reads.
    #[error("the answer is not readable: {0}")]
    Answer(String),
    /// It is longer than a page may be.
    #[error("the answer is not readable: {0}")]
    TooLarge(String),
    /// There is no memory for its body while other pages are in flight. Its
    /// page is fetched when none is.
    #[error("no memory for its body while other pages are in flight")]
    NoRoom,
    /// The client's own words, where it does not say which of these it was, and
    /// what kind of error is behind them.
    #[error("{0}")]
    Client(String, &'static str),
}

/// How long the server asks the client to wait (`Retry-After`).
pub type RetryWait = Duration;

/// What the value of a `Retry-After` asks for, if it can be read.
pub(super) fn retry_after(value: &[u8]) -> Option<RetryWait> {
    read_wait(value, SystemTime::now())
}

/// The error of an answer that is not the page.
pub(super) fn refused(status: u16, headers: &HeaderMap) -> FetchError {
    let wait = headers.get(RETRY_AFTER);
    FetchError::Status(status, wait.and_then(|value| retry_after(value.as_bytes())))
}

/// No server is waited for longer than this: more would be as good as never,
/// and what it may ask for (2^64 seconds) is more than a clock can hold.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Reads a `Retry-After`: whole seconds, or a date (RFC 9110, section
/// 10.2.3). A date that is over asks for nothing more.
fn read_wait(value: &[u8], now: SystemTime) -> Option<Duration> {
    let value = std::str::from_utf8(value).ok()?.trim();
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let wait = if is_number {
        // More digits than fit are a long wait as well.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}

impl FetchError {
    /// What kind of error it is, in a word or two: to count them by.
    pub fn kind(&self) -> String {
        match self {
            Self::Connect(_) => NO_CONNECTION.to_owned(),
            Self::Broken(_) | Self::Closed { .. } => BROKE.to_owned(),
            Self::Status(status, _) => format!("status {status}"),
            Self::TimedOut(_) => "timeout".to_owned(),
            Self::Aborted => "given up".to_owned(),
            Self::Answer(_) => "unreadable".to_owned(),
            Self::TooLarge(_) => TOO_LARGE.to_owned(),
            Self::NoRoom => "no memory".to_owned(),
            Self::Client(_, kind) => (*kind).to_owned(),
        }
    }

    /// What the frontier has to know of it. All but an answer that says "never"
    /// or that cannot be read may be otherwise the next time.
    pub fn failure(&self) -> PageFailure {
        let (passes, not_before) = match self {
            Self::Status(status, wait) => (faults::passes(*status), *wait),
            Self::Answer(_) | Self::TooLarge(_) | Self::Aborted => (false, None),
            Self::Connect(_)
            | Self::Broken(_)
            | Self::Closed { .. }
            | Self::TimedOut(_)
            | Self::NoRoom
            | Self::Client(..) => (true, None),
        };
        PageFailure { passes, not_before }
    }
}

/// The error of a product client with its causes, innermost last: the outer
/// one alone says little more than that there was one.
pub(super) fn with_causes(error: &(dyn Error + 'static)) -> FetchError {
    let causes = || std::iter::successors(Some(error), |&error| error.source());
    let words: Vec<String> = causes().map(ToString::to_string).collect();
    let words = words.join(": ");
    if causes().any(is_nonsense) {
        FetchError::Answer(words)
    } else {
        let kind = causes().find_map(kind_of_break).unwrap_or("client error");
        FetchError::Client(words, kind)
    }
}

/// Which kind of break a cause is, if it is one.
fn kind_of_break(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let of = |error: &io::Error| match error.kind() {
        ErrorKind::ConnectionRefused => NO_CONNECTION,
        _ => BROKE,
    };
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return Some(of(error));
    }
    if let Some(::ureq::Error::Io(error)) = error.downcast_ref::<::ureq::Error>() {
        return Some(of(error));
    }
    let error = error.downcast_ref::<::hyper::Error>()?;
    let ended = error.is_incomplete_message() || error.is_closed() || error.is_canceled();
    ended.then_some(BROKE)
}

/// Whether a product client found the answer unreadable: a page is not tried
/// again for that, whichever client it was.
fn is_nonsense(error: &(dyn Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<::hyper::Error>() {
        return error.is_parse();
    }
    if let Some(error) = error.downcast_ref::<::ureq::Error>() {
        use ::ureq::Error::{BodyStalled, LargeResponseHeader, Protocol};
        // A stalled body is one whose chunk has a size without end.
        return matches!(error, Protocol(_) | LargeResponseHeader(..) | BodyStalled);
    }
    // hyper's way to say that chunks are none.
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(ErrorKind::InvalidInput | ErrorKind::InvalidData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_in_seconds_and_as_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let read = |value: &str| read_wait(value.as_bytes(), now);
        assert_eq!(read("3"), Some(Duration::from_secs(3)));
        assert_eq!(read(" 0 "), Some(Duration::ZERO));
        let ahead = read("Sun, 09 Sep 2001 01:46:45 GMT");
        assert_eq!(ahead, Some(Duration::from_secs(5)));
        let over = read("Sun, 09 Sep 2001 01:46:35 GMT");
        assert_eq!(over, Some(Duration::ZERO));
        for nothing in ["", "-1", "+1", "soon", "1.5"] {
            assert_eq!(read(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_wait_without_end_is_a_long_one_and_no_panic() {
        let now = SystemTime::now();
        for endless in [
            "86401",
            "18446744073709551615",
            "18446744073709551616",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            let wait = read_wait(endless.as_bytes(), now);
            assert_eq!(wait, Some(LONGEST_WAIT), "{endless:?}");
        }
    }

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        let passes = |error: FetchError| error.failure().passes;
        assert!(passes(FetchError::Status(503, None)));
        assert!(passes(FetchError::Closed { received: 7 }));
        assert!(!passes(FetchError::Status(404, None)));
        assert!(!passes(FetchError::Answer("nonsense".to_owned())));
        let wait = Duration::from_secs(1);
        let told = FetchError::Status(429, Some(wait)).failure();
        assert_eq!(told.not_before, Some(wait));
    }
}
