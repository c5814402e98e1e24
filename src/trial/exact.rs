//! What has to be the same to the last one: requests, connections, pages in
//! flight. No statistics here; a difference is a change of behaviour.

use crate::duel::{Measures, Pair};

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
    /// The counts that differ between `now` and `then`, in words. `racy` is a
    /// client whose pool opens connections at random: those are not counted.
    pub fn changes(now: &[Measures], then: &[Measures], racy: bool) -> Vec<String> {
        let counts = ALL
            .iter()
            .filter(|exact| !(racy && exact.word == "connections"));
        counts.filter_map(|exact| exact.change(now, then)).collect()
    }

    fn change(&self, now: &[Measures], then: &[Measures]) -> Option<String> {
        let range = |all: &[Measures]| {
            let counts = || all.iter().map(|measures| (self.of)(measures));
            Some((counts().min()?, counts().max()?))
        };
        let (now, then) = (range(now)?, range(then)?);
        (now != then).then(|| format!("{}: {} then, {} now", self.word, words(then), words(now)))
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
