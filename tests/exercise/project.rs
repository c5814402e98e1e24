//! Recognising a project, and the errors if it is not one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use regatta::teach::exercise;
use regatta::term::interrupt::Interrupt;

use crate::support::{self, Student, named};

fn error(directory: &Path) -> String {
    let checked = support::check(
        named("bound-it"),
        directory,
        Duration::ZERO,
        &Interrupt::default(),
    );
    format!("{:#}", checked.unwrap_err())
}

#[test]
fn a_project_knows_its_exercise_even_under_another_name() {
    let student = Student::new("stop-well", "renamed");
    assert_eq!(exercise::at(student.path()).unwrap().id, "stop-well");
}

#[test]
fn a_directory_without_a_project_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let error = error(directory.path());
    assert!(
        error.contains("is not a cargo project") && error.contains("--exercise DIR"),
        "{error}"
    );
}

#[test]
fn the_project_of_another_exercise_is_an_error_with_the_right_command() {
    let student = Student::new("stop-well", "another");
    let error = error(student.path());
    assert!(
        error.contains("is the exercise stop-well of lesson 12, not bound-it"),
        "{error}"
    );
    assert!(error.contains("regatta lesson 12 --check"), "{error}");
}

#[test]
fn a_project_that_names_no_exercise_is_an_error_with_what_to_write() {
    let directory = tempfile::tempdir().unwrap();
    let manifest = directory.path().join("Cargo.toml");
    fs::write(&manifest, "[package]\nname = \"mine\"\n").unwrap();
    let unsaid = error(directory.path());
    assert!(unsaid.contains("[package.metadata.regatta]"), "{unsaid}");

    fs::write(&manifest, "[package.metadata.regatta]\nexercise = \"x\"\n").unwrap();
    let unknown = error(directory.path());
    assert!(
        unknown.contains("unknown exercise \"x\"") && unknown.contains("bound-it"),
        "{unknown}"
    );

    fs::write(&manifest, "[package").unwrap();
    assert!(error(directory.path()).contains("Cargo.toml is invalid"));
}

/// The exercise that each lesson names, by the lesson's number.
fn named_by_lessons() -> BTreeMap<i64, String> {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lessons");
    let files = fs::read_dir(lessons).unwrap();
    let named = files.filter_map(|file| {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let lesson: toml::Table = text.parse().unwrap();
        let exercise = lesson.get("exercise")?.as_str()?;
        Some((lesson["number"].as_integer()?, exercise.to_owned()))
    });
    named.collect()
}

#[test]
fn lessons_and_exercises_name_each_other() {
    let named_by = named_by_lessons();
    for id in named_by.values() {
        assert!(exercise::named(id).is_some(), "unknown exercise {id}");
    }
    for exercise in exercise::all() {
        let number = i64::from(exercise.lesson);
        assert_eq!(named_by.get(&number).map(String::as_str), Some(exercise.id));
    }
}
