//! The initial project: complete, without warnings, and built from the crates of
//! this build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use regatta::teach::exercise;

use crate::support::{Student, TARGET, named, skip};

fn cargo(directory: &Path, args: &[&str]) -> Output {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(args).current_dir(directory);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

fn is_there(program: &str) -> bool {
    cargo(Path::new("."), &[program, "--version"])
        .status
        .success()
}

#[test]
fn every_skeleton_is_formatted_and_has_no_warnings() {
    if !is_there("clippy") || !is_there("fmt") {
        return skip("template", "cargo clippy or cargo fmt is missing");
    }
    for exercise in exercise::all() {
        let student = Student::new(exercise.id, "linted");
        let lints = [
            "--locked",
            "--offline",
            "--target-dir",
            TARGET,
            "--",
            "-Dwarnings",
        ];
        let clippy = cargo(student.path(), &[&["clippy"], &lints[..]].concat());
        assert!(
            clippy.status.success(),
            "{}: {}",
            exercise.id,
            said(&clippy)
        );
        let format = cargo(student.path(), &["fmt", "--check"]);
        assert!(
            format.status.success(),
            "{}: {}",
            exercise.id,
            said(&format)
        );
    }
}

/// Packages of a lock file, by name and version, with their checksums.
fn packages(lock: &Path) -> BTreeMap<(String, String), Option<String>> {
    let lock: toml::Table = fs::read_to_string(lock).unwrap().parse().unwrap();
    let text = |package: &toml::Value, key: &str| Some(package.get(key)?.as_str()?.to_owned());
    let package = |package: &toml::Value| {
        let name = text(package, "name").unwrap();
        let version = text(package, "version").unwrap();
        ((name, version), text(package, "checksum"))
    };
    lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(package)
        .collect()
}

#[test]
fn its_lock_file_has_our_versions_and_checksums() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ours = packages(&checkout.join("Cargo.lock"));
    let theirs_at = checkout.join("fixtures/exercises/project/Cargo.lock");
    let theirs = packages(&theirs_at);
    for (package, checksum) in &theirs {
        if package.0 != "EXERCISE" {
            assert!(checksum.is_some(), "{package:?} has a checksum");
            assert_eq!(
                ours.get(package),
                Some(checksum),
                "{package:?} is not what Cargo.lock says: copy that over {}, and run `cargo update \
                 --workspace --offline` there",
                theirs_at.display()
            );
        }
    }
}

/// The crates of the project in `directory` on this machine.
fn compiled(directory: &Path) -> BTreeSet<String> {
    let tree = ["tree", "--offline", "--locked", "-e", "normal,build"];
    let form = ["--prefix", "none", "--format", "{p}"];
    let output = cargo(directory, &[&tree[..], &form[..]].concat());
    assert!(output.status.success(), "{}", said(&output));
    let lines = String::from_utf8(output.stdout).unwrap();
    let package = |line: &str| {
        let line = line.trim_end_matches(" (*)");
        line.trim_end_matches(" (proc-macro)").to_owned()
    };
    // A package of this machine has a path.
    let is_crate = |package: &String| !package.is_empty() && !package.contains('(');
    lines.lines().map(package).filter(is_crate).collect()
}

#[test]
fn it_needs_only_crates_that_regatta_needs() {
    let directory = tempfile::tempdir().unwrap();
    exercise::write(named("bound-it"), directory.path()).unwrap();
    let theirs = compiled(directory.path());
    assert!(theirs.iter().any(|package| package.starts_with("tokio ")));
    let ours = compiled(Path::new(env!("CARGO_MANIFEST_DIR")));
    let missing: Vec<_> = theirs.difference(&ours).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn it_can_be_inside_another_project() {
    let around = tempfile::tempdir().unwrap();
    let manifest = "[package]\nname = \"around\"\nedition = \"2024\"\n";
    fs::write(around.path().join("Cargo.toml"), manifest).unwrap();
    fs::create_dir(around.path().join("src")).unwrap();
    fs::write(around.path().join("src/lib.rs"), "").unwrap();
    let inside = around.path().join("classes").join("mine");
    exercise::write(named("bound-it"), &inside).unwrap();
    let found = cargo(
        &inside,
        &["metadata", "--offline", "--no-deps", "--format-version=1"],
    );
    assert!(found.status.success(), "{}", said(&found));
}

#[test]
fn it_has_the_task_the_command_to_check_it_and_a_gitignore() {
    for exercise in exercise::all() {
        let directory = tempfile::tempdir().unwrap();
        let next = exercise::write(exercise, directory.path()).unwrap();
        let read = |file: &str| fs::read_to_string(directory.path().join(file)).unwrap();
        let command = format!("regatta lesson {} --check ", exercise.lesson);
        assert!(next.contains(&command), "{next}");
        let readme = read("README.md");
        assert!(readme.starts_with(exercise.task) && readme.contains(&command));
        assert_eq!(read(".gitignore"), "/target\n");
        assert!(read("src/driver.rs").contains("TODO"));
        for file in ["Cargo.toml", "Cargo.lock", "README.md"] {
            let text = read(file);
            assert!(
                !text.contains("EXERCISE") && !text.contains("LESSON"),
                "{file}"
            );
        }
    }
}

#[test]
fn a_directory_that_is_not_empty_is_not_changed() {
    let directory = tempfile::tempdir().unwrap();
    let mine = directory.path().join("README.md");
    fs::write(&mine, "mine").unwrap();
    let error = exercise::write(named("bound-it"), directory.path()).unwrap_err();
    assert!(
        error.to_string().contains("nothing in it was changed"),
        "{error}"
    );
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);

    let error = exercise::write(named("bound-it"), &mine).unwrap_err();
    assert!(error.to_string().contains("cannot use"), "{error}");
}
