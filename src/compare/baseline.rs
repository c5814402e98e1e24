//! A baseline: saved measurements that a later check is compared with.
//!
//! It holds raw pairs of each driver with a reference driver, the host and the
//! versions. Milliseconds alone would depend on how busy the machine was.

use std::collections::BTreeMap;
use std::fmt::{self, Formatter};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::plausible::Saved;
use crate::compare::pair::Pair;
use crate::measure::sample::Machine;
use crate::site::workload::Workload;

/// The version of the saved form.
pub const SCHEMA: &str = "regatta.baseline/1";

/// The saved pairs of drivers with the reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// [`SCHEMA`].
    pub schema: String,
    /// When it was taken, RFC 3339, UTC.
    pub taken_at: String,
    /// The machine it was taken on.
    pub host: Machine,
    /// Crate versions that were measured.
    pub versions: BTreeMap<String, String>,
    /// The scenario of each step.
    pub workload: Workload,
    /// The seed of the delays and orders.
    pub seed: u64,
    /// Threads of each runtime.
    pub threads: u64,
    /// The driver that the others were compared with.
    pub reference: String,
    /// The pairs of each driver, the reference on side b.
    #[serde(deserialize_with = "each_once")]
    pub drivers: BTreeMap<String, Vec<Pair>>,
}

/// A map whose keys are all different.
fn each_once<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Vec<Pair>>, D::Error> {
    struct Drivers;
    impl<'de> Visitor<'de> for Drivers {
        type Value = BTreeMap<String, Vec<Pair>>;

        fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
            formatter.write_str("drivers and their pairs")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut drivers = BTreeMap::new();
            while let Some((name, pairs)) = map.next_entry::<String, Vec<Pair>>()? {
                if drivers.insert(name.clone(), pairs).is_some() {
                    return Err(A::Error::custom(format!("driver {name} is there twice")));
                }
            }
            Ok(drivers)
        }
    }
    deserializer.deserialize_map(Drivers)
}

/// The file of a baseline: `.regatta/NAME.json` in the current directory, or
/// the argument itself when it ends in `.json`.
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
    /// Reads a baseline. Every error says what is wrong and what to type.
    pub fn load(name_or_file: &str) -> anyhow::Result<Self> {
        let file = file(name_or_file);
        let text = std::fs::read_to_string(&file).with_context(|| {
            format!(
                "{}: there is no baseline; make one with `regatta report --save {name_or_file}`",
                file.display()
            )
        })?;
        Self::parse(&text).with_context(|| {
            format!(
                "{}: the baseline cannot be used and was not changed; make a new one with \
                 `regatta report --save {name_or_file}`",
                file.display()
            )
        })
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let value: serde_json::Value = serde_json::from_str(text).context("invalid JSON")?;
        let schema = value
            .get("schema")
            .and_then(serde_json::Value::as_str)
            .unwrap_or("none");
        ensure!(
            schema == SCHEMA,
            "invalid schema {schema:?}: expected {SCHEMA:?}"
        );
        // From the text, because a value keeps only the last of two equal keys.
        let baseline: Self = serde_json::from_str(text).context("invalid baseline")?;
        baseline.check()?;
        Ok(baseline)
    }

    /// Whether the harness measured all pairs itself.
    pub fn is_seen(&self) -> bool {
        self.drivers.values().flatten().all(Pair::is_seen)
    }

    /// Finds what an edit by hand could have broken.
    fn check(&self) -> anyhow::Result<()> {
        self.workload.check()?;
        ensure!(
            !self.drivers.is_empty(),
            "invalid baseline: expected one driver or more"
        );
        let saved = Saved {
            drivers: &self.drivers,
            reference: &self.reference,
            workload: &self.workload,
            seed: self.seed,
            cores: self.host.cores,
        };
        saved.check()
    }

    /// Writes it to its file, which keeps its old content if that fails.
    pub fn save(&self, name_or_file: &str) -> anyhow::Result<PathBuf> {
        let file = file(name_or_file);
        if let Some(directory) = file
            .parent()
            .filter(|directory| !directory.as_os_str().is_empty())
        {
            std::fs::create_dir_all(directory).with_context(|| {
                format!(
                    "{}: failed to create the directory; give --save a FILE.json in another place",
                    directory.display()
                )
            })?;
        }
        let text = serde_json::to_string(self)? + "\n";
        crate::report::write(&file, &text)?;
        Ok(file)
    }

    /// How `host` differs from the machine of the baseline, in words.
    pub fn differences(&self, host: &Machine) -> Vec<String> {
        let cores = [&self.host, host].map(|host| host.cores.to_string());
        let facts = [
            ("processor", &self.host.cpu, &host.cpu),
            ("architecture", &self.host.arch, &host.arch),
            ("operating system", &self.host.os, &host.os),
            ("kernel", &self.host.kernel, &host.kernel),
            ("cores", &cores[0], &cores[1]),
        ];
        let different = facts.iter().filter(|(_, saved, here)| saved != here);
        different
            .map(|(name, saved, here)| format!("{name}: baseline {saved}, this machine {here}"))
            .collect()
    }

    /// The crates whose version differs from the saved one, in words.
    pub fn upgrades(&self, versions: &BTreeMap<String, String>) -> Vec<String> {
        let changed = versions.iter().filter_map(|(name, here)| {
            let saved = self.versions.get(name)?;
            (saved != here).then(|| format!("{name} {saved} -> {here}"))
        });
        changed.collect()
    }
}
