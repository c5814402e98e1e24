//! The counters of one serving thread.
//!
//! Each counter is written by one thread only, so adding is a load and a
//! store, without the locked instruction of `fetch_add`: counting costs
//! less than 2 % of the server's CPU time. Relaxed ordering is enough, because
//! a reader of the ledger first passes through each serving thread (see
//! [`super::shared::Shared::settled`]).

use super::counter::Counter;
use super::histogram::Histogram;
use super::latency_buckets::LatencyBuckets;

/// What one thread counted since the reset. Times are since the reset too.
#[derive(Debug, Default)]
// Two threads' counters on one cache line would take it from each other at
// every request; 128 bytes because some processors fetch lines in pairs.
#[repr(align(128))]
pub(super) struct Counters {
    pub(super) requests: Counter,
    pub(super) answers: Counter,
    pub(super) bytes_sent: Counter,
    pub(super) clients_gone: Counter,
    pub(super) other_requests: Counter,
    pub(super) refused_requests: Counter,
    pub(super) head_requests: Counter,
    /// Answers that are the whole page.
    pub(super) pages_sent: Counter,
    /// Requests that had to wait for a slot, and those of them that wait no
    /// more.
    pub(super) queued: Counter,
    pub(super) queue_waits: Counter,
    pub(super) queue_wait_sum_ns: Counter,
    pub(super) rejected: Counter,
    pub(super) rate_limited: Counter,
    pub(super) connections: Counter,
    /// Sums of moments, not of spans: the difference of the two is the time
    /// that requests spent waiting, even while some still wait.
    pub(super) read_at_sum_ns: Counter,
    pub(super) ended_at_sum_ns: Counter,
    pub(super) held_sum_ns: Counter,
    pub(super) delay_sum_ns: Counter,
    pub(super) late_sum_ns: Counter,
    pub(super) late_max_ns: Counter,
    /// When the first request was read, plus one; 0 when there was none.
    pub(super) first_read_plus_one_ns: Counter,
    pub(super) last_read_ns: Counter,
    pub(super) last_written_ns: Counter,
    /// When the latest answer that was written was due.
    pub(super) last_due_ns: Counter,
    /// The shortest delay, plus one; 0 when there was none.
    pub(super) delay_min_plus_one_ns: Counter,
    pub(super) delay_max_ns: Counter,
    pub(super) last_ended_ns: Counter,
    pub(super) late: Histogram,
    pub(super) latency: LatencyBuckets,
    /// How many requests met each kind of fault of the scenario, in its order.
    pub(super) faults: Box<[Counter]>,
}

impl Counters {
    /// All zero, for a scenario with `kinds` kinds of faults.
    pub(super) fn new(kinds: usize) -> Self {
        Self {
            faults: (0..kinds).map(|_| Counter::default()).collect(),
            ..Self::default()
        }
    }
}
