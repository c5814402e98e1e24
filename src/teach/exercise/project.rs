//! A student's project as it comes back: which exercise it is.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::{Exercise, all, named};

/// As much of `Cargo.toml` as has to be read.
#[derive(Deserialize)]
struct Manifest {
    package: Option<Package>,
}

#[derive(Deserialize)]
struct Package {
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    regatta: Option<Regatta>,
}

#[derive(Deserialize)]
struct Regatta {
    exercise: Option<String>,
}

/// The exercise whose project is in `directory`.
///
/// # Errors
/// When it is no cargo project, or does not say that it is one of ours.
pub fn at(directory: &Path) -> anyhow::Result<&'static Exercise> {
    let file = directory.join("Cargo.toml");
    let text = fs::read_to_string(&file).with_context(|| {
        format!(
            "{} is no cargo project: {} cannot be read. Name the directory that \
             `regatta lesson N --exercise DIR` wrote",
            directory.display(),
            file.display()
        )
    })?;
    let manifest: Manifest =
        toml::from_str(&text).with_context(|| format!("{} is broken", file.display()))?;
    let regatta = manifest
        .package
        .and_then(|package| package.metadata?.regatta);
    let Some(id) = regatta.and_then(|regatta| regatta.exercise) else {
        bail!(
            "{} does not say which exercise it is. Give it these lines, with one of {}:\n\n    \
             [package.metadata.regatta]\n    exercise = \"{}\"\n",
            file.display(),
            ids(),
            all()[0].id
        );
    };
    named(&id).with_context(|| {
        format!(
            "{} says that it is the exercise {id:?}, and there are {}",
            file.display(),
            ids()
        )
    })
}

/// Says so when the project in `directory` is not that of `exercise`.
pub(super) fn ensure_is(exercise: &Exercise, directory: &Path) -> anyhow::Result<()> {
    let found = at(directory)?;
    ensure!(
        found.id == exercise.id,
        "{directory} is the exercise {} of lesson {lesson}, and not {}: type\n\n    \
         regatta lesson {lesson} --check {directory}\n",
        found.id,
        exercise.id,
        lesson = found.lesson,
        directory = directory.display(),
    );
    Ok(())
}

fn ids() -> String {
    let ids: Vec<&str> = all().iter().map(|exercise| exercise.id).collect();
    ids.join(", ")
}
