//! Recognises the exercise of a student's project.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::{Exercise, all, named};

/// The relevant part of `Cargo.toml`.
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
/// If it is not a cargo project, or does not name an exercise.
pub fn at(directory: &Path) -> anyhow::Result<&'static Exercise> {
    let file = directory.join("Cargo.toml");
    let text = fs::read_to_string(&file).with_context(|| {
        format!(
            "{} is not a cargo project: {} cannot be read. Give the directory that \
             `regatta lesson N --exercise DIR` wrote",
            directory.display(),
            file.display()
        )
    })?;
    let manifest: Manifest =
        toml::from_str(&text).with_context(|| format!("{} is invalid", file.display()))?;
    let regatta = manifest
        .package
        .and_then(|package| package.metadata?.regatta);
    let Some(id) = regatta.and_then(|regatta| regatta.exercise) else {
        bail!(
            "{} does not name its exercise. Add these lines, with one of {}:\n\n    \
             [package.metadata.regatta]\n    exercise = \"{}\"\n",
            file.display(),
            ids(),
            all()[0].id
        );
    };
    named(&id).with_context(|| {
        format!(
            "unknown exercise {id:?} in {}: expected one of {}",
            file.display(),
            ids()
        )
    })
}

/// Fails if the project in `directory` is not that of `exercise`.
pub(super) fn ensure_is(exercise: &Exercise, directory: &Path) -> anyhow::Result<()> {
    let found = at(directory)?;
    ensure!(
        found.id == exercise.id,
        "{directory} is the exercise {} of lesson {lesson}, not {}. Run\n\n    \
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
