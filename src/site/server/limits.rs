//! Everything that a server bounds, in one place. docs/PROTOCOL.md states these
//! numbers.

use std::time::Duration;

/// The most bytes of a request's head, on both ports. More is answered 431.
pub(super) const HEAD_BYTES: usize = 64 * 1024;

/// The most bytes of all heads together that have begun and not ended, on the page
/// port, without the first 4 KiB of each. A connection that sends more is closed.
pub(super) const UNFINISHED_BYTES: usize = 32 * 1024 * 1024;

/// The most bytes of a scenario. More is answered 413.
pub(super) const BODY_BYTES: usize = 1024 * 1024;

/// The time that the body of a request to the control port may take. A longer
/// one is answered 408.
pub(super) const BODY_TIME: Duration = Duration::from_secs(10);

/// How often the server looks for connections that wait too long. It counts these
/// looks and not the time, so a server that was stopped itself cuts nobody.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The number of looks after which a head that has begun must have ended, on both
/// ports: 10 s.
pub(super) const HEAD_LOOKS: u32 = 10;

/// The number of looks that a connection to the page port may wait between two
/// requests: 5 minutes. A driver that asks each of its connections more seldom
/// would have a rate of one page in 5 minutes.
pub(super) const PAGE_IDLE_LOOKS: u32 = 300;

/// The same for the control port: 1 minute.
pub(super) const CONTROL_IDLE_LOOKS: u32 = 60;

/// The number of connections to the control port. One more ends the oldest that
/// has not shown the secret.
pub(super) const CONTROL_CONNECTIONS: usize = 32;

/// The descriptors that the page port leaves: for the control port, the timers and
/// the standard streams. Where fewer than twice as many are allowed, it is half.
const RESERVED_DESCRIPTORS: u64 = 64 + CONTROL_CONNECTIONS as u64;

/// Those that each serving thread after the first has for itself.
const THREAD_DESCRIPTORS: u64 = 4;

/// The most connections to the page port, however many descriptors are allowed:
/// more than one client address has ports.
const PAGE_CONNECTIONS: u64 = 65_536;

/// The most connections to the page port of a process with this limit of open
/// descriptors and this number of serving threads. More wait to be accepted.
pub(super) fn page_connections(descriptors: Option<u64>, threads: usize) -> usize {
    let allowed = descriptors.unwrap_or(u64::MAX);
    let more_threads = threads.saturating_sub(1) as u64;
    let reserved = RESERVED_DESCRIPTORS + THREAD_DESCRIPTORS * more_threads;
    let left = allowed - reserved.min(allowed / 2);
    usize::try_from(left.clamp(1, PAGE_CONNECTIONS)).expect("at most 65,536")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_port_leaves_descriptors_for_the_control_port() {
        let cases = [
            (None, 1, 65_536),
            (Some(1_048_576), 1, 65_536),
            (Some(1_024), 1, 928),
            (Some(1_024), 65, 672),
            (Some(200), 1, 104),
            (Some(40), 1, 20),
            (Some(0), 1, 1),
        ];
        for (descriptors, threads, connections) in cases {
            assert_eq!(
                page_connections(descriptors, threads),
                connections,
                "{descriptors:?}, {threads}"
            );
        }
    }
}
