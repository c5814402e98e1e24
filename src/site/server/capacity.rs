//! The limits of a server: requests at once, and requests a second from
//! each client. Without limits none of this exists, and a page costs nothing
//! for it.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Scenario;
use super::rate::RateLimit;
use crate::site::workload::Slots;
use crate::site::workload::faults::RetryAfter;

/// A place among those that are worked on. Dropped, it is the next one's.
pub(super) type Slot = OwnedSemaphorePermit;

/// The limits of one scenario, over all threads.
#[derive(Debug)]
pub(super) struct Capacity {
    rate: Option<RateLimit>,
    slots: Option<Arc<Semaphore>>,
    rejects: bool,
    /// How many requests for each page got past the limits.
    attempts: Vec<AtomicU32>,
}

/// What becomes of a request.
pub(super) enum Admission {
    /// It is worked on at once.
    Now(Option<Slot>),
    /// It waits for a slot.
    Queued(SlotQueue),
    /// It is turned away.
    Refused(Refusal),
}

/// Where requests wait for a slot, in order of arrival.
pub(super) struct SlotQueue(Arc<Semaphore>);

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// All slots are taken.
    Full,
    /// Its client makes too many a second.
    TooFast,
}

impl Capacity {
    /// `None` when the scenario sets no limit.
    pub(super) fn of(scenario: &Scenario) -> Option<Self> {
        if scenario.slots.is_none() && scenario.allowed_rate == 0 {
            return None;
        }
        let slots = match scenario.slots {
            Slots::Unlimited => None,
            Slots::Queue(count) | Slots::Reject(count) => {
                let count = usize::try_from(count.get()).expect("32 bits or more");
                Some(Arc::new(Semaphore::new(count)))
            }
        };
        Some(Self {
            rate: (scenario.allowed_rate > 0).then(|| RateLimit::new(scenario.allowed_rate)),
            slots,
            rejects: matches!(scenario.slots, Slots::Reject(_)),
            attempts: (0..scenario.pages).map(|_| AtomicU32::new(0)).collect(),
        })
    }

    /// Decides on a request of `client` that came in at `now_ns`.
    pub(super) fn admit(&self, client: IpAddr, now_ns: u64) -> Admission {
        let in_time = |rate: &RateLimit| rate.allows(client, now_ns);
        if !self.rate.as_ref().is_none_or(in_time) {
            return Admission::Refused(Refusal::TooFast);
        }
        let Some(slots) = &self.slots else {
            return Admission::Now(None);
        };
        // Nobody is overtaken: while some queue, no slot is free, because
        // each that is given back goes to the first of them.
        match Arc::clone(slots).try_acquire_owned() {
            Ok(slot) => Admission::Now(Some(slot)),
            Err(_) if self.rejects => Admission::Refused(Refusal::Full),
            Err(_) => Admission::Queued(SlotQueue(Arc::clone(slots))),
        }
    }

    /// Which attempt at `page` this is, from 0, of those that got past the
    /// limits.
    pub(super) fn attempt(&self, page: usize) -> u32 {
        self.attempts[page].fetch_add(1, Relaxed)
    }
}

impl SlotQueue {
    /// Waits for a slot. Dropped, it gives its place up.
    pub(super) async fn turn(self) -> Slot {
        let slot = self.0.acquire_owned().await;
        slot.expect("slots are never closed")
    }
}

impl Refusal {
    /// The status it is answered with, and when to come again.
    pub(super) fn status(self) -> (u16, Option<RetryAfter>) {
        match self {
            Self::Full => (503, None),
            Self::TooFast => (429, Some(RetryAfter::Seconds(1))),
        }
    }

    /// The body of that answer.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Full => "all slots are taken\n",
            Self::TooFast => "too many requests a second\n",
        }
    }
}
