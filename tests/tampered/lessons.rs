//! `lesson replay`.

use regatta::teach::lesson::Recording;
use serde_json::{Value, json as literal};

use crate::support::{Rng, file, json, places, tries};

fn saved() -> Vec<String> {
    let folder = std::fs::read_dir(file("docs/lessons/saved")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .map(|name| format!("docs/lessons/saved/{name}"))
        .collect();
    names.sort();
    names
}

/// What is said of the edited file; it must be one that can be read.
fn said(value: &Value) -> Result<String, serde_json::Error> {
    let recording: Recording = serde_json::from_value(value.clone())?;
    let lesson = recording
        .lesson_then()
        .map(|lesson| recording.differences(&lesson));
    Ok(lesson.map_or_else(|error| error.to_string(), |found| found.join("\n")))
}

#[test]
fn every_published_lesson_follows_from_its_logs() {
    let saved = saved();
    assert!(saved.len() >= 13);
    for name in saved {
        assert_eq!(said(&json(&name)).unwrap(), "", "{name}");
    }
}

#[test]
fn an_edited_lesson_is_refused_by_run_and_metric() {
    let original = json("docs/lessons/saved/02-ten-hands.json");
    let run = "/runs/0";
    for (place, value, reason) in [
        (
            "/measured".to_owned(),
            literal!(0.001),
            "measured is 0.001, and its run gives",
        ),
        (
            format!("{run}/measured/wall"),
            literal!(0.001),
            "time is 0.001, and its log gives",
        ),
        (format!("{run}/log/wall_ns"), literal!(1), "time is "),
        (format!("{run}/measured/pages"), literal!(7), "pages"),
        (
            format!("{run}/foretold/wall/value"),
            literal!(9.0),
            "the formula for time",
        ),
        (format!("{run}/name"), literal!("another"), "its runs are"),
        (
            format!("{run}/log/pages"),
            literal!(1_000_000),
            "its log has 1000000 pages",
        ),
        (
            "/lesson".to_owned(),
            literal!("other"),
            "it is of lesson \"other\"",
        ),
    ] {
        let mut edited = original.clone();
        *edited
            .pointer_mut(&place)
            .unwrap_or_else(|| panic!("{place}")) = value;
        let said = said(&edited).unwrap();
        assert!(said.contains(reason), "{place}: {said}");
    }
}

#[test]
fn no_mutated_lesson_panics() {
    let original = json("docs/lessons/saved/12-stopping-well.json");
    let all = places(&original, |value| !value.is_array() && !value.is_object());
    let mut rng = Rng::new();
    for _ in 0..tries(100) {
        let mut edited = original.clone();
        let place = &all[rng.below(all.len())];
        let donor = original
            .pointer(&all[rng.below(all.len())])
            .unwrap()
            .clone();
        let values = [
            literal!(u64::MAX),
            literal!(-1),
            literal!(1e308),
            Value::Null,
            literal!(0),
            donor,
        ];
        *edited.pointer_mut(place).unwrap() = values[rng.below(values.len())].clone();
        let _ = said(&edited);
    }
}
