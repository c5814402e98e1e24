//! Writes, builds and grades solutions of exercises.

#[path = "../support/mod.rs"]
mod shared;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use regatta::harness::process::Program;
use regatta::teach::exercise::{self, Exercise, Graded, Profile, With};
use regatta::term::interrupt::Interrupt;
use regatta::term::progress::Progress;

#[cfg(unix)]
pub(crate) use shared::eventually;
pub(crate) use shared::skip;

/// One target directory for all, so that shared crates are built once.
pub(crate) const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/exercises");

pub(crate) fn named(id: &str) -> &'static Exercise {
    exercise::named(id).unwrap()
}

/// A project of an exercise in its own directory, which is the same in every test
/// run, so that the build of the last run is replaced.
pub(crate) struct Student {
    pub(crate) exercise: &'static Exercise,
    directory: PathBuf,
}

impl Student {
    /// The initial project with its own package name, because programs with the
    /// same name would overwrite each other.
    pub(crate) fn new(id: &str, name: &str) -> Self {
        let exercise = named(id);
        let package = format!("{id}-{}", name.replace('_', "-"));
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&package);
        if directory.exists() {
            fs::remove_dir_all(&directory).unwrap();
        }
        exercise::write(exercise, &directory).unwrap();
        let student = Self {
            exercise,
            directory,
        };
        let (from, to) = (format!("name = \"{id}\""), format!("name = \"{package}\""));
        student.replace("Cargo.toml", &from, &to);
        student.replace("Cargo.lock", &from, &to);
        // Faster to build without debug information.
        let quickly = "[profile.dev]\ndebug = false\nincremental = false\n\n[workspace]";
        student.replace("Cargo.toml", "[workspace]", quickly);
        student
    }

    /// With this driver instead of the skeleton.
    pub(crate) fn with_driver(id: &str, name: &str, driver: &str) -> Self {
        let student = Self::new(id, name);
        fs::write(student.path().join("src/driver.rs"), driver).unwrap();
        student
    }

    pub(crate) fn path(&self) -> &Path {
        &self.directory
    }

    /// Changes a file of it.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let file = self.path().join(file);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{from:?} is not in {}", file.display());
        fs::write(&file, text.replace(from, to)).unwrap();
    }

    /// Checks it with a time limit for a busy machine.
    pub(crate) fn check(&self) -> anyhow::Result<Graded> {
        self.check_within(Duration::from_mins(1))
    }

    pub(crate) fn check_within(&self, patience: Duration) -> anyhow::Result<Graded> {
        check(self.exercise, self.path(), patience, &Interrupt::default())
    }
}

pub(crate) fn check(
    exercise: &Exercise,
    directory: &Path,
    patience: Duration,
    interrupt: &Interrupt,
) -> anyhow::Result<Graded> {
    let program = Program::at(env!("CARGO_BIN_EXE_regatta"));
    let with = With {
        profile: Profile::Debug,
        target: Some(PathBuf::from(TARGET)),
        patience,
        ..With::new(&program, interrupt, &Progress::Silent)
    };
    exercise::check(exercise, directory, &with)
}

/// All findings, one per line.
pub(crate) fn sentences(graded: &Graded) -> String {
    let sentences: Vec<&str> = graded
        .problems
        .iter()
        .map(|finding| finding.sentence.as_str())
        .collect();
    sentences.join("\n")
}

/// The initial skeleton does not pass, for this reason.
pub(crate) fn the_skeleton_fails(id: &str, reason: &str) {
    let student = Student::new(id, "skeleton");
    if let Err(complaint) = fails(&student, reason) {
        panic!("{complaint}");
    }
}

/// All solutions in a directory, at once: those that are right pass, and those
/// that are wrong fail, each for its own reason.
pub(crate) fn solutions(id: &str, right: &[&str], wrong: &[(&str, &str)]) {
    let names = wrong.iter().map(|(name, _)| *name);
    assert_eq!(
        files(id),
        right
            .iter()
            .copied()
            .chain(names)
            .map(str::to_owned)
            .collect(),
        "each solution is named in its test"
    );
    let complaints: Vec<String> = thread::scope(|scope| {
        let right = right
            .iter()
            .map(|name| scope.spawn(|| passes(&student(id, name))));
        let right: Vec<_> = right.collect();
        let wrong = wrong
            .iter()
            .map(|(name, reason)| scope.spawn(|| fails(&student(id, name), reason)));
        let wrong: Vec<_> = wrong.collect();
        let all = right.into_iter().chain(wrong);
        all.filter_map(|checked| checked.join().unwrap().err())
            .collect()
    });
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn directory(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/exercise/solutions")
        .join(id)
}

fn files(id: &str) -> BTreeSet<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    };
    fs::read_dir(directory(id)).unwrap().map(name).collect()
}

fn student(id: &str, name: &str) -> Student {
    let driver = fs::read_to_string(directory(id).join(name).with_extension("rs")).unwrap();
    Student::with_driver(id, name, &driver)
}

fn passes(student: &Student) -> Result<(), String> {
    let graded = student.check().map_err(|error| format!("{error:#}"))?;
    let is_right = graded.passed && graded.problems.is_empty();
    is_right
        .then_some(())
        .ok_or_else(|| format!("{} should pass: {}", driver_of(student), sentences(&graded)))
}

fn fails(student: &Student, reason: &str) -> Result<(), String> {
    let graded = student.check().map_err(|error| format!("{error:#}"))?;
    let said = sentences(&graded);
    let is_wrong = !graded.passed && said.contains(reason);
    is_wrong.then_some(()).ok_or_else(|| {
        format!(
            "{} should fail because {reason:?}: {said:?}",
            driver_of(student)
        )
    })
}

/// Its first line, which describes it.
fn driver_of(student: &Student) -> String {
    let text = fs::read_to_string(student.path().join("src/driver.rs")).unwrap();
    text.lines().next().unwrap_or_default().to_owned()
}
