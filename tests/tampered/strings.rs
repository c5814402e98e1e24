//! Text from outside: planted in every text of every file that is read, and
//! looked for in whatever is printed.

use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use regatta::fmt::escape::{self, is_hidden};
use regatta::report::{Format, Report, Style, render};
use regatta::store::{self, Reach, Record};
use regatta::teach::lesson::{Recording, show};
use serde_json::{Value, json as literal};

use crate::support::{json, places};

/// Sets a title, clears the screen, turns the direction, hides a tag, ends a
/// line, and is a formula and markup besides.
const HOSTILE: &str = "\u{1b}]0;pwn\u{7}\u{1b}[2J\u{9b}31m\u{202e}evil\u{2066}\u{200b}\u{feff}\
                       \u{e0041}\u{7f}\u{2028}\r\n=1+1|<script>`x`[l](http://x)";

/// The forms of a report that are text.
const FORMATS: [Format; 5] = [
    Format::Table,
    Format::Markdown,
    Format::Csv,
    Format::Json,
    Format::TwoWay,
];

fn is_clean(text: &str) -> bool {
    let text = text.replace("\r\n", "\n");
    !text.chars().any(|c| c != '\n' && is_hidden(c))
}

#[track_caller]
fn assert_clean(text: &str, what: &str) {
    assert!(is_clean(text), "{what}: {text:?}");
}

/// `original` with each of its texts replaced in turn, and each of its keys.
fn planted(original: &Value) -> impl Iterator<Item = (String, Value)> {
    let texts = places(original, Value::is_string).into_iter();
    let texts = texts.map(|place| {
        let mut planted = original.clone();
        *planted.pointer_mut(&place).unwrap() = literal!(HOSTILE);
        (place, planted)
    });
    let objects = places(original, |value| {
        value.as_object().is_some_and(|o| !o.is_empty())
    });
    let keys = objects.into_iter().flat_map(|place| {
        let fields = original.pointer(&place).unwrap().as_object().unwrap();
        fields
            .keys()
            .map(move |key| (place.clone(), key.clone()))
            .collect::<Vec<_>>()
    });
    texts.chain(keys.map(|(place, key)| {
        let mut planted = original.clone();
        let fields = planted
            .pointer_mut(&place)
            .unwrap()
            .as_object_mut()
            .unwrap();
        let value = fields.remove(&key).unwrap();
        fields.insert(HOSTILE.to_owned(), value);
        (format!("{place}, key {key}"), planted)
    }))
}

/// Few samples, so that there are few places.
fn small(name: &str) -> Value {
    let mut report = json(&format!("tests/saved/{name}.json"));
    for row in report["drivers"].as_array_mut().unwrap() {
        row["samples"].as_array_mut().unwrap().truncate(1);
        row["flags"] = literal!(["noisy", "trap: x (lesson 1)", "other"]);
    }
    report
}

#[test]
fn no_text_of_a_report_reaches_the_reader_as_it_is() {
    let mut shown = 0;
    for (place, planted) in planted(&small("troubled")) {
        let report = match Report::from_json(&planted.to_string(), HOSTILE) {
            Ok(report) => report,
            Err(error) => {
                assert_clean(&escape::error(&error.to_string()), &place);
                continue;
            }
        };
        shown += 1;
        for format in FORMATS {
            for width in [60, 200] {
                let style = Style {
                    width,
                    colour: false,
                };
                let text = render(&report, format, &style);
                assert_clean(&text, &format!("{place} as {format:?}"));
                let formula = text
                    .lines()
                    .any(|line| line.split(',').any(|cell| cell.starts_with('=')));
                assert!(format != Format::Csv || !formula, "{place}: {text}");
                let markup = text.contains("<script") && !text.contains("\\<script");
                assert!(format != Format::Markdown || !markup, "{place}: {text}");
            }
        }
        let json = render(&report, Format::Json, &Style::default());
        assert!(Report::from_json(&json, "it").unwrap() == report, "{place}");
        for said in regatta::harness::recheck::recheck(&report) {
            assert_clean(&escape::error(&said), &place);
        }
    }
    assert!(shown > 20, "{shown}");
}

#[test]
fn no_text_of_a_lesson_reaches_the_reader_as_it_is() {
    let mut original = json("docs/lessons/saved/02-ten-hands.json");
    for run in original["runs"].as_array_mut().unwrap() {
        for list in ["requests", "attempts", "works", "beats", "gauges"] {
            run["log"][list].as_array_mut().unwrap().truncate(1);
        }
        run["unmet"] = literal!(["it differs"]);
    }
    let look = show::PrintStyle {
        width: 80,
        height: 24,
        ascii: false,
        colour: false,
    };
    let mut shown = 0;
    for (place, planted) in planted(&original) {
        let recording: Recording = match serde_json::from_value(planted) {
            Ok(recording) => recording,
            Err(error) => {
                assert_clean(&escape::error(&error.to_string()), &place);
                continue;
            }
        };
        let Ok(lesson) = recording.lesson_then() else {
            continue;
        };
        shown += 1;
        for picture in show::Picture::all(&recording) {
            let svg = picture.svg();
            assert_clean(&svg, &place);
            assert!(!svg.contains("<script"), "{place}");
        }
        for text in [
            show::question(&lesson, &look),
            show::pictures(&lesson, &recording, &look),
            show::results(&recording, &look),
            show::verdict(&lesson, &recording, None, &look),
            recording.json(),
        ] {
            assert_clean(&text, &place);
        }
    }
    assert!(shown > 10, "{shown}");
}

/// What the program says with `arguments`, in an empty directory of its own.
fn said(place: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regatta"));
    command
        .args(arguments)
        .current_dir(place)
        .env("XDG_DATA_HOME", place);
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap()
}

fn written(place: &Path, name: &str, text: &str) -> PathBuf {
    let file = place.join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, text).unwrap();
    file
}

/// A TOML text: some characters may only be written as escapes.
fn toml(text: &str) -> String {
    toml_string(&text.replace("\r\n", " "))
}

fn toml_string(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if is_hidden(c) => format!("\\U{:08X}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

#[test]
fn the_program_prints_nothing_hidden_whatever_it_reads() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    let mut report = json("tests/saved/quick.json");
    report["host"]["cpu"] = literal!(HOSTILE);
    report["taken_at"] = literal!(HOSTILE);
    report["workload"]["why"] = literal!(HOSTILE);
    written(place, "honest.json", &report.to_string());
    report["drivers"][0]["name"] = literal!(HOSTILE);
    written(place, "name.json", &report.to_string());
    report["schema"] = literal!(HOSTILE);
    written(place, "schema.json", &report.to_string());
    let mut lesson = json("docs/lessons/saved/02-ten-hands.json");
    lesson["host"]["cpu"] = literal!(HOSTILE);
    written(place, "lesson.json", &lesson.to_string());
    lesson["runs"][0]["name"] = literal!(HOSTILE);
    written(place, "run.json", &lesson.to_string());
    let mut baseline = literal!({
        "schema": "regatta.baseline/1", "taken_at": HOSTILE,
        "host": report["host"], "versions": {HOSTILE: HOSTILE},
        "workload": json("tests/saved/quick.json")["workload"],
        "seed": 1, "threads": 2, "reference": "mio/raw",
        "drivers": {"tokio/hyper": [{
            "a": {"cpu_ns_per_page": 1.0, "wall_ns": 1.0},
            "b": {"cpu_ns_per_page": 1.0, "wall_ns": 1.0},
        }]},
    });
    written(place, "baseline.json", &baseline.to_string());
    baseline["drivers"] = literal!({HOSTILE: []});
    written(place, "driver.json", &baseline.to_string());
    let quoted = toml(HOSTILE);
    let workload = format!("why = {quoted}\npages = 1\nconcurrency = 1\nlatency = {quoted}\n");
    written(place, "workload.toml", &workload);
    written(place, "key.toml", &format!("{quoted} = 1\n"));
    written(place, "raw.toml", HOSTILE);
    written(place, "regatta/lessons.jsonl", &format!("{HOSTILE}\n"));
    let spec = format!("sqlite:{}", place.join("news.db").display());
    let mut store = store::open(&spec.parse().unwrap(), Reach::Loopback).unwrap();
    let record = Record {
        url: format!("http://127.0.0.1/{HOSTILE}"),
        prices_cents: vec![1],
        ..Record::default()
    };
    store.write(&[record]).unwrap();
    drop(store);
    let name = "\u{1b}]0;x\u{7}\u{202e}\n.json";
    written(place, name, "{}");
    for arguments in [
        &["report", "--from", "honest.json"][..],
        &["report", "--from", "honest.json", "--format", "csv"],
        &["report", "--from", "honest.json", "--format", "json"],
        &["report", "--from", "honest.json", "--format", "markdown"],
        &["report", "--from", "name.json"],
        &["report", "--from", "schema.json"],
        &["report", "--from", name],
        &["report", "--from", HOSTILE],
        &["report", "--driver", HOSTILE],
        &["report", "--pages", HOSTILE],
        &["report", "--workload", "workload.toml"],
        &["report", "--workload", "key.toml"],
        &["report", "--workload", "raw.toml"],
        &["report", "--output", "\u{1b}[2J/x"],
        &["workloads", "workload.toml"],
        &["lesson", "replay", "lesson.json"],
        &["lesson", "replay", "run.json"],
        &["lesson", "replay", name],
        &["lesson", "key.toml"],
        &["lesson", "raw.toml"],
        &["lesson", "list"],
        &["lesson", "8", "--check", "\u{1b}[2J"],
        &["check", "--baseline", "baseline.json"],
        &["check", "--baseline", "driver.json"],
        &["check", "--baseline", name],
        &["compare", "--old", name],
        &["prices", "news.db"],
        &["prices", "news.db", "--url", HOSTILE],
        &["prices", name],
        &["scrape", "--url", HOSTILE],
        &["scrape", "--store", HOSTILE],
        &["scrape", "--driver", HOSTILE],
        &["drivers", "--driver", HOSTILE],
        &["cancel", "--driver", HOSTILE],
        &[HOSTILE],
    ] {
        let said = said(place, arguments);
        assert_clean(&said, &arguments.join(" "));
        assert!(!said.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_line_break_in_a_name_begins_no_message_of_ours() {
    let place = tempfile::tempdir().unwrap();
    let name = "x\nerror: all is well\n.json";
    let said = said(place.path(), &["report", "--from", name]);
    assert!(!said.contains("\nerror: all is well"), "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hidden_passes_any_escape(text in ".{0,40}", hidden in prop::collection::vec(prop::char::any(), 0..20)) {
        let text: String = text.chars().chain(hidden).collect();
        for safe in [
            escape::plain(&text),
            escape::cell(&text),
            escape::error(&text),
            escape::csv(&text),
            escape::markdown_line(&text),
            escape::xml(&text),
            escape::block(&text, false),
        ] {
            prop_assert!(is_clean(&safe), "{text:?}: {safe:?}");
        }
        let json = escape::json(&serde_json::to_string(&text).unwrap());
        prop_assert!(is_clean(&json));
        prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
