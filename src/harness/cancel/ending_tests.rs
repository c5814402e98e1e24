//! The scenes: which requests stall, and that all places are taken by one.

use super::*;

#[test]
fn on_every_scene_all_places_come_to_stall_and_one_page_fails() {
    for places in [1, 2, 3, 20, 500, 1000] {
        let scene = Scene::of(places, 7);
        let places = places as u64;
        let abort = scene.expected(Ending::Abort);
        let scenario = scene.scenario(Ending::Abort);
        let stalls = (0..abort.requests())
            .filter(|&page| scenario.faults.draw(scenario.seed, page, 0) == Some(Fault::Stall));
        assert_eq!(stalls.count() as u64, places);
        assert!(abort.requests() < scenario.pages);
        let scenario = scene.scenario(Ending::FailFast);
        let fails = (0..places).filter(|&page| {
            scenario.faults.draw(scenario.seed, page, 0) == Some(Fault::Status(404, None))
        });
        assert_eq!(fails.count(), 1);
    }
}

#[test]
fn an_end_is_timed_from_the_moment_that_it_was_to_come() {
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
    // Too early cannot be.
    let sample = Sample::default();
    assert_eq!(Ending::Deadline.took_ns(&sample), None);
}
