//! Counts that must be equal: requests, connections, pages in flight. There
//! are no statistics here, because a difference is a change of behaviour.

use super::measurements::{Measurements, Pair};

/// A count that must not change.
#[derive(Debug, Clone, Copy)]
pub struct ExactCount {
    /// Its name.
    pub name: &'static str,
    of: fn(&Measurements) -> u64,
}

const ALL: [ExactCount; 3] = [
    ExactCount {
        name: "requests",
        of: |side| side.requests,
    },
    ExactCount {
        name: "connections",
        of: |side| side.connections,
    },
    ExactCount {
        name: "most in flight",
        of: |side| side.in_flight_peak,
    },
];

impl ExactCount {
    /// The counts that differ between candidate and baseline, in words.
    ///
    /// Overlapping ranges are no difference: a pool whose connections race
    /// opens more of them in one run than in the next, and a busy machine
    /// starts fewer pages at once.
    pub fn changes(candidate: &[Measurements], baseline: &[Measurements]) -> Vec<String> {
        let changes = ALL
            .iter()
            .filter_map(|count| count.change(candidate, baseline));
        changes.collect()
    }

    fn change(&self, candidate: &[Measurements], baseline: &[Measurements]) -> Option<String> {
        let (candidate, baseline) = (self.range(candidate)?, self.range(baseline)?);
        let apart = candidate.1 < baseline.0 || baseline.1 < candidate.0;
        apart.then(|| {
            let (baseline, candidate) = (range_text(baseline), range_text(candidate));
            format!("{}: baseline {baseline}, candidate {candidate}", self.name)
        })
    }

    fn range(&self, sides: &[Measurements]) -> Option<(u64, u64)> {
        let counts = || sides.iter().map(self.of);
        Some((counts().min()?, counts().max()?))
    }
}

fn range_text((least, most): (u64, u64)) -> String {
    if least == most {
        least.to_string()
    } else {
        format!("{least} to {most}")
    }
}

/// One side of all pairs.
pub(super) fn side(pairs: &[Pair], of: fn(&Pair) -> Measurements) -> Vec<Measurements> {
    pairs.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(requests: u64, in_flight_peak: u64) -> Measurements {
        Measurements {
            cpu_ns_per_page: 1.0,
            wall_ns: 1.0,
            peak_rss_bytes: 1.0,
            peak_private_bytes: None,
            cpu_seen_ns_per_page: None,
            allocations_per_page: 1.0,
            requests,
            connections: 20,
            in_flight_peak,
        }
    }

    #[test]
    fn only_counts_whose_ranges_do_not_overlap_are_changes() {
        let baseline = [with(60, 20), with(60, 18)];
        let candidate = [with(61, 20), with(62, 17), with(61, 20)];
        assert_eq!(
            ExactCount::changes(&candidate, &baseline),
            ["requests: baseline 60, candidate 61 to 62"]
        );
        assert!(ExactCount::changes(&baseline, &baseline).is_empty());
    }
}
