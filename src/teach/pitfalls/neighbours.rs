//! A busy machine on purpose: threads that only spin. They end when they are
//! dropped, and after [`AT_LONGEST`] in any case.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longer than any experiment here.
const AT_LONGEST: Duration = Duration::from_mins(1);

/// Busy threads until this is dropped.
#[derive(Debug)]
#[must_use = "the neighbours stop when this is dropped"]
pub(super) struct Neighbours {
    quiet: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Neighbours {
    /// Two for each core, so that no core is free, and a scheduler that prefers
    /// sleeping threads cannot hide them.
    pub(super) fn on_every_core() -> Self {
        let quiet = Arc::new(AtomicBool::new(false));
        let spin = |_| {
            let quiet = quiet.clone();
            std::thread::spawn(move || spin_until(&quiet))
        };
        Self {
            threads: (0..2 * crate::measure::host::cores()).map(spin).collect(),
            quiet,
        }
    }
}

impl Drop for Neighbours {
    fn drop(&mut self) {
        self.quiet.store(true, Relaxed);
        for thread in self.threads.drain(..) {
            // Spinning does not panic.
            let _ = thread.join();
        }
    }
}

fn spin_until(quiet: &AtomicBool) {
    let begun = Instant::now();
    while !quiet.load(Relaxed) && begun.elapsed() < AT_LONGEST {
        for _ in 0..1000 {
            std::hint::spin_loop();
        }
    }
}
