//! Ten pages in flight at a time, instead of a hundred.

use crate::support;

const ID: &str = "bound-it";

#[test]
fn the_skeleton_requests_everything_at_once_and_does_not_pass() {
    support::the_skeleton_fails(ID, "expected at most 10 in flight, saw");
}

#[test]
fn right_programs_pass_and_wrong_ones_fail_with_their_own_reason() {
    support::solutions(
        ID,
        &["right_semaphore", "right_refill"],
        &[
            ("wrong_permit_dropped", "expected at most 10 in flight, saw"),
            (
                "wrong_too_narrow",
                "expected 10 in flight, never saw more than 5",
            ),
            (
                "wrong_one_too_many",
                "expected at most 10 in flight, saw 11 between",
            ),
            ("wrong_turns_away", "pages 10 to 99 were never requested"),
        ],
    );
}
