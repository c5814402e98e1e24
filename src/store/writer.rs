//! The one thread that writes: it takes whatever waits as one batch, so that a
//! store that is slow to acknowledge (a disk) gets larger batches, not more
//! waits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};

use super::queue::{BATCH, Queue};
use super::{Intake, Record, Store};

/// What was stored, and what it took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stored {
    /// Records that are durable.
    pub records: u64,
    /// Batches they were written in.
    pub batches: u64,
    /// Records that came after [`Writer::finish`] was called, and were not
    /// taken.
    pub dropped: u64,
    /// Time spent in [`Store::write`].
    pub busy: Duration,
    /// Time for which the queue was full, and pages were held back for it.
    pub full: Duration,
}

/// The thread that writes. Dropped without [`Writer::finish`] it still writes
/// what was pushed, but no error is reported.
#[derive(Debug)]
pub struct Writer {
    queue: Arc<Queue>,
    thread: Option<JoinHandle<anyhow::Result<Stored>>>,
}

impl Writer {
    /// Starts the thread, to write to `store`. It is full when `capacity`
    /// records are not yet durable; `on_room` is called from the thread each
    /// time when it was full and is not any more, and once when a write has
    /// failed. The only error is a system that gives no more threads.
    pub fn start(
        store: Box<dyn Store>,
        capacity: usize,
        on_room: impl Fn() + Send + 'static,
    ) -> anyhow::Result<(Intake, Self)> {
        Self::start_bounded(store, capacity, usize::MAX, on_room)
    }

    /// The same; it is full as well when records that are not yet durable take
    /// `most_bytes`.
    pub fn start_bounded(
        store: Box<dyn Store>,
        capacity: usize,
        most_bytes: usize,
        on_room: impl Fn() + Send + 'static,
    ) -> anyhow::Result<(Intake, Self)> {
        let queue = Arc::new(Queue::new(capacity, most_bytes));
        let shared = queue.clone();
        let thread = Builder::new()
            .name("store".to_owned())
            .spawn(move || {
                let stored = run(store, &shared, &on_room);
                shared.end();
                stored
            })
            .context("the thread that writes to the store could not be started")?;
        let writer = Self {
            queue: queue.clone(),
            thread: Some(thread),
        };
        Ok((Intake(queue), writer))
    }

    /// Waits until everything that was pushed is durable, and ends. The error
    /// is that of the first write that failed; [`Intake::acknowledged`] still
    /// says how many records were stored before it.
    pub fn finish(mut self) -> anyhow::Result<Stored> {
        self.end()
    }

    /// Waits until everything that was pushed is durable, no longer than this.
    /// Returns whether it is, or the store has failed: then [`Self::finish`]
    /// waits for nothing.
    pub fn ends_within(&self, at_most: Duration) -> bool {
        self.queue.close();
        self.queue.wait_for_end(at_most)
    }

    /// Ends without waiting for a store that blocks. What it is writing it may
    /// still write; what waits is dropped, and so is each record that it has not
    /// acknowledged yet.
    pub fn abandon(mut self) -> Stored {
        // Nobody joins it, so it does not hold up the end of the process.
        drop(self.thread.take());
        let (records, dropped) = self.queue.abandon();
        Stored {
            records,
            dropped,
            ..Stored::default()
        }
    }

    fn end(&mut self) -> anyhow::Result<Stored> {
        self.queue.close();
        let ended = self.thread.take().map(JoinHandle::join);
        // `run` catches the panics of a store.
        let outcome = ended.context("the writer has ended before")?;
        let mut stored = outcome.map_err(|_| anyhow!("the writer panicked"))??;
        (stored.dropped, stored.full) = self.queue.losses();
        Ok(stored)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.thread.is_some() {
            // `finish` returns it.
            let _ = self.end();
        }
    }
}

/// Writes batch after batch until the end or an error.
fn run(mut store: Box<dyn Store>, queue: &Queue, on_room: &dyn Fn()) -> anyhow::Result<Stored> {
    let mut stored = Stored::default();
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        batch.clear();
        queue.take(&mut batch);
        if batch.is_empty() {
            return Ok(stored);
        }
        let begun = Instant::now();
        if let Err(error) = write(store.as_mut(), &batch) {
            queue.fail(batch.len());
            on_room();
            return Err(error);
        }
        stored.busy += begun.elapsed();
        stored.batches += 1;
        stored.records += batch.len() as u64;
        if queue.acknowledge(&batch) {
            on_room();
        }
    }
}

/// A store that panics is a store that failed: else a scrape that waits for room
/// would wait for ever.
fn write(store: &mut dyn Store, batch: &[Record]) -> anyhow::Result<()> {
    catch_unwind(AssertUnwindSafe(|| store.write(batch)))
        .unwrap_or_else(|_| Err(anyhow!("the store panicked; its message is above")))
}
