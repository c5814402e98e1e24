//! Every request by itself, for a log: only where the scenario asks for it.
//!
//! One lock for all threads: a log is for some hundreds of requests that
//! somebody wants to see, not for a race.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::measure::event_log::{Request, ServerLog};

/// A storm of retries may make requests by the hundred thousand, and a picture
/// of so many shows no more.
const MOST: usize = 50_000;

/// The requests that have ended so far.
#[derive(Debug, Default)]
pub(super) struct Requests(Mutex<ServerLog>);

impl Requests {
    pub(super) fn note(&self, request: Request) {
        let mut log = self.lock();
        if log.requests.len() < MOST {
            log.requests.push(request);
        } else {
            log.left_out += 1;
        }
    }

    /// What is written down, for a window that began at `reset_at_ns`.
    pub(super) fn read(&self, reset_at_ns: u64) -> ServerLog {
        let mut log = self.lock().clone();
        log.reset_at_ns = reset_at_ns;
        log.requests.sort_by_key(|request| request.read_ns);
        log
    }

    fn lock(&self) -> MutexGuard<'_, ServerLog> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
