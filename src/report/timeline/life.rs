//! The life of each page, put together from what server and driver wrote down.
//!
//! Each note claims a state for a span of time: the driver that it fetched
//! from here to there, the server that it worked on it in the middle of that.
//! Claims overlap, and [`resolve`] lets the furthest state hold. So a log that
//! has only one side, or that contradicts itself, still has a picture.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::event_log::{Attempt, End, EventLog, Fate, Request, Work};

use super::resolve::resolve;
use super::state::{Mark, State, StateSpan};

/// An answer that is fetched within this time was looked at at once. An idle
/// loop takes some 50 µs, a busy machine a millisecond or two.
const AT_ONCE_NS: u64 = 5_000_000;

/// What happened to one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Life {
    /// Rising in time, and none overlaps another.
    pub(super) spans: Vec<StateSpan>,
    /// What befell it, and when.
    pub(super) marks: Vec<(Mark, u64)>,
}

/// All pages of a run. Those that nothing is known of have no life of their
/// own: they wait to the end.
#[derive(Debug)]
pub(super) struct Lives {
    /// How many pages the scenario has.
    pub(super) pages: u64,
    /// When the run ended.
    pub(super) wall_ns: u64,
    /// By page; pages that the scenario does not have are left out.
    pub(super) of: BTreeMap<u64, Life>,
}

impl Lives {
    /// The lives in `log`.
    pub(super) fn of(log: &EventLog) -> Self {
        let notes = Notes::by_page(log);
        let lives = notes
            .into_iter()
            .map(|(page, notes)| (page, notes.life(log.wall_ns)));
        Self {
            pages: log.pages,
            wall_ns: log.wall_ns,
            of: lives.collect(),
        }
    }

    /// How often each mark was made, `Retried` first.
    pub(super) fn count(&self, mark: Mark) -> usize {
        let marks = self.of.values().flat_map(|life| &life.marks);
        marks.filter(|(made, _)| *made == mark).count()
    }
}

/// What was written down about one page, each kind in the order of time.
#[derive(Default)]
struct Notes {
    requests: Vec<Request>,
    attempts: Vec<Attempt>,
    works: Vec<Work>,
}

impl Notes {
    fn by_page(log: &EventLog) -> BTreeMap<u64, Self> {
        let mut notes: BTreeMap<u64, Self> = BTreeMap::new();
        for request in &log.requests {
            let of = notes.entry(request.page).or_default();
            of.requests.push(*request);
        }
        for attempt in &log.attempts {
            let of = notes.entry(attempt.page).or_default();
            of.attempts.push(*attempt);
        }
        for work in &log.works {
            notes.entry(work.page).or_default().works.push(*work);
        }
        // Pages that the scenario does not have.
        notes.split_off(&log.pages);
        for notes in notes.values_mut() {
            notes.requests.sort_by_key(|request| request.read_ns);
            notes.attempts.sort_by_key(|attempt| attempt.handed_out_ns);
        }
        notes
    }

    fn life(&self, wall_ns: u64) -> Life {
        let mut claims = self.waits(wall_ns);
        claims.extend(self.works.iter().map(computed));
        for attempt in &self.attempts {
            claims.push(span(State::Wire, attempt.handed_out_ns, attempt.fetched_ns));
            claims.push(self.after_fetching(attempt));
        }
        claims.extend(self.requests.iter().flat_map(served));
        claims.extend(self.arrivals());
        claims.extend(self.kept());
        Life {
            spans: resolve(&claims),
            marks: self.marks(),
        }
    }

    /// Waiting for the first attempt, or request where no attempt is known;
    /// and pausing between those.
    fn waits(&self, wall_ns: u64) -> Vec<StateSpan> {
        let handed_out = self.attempts.iter().map(|attempt| attempt.handed_out_ns);
        let read = self.requests.iter().map(|request| request.read_ns);
        let Some(first) = handed_out.chain(read).min() else {
            return vec![span(State::Waiting, 0, wall_ns)];
        };
        let ended = self.attempts.iter().map(|attempt| attempt.ended_ns);
        let left = self.requests.iter().map(|request| request.ended_ns);
        let last = ended.chain(left).max().unwrap_or(first);
        vec![
            span(State::Waiting, 0, first),
            span(State::Pausing, first, last),
        ]
    }

    /// What was fetched is computed for; when exactly, `works` may say.
    fn after_fetching(&self, attempt: &Attempt) -> StateSpan {
        let (from, to) = (attempt.fetched_ns, attempt.ended_ns);
        let within = |work: &Work| work.begun_ns < to && work.ended_ns > from;
        let state = if self.works.iter().any(within) {
            State::Shelved
        } else {
            State::Computing
        };
        span(state, from, to)
    }

    /// The requests of each attempt: those that the server read after it was
    /// handed out, and before the next one was.
    fn by_attempt(&self) -> impl Iterator<Item = (&Attempt, &[Request])> {
        let next = self.attempts.iter().skip(1);
        let until = next.map(|next| next.handed_out_ns).chain([u64::MAX]);
        self.attempts.iter().zip(until).map(|(attempt, until)| {
            let before = |at: u64| {
                self.requests
                    .partition_point(|request| request.read_ns < at)
            };
            let (from, to) = (before(attempt.handed_out_ns), before(until));
            (attempt, &self.requests[from..to])
        })
    }

    /// From the server's last byte until the driver has it.
    fn arrivals(&self) -> Vec<StateSpan> {
        let last = self
            .by_attempt()
            .filter_map(|(attempt, requests)| Some((attempt, requests.last()?)));
        let answered =
            last.filter(|(_, request)| matches!(request.end, End::Sent | End::Status(_)));
        let arrivals = answered.map(|(attempt, request)| {
            let (from, to) = (request.ended_ns, attempt.fetched_ns);
            if to.saturating_sub(from) > AT_ONCE_NS {
                span(State::Unnoticed, from, to)
            } else {
                span(State::Body, from, to)
            }
        });
        arrivals.collect()
    }

    /// A page that was fetched before it was handed out: a program with a list
    /// of its own keeps all of them until it is through.
    fn kept(&self) -> Option<StateSpan> {
        let looked_at = self.attempts.first()?.handed_out_ns;
        let early = { self.requests.iter() }.take_while(|request| request.read_ns < looked_at);
        let last = early.last().filter(|request| request.end == End::Sent)?;
        Some(span(State::Unnoticed, last.ended_ns, looked_at))
    }

    fn marks(&self) -> Vec<(Mark, u64)> {
        let mut marks = self.retries();
        let fates = self.attempts.iter().filter_map(|attempt| {
            let mark = match attempt.fate {
                Fate::Fetched | Fate::Again => return None,
                Fate::Failed => Mark::Failed,
                Fate::TimedOut => Mark::TimedOut,
                Fate::Cancelled => Mark::Cancelled,
            };
            Some((mark, attempt.fetched_ns))
        });
        marks.extend(fates);
        marks.extend(self.abandoned());
        marks
    }

    /// Attempts after the first, and requests after the first of an attempt:
    /// some programs try again without saying so.
    fn retries(&self) -> Vec<(Mark, u64)> {
        let attempts = self.attempts.iter().skip(1);
        let attempts = attempts.map(|attempt| attempt.handed_out_ns);
        let unsaid: Vec<&Request> = if self.attempts.is_empty() {
            self.requests.iter().skip(1).collect()
        } else {
            let of_attempts = self.by_attempt();
            { of_attempts }
                .flat_map(|(_, requests)| requests.iter().skip(1))
                .collect()
        };
        let again = attempts.chain(unsaid.into_iter().map(|request| request.read_ns));
        again.map(|at| (Mark::Retried, at)).collect()
    }

    /// Requests whose client went away, and no attempt says why.
    fn abandoned(&self) -> Vec<(Mark, u64)> {
        let explained: BTreeSet<u64> = self
            .by_attempt()
            .filter(|(attempt, _)| matches!(attempt.fate, Fate::TimedOut | Fate::Cancelled))
            .flat_map(|(_, requests)| requests.iter().map(|request| request.read_ns))
            .collect();
        let abandoned = self.requests.iter().filter(|request| {
            request.end == End::Abandoned && !explained.contains(&request.read_ns)
        });
        abandoned
            .map(|request| (Mark::Abandoned, request.ended_ns))
            .collect()
    }
}

fn span(state: State, from_ns: u64, to_ns: u64) -> StateSpan {
    StateSpan {
        state,
        from_ns,
        to_ns,
    }
}

fn computed(work: &Work) -> StateSpan {
    span(State::Computing, work.begun_ns, work.ended_ns)
}

/// What the server did with a request; one that ended early ends all of it.
fn served(request: &Request) -> [StateSpan; 3] {
    let ended = request.ended_ns;
    let begun = request.begun_ns.unwrap_or(ended).min(ended);
    let due = request.due_ns.unwrap_or(ended).min(ended);
    [
        span(State::Queued, request.read_ns, begun),
        span(State::Served, begun, due),
        span(State::Body, due, ended),
    ]
}

#[cfg(test)]
#[path = "life_tests.rs"]
mod tests;
