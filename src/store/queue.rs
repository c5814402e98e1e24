//! The queue between those who visit pages and the one who writes them down.
//!
//! It is bounded by asking, not by blocking: [`Intake::push`] is called from
//! event loops, where a wait would hold up every other page, so it always
//! takes the record. The scrape asks [`Intake::is_full`] before
//! the next one, and waits for `on_room` when it is. What can still come in
//! then are the pages in flight: at most `capacity` and those are held. It is
//! weighed as well as counted: a thousand headings of 14 MB are 14 GB.
//!
//! No wake-up is lost if a waiter asks again between listening and waiting:
//! the queue is no longer full *before* `on_room` is called, so either the
//! second answer is "not full", or the call comes after it was listened for.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Record;

/// The most records in one batch.
pub(super) const BATCH: usize = 256;

/// Where visits leave their records. Clones lead to the same queue.
#[derive(Debug, Clone)]
pub struct Intake(pub(super) Arc<Queue>);

impl Intake {
    /// Leaves a record to be written. Never waits for the store; a record that
    /// comes after a write has failed, or after the end, is dropped and
    /// counted.
    pub fn push(&self, record: Record) {
        self.0.push(record);
    }

    /// Whether as many records as the queue may hold are not yet durable: no
    /// further page may be fetched until `on_room` was called.
    ///
    /// Two atomic loads. After a failure nothing waits any more, and this is
    /// `false` for good.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.0.is_full()
    }

    /// Whether a write has failed: nothing more is taken, and
    /// [`Writer::finish`](super::Writer::finish) has the reason. One atomic
    /// load.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.0.failed.load(SeqCst)
    }

    /// How many records were not taken: after a write had failed, together
    /// with those that could not be written any more, or after the end.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.losses().0
    }

    /// How many records are not yet durable.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.0.held.load(SeqCst) as u64
    }

    /// How many records are durable. They are the first so many that were
    /// pushed.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.0.acknowledged.load(SeqCst)
    }
}

/// What the visitors and the writer share.
#[derive(Debug)]
pub(super) struct Queue {
    capacity: usize,
    most_bytes: usize,
    state: Mutex<State>,
    /// Something for the writer to do: a record, or the end.
    arrived: Condvar,
    /// Records pushed and not yet durable, those being written included.
    held: AtomicUsize,
    held_bytes: AtomicUsize,
    acknowledged: AtomicU64,
    failed: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Record>,
    /// Set while the writer waits: only then is waking it worth a system call.
    idle: bool,
    closed: bool,
    /// Whether the writer has ended.
    ended: bool,
    dropped: u64,
    /// Since when it is full.
    full_since: Option<Instant>,
    full: Duration,
}

impl Queue {
    pub(super) fn new(capacity: usize, most_bytes: usize) -> Self {
        Self {
            // With no room at all nobody would ever fetch a page.
            capacity: capacity.max(1),
            most_bytes: most_bytes.max(1),
            state: Mutex::default(),
            arrived: Condvar::new(),
            held: AtomicUsize::new(0),
            held_bytes: AtomicUsize::new(0),
            acknowledged: AtomicU64::new(0),
            failed: AtomicBool::new(false),
        }
    }

    fn push(&self, record: Record) {
        let mut state = self.lock();
        if state.closed {
            state.dropped += 1;
            return;
        }
        self.held_bytes.fetch_add(record.bytes(), SeqCst);
        self.held.fetch_add(1, SeqCst);
        state.waiting.push_back(record);
        if self.is_full() {
            state.full_since.get_or_insert_with(Instant::now);
        }
        let wake = std::mem::take(&mut state.idle);
        drop(state);
        if wake {
            self.arrived.notify_all();
        }
    }

    /// Waits for records and moves them to `batch`, [`BATCH`] at most. It
    /// stays empty at the end.
    pub(super) fn take(&self, batch: &mut Vec<Record>) {
        let mut state = self.lock();
        while state.waiting.is_empty() && !state.closed {
            state.idle = true;
            let woken = self.arrived.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        state.idle = false;
        let count = state.waiting.len().min(BATCH);
        batch.extend(state.waiting.drain(..count));
    }

    fn is_full(&self) -> bool {
        self.held.load(SeqCst) >= self.capacity || self.held_bytes.load(SeqCst) >= self.most_bytes
    }

    /// Notes that these records are durable. Returns whether the queue was
    /// full and is not any more: then somebody may be waiting.
    pub(super) fn acknowledge(&self, batch: &[Record]) -> bool {
        let bytes = batch.iter().map(Record::bytes).sum();
        let mut state = self.lock();
        self.acknowledged.fetch_add(batch.len() as u64, SeqCst);
        self.held.fetch_sub(batch.len(), SeqCst);
        self.held_bytes.fetch_sub(bytes, SeqCst);
        !self.is_full() && state.end_full()
    }

    /// Takes no more records.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// Takes no more records, and drops those that wait and the batch of
    /// `count` that could not be written.
    pub(super) fn fail(&self, count: usize) {
        let mut state = self.lock();
        state.closed = true;
        state.dropped += (count + state.waiting.len()) as u64;
        state.waiting.clear();
        state.end_full();
        self.failed.store(true, SeqCst);
        self.held.store(0, SeqCst);
        self.held_bytes.store(0, SeqCst);
    }

    /// Takes no more records, and drops those that wait: the writer ends with
    /// the batch that it is at. Returns how many are durable at this moment, and
    /// how many are not.
    pub(super) fn abandon(&self) -> (u64, u64) {
        let mut state = self.lock();
        state.closed = true;
        state.dropped += state.waiting.len() as u64;
        state.waiting.clear();
        (
            self.acknowledged.load(SeqCst),
            self.held.load(SeqCst) as u64,
        )
    }

    /// Notes that the writer has ended.
    pub(super) fn end(&self) {
        self.lock().ended = true;
        self.arrived.notify_all();
    }

    /// Waits until the writer has ended, no longer than this. Returns whether
    /// it has.
    pub(super) fn wait_for_end(&self, at_most: Duration) -> bool {
        let goes_on = |state: &mut State| !state.ended;
        let waited = self
            .arrived
            .wait_timeout_while(self.lock(), at_most, goes_on);
        waited.unwrap_or_else(PoisonError::into_inner).0.ended
    }

    /// Records that were not taken, and how long the queue was full.
    pub(super) fn losses(&self) -> (u64, Duration) {
        let state = self.lock();
        (state.dropped, state.full)
    }

    // Nothing panics while it holds the lock, so what is in it is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether it was full until now.
    fn end_full(&mut self) -> bool {
        let since = self.full_since.take();
        self.full += since.map_or(Duration::ZERO, |since| since.elapsed());
        since.is_some()
    }
}
