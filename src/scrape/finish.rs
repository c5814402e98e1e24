//! The end of an attempt. What happened is decided once, here; the totals, the
//! observer and the attempt log are each told what follows from it.

use std::time::Duration;

use super::observer::{Outcome, Visit};
use super::totals::PageSums;
use super::{Scrape, Stop};
use crate::clients::{FetchError, TOO_LARGE};
use crate::frontier::{Moment, RetryDecision, Ticket};
use crate::measure::event_log;
use crate::site::page::{Reading, UnreadablePage};

/// A page that was read, with what it adds to the totals.
pub(super) type ReadPage = (PageSums, Reading);

/// Why an attempt did not bring its page.
#[derive(Debug)]
pub(super) enum NoPage {
    /// It was not fetched.
    Fetch(FetchError),
    /// It was fetched, and is not what it should be. Another attempt would
    /// hide that.
    Content {
        /// What kind of error it is.
        kind: &'static str,
        /// What it says.
        why: String,
    },
    /// It was not read to its end, because the scrape was stopped.
    Stopped,
}

impl NoPage {
    pub(super) fn wrong_bytes(error: &impl ToString) -> Self {
        Self::Content {
            kind: "wrong bytes",
            why: error.to_string(),
        }
    }
}

impl From<UnreadablePage> for NoPage {
    fn from(error: UnreadablePage) -> Self {
        match error {
            UnreadablePage::Stopped => Self::Stopped,
            UnreadablePage::TooLarge => Self::Content {
                kind: TOO_LARGE,
                why: error.to_string(),
            },
            UnreadablePage::Parse(_) => Self::wrong_bytes(&error),
        }
    }
}

/// How an attempt ended.
#[derive(Debug)]
enum End {
    Fetched(ReadPage),
    /// Another attempt follows after this time.
    Again(FetchError, Duration),
    /// The page is given up: what kind of error it was, and what it says.
    Failed {
        kind: String,
        why: String,
        timed_out: bool,
    },
    /// Its page is fetched later, with no other in flight: no attempt was made.
    Postponed,
    /// An abort ended it; that is not the page's fault.
    Cancelled,
}

impl End {
    fn failed(error: &FetchError) -> Self {
        Self::Failed {
            kind: error.kind(),
            why: error.to_string(),
            timed_out: timed_out(error),
        }
    }

    fn timed_out(&self) -> bool {
        match self {
            Self::Again(error, _) => timed_out(error),
            Self::Failed { timed_out, .. } => *timed_out,
            Self::Fetched(_) | Self::Postponed | Self::Cancelled => false,
        }
    }

    /// What the attempt log says.
    fn logged(&self) -> event_log::Fate {
        match self {
            _ if self.timed_out() => event_log::Fate::TimedOut,
            Self::Fetched(_) => event_log::Fate::Fetched,
            Self::Again(..) | Self::Postponed => event_log::Fate::Again,
            Self::Failed { .. } => event_log::Fate::Failed,
            Self::Cancelled => event_log::Fate::Cancelled,
        }
    }

    /// What the observer is told; nothing of an attempt that was given up.
    fn outcome(&self) -> Option<Outcome<'_>> {
        match self {
            Self::Fetched((_, reading)) => Some(Outcome::Fetched(reading)),
            Self::Again(error, after) => Some(Outcome::Again(error, *after)),
            Self::Failed { kind, why, .. } => Some(Outcome::Failed(kind, why)),
            Self::Postponed | Self::Cancelled => None,
        }
    }

    /// What becomes of the page.
    fn fate(&self) -> RetryDecision {
        match self {
            Self::Again(_, after) => RetryDecision::Again(*after),
            Self::Postponed => RetryDecision::Again(Duration::ZERO),
            _ => RetryDecision::Failed,
        }
    }
}

fn timed_out(error: &FetchError) -> bool {
    matches!(error, FetchError::TimedOut(_))
}

/// An attempt, after its ticket has been handed back.
struct Attempt {
    /// The number of the page, if it has one.
    number: Option<u64>,
    host: usize,
    /// 1 for the first attempt at the page.
    tries: u32,
    latency: Duration,
    names: Option<Names>,
}

/// What the page is called. A page that was fetched and that nobody observes
/// needs no names, so nothing is allocated for it.
struct Names {
    path: String,
    /// In an error.
    label: String,
}

impl Scrape {
    /// Ends an attempt that came back at `fetched_at`. Returns what becomes of
    /// the page.
    pub(super) fn finish(
        &self,
        ticket: Ticket,
        fetched_at: Moment,
        result: Result<ReadPage, NoPage>,
    ) -> RetryDecision {
        let entry = self.entry(&ticket, fetched_at);
        let attempt = Attempt {
            number: self.number(&ticket),
            host: ticket.host(),
            tries: ticket.attempt(),
            latency: fetched_at.saturating_sub(ticket.handed_out()),
            names: (result.is_err() || self.observer.is_some()).then(|| names(&ticket)),
        };
        let (end, ticket) = self.decide(ticket, result);
        // Before the place is free, where it is not yet: nobody is seen to take
        // it earlier.
        self.log_end(entry, end.logged());
        self.count(&attempt, &end);
        self.tell(&attempt, &end);
        if self.task.politeness.fail_fast && matches!(end, End::Failed { .. }) {
            self.stop(Stop::Abort);
        }
        if let Some(ticket) = ticket {
            self.frontier.done(ticket);
        }
        end.fate()
    }

    /// Decides how an attempt ended. The frontier decides about a fetch that
    /// failed, and takes its ticket; otherwise the ticket is still to be
    /// handed back.
    fn decide(&self, ticket: Ticket, result: Result<ReadPage, NoPage>) -> (End, Option<Ticket>) {
        let error = match result {
            Ok(page) => return (End::Fetched(page), Some(ticket)),
            Err(NoPage::Content { kind, why }) => {
                let end = End::Failed {
                    kind: kind.to_owned(),
                    why,
                    timed_out: false,
                };
                return (end, Some(ticket));
            }
            Err(NoPage::Stopped) => return (End::Cancelled, Some(ticket)),
            Err(NoPage::Fetch(error)) => error,
        };
        // After an abort a client may report any error. A status is an answer
        // that came in time.
        if self.stopping.is_aborted() && !matches!(error, FetchError::Status(..)) {
            return (End::Cancelled, Some(ticket));
        }
        if matches!(error, FetchError::NoRoom) {
            self.frontier.postpone(ticket, self.now());
            return (End::Postponed, None);
        }
        match self.frontier.failed(ticket, error.failure(), self.now()) {
            RetryDecision::Again(after) => (End::Again(error, after), None),
            RetryDecision::Failed => (End::failed(&error), None),
        }
    }

    fn count(&self, attempt: &Attempt, end: &End) {
        if end.timed_out() {
            self.totals.timed_out();
        }
        match end {
            End::Fetched((sums, _)) => match attempt.number {
                Some(number) => self.totals.page(number, attempt.latency, sums),
                None if self.task.checksums => {} // The index, which is no page.
                None => self.totals.next_page(attempt.latency, sums),
            },
            End::Again(..) => self.totals.retry(),
            End::Postponed => {}
            End::Failed { why, .. } => {
                if let Some(number) = attempt.number {
                    self.totals.failed(number);
                }
                let label = attempt.names.as_ref().map_or("", |names| &names.label);
                self.totals.error(label, why);
            }
            End::Cancelled => self.totals.given_up(),
        }
    }

    /// Reports an attempt to the observer; a race has none.
    fn tell(&self, attempt: &Attempt, end: &End) {
        let told = self.observer.as_ref().zip(end.outcome());
        let Some(((observer, outcome), names)) = told.zip(attempt.names.as_ref()) else {
            return;
        };
        observer.visited(&Visit {
            path: &names.path,
            host: attempt.host,
            attempt: attempt.tries,
            latency: attempt.latency,
            outcome,
        });
    }
}

fn names(ticket: &Ticket) -> Names {
    let label = match ticket.found() {
        Some(found) => found.path().to_owned(),
        None => format!("page {}", ticket.page()),
    };
    Names {
        path: ticket.path(),
        label,
    }
}
