//! Who sees to it that a scrape ends when it must: at its deadline, and at the
//! second signal, whatever blocks.
//!
//! A driver ends by itself at the deadline, as long as its threads get to look
//! at the clock. One that is inside a parser, a look-up, a full pipe or a store
//! does not. So the driver and the store have threads of their own, and this
//! one waits for them no longer than it may. Threads that are left end with the
//! process.
//!
//! Nothing here may block: it logs on a thread of its own, as nobody may read
//! from standard error.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::scrape::{Scrape, Stop, StoreSink};
use crate::store::Writer;

/// How long after the deadline or the second signal a thread that goes on is
/// left; the summary still has to be printed within half a second.
const GRACE: Duration = Duration::from_millis(300);
/// What ends at the deadline by itself has until then before it is aborted.
const BY_ITSELF: Duration = Duration::from_millis(30);
/// A store that takes longer to end is named.
const PATIENCE: Duration = Duration::from_secs(1);

/// What happened so far.
#[derive(Debug, Default)]
struct State<T> {
    ended: Option<T>,
    signals: u32,
    second_at: Option<Instant>,
}

/// What a scrape has to be ended for.
#[derive(Debug)]
pub(super) struct Supervisor<T> {
    state: Arc<(Mutex<State<T>>, Condvar)>,
    deadline: Option<Instant>,
    on_signal: Stop,
}

/// Tells the supervisor.
#[derive(Debug)]
pub(super) struct Teller<T>(Arc<(Mutex<State<T>>, Condvar)>);

impl<T> Teller<T> {
    /// The nth signal came.
    pub(super) fn signal(&self, nth: u32) {
        let mut state = lock(&self.0.0);
        state.signals = nth;
        if nth == 2 {
            state.second_at = Some(Instant::now());
        }
        drop(state);
        self.0.1.notify_all();
    }

    /// The driver has ended.
    pub(super) fn ended(&self, how: T) {
        lock(&self.0.0).ended = Some(how);
        self.0.1.notify_all();
    }
}

impl<T> Supervisor<T> {
    pub(super) fn new(deadline: Option<Instant>, on_signal: Stop) -> Self {
        let state = State {
            ended: None,
            signals: 0,
            second_at: None,
        };
        Self {
            state: Arc::new((Mutex::new(state), Condvar::new())),
            deadline,
            on_signal,
        }
    }

    pub(super) fn teller(&self) -> Teller<T> {
        Teller(self.state.clone())
    }

    /// Waits for the driver; `None` if it had to be left.
    pub(super) fn wait_for_driver(&self, scrape: &Scrape, sink: &StoreSink) -> Option<T> {
        let (mut stopped, mut aborted) = (false, false);
        loop {
            let mut state = lock(&self.state.0);
            if let Some(how) = state.ended.take() {
                return Some(how);
            }
            let now = Instant::now();
            let aborts =
                state.signals >= 2 || self.deadline.is_some_and(|at| now >= at + BY_ITSELF);
            let stops = state.signals >= 1 && !stopped;
            if self.is_over(&state, now) {
                return None;
            }
            if (aborts && !aborted) || stops {
                // It takes locks of its own, and may wake who tells us.
                drop(state);
                if stops {
                    stopped = true;
                    self.say_stopping(sink);
                    scrape.stop(self.on_signal);
                }
                if aborts && !aborted {
                    aborted = true;
                    scrape.stop(Stop::Abort);
                }
                continue;
            }
            let next = self.next_look(&state, now, aborted);
            drop(self.wait(state, next));
        }
    }

    /// Waits for the store. Returns whether it has ended.
    pub(super) fn wait_for_store(&self, writer: &Writer, sink: &StoreSink) -> bool {
        let begun = Instant::now();
        let (mut told, mut signals) = (false, lock(&self.state.0).signals);
        loop {
            if writer.ends_within(Duration::from_millis(20)) {
                return true;
            }
            let state = lock(&self.state.0);
            if self.is_over(&state, Instant::now()) {
                return false;
            }
            let is_new = state.signals > signals;
            signals = state.signals;
            if is_new || (!told && begun.elapsed() > PATIENCE) {
                told = true;
                let way = match signals {
                    0 => "press Ctrl-C twice to stop without them",
                    _ => "press Ctrl-C again to stop without them",
                };
                say(format!(
                    "waiting for the store to write {}; {way}",
                    records(sink)
                ));
            }
        }
    }

    /// Whether the deadline has passed, with what it is given after that.
    pub(super) fn is_past_deadline(&self) -> bool {
        self.deadline.is_some_and(|at| Instant::now() >= at)
    }

    fn is_over(&self, state: &State<T>, now: Instant) -> bool {
        let ends = [self.deadline, state.second_at];
        ends.into_iter().flatten().any(|at| now >= at + GRACE)
    }

    fn next_look(&self, state: &State<T>, now: Instant, aborted: bool) -> Option<Duration> {
        let abort = self.deadline.filter(|_| !aborted).map(|at| at + BY_ITSELF);
        let over = [self.deadline, state.second_at].map(|at| Some(at? + GRACE));
        let next = [abort, over[0], over[1]].into_iter().flatten().min();
        next.map(|at| at.saturating_duration_since(now))
    }

    fn wait<'a>(
        &self,
        state: MutexGuard<'a, State<T>>,
        at_most: Option<Duration>,
    ) -> MutexGuard<'a, State<T>> {
        match at_most {
            None => self
                .state
                .1
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner),
            Some(at_most) => {
                let waited = self.state.1.wait_timeout(state, at_most);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        }
    }

    fn say_stopping(&self, sink: &StoreSink) {
        let waits = match self.on_signal {
            Stop::Drain => "waiting for requests in flight",
            Stop::Abort => "giving up requests in flight",
        };
        let store = match sink.waiting() {
            0 => String::new(),
            _ => format!(" and for the store to write {}", records(sink)),
        };
        say(format!(
            "stopping: {waits}{store}; press Ctrl-C again to stop at once"
        ));
    }
}

fn records(sink: &StoreSink) -> String {
    crate::fmt::plural(sink.waiting(), "record")
}

/// Logs without waiting for who reads it.
fn say(what: String) {
    // Without a thread it is not said.
    let _ = std::thread::Builder::new().spawn(move || tracing::warn!("{what}"));
}

fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
