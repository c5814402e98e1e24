//! The connections of a port: how many there may be, and which wait too long.
//!
//! Who waits too long is found by a look at all of them once a second, from the
//! thread of the control port. A timer for each request would cost every page.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::MissedTickBehavior;

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
        let progress = state.progress();
        // With the one that was made just now.
        let is_answered = Arc::strong_count(&state) > IDLE_OWNERS + 1;
        if is_answered || progress != self.progress {
            self.progress = progress;
            self.looks = 0;
            return false;
        }
        self.looks += 1;
        let most = if ConnectionState::is_inside_a_head(progress) {
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
        ports.iter().for_each(|port| port.look());
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
