//! Pictures of simulated logs as they are, to be looked at when they change.

use regatta::measure::event_log::EventLog;
use regatta::report::timeline::{Look, Offence, SvgLook, svg, terminal, until_ns};

use crate::simulated::{self, MS};

fn sized(width: usize, height: usize) -> Look {
    Look {
        width,
        height,
        ..Look::default()
    }
}

pub(crate) fn one_too_many() -> Offence {
    Offence {
        page_from: 10,
        page_to: 20,
        from_ns: 50 * MS,
        to_ns: 52 * MS,
        what: "expected at most 9 in flight, saw 10 between 50 and 52 ms (pages 10 to 20)"
            .to_owned(),
    }
}

/// All simulated logs by name.
pub(crate) fn logs() -> [(&'static str, EventLog); 9] {
    [
        ("one_by_one", simulated::one_by_one(20)),
        ("pool", simulated::pool(100, 10)),
        ("ten_slots", simulated::ten_slots(100)),
        ("retried", simulated::retried(30)),
        ("timed_out", simulated::timed_out(20)),
        ("cancelled", simulated::cancelled(100)),
        ("blocked_loop", simulated::blocked_loop(20)),
        ("offloaded", simulated::offloaded(20)),
        ("foreign", simulated::foreign(30)),
    ]
}

#[test]
fn the_logs_of_the_lessons_in_a_terminal_of_80_by_24() {
    for (name, log) in logs() {
        let drawn = terminal(&log, &Look::default());
        insta::assert_snapshot!(format!("{name}_80x24"), drawn);
    }
}

#[test]
fn a_larger_terminal_shows_more_and_a_smaller_one_folds_more() {
    for (name, log) in logs() {
        insta::assert_snapshot!(format!("{name}_140x50"), terminal(&log, &sized(140, 50)));
        insta::assert_snapshot!(format!("{name}_60x20"), terminal(&log, &sized(60, 20)));
    }
}

#[test]
fn the_logs_of_the_lessons_in_ascii() {
    for (name, log) in logs() {
        let look = Look {
            ascii: true,
            ..Look::default()
        };
        insta::assert_snapshot!(format!("{name}_ascii"), terminal(&log, &look));
    }
}

#[test]
fn a_picture_as_a_file() {
    for (name, log) in [
        ("pool", simulated::pool(20, 5)),
        ("retried", simulated::retried(9)),
    ] {
        let look = SvgLook {
            marked: vec![one_too_many()],
            ..SvgLook::default()
        };
        insta::assert_snapshot!(format!("{name}_svg"), svg(&log, &look));
    }
}

#[test]
fn the_same_log_gives_the_same_bytes() {
    for ((name, log), (_, again)) in logs().into_iter().zip(logs()) {
        let look = SvgLook::default();
        assert_eq!(svg(&log, &look), svg(&again, &look), "{name}");
    }
}

#[test]
fn a_hundred_pages_are_a_file_of_few_kilobytes() {
    for log in [simulated::pool(100, 10), simulated::ten_slots(100)] {
        let bytes = svg(&log, &SvgLook::default()).len();
        assert!(bytes < 20_000, "{bytes} bytes");
    }
}

#[test]
fn an_offence_is_marked_beside_its_rows_and_told_below() {
    let look = Look {
        marked: vec![one_too_many()],
        ..Look::default()
    };
    let drawn = terminal(&simulated::pool(100, 10), &look);
    let marked: Vec<&str> = drawn
        .lines()
        .filter(|line| line.starts_with('!') && line.contains('│'))
        .collect();
    // Ten pages a row, and page 20 is in the third.
    assert_eq!(marked.len(), 2, "{drawn}");
    assert!(marked[0].contains("10-19 ") && marked[1].contains("20-29 "));
    let told = format!("! {}", one_too_many().what);
    assert!(drawn.lines().any(|line| line == told), "{drawn}");
}

#[test]
fn two_pictures_can_share_a_time_axis() {
    let (slow, fast) = (simulated::one_by_one(20), simulated::pool(20, 10));
    let until = until_ns(&slow).max(until_ns(&fast));
    let alone = terminal(&fast, &Look::default());
    let look = Look {
        until_ns: Some(until),
        ..Look::default()
    };
    let beside = terminal(&fast, &look);
    assert!(times(&alone).contains("100 ms"), "{alone}");
    assert!(times(&beside).contains("1000 ms"), "{beside}");
    assert_eq!(times(&beside).trim(), times(&terminal(&slow, &look)).trim());
}

fn times(picture: &str) -> &str {
    let times = picture.lines().find(|line| line.ends_with(" ms"));
    times.unwrap()
}

#[test]
fn colour_is_only_an_addition() {
    for (name, log) in logs() {
        let look = Look {
            colour: true,
            marked: vec![one_too_many()],
            ..Look::default()
        };
        let coloured = terminal(&log, &look);
        assert!(coloured.contains("\u{1b}["), "{name}");
        let plain = Look {
            colour: false,
            ..look
        };
        assert_eq!(without_colour(&coloured), terminal(&log, &plain), "{name}");
    }
}

/// Leaves out what is between an escape and the `m` after it.
pub(crate) fn without_colour(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let first = pieces.next().unwrap_or_default().to_owned();
    let rest = pieces.map(|piece| piece.split_once('m').expect("an SGR sequence").1);
    first + &rest.collect::<String>()
}

#[test]
fn the_picture_at_the_head_of_the_room_is_a_real_one() {
    let source = include_str!("../../src/report/timeline/mod.rs");
    let block = source.split("//! ```").nth(1).expect("a picture");
    let shown: Vec<&str> = block
        .lines()
        .skip(1)
        .filter_map(|line| line.strip_prefix("//! "))
        .collect();
    let mut log = simulated::pool(6, 2);
    log.gauges.clear();
    let drawn = terminal(&log, &sized(60, 11));
    assert_eq!(shown, drawn.lines().collect::<Vec<_>>(), "\n{drawn}");
}
