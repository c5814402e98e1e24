//! Everything that a server bounds, in one place. docs/PROTOCOL.md states these
//! numbers.

use std::time::Duration;

/// The most bytes of a request's head, on both ports. More is answered 431.
pub(super) const HEAD_BYTES: usize = 64 * 1024;

/// The most header fields of a request, on both ports. hyper's own limit, because
/// a limit that is set costs an allocation for each request. More is answered 431.
#[cfg(test)]
pub(super) const HEADERS: usize = 100;

/// The most bytes of a scenario. More is answered 413.
pub(super) const BODY_BYTES: usize = 1024 * 1024;

/// The time that the body of a request to the control port may take. A longer
/// one is answered 408.
pub(super) const BODY_TIME: Duration = Duration::from_secs(10);

/// The number of connections to the control port. One more ends the oldest that
/// has not shown the secret.
pub(super) const CONTROL_CONNECTIONS: usize = 32;
