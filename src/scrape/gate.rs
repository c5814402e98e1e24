//! How many long pages are read at a time. What a parser and what is read take
//! is bounded for each page, so this bounds it for all.
//!
//! A caller that waits here blocks its thread, and an event loop with it. It
//! waits for threads that compute, so with a place for each core nothing is lost.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Lets so many through at a time; everybody, unless made by [`Gate::of`].
#[derive(Debug, Default)]
pub(super) struct Gate {
    free: Option<Mutex<usize>>,
    freed: Condvar,
}

/// The right to read a long page.
#[derive(Debug)]
#[must_use]
pub(super) struct Pass<'a>(&'a Gate);

impl Gate {
    pub(super) fn of(places: usize) -> Self {
        Self {
            free: Some(Mutex::new(places.max(1))),
            freed: Condvar::new(),
        }
    }

    /// Waits for a place.
    pub(super) fn begin(&self) -> Pass<'_> {
        if let Some(free) = &self.free {
            let none_is = |free: &mut usize| *free == 0;
            let waited = self.freed.wait_while(lock(free), none_is);
            *waited.unwrap_or_else(PoisonError::into_inner) -= 1;
        }
        Pass(self)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let Some(free) = &self.0.free {
            *lock(free) += 1;
            self.0.freed.notify_one();
        }
    }
}

fn lock(free: &Mutex<usize>) -> MutexGuard<'_, usize> {
    free.lock().unwrap_or_else(PoisonError::into_inner)
}
