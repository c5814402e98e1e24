//! A baseline: what was measured once, to hold a later check against.
//!
//! It keeps ratios to a reference driver with the raw pairs behind them, the
//! host and the versions; never milliseconds alone, which mean nothing on
//! another day.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::compare::pair::Pair;
use crate::measure::sample::Host;
use crate::site::workload::Workload;

/// The version of the saved form.
pub const SCHEMA: &str = "regatta.baseline/1";

/// A saved trial of drivers against the reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// [`SCHEMA`].
    pub schema: String,
    /// When it was taken, RFC 3339, UTC.
    pub taken_at: String,
    /// The machine it was taken on.
    pub host: Host,
    /// Crate versions that were measured.
    pub versions: BTreeMap<String, String>,
    /// The scenario of each step.
    pub workload: Workload,
    /// What delays and orders were drawn from.
    pub seed: u64,
    /// Threads of each runtime.
    pub threads: u64,
    /// The driver that the others were held against.
    pub reference: String,
    /// The pairs of each driver, the reference on side b.
    pub drivers: BTreeMap<String, Vec<Pair>>,
}

/// Where a baseline of that name lies: `.regatta/NAME.json` below the current
/// directory, or the file itself when it ends in `.json`.
pub fn file(name_or_file: &str) -> PathBuf {
    if Path::new(name_or_file)
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        return name_or_file.into();
    }
    Path::new(".regatta")
        .join(name_or_file)
        .with_extension("json")
}

impl Baseline {
    /// Reads a baseline; every error says what is wrong and what to type.
    pub fn load(name_or_file: &str) -> anyhow::Result<Self> {
        let file = file(name_or_file);
        let text = std::fs::read_to_string(&file).with_context(|| {
            format!(
                "{}: no baseline there; make one with `regatta report --save {name_or_file}`",
                file.display()
            )
        })?;
        Self::parse(&text).with_context(|| {
            format!("{}: it is left as it is; take a new one with `regatta report --save {name_or_file}`", file.display())
        })
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let value: serde_json::Value =
            serde_json::from_str(text).context("this is no whole JSON")?;
        let schema = value
            .get("schema")
            .and_then(serde_json::Value::as_str)
            .unwrap_or("none");
        ensure!(
            schema == SCHEMA,
            "its schema is {schema:?}, and this program reads {SCHEMA:?}"
        );
        let baseline: Self =
            serde_json::from_value(value).context("this is no baseline as it was written")?;
        baseline.check()?;
        Ok(baseline)
    }

    /// What an edit by hand could have broken.
    fn check(&self) -> anyhow::Result<()> {
        self.workload.check()?;
        ensure!(!self.drivers.is_empty(), "it has no drivers");
        for (name, pairs) in &self.drivers {
            crate::drivers::named(name)?;
            ensure!(!pairs.is_empty(), "{name} has no pairs");
            let sides = pairs.iter().flat_map(|pair| [pair.a, pair.b]);
            let bad = sides
                .into_iter()
                .any(|side| !(side.cpu_ns_per_page >= 0.0 && side.wall_ns > 0.0));
            if bad {
                bail!("{name} has a pair that nobody can have measured");
            }
        }
        crate::drivers::named(&self.reference)?;
        Ok(())
    }

    /// Writes it, whole or not at all.
    pub fn save(&self, name_or_file: &str) -> anyhow::Result<PathBuf> {
        let file = file(name_or_file);
        if let Some(directory) = file
            .parent()
            .filter(|directory| !directory.as_os_str().is_empty())
        {
            std::fs::create_dir_all(directory).with_context(|| {
                format!(
                    "{}: cannot be made; give --save a FILE.json elsewhere",
                    directory.display()
                )
            })?;
        }
        let text = serde_json::to_string(self)? + "\n";
        crate::report::write(&file, &text)?;
        Ok(file)
    }

    /// What makes a check against it doubtful: another machine, in words.
    pub fn differences(&self, host: &Host) -> Vec<String> {
        let facts = [
            ("processor", &self.host.cpu, &host.cpu),
            ("architecture", &self.host.arch, &host.arch),
            ("operating system", &self.host.os, &host.os),
            ("kernel", &self.host.kernel, &host.kernel),
        ];
        let different = facts.iter().filter(|(_, then, now)| then != now);
        let mut words: Vec<String> = different
            .map(|(what, then, now)| format!("{what}: {then} then, {now} now"))
            .collect();
        if self.host.cores != host.cores {
            words.push(format!(
                "cores: {} then, {} now",
                self.host.cores, host.cores
            ));
        }
        words
    }

    /// The versions that are not what they were, in words: what a check is
    /// about.
    pub fn upgrades(&self, versions: &BTreeMap<String, String>) -> Vec<String> {
        let changed = versions.iter().filter_map(|(name, now)| {
            let then = self.versions.get(name)?;
            (then != now).then(|| format!("{name} {then} -> {now}"))
        });
        changed.collect()
    }
}
