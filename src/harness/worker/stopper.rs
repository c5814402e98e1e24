//! Stops a scrape at a given time, unless it has already ended.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::StopAt;
use crate::scrape::Scrape;

/// A thread that waits for the time; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Stopper {
    /// Dropped first, which ends the thread's wait.
    ended: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Stopper {
    pub(super) fn start(stop: StopAt, scrape: &Arc<Scrape>) -> Self {
        let (ended, end) = channel();
        let scrape = scrape.clone();
        let after = Duration::from_nanos(stop.after_ns);
        let thread = thread::spawn(move || {
            let waited = end.recv_timeout(after.saturating_sub(scrape.now()));
            if waited == Err(RecvTimeoutError::Timeout) {
                scrape.stop(stop.how);
            }
        });
        Self {
            ended: Some(ended),
            thread: Some(thread),
        }
    }
}

impl Drop for Stopper {
    fn drop(&mut self) {
        drop(self.ended.take());
        if let Some(thread) = self.thread.take() {
            // The thread does not panic.
            let _ = thread.join();
        }
    }
}
