//! How long requests took, in the fixed buckets that a Prometheus
//! histogram has.
//!
//! The ledger's own [`Histogram`](super::histogram::Histogram) is finer, but its
//! buckets follow powers of two: none of them ends at 25 ms.

use super::counter::Counter;

/// The upper ends, each belonging to its bucket: from what an answer without a
/// delay takes to the longest delay and beyond.
pub(super) const BOUNDS_NS: [u64; 18] = [
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
    25_000_000_000,
    60_000_000_000,
];

/// Answers of one thread by the time from the request's head to the answer's
/// last byte; the last count is of those above all bounds.
#[derive(Debug, Default)]
pub(super) struct LatencyBuckets([Counter; BOUNDS_NS.len() + 1]);

impl LatencyBuckets {
    pub(super) fn record(&self, latency_ns: u64) {
        let bucket = BOUNDS_NS.partition_point(|&bound_ns| bound_ns < latency_ns);
        self.0[bucket].add(1);
    }
}

/// How many answers of all threads took at most each bound, and how many there
/// are.
pub(super) fn up_to_each_bound<'a>(
    threads: &(impl Iterator<Item = &'a LatencyBuckets> + Clone),
) -> ([u64; BOUNDS_NS.len()], u64) {
    let mut sum = 0;
    let mut count_up_to = |bucket: usize| {
        sum += threads.clone().map(|t| t.0[bucket].get()).sum::<u64>();
        sum
    };
    let up_to = std::array::from_fn(&mut count_up_to);
    (up_to, count_up_to(BOUNDS_NS.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_counts_in_every_bucket_up_to_or_above_it() {
        let threads = [LatencyBuckets::default(), LatencyBuckets::default()];
        threads[0].record(0);
        threads[1].record(100_000);
        threads[0].record(100_001);
        threads[1].record(60_000_000_000);
        threads[1].record(60_000_000_001);
        let (counts, all) = up_to_each_bound(&threads.iter());
        assert_eq!(counts[..3], [2, 3, 3]);
        assert_eq!((&counts[16..], all), ([3, 4].as_slice(), 5));
    }
}
