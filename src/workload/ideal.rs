//! The wall time that no driver can beat.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// How long pages with these delays take, in their order, with at most `concurrency` in flight
/// when nothing costs time but the server's delays.
///
/// For a fixed latency L this is `ceil(pages / concurrency) * L`. In general
/// it is greedy list scheduling (R. L. Graham, 1966): each page, in order, goes
/// to the place that is free first, and the ideal is when the last place is
/// through. Pages are handed out in that same order to every driver, and a
/// page that takes longer than its delay can only make the end later, so it is
/// a bound and not merely an estimate.
pub fn wall(delays: &[Duration], concurrency: usize) -> Duration {
    let mut free_at: BinaryHeap<Reverse<Duration>> =
        (0..concurrency).map(|_| Reverse(Duration::ZERO)).collect();
    let mut end = Duration::ZERO;
    for delay in delays {
        let Reverse(begin) = free_at.pop().unwrap_or(Reverse(end));
        let through = begin + *delay;
        free_at.push(Reverse(through));
        end = end.max(through);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Latency;

    fn ideal(latency: &str, pages: u64, concurrency: usize) -> Duration {
        wall(
            &latency.parse::<Latency>().unwrap().delays(1, pages),
            concurrency,
        )
    }

    #[test]
    fn a_fixed_latency_goes_in_full_waves() {
        assert_eq!(ideal("20ms", 200, 20), Duration::from_millis(200));
        assert_eq!(ideal("20ms", 201, 20), Duration::from_millis(220));
        assert_eq!(ideal("20ms", 200, 1), Duration::from_secs(4));
        assert_eq!(ideal("0ms", 200, 20), Duration::ZERO);
    }

    #[test]
    fn mixed_latencies_are_bounded_by_work_and_by_the_longest_page() {
        let latency: Latency = "20ms*99,200ms".parse().unwrap();
        let delays = latency.delays(1, 1000);
        let work: Duration = delays.iter().sum();
        let bound = wall(&delays, 20);
        assert!(bound >= work / 20 && bound >= Duration::from_millis(200));
        assert!(bound <= work / 20 + Duration::from_millis(200));
    }
}
