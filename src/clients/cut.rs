//! Freeing threads that block: their sockets are shut down by another thread.
//!
//! A thread in `read` hears nothing. What ends its wait from outside is the
//! end of its connection, so whoever may want to end it keeps a second handle
//! on each socket. That is one more descriptor a connection, which only a
//! scrape that can be aborted pays for.

use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The connections that may be cut; none, unless made by [`Cut::ready`].
#[derive(Debug, Clone, Default)]
pub struct Cut(Option<Arc<Mutex<Open>>>);

#[derive(Debug, Default)]
struct Open {
    streams: HashMap<u64, TcpStream>,
    next: u64,
    cut: bool,
}

/// A connection that may be cut as long as this is there.
#[derive(Debug)]
pub(super) struct Held {
    open: Arc<Mutex<Open>>,
    key: u64,
}

impl PartialEq for Cut {
    /// Two plans differ when only one of them may be cut.
    fn eq(&self, other: &Self) -> bool {
        self.0.is_some() == other.0.is_some()
    }
}

impl Eq for Cut {}

impl Cut {
    /// One that cuts.
    pub fn ready() -> Self {
        Self(Some(Arc::default()))
    }

    /// Keeps a handle on a connection. If all were cut already, so is this.
    pub(super) fn hold(&self, stream: &TcpStream) -> Option<Held> {
        let open = self.0.as_ref()?;
        // Without a second handle it cannot be cut, and its thread has to sit
        // out its timeout.
        let second = stream.try_clone().ok()?;
        let mut all = lock(open);
        if all.cut {
            let _ = second.shutdown(Shutdown::Both);
        }
        let key = all.next;
        all.next += 1;
        all.streams.insert(key, second);
        Some(Held {
            open: open.clone(),
            key,
        })
    }

    /// From now on connections may live again: another scrape begins.
    pub(crate) fn mend(&self) {
        if let Some(open) = &self.0 {
            lock(open).cut = false;
        }
    }

    /// Cuts all connections, and those that are opened later.
    pub(crate) fn all(&self) {
        if let Some(open) = &self.0 {
            let mut all = lock(open);
            all.cut = true;
            for stream in all.streams.values() {
                // One that is gone already needs no cutting.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.open).streams.remove(&self.key);
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}
