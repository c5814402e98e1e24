//! Writes the initial project of an exercise.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, ensure};

use super::Exercise;

/// Placeholders in the files: the id of the exercise and the number of its
/// lesson.
const ID: &str = "EXERCISE";
const LESSON: &str = "LESSON";

/// The files of all exercises: path and text.
macro_rules! files {
    ($($to:literal: $from:literal),* $(,)?) => {
        [$(($to, include_str!(concat!("../../../fixtures/exercises/project/", $from)))),*]
    };
}

const GIVEN: [(&str, &str); 11] = files![
    // Under this name git does not use it for this repository.
    ".gitignore": "gitignore",
    "Cargo.toml": "Cargo.toml",
    "Cargo.lock": "Cargo.lock",
    "README.md": "README.md",
    "src/main.rs": "src/main.rs",
    "src/given.rs": "src/given.rs",
    "src/given/results.rs": "src/given/results.rs",
    "src/given/blocking.rs": "src/given/blocking.rs",
    "src/given/client.rs": "src/given/client.rs",
    "src/given/http.rs": "src/given/http.rs",
    "src/given/job.rs": "src/given/job.rs",
];

/// Writes the project of `exercise` into `directory`, creates the directory if
/// necessary, and returns a text about what to do next.
///
/// # Errors
/// If the directory is not empty or cannot be written.
pub fn write(exercise: &Exercise, directory: &Path) -> anyhow::Result<String> {
    ensure_empty(directory)?;
    for (name, text) in files_of(exercise) {
        let file = directory.join(name);
        let written = file
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&file, text));
        written.with_context(|| format!("{} could not be written", file.display()))?;
    }
    let (title, lesson) = (exercise.title, exercise.lesson);
    let driver = directory.join("src").join("driver.rs");
    Ok(format!(
        "\"{title}\" is in {directory}. Edit {driver}, then run\n\n    \
         regatta lesson {lesson} --check {directory}\n",
        directory = directory.display(),
        driver = driver.display(),
    ))
}

fn ensure_empty(directory: &Path) -> anyhow::Result<()> {
    let is_empty = match fs::read_dir(directory) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == ErrorKind::NotFound => true,
        Err(error) => {
            let directory = directory.display();
            return Err(error).with_context(|| {
                format!("cannot use {directory}: expected an empty or a new directory")
            });
        }
    };
    ensure!(
        is_empty,
        "{directory} is not empty, and nothing in it was changed: expected an empty or a new \
         directory, for example {directory}-2",
        directory = directory.display()
    );
    Ok(())
}

/// The files of its project with their paths.
fn files_of(exercise: &Exercise) -> Vec<(&'static str, String)> {
    let mut files: Vec<(&str, String)> = GIVEN
        .iter()
        .map(|&(name, text)| match name {
            "README.md" => (name, readme(exercise, text)),
            "Cargo.toml" | "Cargo.lock" => (name, text.replace(ID, exercise.id)),
            _ => (name, text.to_owned()),
        })
        .collect();
    files.push(("src/driver.rs", exercise.driver.to_owned()));
    files
}

fn readme(exercise: &Exercise, about_the_project: &str) -> String {
    let about = about_the_project.replace(LESSON, &exercise.lesson.to_string());
    format!("{}{about}", exercise.task)
}
