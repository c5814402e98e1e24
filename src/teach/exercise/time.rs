//! Durations as the log counts them.

use std::time::Duration;

/// `time` in nanoseconds; the largest number for 584 years and more.
pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
