//! The versions of the crates that are measured, from the lock file that this
//! program was built with.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::drivers;

/// The lock file at compile time.
const LOCK: &str = include_str!("../../Cargo.lock");

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

/// The version of a crate; the newest where the lock file has several.
pub fn of(name: &str) -> Option<String> {
    let lock: Lock = toml::from_str(LOCK).ok()?;
    let versions = lock
        .package
        .into_iter()
        .filter(|package| package.name == name);
    versions
        .map(|package| package.version)
        .max_by_key(|version| {
            version
                .split('.')
                .map(|part| part.parse::<u64>().unwrap_or_default())
                .collect::<Vec<_>>()
        })
}

/// Every crate whose version matters to a measurement: those that the drivers
/// name, and the server's.
pub fn measured() -> BTreeMap<String, String> {
    let named = drivers::all()
        .iter()
        .flat_map(|driver| [driver.model.crates, driver.client.crates]);
    let mut versions: BTreeMap<String, String> = named
        .flatten()
        .chain(&["lol_html", "rapidhash"])
        .filter_map(|&name| Some((name.to_owned(), of(name)?)))
        .collect();
    versions.insert("regatta".to_owned(), env!("CARGO_PKG_VERSION").to_owned());
    versions.insert("rustc".to_owned(), env!("REGATTA_RUSTC").to_owned());
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_that_a_driver_names_has_a_version() {
        for driver in drivers::all() {
            for name in driver.model.crates.iter().chain(driver.client.crates) {
                assert!(of(name).is_some(), "{name} is in the lock file");
            }
        }
    }
}
