//! Freeing threads that block: their sockets are shut down by another thread.
//!
//! A thread in `read` hears nothing. What ends its wait from outside is the
//! end of its connection, so a registry keeps a handle to each
//! socket, or to the client that owns it. For raw that is one more descriptor a
//! connection, and only a scrape that can be aborted pays for it.

use std::collections::HashMap;
use std::fmt::Debug;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What may be cut; nothing, unless made by [`Cut::ready`].
#[derive(Debug, Clone, Default)]
pub struct Cut(Option<Arc<Mutex<Open>>>);

/// Something that threads wait on, and that can be ended while they do.
pub(super) trait Sever: Debug + Send {
    /// Ends it for good.
    fn sever(&self);
}

impl Sever for TcpStream {
    fn sever(&self) {
        // One that is gone already needs no cutting.
        let _ = self.shutdown(Shutdown::Both);
    }
}

#[derive(Debug, Default)]
struct Open {
    /// What was severed is here no more.
    holds: HashMap<u64, Box<dyn Sever>>,
    next: u64,
    cut: bool,
}

/// Something may be cut as long as this is there.
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

    /// Whether it is one.
    pub(super) fn is_ready(&self) -> bool {
        self.0.is_some()
    }

    /// Keeps a hold on a connection.
    pub(super) fn hold_stream(&self, stream: &TcpStream) -> Option<Held> {
        self.0.as_ref()?;
        // Without a second handle it cannot be cut, and its thread has to sit
        // out its timeout.
        self.hold(stream.try_clone().ok()?)
    }

    /// Keeps a hold on something. If all was cut already, so is this.
    pub(super) fn hold(&self, severed: impl Sever + 'static) -> Option<Held> {
        let open = self.0.as_ref()?;
        let mut all = lock(open);
        let key = all.next;
        all.next += 1;
        if all.cut {
            severed.sever();
        } else {
            all.holds.insert(key, Box::new(severed));
        }
        Some(Held {
            open: open.clone(),
            key,
        })
    }

    /// Whether all was cut, in this scrape.
    pub(super) fn has_cut(&self) -> bool {
        self.0.as_ref().is_some_and(|open| lock(open).cut)
    }

    /// From now on connections may live again: another scrape begins.
    pub(crate) fn reset(&self) {
        if let Some(open) = &self.0 {
            lock(open).cut = false;
        }
    }

    /// Cuts everything, and what is opened later.
    pub(crate) fn all(&self) {
        if let Some(open) = &self.0 {
            let mut all = lock(open);
            all.cut = true;
            all.holds.drain().for_each(|(_, hold)| hold.sever());
        }
    }
}

impl Held {
    /// Whether it was cut, in this scrape or in one before.
    pub(super) fn is_cut(&self) -> bool {
        !lock(&self.open).holds.contains_key(&self.key)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.open).holds.remove(&self.key);
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Both ends of a connection.
    fn connection() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (near, listener.accept().unwrap().0)
    }

    fn is_ended(mut stream: &TcpStream) -> bool {
        stream.set_nonblocking(true).unwrap();
        matches!(stream.read(&mut [0]), Ok(0))
    }

    #[test]
    fn a_thread_that_reads_is_freed() {
        let cut = Cut::ready();
        let (near, _far) = connection();
        let held = cut.hold_stream(&near).unwrap();
        let reader = thread::spawn(move || (&near).read(&mut [0]).unwrap());
        assert!(!held.is_cut());
        cut.all();
        assert_eq!(reader.join().unwrap(), 0);
        assert!(held.is_cut() && cut.has_cut());
    }

    #[test]
    fn what_is_opened_after_the_cut_is_cut_until_it_is_fixed() {
        let cut = Cut::ready();
        cut.all();
        let ((late, _late_far), (again, _again_far)) = (connection(), connection());
        let late_held = cut.hold_stream(&late).unwrap();
        assert!(late_held.is_cut() && is_ended(&late));
        cut.reset();
        let again_held = cut.hold_stream(&again).unwrap();
        assert!(!again_held.is_cut() && !is_ended(&again));
        // A reset brings nothing back.
        assert!(late_held.is_cut());
    }

    #[test]
    fn what_is_held_no_more_is_let_be() {
        let cut = Cut::ready();
        let (near, _far) = connection();
        drop(cut.hold_stream(&near));
        cut.all();
        assert!(!is_ended(&near));
    }

    #[test]
    fn one_that_is_not_ready_holds_nothing() {
        let cut = Cut::default();
        let (near, _far) = connection();
        assert!(cut.hold_stream(&near).is_none());
        cut.all();
        assert!(!is_ended(&near) && !cut.has_cut());
    }
}
