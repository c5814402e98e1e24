//! The project of an exercise, as it is handed out.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, ensure};

use super::Exercise;

/// Stands in the files for the id of the exercise, and for the number of its
/// lesson.
const ID: &str = "EXERCISE";
const LESSON: &str = "LESSON";

/// The files that all exercises have: where each goes, and its text.
macro_rules! files {
    ($($to:literal: $from:literal),* $(,)?) => {
        [$(($to, include_str!(concat!("../../../fixtures/exercises/project/", $from)))),*]
    };
}

const GIVEN: [(&str, &str); 11] = files![
    // A name under which git does not take it for ours.
    ".gitignore": "gitignore",
    "Cargo.toml": "Cargo.toml",
    "Cargo.lock": "Cargo.lock",
    "README.md": "README.md",
    "src/main.rs": "src/main.rs",
    "src/course.rs": "src/course.rs",
    "src/course/account.rs": "src/course/account.rs",
    "src/course/blocking.rs": "src/course/blocking.rs",
    "src/course/client.rs": "src/course/client.rs",
    "src/course/http.rs": "src/course/http.rs",
    "src/course/job.rs": "src/course/job.rs",
];

/// Writes the project of `exercise` into `directory`, which is made if it is
/// not there, and returns what to do next, in words.
///
/// # Errors
/// When there is something in that directory already, and when it cannot be
/// written to.
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
        "\"{title}\" is in {directory}. Edit {driver}, and then type\n\n    \
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
                format!("{directory} is no directory to write to; name one that is not there yet")
            });
        }
    };
    ensure!(
        is_empty,
        "there is something in {directory} already, and nothing of it is touched: name a directory \
         that is empty or not there yet, such as {directory}-2",
        directory = directory.display()
    );
    Ok(())
}

/// The files of its project, by their paths.
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
