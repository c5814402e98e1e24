//! A histogram with logarithmic buckets, for percentiles of lateness.

use super::counter::Counter;

/// Counts of spans in logarithmic buckets: 32 to each doubling, so a value
/// read back is at most 3.2 % too high.
#[derive(Debug)]
pub(super) struct Histogram(Box<[Counter]>);

/// Buckets to each doubling, as a power of two.
const PRECISION_BITS: u32 = 5;
const PER_DOUBLING: usize = 1 << PRECISION_BITS;
/// Enough for every `u64`.
const BUCKETS: usize = (64 - PRECISION_BITS as usize + 1) * PER_DOUBLING;

impl Default for Histogram {
    fn default() -> Self {
        Self((0..BUCKETS).map(|_| Counter::default()).collect())
    }
}

impl Histogram {
    pub(super) fn record(&self, value: u64) {
        self.0[bucket_of(value)].add(1);
    }
}

/// The lowest value that at least `share` of everything recorded in
/// `histograms` is not above; `None` when nothing was recorded.
pub(super) fn quantile<'a>(
    histograms: &(impl Iterator<Item = &'a Histogram> + Clone),
    share: f64,
) -> Option<u64> {
    let count = |bucket: usize| histograms.clone().map(|h| h.0[bucket].get()).sum::<u64>();
    let total: u64 = (0..BUCKETS).map(count).sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to total"
    )]
    let wanted = ((total as f64 * share).ceil() as u64).max(1);
    let mut seen = 0;
    (0..BUCKETS)
        .find(|&bucket| {
            seen += count(bucket);
            seen >= wanted
        })
        .map(highest_in)
}

/// Values below 32 have a bucket each; above, the five bits after the
/// leading one choose the bucket within the doubling.
fn bucket_of(value: u64) -> usize {
    let doublings = (value | 1).ilog2().saturating_sub(PRECISION_BITS);
    let within = usize::try_from(value >> doublings).expect("six bits");
    doublings as usize * PER_DOUBLING + within
}

fn highest_in(bucket: usize) -> u64 {
    let doublings = (bucket / PER_DOUBLING).saturating_sub(1);
    let within = (bucket - doublings * PER_DOUBLING) as u128;
    u64::try_from(((within + 1) << doublings) - 1).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_its_values_and_is_at_most_one_thirty_second_wide() {
        for shift in 0..64 {
            for value in [
                1_u64 << shift,
                (1 << shift) + (1 << shift) / 3,
                u64::MAX >> shift,
            ] {
                let highest = highest_in(bucket_of(value));
                assert!(
                    highest >= value && highest - value <= value / 32,
                    "{value} {highest}"
                );
                assert_eq!(bucket_of(highest), bucket_of(value));
            }
        }
        assert_eq!(bucket_of(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn quantiles_are_read_over_all_threads() {
        let threads = [Histogram::default(), Histogram::default()];
        assert_eq!(quantile(&threads.iter(), 0.99), None);
        (1..=50).for_each(|half| {
            threads[0].record(half * 2_000 - 1_000);
            threads[1].record(half * 2_000);
        });
        let near = |share, expected: u64| {
            let seen = quantile(&threads.iter(), share).unwrap();
            assert!(
                seen >= expected && seen <= expected + expected / 32,
                "{share}: {seen}"
            );
        };
        near(0.5, 50_000);
        near(0.99, 99_000);
        near(1.0, 100_000);
    }
}
