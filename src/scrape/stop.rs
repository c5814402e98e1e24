//! Ending early: when the user, a deadline or a failure asks for it.
//!
//! Not to begin anything more is the frontier's business. What is in flight
//! can come back (drain) or be given up (abort), and how it is given up is
//! where models differ: a future is dropped, a connection of our own event
//! loop is closed, and a thread that blocks has to be freed by others, who
//! shut its socket down; left alone it would sit out its timeout.
//! `docs/cancellation.md` measures it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use event_listener::{Event, EventListener};

use super::Scrape;
use crate::clients::{Cut, FetchError};
use crate::frontier::Ticket;

/// What happens to requests in flight.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Stop {
    /// They are finished
    Drain,
    /// They are given up
    Abort,
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Drain => "drain",
            Self::Abort => "abort",
        })
    }
}

#[derive(Debug, Default)]
pub(super) struct Stopping {
    asked_at: OnceLock<Instant>,
    aborted: AtomicBool,
    event: Event,
    cut: Cut,
}

/// Hears of an abort.
#[derive(Debug)]
pub struct Abort(EventListener);

impl Stopping {
    pub(super) fn is_stopping(&self) -> bool {
        self.asked_at.get().is_some()
    }

    pub(super) fn is_aborted(&self) -> bool {
        self.aborted.load(SeqCst)
    }

    /// When it was first asked to end.
    pub(super) fn asked_at(&self) -> Option<Instant> {
        self.asked_at.get().copied()
    }

    fn ask(&self) {
        self.asked_at.get_or_init(Instant::now);
    }

    fn abort(&self) {
        self.aborted.store(true, SeqCst);
        self.event.notify(usize::MAX);
        self.cut.all();
    }
}

impl Scrape {
    /// Ends it early. Nothing more is begun; what is in flight comes back, or
    /// is given up by models that can.
    pub fn stop(&self, how: Stop) {
        self.stopping.ask();
        // Before anything is given up: a freed worker asks for more at once.
        self.frontier.stop();
        if how == Stop::Abort {
            self.stopping.abort();
        }
    }

    /// What else an abort cuts, for the models that block.
    pub fn cuts(&mut self, cut: Cut) {
        cut.reset();
        self.stopping.cut = cut;
    }

    /// Hears of an abort from now on, if there can be one.
    pub fn listen(&self) -> Option<Abort> {
        let abortable = self.task.abortable || self.task.politeness.fail_fast;
        abortable.then(|| Abort(self.stopping.event.listen()))
    }

    /// Whether requests in flight must be given up; if not, wakes who asks
    /// when it is.
    pub fn poll_aborted(&self, abort: Option<&mut Abort>, context: &mut Context<'_>) -> Poll<()> {
        match abort {
            _ if self.stopping.is_aborted() => Poll::Ready(()),
            Some(abort) => Pin::new(&mut abort.0).poll(context),
            None => Poll::Pending,
        }
    }

    /// Awaits a fetch, but no longer than its ticket allows, nor beyond an
    /// abort: then the fetch is dropped, and its connection with it. `sleep`
    /// is the timer of the runtime that this is in.
    pub async fn within<F, P, S, T>(
        &self,
        ticket: &Ticket,
        fetch: F,
        sleep: S,
    ) -> Result<P, FetchError>
    where
        F: Future<Output = Result<P, FetchError>>,
        S: FnOnce(Duration) -> T,
        T: Future,
    {
        let mut fetch = pin!(fetch);
        let (limit, mut abort) = (ticket.limit(), self.listen());
        if limit.is_none() && abort.is_none() {
            return fetch.await;
        }
        let mut asleep = pin!(limit.map(sleep));
        std::future::poll_fn(|context| {
            if let Poll::Ready(fetched) = fetch.as_mut().poll(context) {
                return Poll::Ready(fetched);
            }
            if self.poll_aborted(abort.as_mut(), context).is_ready() {
                return Poll::Ready(Err(FetchError::Aborted));
            }
            let asleep = asleep.as_mut().as_pin_mut();
            let over = asleep.is_some_and(|asleep| asleep.poll(context).is_ready());
            match limit.filter(|_| over) {
                Some(limit) => Poll::Ready(Err(FetchError::TimedOut(limit))),
                None => Poll::Pending,
            }
        })
        .await
    }
}

#[cfg(test)]
#[path = "stop_tests.rs"]
mod tests;
