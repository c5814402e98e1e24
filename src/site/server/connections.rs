//! The connections of a port: how many there may be, and which wait too long.
//!
//! Who waits too long is found by a look at all of them once a second, from the
//! thread of the control port. A timer for each request would cost every page.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::MissedTickBehavior;

use super::input::Input;
use super::limits::{HEAD_LOOKS, LOOK_EVERY};
use super::stream::ConnectionState;

/// Who holds a connection's state while no answer is made: the stream and the
/// routes. An answer is one more until hyper has all of it.
const IDLE_OWNERS: usize = 2;

/// The connections of one port that are open.
#[derive(Debug)]
pub(super) struct Connections {
    places: Arc<Semaphore>,
    /// How many looks one may wait between two requests.
    idle_looks: u32,
    open: Mutex<OpenOnes>,
}

/// By number, so that the oldest is first.
#[derive(Debug, Default)]
struct OpenOnes {
    next: u64,
    by_number: BTreeMap<u64, Watched>,
}

#[derive(Debug)]
struct Watched {
    state: Weak<ConnectionState>,
    /// How far it was at the last change, and the looks since.
    progress: u64,
    looks: u32,
}

/// The place of a connection among those that may be open.
pub(super) type Place = OwnedSemaphorePermit;

impl Connections {
    pub(super) fn new(most: usize, idle_looks: u32) -> Arc<Self> {
        Arc::new(Self {
            places: Arc::new(Semaphore::new(most)),
            idle_looks,
            open: Mutex::default(),
        })
    }

    /// A place, if one is free.
    pub(super) fn free_place(&self) -> Option<Place> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// The next place that is free.
    pub(super) async fn place(&self) -> Place {
        let place = Arc::clone(&self.places).acquire_owned().await;
        place.expect("places are never closed")
    }

    /// Counts a connection as open until what is returned is dropped.
    pub(super) fn add(self: &Arc<Self>, state: &Arc<ConnectionState>, place: Place) -> Open {
        let mut open = self.lock();
        let number = open.next;
        open.next += 1;
        let watched = Watched {
            state: Arc::downgrade(state),
            progress: 0,
            looks: 0,
        };
        open.by_number.insert(number, watched);
        Open {
            connections: Arc::clone(self),
            number,
            _place: place,
        }
    }

    /// How many are open.
    pub(super) fn count(&self) -> u64 {
        self.lock().by_number.len() as u64
    }

    /// Ends the oldest that has not shown the secret. `false` when all have.
    pub(super) fn end_oldest_stranger(&self) -> bool {
        let open = self.lock();
        let states = open
            .by_number
            .values()
            .map(|watched| watched.state.upgrade());
        let mut strangers = states.flatten().filter(|state| !state.is_known());
        strangers.next().is_some_and(|state| {
            state.end();
            true
        })
    }

    fn look(&self) {
        for watched in self.lock().by_number.values_mut() {
            if watched.has_waited_too_long(self.idle_looks)
                && let Some(state) = watched.state.upgrade()
            {
                state.end();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, OpenOnes> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    fn has_waited_too_long(&mut self, idle_looks: u32) -> bool {
        let Some(state) = self.state.upgrade() else {
            return false;
        };
        let progress = state.input.progress();
        // With the one that was made just now.
        let is_answered = Arc::strong_count(&state) > IDLE_OWNERS + 1;
        if is_answered || progress != self.progress {
            self.progress = progress;
            self.looks = 0;
            return false;
        }
        self.looks += 1;
        let most = if Input::is_unfinished(progress) {
            HEAD_LOOKS
        } else {
            idle_looks
        };
        self.looks > most
    }
}

/// Looks at the connections of these ports for ever.
pub(super) async fn watch(ports: [Arc<Connections>; 2]) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        for port in &ports {
            port.look();
        }
    }
}

/// A connection that is open, for as long as this lives.
#[derive(Debug)]
pub(super) struct Open {
    connections: Arc<Connections>,
    number: u64,
    _place: Place,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.connections.lock().by_number.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_a_runtime(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(test);
    }

    /// A connection as a port has it, served by a task that never ends.
    fn connect(port: &Arc<Connections>) -> (Arc<ConnectionState>, tokio::task::JoinHandle<()>) {
        let state = Arc::new(ConnectionState::default());
        let open = port.add(&state, port.free_place().unwrap());
        let task = tokio::spawn(async move {
            let _open = open;
            std::future::pending::<()>().await;
        });
        state.served_by(task.abort_handle());
        (state, task)
    }

    #[test]
    fn who_waits_too_long_is_closed_and_who_is_answered_is_not() {
        on_a_runtime(async {
            let port = Connections::new(4, 50);
            let (idle, idle_task) = connect(&port);
            let (slow, slow_task) = connect(&port);
            let (answered, answered_task) = connect(&port);
            let (busy, busy_task) = connect(&port);
            slow.input.read(1).unwrap();
            // What the stream, the routes and an answer hold.
            let owners = [Arc::clone(&answered), Arc::clone(&answered)];
            assert!(port.free_place().is_none());
            let mut closed_at = [0; 2];
            for look in 1..=60 {
                busy.input.request_ended();
                port.look();
                tokio::task::yield_now().await;
                for (at, task) in closed_at.iter_mut().zip([&slow_task, &idle_task]) {
                    if *at == 0 && task.is_finished() {
                        *at = look;
                    }
                }
            }
            // The first look sees that the head has begun.
            assert_eq!(closed_at, [HEAD_LOOKS + 2, 51]);
            assert!(!answered_task.is_finished() && !busy_task.is_finished());
            assert_eq!(port.count(), 2);
            drop((owners, idle));
        });
    }

    #[test]
    fn the_oldest_stranger_leaves_first() {
        on_a_runtime(async {
            let port = Connections::new(4, 50);
            let (known, known_task) = connect(&port);
            let (_stranger, stranger_task) = connect(&port);
            known.know();
            assert!(port.end_oldest_stranger());
            assert!(stranger_task.await.unwrap_err().is_cancelled());
            assert!(!port.end_oldest_stranger());
            assert!(!known_task.is_finished());
        });
    }
}
