//! Ten pages in flight at a time, instead of one.

use crate::support;

const ID: &str = "make-it-concurrent";

#[test]
fn the_skeleton_awaits_in_a_loop_and_does_not_pass() {
    support::the_skeleton_fails(
        ID,
        "expected 10 in flight, never saw more than 1: each page was requested after the one \
         before it had arrived",
    );
}

#[test]
fn right_programs_pass_and_wrong_ones_fail_with_their_own_reason() {
    support::solutions(
        ID,
        &["right_semaphore", "right_workers"],
        &[
            ("wrong_unbounded", "expected at most 10 in flight, saw"),
            (
                "wrong_spawn_and_wait",
                "expected 10 in flight, never saw more than 1",
            ),
            (
                "wrong_each_takes_all",
                "expected each page once, but 30 were requested up to 10 times",
            ),
            ("wrong_last_page_left", "page 29 was never requested"),
            ("wrong_nobody_waits", "the program requested no page"),
        ],
    );
}
