//! Counts calls of the allocator and bytes on the heap.
//!
//! Every process of Regatta has the counting allocator. It counts only after
//! [`start`]; before that it costs one relaxed load per call. It is switched on
//! in separate runs, never in a timed one.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ON: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static ALLOCATED_BYTES: AtomicU64 = AtomicU64::new(0);
/// Signed: what was allocated before the start may be freed after it.
static LIVE_BYTES: AtomicI64 = AtomicI64::new(0);
static PEAK_BYTES: AtomicI64 = AtomicI64::new(0);

struct Counting;

/// What was counted since [`start`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Calls that allocated, growing included.
    pub allocations: u64,
    /// Bytes asked for in them.
    pub allocated_bytes: u64,
    /// Most bytes alive at once, above what was alive at the start.
    pub peak_bytes: u64,
}

/// Sets the counters to zero and starts counting, for the whole process.
pub fn start() {
    ALLOCATIONS.store(0, Relaxed);
    ALLOCATED_BYTES.store(0, Relaxed);
    LIVE_BYTES.store(0, Relaxed);
    PEAK_BYTES.store(0, Relaxed);
    ON.store(true, Relaxed);
}

/// Stops counting and returns the counts.
pub fn stop() -> Counts {
    ON.store(false, Relaxed);
    counts()
}

/// The counts so far.
pub fn counts() -> Counts {
    Counts {
        allocations: ALLOCATIONS.load(Relaxed),
        allocated_bytes: ALLOCATED_BYTES.load(Relaxed),
        peak_bytes: PEAK_BYTES.load(Relaxed).try_into().unwrap_or_default(),
    }
}

#[cold]
fn count(new_bytes: usize, old_bytes: usize) {
    let (new, old) = (
        new_bytes.cast_signed() as i64,
        old_bytes.cast_signed() as i64,
    );
    if new_bytes > 0 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        ALLOCATED_BYTES.fetch_add(new_bytes as u64, Relaxed);
    }
    let live = LIVE_BYTES.fetch_add(new - old, Relaxed) + new - old;
    PEAK_BYTES.fetch_max(live, Relaxed);
}

#[allow(unsafe_code)]
// SAFETY: every call is passed on to the system's allocator unchanged; the
// counters are plain atomics and never allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            count(layout.size(), 0);
        }
        // SAFETY: `System` has the same contract, which the caller fulfils.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            count(layout.size(), 0);
        }
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if ON.load(Relaxed) {
            count(0, layout.size());
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_bytes: usize) -> *mut u8 {
        if ON.load(Relaxed) {
            count(new_bytes, layout.size());
        }
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, new_bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_allocated_between_start_and_stop() {
        start();
        let block = std::hint::black_box(vec![0_u8; 1 << 20]);
        drop(block);
        let counts = stop();
        // Other tests of this process may allocate too: at least, not exactly.
        assert!(counts.allocations >= 1);
        assert!(counts.allocated_bytes >= 1 << 20);
        assert!(counts.peak_bytes >= 1 << 19);
    }
}
