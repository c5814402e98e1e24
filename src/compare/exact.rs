//! What has to be the same to the last one: requests, connections, pages in
//! flight. No statistics here; a difference is a change of behaviour.

use crate::compare::pair::{Measures, Pair};

/// A count that must not change.
#[derive(Debug, Clone, Copy)]
pub struct Exact {
    /// Its name.
    pub word: &'static str,
    of: fn(&Measures) -> u64,
}

const ALL: [Exact; 3] = [
    Exact {
        word: "requests",
        of: |measures| measures.requests,
    },
    Exact {
        word: "connections",
        of: |measures| measures.connections,
    },
    Exact {
        word: "most in flight",
        of: |measures| measures.in_flight_peak,
    },
];

impl Exact {
    /// The counts that differ between `now` and `then`, in words. What some
    /// pair of now has in common with some pair of then is no difference: a
    /// pool that races opens more connections in one run than in the next, and
    /// a busy machine starts fewer pages at once.
    pub fn changes(now: &[Measures], then: &[Measures]) -> Vec<String> {
        let changes = ALL.iter().filter_map(|exact| exact.change(now, then));
        changes.collect()
    }

    fn change(&self, now: &[Measures], then: &[Measures]) -> Option<String> {
        let range = |all: &[Measures]| {
            let counts = || all.iter().map(|measures| (self.of)(measures));
            Some((counts().min()?, counts().max()?))
        };
        let (now, then) = (range(now)?, range(then)?);
        let apart = now.1 < then.0 || then.1 < now.0;
        apart.then(|| format!("{}: {} then, {} now", self.word, words(then), words(now)))
    }
}

fn words((least, most): (u64, u64)) -> String {
    if least == most {
        least.to_string()
    } else {
        format!("{least} to {most}")
    }
}

/// One side of all pairs.
pub(super) fn side(pairs: &[Pair], of: fn(&Pair) -> Measures) -> Vec<Measures> {
    pairs.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(requests: u64, in_flight_peak: u64) -> Measures {
        Measures {
            cpu_ns_per_page: 1.0,
            wall_ns: 1.0,
            peak_rss_bytes: 1.0,
            allocations_per_page: 1.0,
            requests,
            connections: 20,
            in_flight_peak,
        }
    }

    #[test]
    fn what_never_was_so_before_is_told_and_what_comes_and_goes_is_not() {
        let then = [with(60, 20), with(60, 18)];
        let now = [with(61, 20), with(62, 17), with(61, 20)];
        assert_eq!(
            Exact::changes(&now, &then),
            ["requests: 60 then, 61 to 62 now"]
        );
        assert!(Exact::changes(&then, &then).is_empty());
    }
}
