//! The plain rule: a fixed list, each page once, whatever became of it. One
//! atomic word holds both the next page and the number in flight, so that a
//! step costs one atomic operation and no lock.

use std::sync::atomic::{AtomicU64, Ordering};

use super::schedule::{Next, Pick};

#[derive(Debug)]
pub(super) struct Plain {
    pages: u64,
    concurrency: u64,
    /// Upper half: pages in flight. Lower half: the next page.
    state: AtomicU64,
}

const ONE_IN_FLIGHT: u64 = 1 << 32;
const NEXT_PAGE: u64 = ONE_IN_FLIGHT - 1;

impl Plain {
    /// # Panics
    /// When `pages` or `concurrency` does not fit in 31 bits, or nothing may
    /// be in flight.
    pub(super) fn new(pages: u64, concurrency: usize) -> Self {
        assert!(pages < 1 << 31 && concurrency < 1 << 31 && concurrency > 0);
        Self {
            pages,
            concurrency: concurrency as u64,
            state: AtomicU64::new(0),
        }
    }

    pub(super) fn next(&self) -> Next {
        let taken = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
                let in_flight = state / ONE_IN_FLIGHT;
                let room = in_flight < self.concurrency && state & NEXT_PAGE < self.pages;
                room.then(|| state + ONE_IN_FLIGHT + 1)
            });
        match taken {
            Ok(state) => Next::Fetch(Pick {
                page: state & NEXT_PAGE,
                attempt: 0,
                host: 0,
                until: None,
            }),
            Err(state) if state & NEXT_PAGE >= self.pages => Next::Stop,
            Err(_) => Next::Wait(None),
        }
    }

    /// A page came back. Returns whether nothing is left to hand out.
    pub(super) fn back(&self) -> bool {
        let before = self.state.fetch_sub(ONE_IN_FLIGHT, Ordering::AcqRel);
        before & NEXT_PAGE >= self.pages
    }

    /// Hands nothing out any more: as if all had been.
    pub(super) fn stop(&self) {
        let all_out = |state| Some((state & !NEXT_PAGE) | self.pages);
        // Cannot fail: the closure always has a value.
        let _ = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, all_out);
    }
}
