//! Ten pages in flight at a time, on a loop that a blocking call would stop.

use crate::support;

const ID: &str = "do-not-block-the-loop";

#[test]
fn the_skeleton_blocks_and_does_not_pass() {
    support::the_skeleton_fails(ID, "expected 10 in flight, never saw more than 1");
}

#[test]
fn right_programs_pass_and_wrong_ones_fail_with_their_own_reason() {
    support::solutions(
        ID,
        &[
            "right_spawn_blocking",
            "right_threads_and_a_channel",
            "right_async_client",
        ],
        &[
            (
                "wrong_yields",
                "expected 10 in flight, never saw more than 1",
            ),
            ("wrong_thread_a_page", "expected at most 10 in flight, saw"),
            (
                "wrong_four_threads",
                "expected 10 in flight, never saw more than 4",
            ),
            (
                "wrong_shares_overlap",
                "expected each page once, but 9 were requested up to 2 times",
            ),
            (
                "wrong_block_in_place",
                "can call blocking only when running on the multi-threaded runtime",
            ),
        ],
    );
}
