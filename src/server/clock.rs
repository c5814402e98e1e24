//! One clock for everything the server notes down: nanoseconds of the
//! machine's monotonic clock, the one that the timer descriptor counts in.

/// Now, in nanoseconds from an arbitrary start that never moves.
#[cfg(unix)]
pub(super) fn now_ns() -> u64 {
    read(nix::time::ClockId::CLOCK_MONOTONIC).unwrap_or_default()
}

/// Now, in nanoseconds from the first call.
#[cfg(not(unix))]
pub(super) fn now_ns() -> u64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let start = START.get_or_init(std::time::Instant::now);
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// CPU time that this process has used, user and system, where known.
#[cfg(unix)]
pub(super) fn cpu_ns() -> Option<u64> {
    read(nix::time::ClockId::CLOCK_PROCESS_CPUTIME_ID)
}

/// Not known on this platform.
#[cfg(not(unix))]
pub(super) fn cpu_ns() -> Option<u64> {
    None
}

#[cfg(unix)]
fn read(clock: nix::time::ClockId) -> Option<u64> {
    let time = clock.now().ok()?;
    let seconds = u64::try_from(time.tv_sec()).ok()?;
    Some(seconds * 1_000_000_000 + u64::try_from(time.tv_nsec()).ok()?)
}
