//! One clock for everything the server notes down: nanoseconds of the
//! machine's monotonic clock, the one that the timer descriptor counts in and
//! that a log reads, too.

pub(super) use crate::measure::event_log::now_ns;

/// CPU time that this process has used, user and system, where known.
#[cfg(unix)]
pub(super) fn cpu_ns() -> Option<u64> {
    let time = nix::time::ClockId::CLOCK_PROCESS_CPUTIME_ID.now().ok()?;
    let seconds = u64::try_from(time.tv_sec()).ok()?;
    Some(seconds * 1_000_000_000 + u64::try_from(time.tv_nsec()).ok()?)
}

/// Not known on this platform.
#[cfg(not(unix))]
pub(super) fn cpu_ns() -> Option<u64> {
    None
}
