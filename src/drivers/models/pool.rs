//! The threads of thread-pool. Each waits in a channel for work, as a thread
//! of a runtime waits for a task.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::start;
use crate::scrape::Scrape;

type Worker<F> = fn(&Scrape, F) -> F;

/// Threads that run one worker after another until this is dropped.
#[derive(Debug)]
pub(super) struct Pool<F> {
    threads: Vec<Thread<F>>,
    next: Cell<usize>,
}

/// A thread, as the others see it.
#[derive(Debug)]
struct Thread<F> {
    workers: Sender<(Worker<F>, Arc<Scrape>, F)>,
    ended: Receiver<F>,
}

/// A worker that runs on a thread of the pool.
pub(super) struct Task<'a, F>(&'a Thread<F>);

impl<F: Send + 'static> Pool<F> {
    /// Starts the threads.
    pub(super) fn start(threads: usize) -> anyhow::Result<Self> {
        let (threads, bodies): (Vec<_>, Vec<_>) = (0..threads).map(|_| thread()).unzip();
        start::threads(bodies)?;
        let next = Cell::new(0);
        Ok(Self { threads, next })
    }

    /// Runs a worker on the next thread.
    pub(super) fn spawn(&self, worker: Worker<F>, scrape: Arc<Scrape>, fetcher: F) -> Task<'_, F> {
        let next = self.next.get();
        self.next.set((next + 1) % self.threads.len());
        let thread = &self.threads[next];
        let sent = thread.workers.send((worker, scrape, fetcher));
        assert!(sent.is_ok(), "a thread of the pool has ended");
        Task(thread)
    }
}

impl<F> Task<'_, F> {
    /// Blocks until the worker has ended, and returns its fetcher.
    pub(super) fn join(self) -> F {
        let ended = self.0.ended.recv();
        ended.expect("a worker does not panic")
    }
}

/// A thread and what it runs.
fn thread<F>() -> (Thread<F>, impl FnOnce()) {
    // A thread outlives a scrape, so `join` cannot tell when its worker has
    // ended: one channel brings workers in, another takes fetchers out.
    let (workers, inbox) = channel::<(Worker<F>, Arc<Scrape>, F)>();
    let (outbox, ended) = channel();
    let body = move || {
        // Ends when the pool is dropped, and `workers` with it.
        for (worker, scrape, fetcher) in inbox {
            let fetcher = worker(&scrape, fetcher);
            drop(scrape);
            // Fails if the pool was dropped meanwhile.
            let _ = outbox.send(fetcher);
        }
    };
    (Thread { workers, ended }, body)
}
