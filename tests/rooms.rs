//! The map of the rooms in `src/lib.rs`, held against the house.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Imports that go against the map, each with its reason. Nothing may be added
/// here without one, and what is fixed has to leave.
const EXCEPTIONS: [(&str, &str, &str); 1] = [(
    "cheats",
    "drivers",
    "a cheat is a driver, and the list of drivers knows the cheats",
)];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The rooms in the order of the table.
fn map() -> Vec<String> {
    let lib = fs::read_to_string(source().join("lib.rs")).unwrap();
    let names = lib.lines().filter_map(|line| {
        let row = line.strip_prefix("//! | [`")?;
        Some(row.split_once("`]")?.0.to_owned())
    });
    names.collect()
}

fn set(names: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    names.into_iter().collect()
}

#[test]
fn the_map_lists_every_room_once_and_no_other() {
    let map = map();
    assert_eq!(
        map.len(),
        set(map.clone()).len(),
        "a room is listed twice: {map:?}"
    );
    let lib = fs::read_to_string(source().join("lib.rs")).unwrap();
    let modules = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    assert_eq!(set(map), set(modules.map(str::to_owned)));
}

#[test]
fn everything_in_src_is_a_room() {
    let entries = fs::read_dir(source()).unwrap();
    let found = entries.filter_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_stem()?.to_str()?.to_owned();
        let is_room = !["lib", "main", "build", "bin"].contains(&name.as_str());
        is_room.then_some(name)
    });
    assert_eq!(set(found), set(map()));
}

#[test]
fn rooms_import_only_from_rooms_below_them() {
    let map = map();
    let place = |room: &str| map.iter().position(|name| name == room);
    let mut upwards = BTreeSet::new();
    for room in &map {
        for imported in imports_of(room) {
            let from = place(&imported)
                .unwrap_or_else(|| panic!("{room} imports crate::{imported}, which is no room"));
            if Some(from) < place(room) {
                upwards.insert((room.clone(), imported));
            }
        }
    }
    let known = EXCEPTIONS.map(|(room, imported, _)| (room.to_owned(), imported.to_owned()));
    assert_eq!(upwards, BTreeSet::from(known));
}

/// The rooms that the code of `room` names, tests and comments left out.
fn imports_of(room: &str) -> BTreeSet<String> {
    let mut files = rust_files(&source().join(room));
    files.push(source().join(room).with_extension("rs"));
    let names = files.iter().flat_map(|file| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let code: Vec<String> = text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| line.split("crate::").skip(1).flat_map(names_at_the_start))
            .collect();
        code
    });
    names.filter(|name| name != room).collect()
}

/// The name in `name::more`, or the names in `{name, name::more}` on one line.
fn names_at_the_start(code: &str) -> Vec<String> {
    let several = code
        .strip_prefix('{')
        .and_then(|code| code.split('}').next());
    match several {
        Some(names) => names.split(',').map(name_at_the_start).collect(),
        None => vec![name_at_the_start(code)],
    }
}

fn name_at_the_start(code: &str) -> String {
    code.trim_start()
        .chars()
        .take_while(|letter| letter.is_ascii_lowercase() || *letter == '_')
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn imports_in_braces_are_imports_too() {
    assert_eq!(names_at_the_start("stats::median;"), ["stats"]);
    assert_eq!(
        names_at_the_start("{drivers, stats::median};"),
        ["drivers", "stats"]
    );
}
