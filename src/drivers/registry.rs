//! The list of all drivers: every model with every client that it can run on,
//! then the groups of fixed programs, traps and cheats.
//!
//! A new client is one file and one line in [`with_blocking`] or
//! [`with_async`]; a new model is one file, its entry in
//! [`info`] and one line in [`all`]. The pairs
//! then exist by themselves.

use std::sync::{Arc, LazyLock};

use anyhow::{Context, anyhow, bail, ensure};
use glob::Pattern;

use crate::clients::hyper::Hyper;
use crate::clients::raw::{self, AsyncRaw, Raw};
use crate::clients::reqwest::Reqwest;
use crate::clients::ureq::Ureq;
use crate::clients::{AsyncClient, BlockingClient};
use crate::drivers::cheats;
use crate::drivers::driver::{AsyncModel, BlockingModel, CHEAT, Driver, FIXED, ModelInfo, TRAP};
use crate::drivers::models::{
    async_std, info, mio, rayon, sequential, smol, thread_per_page, thread_pool, tokio,
    tokio_current,
};
use crate::term::suggest;

/// The ten that somebody would choose from: what the report runs when it is
/// not told otherwise. The others are there to tell the effect of the model
/// from that of the client.
pub const DEFAULT: [&str; 10] = [
    "sequential/ureq",
    "thread-per-page/ureq",
    "thread-pool/ureq",
    "rayon/ureq",
    "tokio/reqwest",
    "tokio/hyper",
    "tokio-current/hyper",
    "smol/hyper",
    "async-std/hyper",
    "mio/raw",
];

/// Every driver, models in the order of their telling.
pub fn all() -> &'static [Driver] {
    static ALL: LazyLock<Vec<Driver>> = LazyLock::new(|| {
        let mut all = Vec::new();
        with_blocking::<sequential::Sequential>(&mut all, info::SEQUENTIAL);
        with_blocking::<thread_per_page::ThreadPerPage>(&mut all, info::THREAD_PER_PAGE);
        with_blocking::<thread_pool::ThreadPool>(&mut all, info::THREAD_POOL);
        with_blocking::<rayon::Rayon>(&mut all, info::RAYON);
        // reqwest is made for tokio and runs on nothing else.
        pair_async::<tokio::Tokio, Reqwest>(&mut all, info::TOKIO);
        with_async::<tokio::Tokio>(&mut all, info::TOKIO);
        pair_async::<tokio_current::TokioCurrent, Reqwest>(&mut all, info::TOKIO_CURRENT);
        with_async::<tokio_current::TokioCurrent>(&mut all, info::TOKIO_CURRENT);
        with_async::<smol::Smol>(&mut all, info::SMOL);
        with_async::<async_std::AsyncStd>(&mut all, info::ASYNC_STD);
        all.push(Driver::new(info::MIO, raw::INFO, mio::start));
        all
    });
    &ALL
}

fn with_blocking<M: BlockingModel>(all: &mut Vec<Driver>, model: ModelInfo) {
    pair_blocking::<M, Ureq>(all, model);
    pair_blocking::<M, Raw>(all, model);
}

fn with_async<M: AsyncModel>(all: &mut Vec<Driver>, model: ModelInfo) {
    pair_async::<M, Hyper<M::Net>>(all, model);
    pair_async::<M, AsyncRaw<M::Net>>(all, model);
}

fn pair_blocking<M: BlockingModel, C: BlockingClient>(all: &mut Vec<Driver>, model: ModelInfo) {
    all.push(Driver::new(model, C::INFO, |plan| {
        M::start(plan, C::new(plan))
    }));
}

fn pair_async<M: AsyncModel, C: AsyncClient>(all: &mut Vec<Driver>, model: ModelInfo) {
    all.push(Driver::new(model, C::INFO, |plan| {
        M::start(plan, C::new(plan))
    }));
}

/// Every trap, in the order of the lessons.
pub fn traps() -> &'static [Driver] {
    static TRAPS: LazyLock<Vec<Driver>> =
        LazyLock::new(|| super::traps::PROGRAMS.map(Driver::from).into());
    &TRAPS
}

/// Every fixed program, in the order of the lessons.
pub fn fixed() -> &'static [Driver] {
    static FIXED: LazyLock<Vec<Driver>> =
        LazyLock::new(|| super::fixed::PROGRAMS.map(Driver::from).into());
    &FIXED
}

/// Models, fixed programs, traps and cheats.
fn everything() -> impl Iterator<Item = &'static Driver> {
    let right = all().iter().chain(fixed());
    right.chain(traps()).chain(cheats::all())
}

/// The driver of that very name; traps and cheats included.
pub fn named(name: &str) -> anyhow::Result<&'static Driver> {
    everything()
        .find(|driver| driver.name == name)
        .with_context(|| unknown(name))
}

/// What to type in place of a name that no driver has.
fn unknown(name: &str) -> String {
    let of_model = everything().filter(|driver| driver.model.name == name);
    let of_model: Vec<&str> = of_model.map(|driver| driver.name.as_str()).collect();
    if of_model.is_empty() {
        let names = everything().map(|driver| driver.name.as_str());
        let expected = suggest::expected(name, names);
        format!(
            "there is no driver {name:?}{expected} MODEL/CLIENT, for example tokio/hyper; \
             `regatta drivers` lists them"
        )
    } else {
        format!(
            "{name:?} is a model; expected MODEL/CLIENT, one of {}",
            of_model.join(", ")
        )
    }
}

/// The drivers that the patterns select, each once, in the order of [`all`].
/// A pattern is `all`, `default`, a model, or a glob over names such as
/// `tokio*/*`; `tokio` is `tokio/*`.
/// Those of a group are selected only by a pattern that begins with its name:
/// `fixed/`, `trap/` or `cheat/`.
pub fn select(patterns: &[String]) -> anyhow::Result<Vec<&'static Driver>> {
    let mut wanted: Vec<Arc<str>> = Vec::new();
    for pattern in patterns {
        let matching = matching(pattern)?;
        if matching.is_empty() {
            let expected = suggest::expected(pattern, known());
            bail!(
                "no driver matches {pattern:?}{expected} a name or a pattern, for example \
                 tokio/hyper or 'tokio*/*'; `regatta drivers` lists them"
            );
        }
        wanted.extend(matching);
    }
    Ok(everything()
        .filter(|driver| wanted.iter().any(|name| **name == *driver.name))
        .collect())
}

/// What a pattern may be, for suggestions.
fn known() -> impl Iterator<Item = &'static str> {
    let names = everything().flat_map(|driver| [driver.name.as_str(), driver.model.name]);
    names.chain(["all", "default"])
}

fn matching(pattern: &str) -> anyhow::Result<Vec<Arc<str>>> {
    ensure!(
        !pattern.trim().is_empty(),
        "the list of drivers has an empty item; expected names with a comma between two, for \
         example mio/raw,tokio/hyper"
    );
    let is_model = everything().any(|driver| driver.model.name == pattern);
    let of_model = format!("{pattern}/*");
    let pattern = if is_model { &of_model } else { pattern };
    if pattern == "all" {
        return Ok(all()
            .iter()
            .map(|driver| driver.name.as_str().into())
            .collect());
    }
    if pattern == "default" {
        return Ok(DEFAULT.iter().map(|&name| name.into()).collect());
    }
    // The parser's own words for it name a position and no remedy.
    let glob = Pattern::new(pattern).map_err(|_| {
        anyhow!(
            "invalid pattern {pattern:?}: expected a name or a pattern of drivers, for example \
             'tokio*/*'"
        )
    })?;
    let from = match pattern.split('/').next() {
        Some(CHEAT) => cheats::all(),
        Some(TRAP) => traps(),
        Some(FIXED) => fixed(),
        _ => all(),
    };
    let names = from.iter().filter(|driver| glob.matches(&driver.name));
    Ok(names.map(|driver| driver.name.as_str().into()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(patterns: &[&str]) -> Vec<&'static str> {
        let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        select(&patterns)
            .unwrap()
            .into_iter()
            .map(|driver| driver.name.as_str())
            .collect()
    }

    #[test]
    fn there_are_nineteen_drivers_and_ten_by_default() {
        assert_eq!(names(&["all"]).len(), 19);
        assert_eq!(names(&["default"]).len(), 10);
    }

    #[test]
    fn a_glob_selects_by_model_and_client() {
        assert_eq!(names(&["tokio*/raw"]), ["tokio/raw", "tokio-current/raw"]);
        assert_eq!(names(&["*/ureq"]).len(), 4);
        assert_eq!(names(&["mio/raw", "mio/*"]), ["mio/raw"]);
        assert_eq!(names(&["tokio"]), names(&["tokio/*"]));
    }

    #[test]
    fn the_groups_come_only_when_called() {
        let groups = ["fixed/", "trap/", "cheat/"];
        for wide in ["*/*", "*", "all", "[mt]*/*"] {
            let of_a_group = |name: &&str| groups.iter().any(|group| name.starts_with(group));
            assert!(!names(&[wide]).iter().any(of_a_group), "{wide}");
        }
        assert_eq!(names(&["fixed/*"]).len(), 2);
        assert!(names(&["cheat/*"]).len() >= 8);
        assert_eq!(names(&["trap/*"]).len(), 10);
    }

    #[test]
    fn every_fixed_program_has_its_trap_in_the_same_lesson() {
        for right in fixed() {
            let is_its_trap = |trap: &&Driver| trap.client.name == right.client.name;
            let trap = traps().iter().find(is_its_trap).unwrap();
            assert!(trap.kind().lesson().is_some());
            assert_eq!(trap.kind().lesson(), right.kind().lesson());
            assert!(trap.is_trap() && !right.is_trap());
            assert_eq!(named(&right.name).unwrap().name, right.name);
        }
    }

    #[test]
    fn a_trap_can_be_put_beside_a_right_one() {
        let both = names(&["trap/await-in-loop", "tokio/raw"]);
        assert_eq!(both, ["tokio/raw", "trap/await-in-loop"]);
    }

    #[test]
    fn a_pattern_that_selects_nothing_is_an_error_that_helps() {
        let error = select(&["tokyo/*".to_owned()]).unwrap_err().to_string();
        assert!(
            error.contains("tokyo") && error.contains("regatta drivers"),
            "{error}"
        );
        assert!(select(&["[".to_owned()]).is_err());
    }
}
