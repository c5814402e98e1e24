//! The saved results of a lesson: metrics, formulas, logs. All output of a lesson
//! is made from them, so it can be shown again years later.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::data::{Lesson, Setup};
use super::formula::Known;
use super::metric::RunMetric;
use super::one_run::RunOutcome;
use crate::measure::event_log::EventLog;
use crate::measure::sample::{Machine, Sample};
use crate::site::page::Site;

/// The name and version of the format.
const SCHEMA: &str = "regatta-lesson/1";

/// The results of a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// [`SCHEMA`].
    schema: String,
    /// The id of the lesson.
    pub lesson: String,
    /// The text of its file when it was run.
    lesson_file: String,
    /// The value of its knob, if it was turned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    knob: Option<String>,
    /// The time of the runs, RFC 3339.
    pub taken_at: String,
    /// The machine.
    pub host: Machine,
    /// The guessed metric.
    #[serde(rename = "figure")]
    pub metric: RunMetric,
    /// Its measured value, in the base unit.
    pub measured: Option<f64>,
    /// Its predicted value.
    #[serde(rename = "foretold")]
    pub predicted: Option<Prediction>,
    /// Its runs, in order.
    pub runs: Vec<RecordedRun>,
}

/// The results of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedRun {
    /// The name of the run.
    pub name: String,
    /// Its driver.
    pub driver: String,
    /// The value of each metric that the lesson names, in the base unit.
    pub measured: BTreeMap<RunMetric, f64>,
    /// The value of each formula.
    #[serde(rename = "foretold")]
    pub predicted: BTreeMap<RunMetric, Prediction>,
    /// The differences from the expected results, as sentences.
    pub unmet: Vec<String>,
    /// The log of each page.
    pub log: EventLog,
}

/// A formula with its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// The value, in the base unit.
    pub value: f64,
    /// With names: `pages / in flight * latency`.
    pub words: String,
    /// With numbers in place of names: `100 / 10 * 50 ms`.
    pub numbers: String,
}

impl Recording {
    /// Combines the `runs` of `lesson`.
    pub(super) fn of(
        lesson: &Lesson,
        taken_at: String,
        host: Machine,
        runs: Vec<RecordedRun>,
    ) -> Self {
        let metric = lesson.guess.metric;
        let guessed = runs.iter().find(|run| run.name == lesson.guess.run);
        let measured = match metric {
            RunMetric::Spread => spread(&runs),
            _ => guessed.and_then(|run| run.measured.get(&metric).copied()),
        };
        let predicted = guessed.and_then(|run| run.predicted.get(&metric).cloned());
        Self {
            schema: SCHEMA.to_owned(),
            lesson: lesson.id.clone(),
            lesson_file: lesson.text.clone(),
            knob: lesson.turned.clone(),
            taken_at,
            host,
            metric,
            measured,
            predicted,
            runs,
        }
    }

    /// Reads the output of [`Self::json`].
    ///
    /// # Errors
    /// If `file` cannot be read or is not a saved lesson.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let name = file.display();
        let text = std::fs::read_to_string(file).with_context(|| {
            format!("{name}: cannot be read; check that the file exists and that you may read it")
        })?;
        let read: Self = serde_json::from_str(&text).with_context(|| {
            format!("{name}: not a saved lesson; `regatta lesson 1 --save FILE` writes one")
        })?;
        ensure!(
            read.schema == SCHEMA,
            "{name}: unknown format {:?}: expected {SCHEMA:?}",
            read.schema
        );
        Ok(read)
    }

    /// The lesson as it was when it was run.
    ///
    /// # Errors
    /// If this release cannot parse the lesson's file.
    pub fn lesson_then(&self) -> anyhow::Result<Lesson> {
        let lesson = Lesson::parse(&self.lesson, &self.lesson_file)?;
        match &self.knob {
            Some(value) => lesson.turned(value),
            None => Ok(lesson),
        }
    }

    /// As JSON, with one line for each run.
    pub fn json(&self) -> String {
        // Numbers and text are always valid JSON.
        let json = serde_json::to_string(self).unwrap_or_default();
        crate::fmt::escape::json(&json).replace("{\"name\":", "\n{\"name\":") + "\n"
    }

    /// The differences from the expected results, of all runs.
    pub fn unmet(&self) -> Vec<String> {
        let of = |run: &RecordedRun| -> Vec<String> {
            let said = run.unmet.iter();
            said.map(|what| format!("{}: {what}", run.name)).collect()
        };
        self.runs.iter().flat_map(of).collect()
    }
}

impl RecordedRun {
    pub(super) fn of(setup: &Setup, driver: &str, known: &Known, outcome: RunOutcome) -> Self {
        let named = { setup.expect.keys() }.chain(setup.formula.keys());
        let named = named.chain(&setup.show).chain(&[RunMetric::Wall]).copied();
        let measured: BTreeMap<RunMetric, f64> = named
            .filter_map(|metric| Some((metric, metric.of(&outcome)?)))
            .collect();
        let predicted = setup.formula.iter().filter_map(|(&metric, formula)| {
            let predicted = Prediction {
                value: formula.value(known).ok()?,
                words: formula.in_words(true),
                numbers: formula.with_numbers(known, true),
            };
            Some((metric, predicted))
        });
        Self {
            name: setup.name.clone(),
            driver: driver.to_owned(),
            predicted: predicted.collect(),
            unmet: match &outcome.answer {
                Ok(sample) => unmet(setup, known, sample, &measured),
                Err(why) => vec![why.clone()],
            },
            measured,
            log: outcome.log,
        }
    }

    /// The wall time over its formula.
    #[must_use]
    pub fn times_formula(&self) -> Option<f64> {
        let predicted = self.predicted.get(&RunMetric::Wall)?;
        Some(self.measured.get(&RunMetric::Wall)? / predicted.value)
    }
}

/// The differences from the expected results. Metrics that this platform does
/// not measure are ignored.
fn unmet(
    setup: &Setup,
    known: &Known,
    sample: &Sample,
    measured: &BTreeMap<RunMetric, f64>,
) -> Vec<String> {
    let mut unmet = Vec::new();
    for (&metric, range) in &setup.expect {
        let Some(&value) = measured.get(&metric) else {
            continue;
        };
        let print = |value| metric.unit().print(value, true);
        match range.holds(value, known) {
            Ok(true) => {}
            Ok(false) => unmet.push(format!(
                "{} {}, but the lesson expects {}",
                metric.words(),
                print(value),
                range.words(known, print)
            )),
            Err(error) => unmet.push(error.to_string()),
        }
    }
    // The program reports all pages: check that they have the right content.
    let all = { setup.workload().ok() }.filter(|all| all.pages == sample.pages);
    let digest = all.map(|all| Site::new(all.pages).expected_digest(all.parse, &[]));
    if digest.is_some_and(|digest| format!("{digest:016x}") != sample.digest) {
        unmet.push("the digest of the fetched pages is wrong".to_owned());
    }
    unmet
}

/// The longest wall time divided by the shortest.
pub fn spread(runs: &[RecordedRun]) -> Option<f64> {
    let walls = runs
        .iter()
        .filter_map(|run| run.measured.get(&RunMetric::Wall));
    let (least, most) = (
        walls.clone().copied().min_by(f64::total_cmp)?,
        walls.copied().max_by(f64::total_cmp)?,
    );
    (least > 0.0).then(|| most / least)
}
