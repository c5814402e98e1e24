//! The map of the folders in `src/lib.rs`, checked against the sources.

mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use imports::{Module, imports};

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn lib() -> String {
    fs::read_to_string(source().join("lib.rs")).unwrap()
}

/// The folders in the order of the table.
fn map() -> Vec<String> {
    let lib = lib();
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
fn the_map_lists_every_module_once_and_no_other() {
    let map = map();
    let lib = lib();
    let modules = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    assert_eq!(map.len(), set(map.clone()).len(), "listed twice: {map:?}");
    assert_eq!(set(map), set(modules.map(str::to_owned)));
}

#[test]
fn everything_in_src_is_on_the_map_and_fits_one_screen() {
    let entries: Vec<PathBuf> = fs::read_dir(source())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(entries.len() <= 20, "{} entries in src", entries.len());
    let names = entries.iter().filter_map(|path| {
        let name = path.file_stem()?.to_str()?.to_owned();
        let is_module = !["lib", "main", "build", "bin"].contains(&name.as_str());
        is_module.then_some(name)
    });
    assert_eq!(set(names), set(map()));
}

#[test]
fn folders_import_only_from_folders_below_them_on_the_map() {
    let map = map();
    let place = |module: &Module| map.iter().position(|name| Some(name) == module.first());
    let mut upwards = Vec::new();
    for (module, imported) in imports() {
        for other in imported {
            if let (Some(from), Some(to)) = (place(&module), place(&other))
                && to < from
            {
                upwards.push(format!("{} -> {}", module.join("::"), other.join("::")));
            }
        }
    }
    assert!(upwards.is_empty(), "{upwards:#?}");
}

/// A folder's `mod.rs` is the folder: it may name the files in it, and they may
/// use what it defines. Between those files, imports go one way.
#[test]
fn no_two_files_of_a_folder_import_each_other() {
    let imports = imports();
    let folders: BTreeSet<&[String]> = imports
        .keys()
        .flat_map(|module| (0..module.len()).map(|length| &module[..length]))
        .collect();
    let circles: Vec<String> = folders
        .into_iter()
        .flat_map(|folder| circles(folder, &imports))
        .collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

type Imports = BTreeMap<Module, BTreeSet<Module>>;

/// The pairs of entries of `folder` each of which reaches the other.
fn circles(folder: &[String], imports: &Imports) -> Vec<String> {
    let entry = |module: &Module| {
        let inside = module.starts_with(folder).then_some(module)?;
        inside.get(folder.len()).cloned()
    };
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, imported) in imports {
        if let Some(from) = entry(module) {
            let to = imported.iter().filter_map(entry).filter(|to| *to != from);
            arrows.entry(from.clone()).or_default().extend(to);
        }
    }
    let mut found = Vec::new();
    for from in arrows.keys() {
        for to in reached(from, &arrows).iter().filter(|to| *to > from) {
            if reached(to, &arrows).contains(from) {
                found.push(format!("{}: {from} <-> {to}", folder.join("::")));
            }
        }
    }
    found
}

fn reached(from: &str, arrows: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(next) = open.pop() {
        for to in arrows.get(&next).into_iter().flatten() {
            if reached.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    reached
}

#[test]
fn a_circle_is_found_however_long_it_is() {
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
    let arrow = |from, to| (module(from), BTreeSet::from([module(to)]));
    let straight: Imports = [arrow("a::x", "a::y"), arrow("a::y", "a::z")].into();
    assert!(circles(&module("a"), &straight).is_empty());
    let mut round = straight;
    round.extend([arrow("a::z", "a::x::deep")]);
    assert_eq!(circles(&module("a"), &round).len(), 3);
}

#[test]
fn imports_are_read_from_the_code() {
    let imports = imports();
    let server = &imports[&vec!["site".to_owned(), "server".to_owned()]];
    assert!(
        server
            .iter()
            .any(|module| module.starts_with(&["site".to_owned(), "workload".to_owned()])),
        "{server:?}"
    );
}
