//! Workloads from files: the built-in ones and your own.

use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, bail, ensure};
use toml::{Table, Value};

use crate::term::suggest;

use super::{Kept, MOST_ATTEMPTS, MOST_PAGES, Parse, Workload};

/// The built-in workloads, in the order of the documents.
const BUILT_IN: [(&str, &str); 14] = [
    (
        "quick",
        include_str!("../../../fixtures/workloads/quick.toml"),
    ),
    (
        "article",
        include_str!("../../../fixtures/workloads/article.toml"),
    ),
    (
        "loopback",
        include_str!("../../../fixtures/workloads/loopback.toml"),
    ),
    (
        "parse",
        include_str!("../../../fixtures/workloads/parse.toml"),
    ),
    (
        "wide",
        include_str!("../../../fixtures/workloads/wide.toml"),
    ),
    (
        "tail",
        include_str!("../../../fixtures/workloads/tail.toml"),
    ),
    (
        "tail-lognormal",
        include_str!("../../../fixtures/workloads/tail-lognormal.toml"),
    ),
    (
        "flaky",
        include_str!("../../../fixtures/workloads/flaky.toml"),
    ),
    (
        "polite",
        include_str!("../../../fixtures/workloads/polite.toml"),
    ),
    (
        "crawl",
        include_str!("../../../fixtures/workloads/crawl.toml"),
    ),
    (
        "slots",
        include_str!("../../../fixtures/workloads/slots.toml"),
    ),
    (
        "storm",
        include_str!("../../../fixtures/workloads/storm.toml"),
    ),
    (
        "stalls",
        include_str!("../../../fixtures/workloads/stalls.toml"),
    ),
    (
        "steps",
        include_str!("../../../fixtures/workloads/steps.toml"),
    ),
];

const KEYS: &str = "why, pages, concurrency, latency, parse, faults, slots, allowed-rate, \
                    attempts, back-off, timeout, rate, depth, store";

/// The names of the built-in workloads.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|&(name, _)| name)
}

/// The workload of that name, or in that file when it ends in `.toml`.
pub fn load(name_or_file: &str) -> anyhow::Result<Workload> {
    if let Some((name, text)) = BUILT_IN.iter().find(|(name, _)| *name == name_or_file) {
        return parse(name, &format!("{name}.toml"), text);
    }
    let path = Path::new(name_or_file);
    ensure!(
        path.extension()
            .is_some_and(|extension| extension == "toml"),
        "there is no workload {name_or_file:?}{} a file that ends in .toml, or one of {}",
        suggest::expected(name_or_file, names()),
        names().collect::<Vec<_>>().join(", ")
    );
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("{name_or_file}: cannot be read; check that the file exists and is yours to read")
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    parse(&name, name_or_file, &text)
}

/// Reads a workload; errors name `file`, the key and an example.
fn parse(name: &str, file: &str, text: &str) -> anyhow::Result<Workload> {
    let table: Table = text
        .parse()
        .with_context(|| format!("{file}: invalid TOML: expected lines such as `pages = 200`"))?;
    from_toml(name, &table).with_context(|| file.to_owned())
}

/// The workload that a table describes; errors name the key and the remedy.
pub fn from_toml(name: &str, table: &Table) -> anyhow::Result<Workload> {
    let known: Vec<&str> = KEYS.split(", ").collect();
    if let Some(key) = table.keys().find(|key| !known.contains(&key.as_str())) {
        bail!(
            "unknown key `{key}`{} one of {KEYS}",
            suggest::expected(key, known)
        );
    }
    let workload = from_table(name, table)?;
    workload.check()?;
    Ok(workload)
}

fn from_table(name: &str, table: &Table) -> anyhow::Result<Workload> {
    let concurrency = number(table, "concurrency", "20")?;
    Ok(Workload {
        name: name.to_owned(),
        why: string(table, "why", "\"what this workload is for\"")?
            .trim()
            .to_owned(),
        pages: number(table, "pages", "200")?,
        concurrency: usize::try_from(concurrency)?,
        latency: string(table, "latency", "\"20ms\"")?
            .parse()
            .context("key `latency`")?,
        parse: parse_key(string(table, "parse", "\"titles\"")?)?,
        faults: optional(table, "faults", "\"500=5%\"")?,
        slots: optional(table, "slots", "\"10:queue\"")?,
        allowed_rate: small_number(table, "allowed-rate", 0)?,
        attempts: small_number(table, "attempts", 1)?,
        back_off: optional(table, "back-off", "\"50ms\"")?,
        timeout: optional(table, "timeout", "\"1s\"")?,
        rate: small_number(table, "rate", 0)?,
        depth: depth(table)?,
        store: store(table)?,
    })
}

/// A key that need not be there.
fn optional<T>(table: &Table, key: &str, example: &str) -> anyhow::Result<T>
where
    T: Default + FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    if !table.contains_key(key) {
        return Ok(T::default());
    }
    let text = string(table, key, example)?;
    text.parse().with_context(|| format!("key `{key}`"))
}

fn store(table: &Table) -> anyhow::Result<Kept> {
    use clap::ValueEnum;
    if !table.contains_key("store") {
        return Ok(Kept::default());
    }
    let text = string(table, "store", "\"sqlite\"")?;
    Kept::from_str(text, false).ok().with_context(|| {
        format!("invalid `store` {text:?}: expected \"none\", \"jsonl\" or \"sqlite\"")
    })
}

/// A crawl of the index alone would have no page in it.
fn depth(table: &Table) -> anyhow::Result<Option<u32>> {
    let depth = small_number(table, "depth", 0)?;
    ensure!(
        depth > 0 || !table.contains_key("depth"),
        "invalid `depth` 0: the index alone has no pages; expected 1 or more, for example `depth = 3`"
    );
    Ok((depth > 0).then_some(depth))
}

fn small_number(table: &Table, key: &str, absent: u32) -> anyhow::Result<u32> {
    if !table.contains_key(key) {
        return Ok(absent);
    }
    let number = number(table, key, "3")?;
    u32::try_from(number).with_context(|| {
        format!("invalid `{key}` {number}: expected a smaller number, for example `{key} = 3`")
    })
}

fn get<'a>(table: &'a Table, key: &str, example: &str) -> anyhow::Result<&'a Value> {
    table
        .get(key)
        .with_context(|| format!("key `{key}` is missing; add `{key} = {example}`"))
}

fn string<'a>(table: &'a Table, key: &str, example: &str) -> anyhow::Result<&'a str> {
    let value = get(table, key, example)?;
    value.as_str().with_context(|| {
        format!("invalid `{key}` {value}: expected text, for example `{key} = {example}`")
    })
}

fn number(table: &Table, key: &str, example: &str) -> anyhow::Result<u64> {
    let value = get(table, key, example)?;
    let number = value
        .as_integer()
        .and_then(|number| u64::try_from(number).ok());
    number.with_context(|| {
        format!(
            "invalid `{key}` {value}: expected a whole number of 1 or more, for example `{key} = {example}`"
        )
    })
}

fn parse_key(text: &str) -> anyhow::Result<Parse> {
    use clap::ValueEnum;
    Parse::from_str(text, false).ok().with_context(|| {
        format!("invalid `parse` {text:?}: expected \"none\", \"titles\" or \"summary\"")
    })
}

impl Workload {
    /// Whether it can be run as it stands; the error names key and remedy.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(
            self.pages >= 1,
            "invalid `pages` 0: expected 1 or more, for example `pages = 200`"
        );
        ensure!(
            self.pages <= MOST_PAGES,
            "invalid `pages` {}: expected at most {MOST_PAGES}, because all pages are kept in memory",
            self.pages
        );
        ensure!(
            self.concurrency >= 1,
            "invalid `concurrency` 0: expected 1 or more, for example `concurrency = 20`"
        );
        ensure!(
            (1..=MOST_ATTEMPTS).contains(&self.attempts),
            "invalid `attempts` {}: expected 1 to {MOST_ATTEMPTS}, for example `attempts = 3`",
            self.attempts
        );
        ensure!(
            !self.faults.stall() || !self.timeout.is_zero(),
            "some requests stall and there is no timeout, so a driver would wait for ever; \
             add one, for example `timeout = \"500ms\"`"
        );
        let more = (self.concurrency as u64).saturating_mul(10).min(MOST_PAGES);
        ensure!(
            self.concurrency as u64 <= self.pages,
            "invalid `concurrency` {}: expected at most {pages}, the number of pages, for example \
             `concurrency = {pages}` (--concurrency {pages}), or more pages, for example \
             `pages = {more}` (--pages {more})",
            self.concurrency,
            pages = self.pages
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "why = 'x'\npages = 10\nconcurrency = 2\nlatency = '1ms'\nparse = 'none'\n";

    fn error(text: &str) -> String {
        format!("{:#}", parse("mine", "mine.toml", text).unwrap_err())
    }

    #[test]
    fn every_built_in_workload_loads_and_says_why() {
        for name in names() {
            let workload = load(name).unwrap();
            assert_eq!(workload.name, name);
            assert!(workload.why.len() > 20, "{name} says why");
        }
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/workloads"));
        assert_eq!(
            files.unwrap().count(),
            names().count(),
            "every file is listed"
        );
    }

    #[test]
    fn an_invalid_workload_is_an_error_with_file_key_and_example() {
        for (change, key, remedy) in [
            (("pages = 10", "pages = -5"), "`pages` -5", "1 or more"),
            (("pages = 10", "pages = 0"), "`pages` 0", "pages = 200"),
            (
                ("pages = 10", "pages = 1000000"),
                "`pages` 1000000",
                "at most",
            ),
            (("pages = 10", "pages = 1.5"), "`pages` 1.5", "whole number"),
            (("pages = 10", ""), "`pages` is missing", "pages = 200"),
            (
                ("concurrency = 2", "concurrency = 0"),
                "`concurrency` 0",
                "1 or more",
            ),
            (
                ("concurrency = 2", "concurrency = 11"),
                "`concurrency` 11",
                "at most 10",
            ),
            (("latency = '1ms'", "latency = 'soon'"), "`latency`", "20ms"),
            (
                ("parse = 'none'", "parse = 'all'"),
                "`parse` \"all\"",
                "titles",
            ),
            (("parse", "prase"), "`prase`", "Expected one of"),
            (("why = 'x'", "why = "), "invalid TOML", "pages = 200"),
            (
                ("why = 'x'", "why = 'x'\nslots = 10"),
                "`slots` 10",
                "\"10:queue\"",
            ),
            (
                ("why = 'x'", "why = 'x'\nslots = '10'"),
                "`slots`",
                "10:reject",
            ),
            (
                ("why = 'x'", "why = 'x'\nallowed-rate = -1"),
                "`allowed-rate` -1",
                "whole number",
            ),
        ] {
            let error = error(&GOOD.replacen(change.0, change.1, 1));
            for part in ["mine.toml", key, remedy] {
                assert!(error.contains(part), "{error:?} says {part:?}");
            }
        }
    }

    #[test]
    fn an_unknown_name_or_file_is_an_error_that_helps() {
        assert!(load("quik").unwrap_err().to_string().contains("quick"));
        assert!(
            load("no-such.toml")
                .unwrap_err()
                .to_string()
                .contains("no-such.toml")
        );
    }
}
