//! Delays by one `timerfd` a serving thread, registered with tokio's reactor
//! like a socket: when it fires, every delay that is due is woken in the same
//! turn of the event loop.
//!
//! The pending delays are in a B-tree and not in a binary heap: a client that
//! goes away takes its delay with it at once, where a heap would keep a dead
//! entry until it was due. Setting the timer costs a system call, so it is
//! done only when the earliest delay comes earlier than the timer would fire;
//! with delays that are all equal, that is once a firing.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::super::clock::now_ns;

/// The delays of one serving thread.
#[derive(Debug, Clone)]
pub(in super::super) struct Delays(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    timer: AsyncFd<Timer>,
    /// Used by one thread only; a lock because tokio wants its tasks `Send`.
    queue: Mutex<Queue>,
}

/// When a delay is due, and a number that tells it from others due then.
type Key = (u64, u64);

#[derive(Debug, Default)]
struct Queue {
    pending: BTreeMap<Key, Waker>,
    next_number: u64,
    /// When the timer fires, if it is set.
    fires_at_ns: Option<u64>,
}

impl Delays {
    /// Makes the timer and the task that listens to it. Belongs to the
    /// runtime it is called in.
    pub(in super::super) fn start() -> io::Result<Self> {
        let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
        let timer = Timer(TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)?);
        let timer = watch(timer)?;
        let delays = Self(Arc::new(Inner {
            timer,
            queue: Mutex::default(),
        }));
        tokio::spawn(delays.clone().wake_when_due());
        Ok(delays)
    }

    /// Ends at `due_ns` on the server's clock.
    pub(in super::super) fn until(&self, due_ns: u64) -> Delay {
        Delay {
            delays: self.clone(),
            due_ns,
            key: None,
        }
    }

    #[cfg(test)]
    pub(super) fn pending(&self) -> usize {
        self.queue().pending.len()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wake_when_due(self) {
        while let Ok(mut fired) = self.0.timer.readable().await {
            // The descriptor is not read: setting it again empties it, and
            // the reactor only wants to hear of the next time (edge-triggered).
            fired.clear_ready();
            self.queue().fires_at_ns = None;
            self.take_due().into_values().for_each(Waker::wake);
            self.set_timer(&mut self.queue());
        }
    }

    fn take_due(&self) -> BTreeMap<Key, Waker> {
        let mut queue = self.queue();
        let later = queue.pending.split_off(&(now_ns() + 1, 0));
        std::mem::replace(&mut queue.pending, later)
    }

    fn set_timer(&self, queue: &mut Queue) {
        let Some((&(due_ns, _), _)) = queue.pending.first_key_value() else {
            return;
        };
        if queue
            .fires_at_ns
            .is_none_or(|fires_at_ns| due_ns < fires_at_ns)
        {
            queue.fires_at_ns = Some(due_ns);
            self.0.timer.get_ref().set(due_ns);
        }
    }
}

/// Waits for one moment. Dropped before, it costs nothing any more.
#[derive(Debug)]
pub(in super::super) struct Delay {
    delays: Delays,
    due_ns: u64,
    key: Option<Key>,
}

impl Future for Delay {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if now_ns() >= self.due_ns {
            return Poll::Ready(());
        }
        let key = self.key.unwrap_or_else(|| {
            let mut queue = self.delays.queue();
            queue.next_number += 1;
            (self.due_ns, queue.next_number)
        });
        self.key = Some(key);
        let mut queue = self.delays.queue();
        queue.pending.insert(key, context.waker().clone());
        self.delays.set_timer(&mut queue);
        Poll::Pending
    }
}

impl Drop for Delay {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.delays.queue().pending.remove(&key);
        }
    }
}

/// Registers the timer with the reactor of this runtime.
///
/// tokio deprecates this constructor for one that is `unsafe`, because it
/// cannot know that `as_raw_fd` always names the same open descriptor. Here
/// it does (a [`Timer`] owns its descriptor and never exchanges it), both do
/// the same, and this project forbids itself `unsafe`.
#[expect(deprecated, reason = "sound for a type that owns its descriptor")]
fn watch(timer: Timer) -> io::Result<AsyncFd<Timer>> {
    AsyncFd::with_interest(timer, Interest::READABLE)
}

#[derive(Debug)]
struct Timer(TimerFd);

impl Timer {
    fn set(&self, at_ns: u64) {
        let at = TimeSpec::from_duration(Duration::from_nanos(at_ns));
        self.0
            .set(
                Expiration::OneShot(at),
                TimerSetTimeFlags::TFD_TIMER_ABSTIME,
            )
            .expect("a moment after the start of the machine is a valid time");
    }
}

impl AsRawFd for Timer {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}
