//! Claims that overlap, made into a line of states that do not.

use super::state::{State, StateSpan};

/// The line of states in which at every moment the furthest state holds that
/// anybody claims. Claims that end before they begin, or as they begin, claim
/// nothing.
pub(super) fn resolve(claims: &[StateSpan]) -> Vec<StateSpan> {
    let mut held = [0_usize; State::COUNT];
    let mut line: Vec<StateSpan> = Vec::new();
    let mut from_ns = 0;
    for change in changes(claims) {
        if let Some(state) = furthest(&held) {
            extend(&mut line, state, from_ns, change.at_ns);
        }
        from_ns = change.at_ns;
        let count = &mut held[change.state.index()];
        *count = if change.begins {
            *count + 1
        } else {
            *count - 1
        };
    }
    line
}

/// A claim that begins or ends.
struct Change {
    at_ns: u64,
    state: State,
    begins: bool,
}

fn changes(claims: &[StateSpan]) -> Vec<Change> {
    let valid = claims.iter().filter(|claim| claim.from_ns < claim.to_ns);
    let ends = |claim: &StateSpan| {
        [(claim.from_ns, true), (claim.to_ns, false)].map(|(at_ns, begins)| Change {
            at_ns,
            state: claim.state,
            begins,
        })
    };
    let mut changes: Vec<Change> = valid.flat_map(ends).collect();
    // Stable: a claim begins before it ends.
    changes.sort_by_key(|change| change.at_ns);
    changes
}

fn furthest(held: &[usize; State::COUNT]) -> Option<State> {
    let held = State::ALL.iter().zip(held).filter(|(_, count)| **count > 0);
    held.map(|(state, _)| *state).max()
}

fn extend(line: &mut Vec<StateSpan>, state: State, from_ns: u64, to_ns: u64) {
    if from_ns == to_ns {
        return;
    }
    match line.last_mut() {
        Some(last) if last.state == state && last.to_ns == from_ns => last.to_ns = to_ns,
        _ => line.push(StateSpan {
            state,
            from_ns,
            to_ns,
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn claim() -> impl Strategy<Value = StateSpan> {
        let state = (0..State::COUNT).prop_map(|index| State::ALL[index]);
        (state, 0..40_u64, 0..40_u64).prop_map(|(state, from_ns, to_ns)| StateSpan {
            state,
            from_ns,
            to_ns,
        })
    }

    proptest! {
        /// Asked moment by moment.
        #[test]
        fn at_every_moment_the_furthest_state_holds_that_is_claimed(claims in vec(claim(), 0..12)) {
            let line = resolve(&claims);
            for now in 0..40 {
                let holds = |span: &&StateSpan| (span.from_ns..span.to_ns).contains(&now);
                let furthest = claims.iter().filter(holds).map(|claim| claim.state).max();
                let found: Vec<State> = line.iter().filter(holds).map(|span| span.state).collect();
                prop_assert_eq!(found, Vec::from_iter(furthest), "at {}", now);
            }
            let rising = line.windows(2).all(|pair| pair[0].to_ns <= pair[1].from_ns);
            prop_assert!(rising);
        }
    }
}
