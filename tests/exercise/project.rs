//! Whose project it is, and what is said when it is none.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use regatta::teach::exercise;
use regatta::term::interrupt::Interrupt;

use crate::support::{self, Student, named};

fn refusal(directory: &Path) -> String {
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
fn a_directory_that_is_no_project_is_told_so() {
    let directory = tempfile::tempdir().unwrap();
    let refusal = refusal(directory.path());
    assert!(
        refusal.contains("is no cargo project") && refusal.contains("--exercise DIR"),
        "{refusal}"
    );
}

#[test]
fn the_project_of_another_exercise_is_told_with_the_command_that_checks_it() {
    let student = Student::new("stop-well", "another");
    let refusal = refusal(student.path());
    assert!(
        refusal.contains("is the exercise stop-well of lesson 12, and not bound-it"),
        "{refusal}"
    );
    assert!(refusal.contains("regatta lesson 12 --check"), "{refusal}");
}

#[test]
fn a_project_that_does_not_say_which_it_is_is_told_what_to_write() {
    let directory = tempfile::tempdir().unwrap();
    let manifest = directory.path().join("Cargo.toml");
    fs::write(&manifest, "[package]\nname = \"mine\"\n").unwrap();
    let unsaid = refusal(directory.path());
    assert!(unsaid.contains("[package.metadata.regatta]"), "{unsaid}");

    fs::write(&manifest, "[package.metadata.regatta]\nexercise = \"x\"\n").unwrap();
    let unknown = refusal(directory.path());
    assert!(
        unknown.contains("the exercise \"x\"") && unknown.contains("bound-it"),
        "{unknown}"
    );

    fs::write(&manifest, "[package").unwrap();
    assert!(refusal(directory.path()).contains("Cargo.toml is broken"));
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
fn lessons_name_exercises_that_there_are_and_each_is_named_by_its_own() {
    let named_by = named_by_lessons();
    for id in named_by.values() {
        assert!(exercise::named(id).is_some(), "there is no exercise {id}");
    }
    for exercise in exercise::all() {
        let number = i64::from(exercise.lesson);
        assert_eq!(named_by.get(&number).map(String::as_str), Some(exercise.id));
    }
}
