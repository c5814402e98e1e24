//! The latencies of many pages as one histogram.

use hdrhistogram::Histogram;

use crate::measure::sample::PageLatency;

/// Summarises latencies in nanoseconds: percentiles to three significant
/// digits, exact mean and maximum. All are zero for an empty list.
///
/// # Panics
/// Never: three digits are allowed, and a growing histogram takes any value.
pub fn summary(latencies_ns: &[u64]) -> PageLatency {
    if latencies_ns.is_empty() {
        return PageLatency::default();
    }
    let mut histogram = Histogram::<u64>::new(3).expect("3 significant digits are allowed");
    for &latency_ns in latencies_ns {
        histogram
            .record(latency_ns)
            .expect("a growing histogram takes any value");
    }
    let total: u128 = latencies_ns
        .iter()
        .map(|&latency| u128::from(latency))
        .sum();
    let largest = latencies_ns.iter().copied().max().unwrap_or_default();
    // The value of a bucket is its upper edge, which may exceed the largest.
    let at = |quantile| histogram.value_at_quantile(quantile).min(largest);
    PageLatency {
        mean_ns: u64::try_from(total / latencies_ns.len() as u128).unwrap_or(u64::MAX),
        p50_ns: at(0.50),
        p90_ns: at(0.90),
        p99_ns: at(0.99),
        max_ns: largest,
        histogram: histogram
            .iter_recorded()
            .map(|bucket| (bucket.value_iterated_to(), bucket.count_at_value()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_mean_and_buckets_agree_with_the_values() {
        let values: Vec<u64> = (1..=100)
            .map(|millisecond| millisecond * 1_000_000)
            .collect();
        let summary = summary(&values);
        assert_eq!(summary.mean_ns, 50_500_000);
        assert_eq!(summary.max_ns, 100_000_000);
        let close = |got: u64, wanted: u64| got.abs_diff(wanted) <= wanted / 1000;
        assert!(close(summary.p50_ns, 50_000_000) && close(summary.p99_ns, 99_000_000));
        assert_eq!(
            summary
                .histogram
                .iter()
                .map(|&(_, pages)| pages)
                .sum::<u64>(),
            100
        );
    }

    #[test]
    fn no_pages_have_no_latency() {
        assert_eq!(summary(&[]), PageLatency::default());
    }
}
