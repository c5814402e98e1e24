//! Ten pages in flight at a time, in place of one.

use crate::support;

const ID: &str = "make-it-concurrent";

#[test]
fn the_skeleton_awaits_in_a_loop_and_does_not_pass() {
    support::the_skeleton_fails(
        ID,
        "expected 10 in flight, never saw more than 1: each page was asked for when the one before \
         it had come",
    );
}

#[test]
fn right_programs_pass_and_wrong_ones_fail_each_for_its_own_reason() {
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
                "each page is wanted once, and 30 were asked for up to 10 times",
            ),
            ("wrong_last_page_left", "page 29 was never asked for"),
            ("wrong_nobody_waits", "it asked for no page at all"),
        ],
    );
}
