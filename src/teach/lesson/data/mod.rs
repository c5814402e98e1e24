//! A lesson's file, parsed strictly.

mod check;

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;

use super::formula::{Formula, Known};
use super::metric::RunMetric;
use super::quantity::Unit;
use super::range::Range;
use crate::measure::host;
use crate::scrape;
use crate::site::workload::{Slots, Span, Workload, load};

/// A lesson: one question, the runs that answer it, and the explanation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lesson {
    /// Its name in a student's progress; it never changes.
    pub id: String,
    /// Its place: 1 to 12, and 13 for the last lesson, which is called C.
    pub number: u8,
    /// Its title.
    pub title: String,
    /// Its duration in class.
    pub minutes: u8,
    /// The question before the runs.
    pub question: String,
    /// Which metric of which run is guessed.
    pub guess: GuessTarget,
    /// The possible answers, each with its value.
    #[serde(rename = "choice")]
    pub choices: Vec<Choice>,
    /// Its runs, in order.
    #[serde(rename = "run")]
    pub runs: Vec<Setup>,
    /// The explanation.
    pub why: String,
    /// One thing to change.
    pub knob: Knob,
    /// The id of its exercise, if it has one.
    pub exercise: Option<String>,
    /// Further reading: files of the repository and URLs.
    pub sources: Vec<String>,
    /// For the teacher.
    pub notes: Notes,
    /// The file's text, which is part of a saved recording.
    #[serde(skip)]
    pub(super) text: String,
    /// The value of the knob, if it was turned.
    #[serde(skip)]
    pub turned: Option<String>,
}

/// The metric that is guessed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuessTarget {
    /// Which; saved recordings of older releases say `figure`.
    #[serde(alias = "figure")]
    pub metric: RunMetric,
    /// The name of the run.
    pub run: String,
}

/// A possible answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Choice {
    /// The value of the metric.
    pub value: Formula,
    /// In words.
    pub text: String,
    /// The misconception behind it; none for the right answer.
    pub reveals: Option<String>,
    /// A driver that measures this value.
    pub program: Option<String>,
}

/// One run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Setup {
    /// Its name in this lesson.
    pub name: String,
    /// Its driver: `model/client`, `trap/name` or `fixed/name`.
    pub driver: String,
    /// Threads of its runtime, if it has one.
    #[serde(default = "two")]
    pub threads: usize,
    /// The keys of a workload without `why`.
    workload: toml::Table,
    /// Stop it before its end.
    pub stop: Option<LessonStop>,
    /// Whether to measure the lag of its event loop.
    #[serde(default)]
    pub loop_lag: bool,
    /// The predicted values of metrics.
    #[serde(default)]
    pub formula: BTreeMap<RunMetric, Formula>,
    /// The expected ranges of metrics; outside of them something went wrong.
    pub expect: BTreeMap<RunMetric, Range>,
    /// Further metrics for the table.
    #[serde(default)]
    pub show: Vec<RunMetric>,
}

fn two() -> usize {
    2
}

/// When and how a run is stopped.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonStop {
    /// Time from the start of the run.
    pub after: Span,
    /// What to do with the requests in flight.
    pub how: scrape::Stop,
}

/// One parameter to change, to see its effect.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knob {
    /// A key of the workload, or `threads`.
    pub key: String,
    /// The name of the run; all runs if missing.
    pub run: Option<String>,
    /// A value to try.
    #[serde(rename = "try")]
    pub try_this: String,
    /// What the value shows.
    pub text: String,
}

/// For the teacher.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// What to ask before the runs.
    pub ask: String,
    /// What to show, and where to point.
    pub demo: String,
    /// The most likely wrong answers, with a reply to each.
    pub wrong: Vec<Wrong>,
}

/// A wrong answer with a reply.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// The letter of the choice.
    pub letter: char,
    /// The reply.
    pub say: String,
}

impl Lesson {
    /// Parses a lesson from `text`; errors name `file`.
    pub fn parse(file: &str, text: &str) -> anyhow::Result<Self> {
        let mut lesson: Self = toml::from_str(text).with_context(|| {
            format!("{file}: invalid lesson; compare it with a file in fixtures/lessons")
        })?;
        text.clone_into(&mut lesson.text);
        check::lesson(&lesson).with_context(|| file.to_owned())?;
        Ok(lesson)
    }

    /// Its name on the command line: `1` to `12`, `C`.
    #[must_use]
    pub fn label(&self) -> String {
        match self.number {
            13 => "C".to_owned(),
            number => number.to_string(),
        }
    }

    /// The run whose metric is guessed.
    ///
    /// # Panics
    /// If there is none, which [`Self::parse`] rejects.
    #[must_use]
    pub fn guessed(&self) -> &Setup {
        let run = { self.runs.iter() }.find(|run| run.name == self.guess.run);
        run.expect("a lesson that was checked")
    }

    /// The values of the choices, in the base unit.
    pub fn values(&self) -> anyhow::Result<Vec<f64>> {
        let known = self.guessed().known()?;
        let values = self.choices.iter().map(|choice| choice.value.value(&known));
        values.collect()
    }

    /// The place of the right choice.
    ///
    /// # Panics
    /// If there is none, which [`Self::parse`] rejects.
    #[must_use]
    pub fn right(&self) -> usize {
        let right = { self.choices.iter() }.position(|choice| choice.reveals.is_none());
        right.expect("a lesson that was checked")
    }

    /// The same lesson with the knob at `value`. The guess is about the run of
    /// the knob, and there are no choices, because they belong to the original
    /// question.
    ///
    /// # Errors
    /// If a run is not possible with this value.
    pub fn turned(&self, value: &str) -> anyhow::Result<Self> {
        let mut lesson = self.clone();
        lesson.turned = Some(value.to_owned());
        if let Some(run) = &self.knob.run {
            run.clone_into(&mut lesson.guess.run);
        }
        let Knob { key, run: only, .. } = &self.knob;
        for run in &mut lesson.runs {
            if only.as_ref().is_none_or(|only| *only == run.name) {
                run.set(key, value);
            }
        }
        let turned = check::lesson(&lesson);
        turned.with_context(|| {
            format!(
                "invalid knob {value:?}; for example `--knob {}`",
                self.knob.try_this
            )
        })?;
        Ok(lesson)
    }
}

impl Setup {
    fn set(&mut self, key: &str, value: &str) {
        if key == "threads" {
            // The check rejects 0.
            self.threads = value.parse().unwrap_or_default();
            return;
        }
        let number = value.parse::<i64>().ok().map(toml::Value::Integer);
        let value = number.unwrap_or_else(|| toml::Value::String(value.to_owned()));
        self.workload.insert(key.to_owned(), value);
    }

    /// Its workload.
    pub fn workload(&self) -> anyhow::Result<Workload> {
        let mut table = self.workload.clone();
        table.insert("why".to_owned(), self.name.clone().into());
        load::from_toml(&self.name, &table)
    }

    /// The variables that are known before the run.
    pub fn known(&self) -> anyhow::Result<Known> {
        let workload = self.workload()?;
        let slots = match workload.slots {
            Slots::Unlimited => 0,
            Slots::Queue(slots) | Slots::Reject(slots) => slots.get(),
        };
        let delays = workload.latency.delays(super::SEED, workload.pages);
        let latency: f64 = delays.iter().map(std::time::Duration::as_secs_f64).sum();
        let time = |span: Span| span.duration().as_secs_f64();
        let mut known = Known::from([
            ("pages", (workload.pages as f64, Unit::Count)),
            ("in_flight", (workload.concurrency as f64, Unit::Count)),
            ("latency", (latency / workload.pages as f64, Unit::Seconds)),
            ("cores", (host::cores() as f64, Unit::Count)),
            ("threads", (self.threads as f64, Unit::Count)),
            ("timeout", (time(workload.timeout), Unit::Seconds)),
            ("slots", (f64::from(slots), Unit::Count)),
            ("rate", (f64::from(workload.rate), Unit::Count)),
        ]);
        if let Some(stop) = self.stop {
            known.insert("stop", (time(stop.after), Unit::Seconds));
        }
        Ok(known)
    }
}
