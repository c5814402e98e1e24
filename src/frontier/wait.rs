//! Waiting for the frontier: as a thread, as a task, or in an event loop.
//!
//! A wait ends when something changes (a place became free, a page was found)
//! or at a given time. Of all who wait for the same time only one is told
//! when that is, the keeper of the time: were it all, each slot of a rate
//! would wake every idle worker for one page. When the keeper is through, the
//! frontier wakes the next.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::Duration;

use event_listener::{EventListener, Listener};

use super::Moment;

/// Until when somebody keeps the time, in nanoseconds.
#[derive(Debug)]
pub(super) struct Keeper(AtomicU64);

const NOBODY: u64 = u64::MAX;

impl Default for Keeper {
    fn default() -> Self {
        Self(AtomicU64::new(NOBODY))
    }
}

/// A wait that ends when the frontier changes, or at a given time.
#[derive(Debug)]
#[must_use = "a wait does nothing until a thread blocks on it or a task awaits it"]
pub struct Wait {
    at_most: Option<Duration>,
    changed: EventListener,
    /// Held by who keeps the time.
    _kept: Option<Kept>,
}

/// Somebody keeps the time, until then.
#[derive(Debug)]
struct Kept {
    keeper: Arc<Keeper>,
    until: u64,
}

impl Wait {
    pub(super) fn new(
        changed: EventListener,
        at_most: Option<Duration>,
        now: Moment,
        keeper: &Arc<Keeper>,
    ) -> Self {
        let until = at_most.map(|at_most| nanoseconds(now + at_most));
        // Somebody who waits for a later time is of no use.
        let kept = until.filter(|&until| keeper.0.fetch_min(until, SeqCst) > until);
        Self {
            at_most: at_most.filter(|_| kept.is_some()),
            changed,
            _kept: kept.map(|until| Kept {
                keeper: keeper.clone(),
                until,
            }),
        }
    }

    /// Blocks this thread until the wait is over.
    pub fn block(self) {
        match self.at_most {
            Some(at_most) => drop(self.changed.wait_timeout(at_most)),
            None => self.changed.wait(),
        }
    }

    /// Waits without a thread; `sleep` is the timer of the runtime it is in.
    pub async fn or_sleep<S, F>(mut self, sleep: S)
    where
        S: FnOnce(Duration) -> F,
        F: Future,
    {
        let Some(at_most) = self.at_most else {
            return self.changed.await;
        };
        let mut asleep = pin!(sleep(at_most));
        std::future::poll_fn(|context| {
            let over =
                self.poll_changed(context).is_ready() || asleep.as_mut().poll(context).is_ready();
            if over { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Whether the frontier has changed; if not, wakes who asks when it does.
    /// For an event loop of its own, which may sleep for [`Self::at_most`].
    pub fn poll_changed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.changed).poll(context)
    }

    /// When it ends though nothing changes; `None` is never.
    pub fn at_most(&self) -> Option<Duration> {
        self.at_most
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Fails when somebody else keeps an earlier time.
        let keeper = &self.keeper.0;
        let _ = keeper.compare_exchange(self.until, NOBODY, SeqCst, SeqCst);
    }
}

fn nanoseconds(moment: Moment) -> u64 {
    u64::try_from(moment.as_nanos()).unwrap_or(NOBODY)
}
