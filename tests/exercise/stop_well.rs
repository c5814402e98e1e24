//! A stop while ten pages are in flight.

use crate::support;

const ID: &str = "stop-well";

#[test]
fn the_skeleton_ignores_the_stop_and_does_not_pass() {
    support::the_skeleton_fails(ID, "requests started after it, the first at");
}

#[test]
fn right_programs_pass_and_wrong_ones_fail_with_their_own_reason() {
    support::solutions(
        ID,
        &["right_looks_before_each", "right_closes_the_permits"],
        &[
            (
                "wrong_aborts",
                "requests were abandoned before the answer, the first at",
            ),
            (
                "wrong_looks_too_early",
                "1 request started after it, the first at",
            ),
            ("wrong_forgets_the_last", "are in the results"),
            (
                "wrong_one_round",
                "with 50 pages left, before the stop at 600 ms",
            ),
        ],
    );
}
