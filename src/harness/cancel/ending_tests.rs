//! The scenes: which requests stall, and that each slot has one.

use super::*;

#[test]
fn in_every_scene_all_slots_stall_and_one_page_fails() {
    for slots in [1, 2, 3, 20, 500, 1000] {
        let scene = Scene::of(slots, 7);
        let slots = slots as u64;
        let abort = scene.expected(Ending::Abort);
        let scenario = scene.scenario(Ending::Abort);
        let stalls = (0..abort.requests())
            .filter(|&page| scenario.faults.draw(scenario.seed, page, 0) == Some(Fault::Stall));
        assert_eq!(stalls.count() as u64, slots);
        assert!(abort.requests() < scenario.pages);
        let scenario = scene.scenario(Ending::FailFast);
        let fails = (0..slots).filter(|&page| {
            scenario.faults.draw(scenario.seed, page, 0) == Some(Fault::Status(404, None))
        });
        assert_eq!(fails.count(), 1);
    }
}

#[test]
fn an_end_is_timed_from_the_moment_of_its_cause() {
    let sample = Sample {
        wall_ns: 2 * nanoseconds(TIMEOUT) + 3_000_000,
        stop_ns: Some(5),
        ..Sample::default()
    };
    assert_eq!(Ending::Abort.took_ns(&sample), Some(5));
    assert_eq!(Ending::Timeout.took_ns(&sample), Some(1_500_000));
    let sample = Sample {
        wall_ns: nanoseconds(ASK_AFTER) + 7,
        ..sample
    };
    assert_eq!(Ending::Deadline.took_ns(&sample), Some(7));
    // An end before its cause has no time.
    let sample = Sample::default();
    assert_eq!(Ending::Deadline.took_ns(&sample), None);
}
