//! `docs/STORES.md`, compared with what it describes: its tables are the ones
//! that are made, and its examples answer what it says.

use std::path::Path;
use std::process::Command;

use regatta::store::Record;

use super::support::skip;
use super::{FIRST_VISIT_MS, open};

const DOCUMENT: &str = include_str!("../../docs/STORES.md");
const DAY_MS: u64 = 86_400_000;

#[test]
fn the_tables_shown_are_the_tables_made() {
    for tables in [
        include_str!("../../src/store/sqlite/schema.sql"),
        include_str!("../../src/store/postgres/schema.sql"),
    ] {
        assert!(DOCUMENT.contains(tables), "{tables}");
    }
}

#[test]
fn every_example_answers_what_is_shown() {
    let place = tempfile::tempdir().unwrap();
    for (kind, name) in [("jsonl", "news.jsonl"), ("sqlite", "news.db")] {
        let mut store = open(kind, &place.path().join(name)).unwrap();
        store.write(&example_records()).unwrap();
    }
    let mut run = 0;
    for (command, expected) in examples() {
        if let Some(answer) = answer(&command, place.path()) {
            assert_eq!(answer, expected, "{command}");
            run += 1;
        }
    }
    assert!(run > 0, "no example could be run");
}

/// Three pages, visited twice, a day apart.
fn example_records() -> Vec<Record> {
    let visit = |page: u64, seen_at_ms, prices_cents| Record {
        url: format!("/page/{page}"),
        seen_at_ms,
        title: Some("City news".to_owned()),
        titles: vec!["Trains".to_owned(), "Roads".to_owned()],
        headings: vec!["News".to_owned()],
        links: 12,
        prices_cents,
        error: None,
        ..Record::default()
    };
    let later_ms = FIRST_VISIT_MS + DAY_MS;
    vec![
        visit(1, FIRST_VISIT_MS, vec![]),
        visit(2, FIRST_VISIT_MS, vec![129_900]),
        visit(3, FIRST_VISIT_MS, vec![]),
        visit(1, later_ms, vec![]),
        visit(2, later_ms, vec![109_900]),
        Record {
            url: "/page/3".to_owned(),
            seen_at_ms: later_ms,
            error: Some("404 Not Found".to_owned()),
            ..Record::default()
        },
    ]
}

/// The commands of the blocks of shell commands, and what follows each.
fn examples() -> Vec<(String, String)> {
    let blocks = DOCUMENT.split("```console\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    let examples = blocks.flat_map(|block| block.split("$ ").skip(1));
    let examples = examples.map(|example| {
        let (command, answer) = example.split_once('\n').unwrap();
        (command.to_owned(), answer.trim_end().to_owned())
    });
    examples
        .filter(|(command, _)| !command.starts_with("cargo "))
        .collect()
}

/// What a shell answers in that directory; `None`, and a loud skip, where the
/// program is not here.
fn answer(command: &str, place: &Path) -> Option<String> {
    let program = command.split(' ').next().unwrap();
    let ours = Path::new(env!("CARGO_BIN_EXE_regatta")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        [ours.to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&path)),
    );
    let path = path.unwrap();
    let is_here = std::env::split_paths(&path).any(|place| place.join(program).is_file());
    if !is_here {
        skip(
            "every_example_answers_what_is_shown",
            &format!("there is no {program} here"),
        );
        return None;
    }
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .current_dir(place)
        .env("PATH", path);
    let output = shell.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command}: {error}");
    Some(
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned(),
    )
}

#[test]
fn the_document_names_every_key_of_a_record() {
    let line = serde_json::to_value(Record::default()).unwrap();
    for key in line.as_object().unwrap().keys() {
        assert!(DOCUMENT.contains(&format!("| `{key}` |")), "{key}");
    }
}
