//! A lesson as its file tells it, read strictly.

mod check;

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;

use super::formula::{Formula, Known};
use super::metric::Metric;
use super::quantity::Unit;
use super::range::Range;
use crate::measure::host;
use crate::scrape;
use crate::site::workload::{Slots, Span, Workload, load};

/// A lesson: one question, the runs that answer it, and what to say about it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lesson {
    /// Never changes, for what is kept of a student's progress.
    pub id: String,
    /// Its place: 1 to 12, and 13 for the capstone, which is called C.
    pub number: u8,
    /// What it is called.
    pub title: String,
    /// How long it takes in class.
    pub minutes: u8,
    /// What is asked, before anything runs.
    pub question: String,
    /// Which metric of which run is guessed.
    pub guess: GuessTarget,
    /// What somebody may believe, each with what it comes to.
    #[serde(rename = "choice")]
    pub choices: Vec<Choice>,
    /// What is run.
    #[serde(rename = "run")]
    pub runs: Vec<Setup>,
    /// What follows from it.
    pub why: String,
    /// One thing to change.
    pub knob: Knob,
    /// The exercise that belongs to it, if one does.
    pub exercise: Option<String>,
    /// Where to read on.
    pub sources: Vec<String>,
    /// For the teacher.
    pub notes: Notes,
    /// The file's text, which a saved performance brings along.
    #[serde(skip)]
    pub(super) text: String,
    /// Where the knob is, if it has been turned.
    #[serde(skip)]
    pub turned: Option<String>,
}

/// The metric that is guessed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuessTarget {
    /// Which; saved performances of older releases say `figure`.
    #[serde(alias = "figure")]
    pub metric: Metric,
    /// Of which run.
    pub run: String,
}

/// Something that somebody may believe.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Choice {
    /// What the metric would be.
    pub value: Formula,
    /// In words.
    pub text: String,
    /// The misconception behind it; none for what is right.
    pub reveals: Option<String>,
    /// A program that comes to this.
    pub program: Option<String>,
}

/// One run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Setup {
    /// What it is called in this lesson.
    pub name: String,
    /// Who runs: `model/client`, `trap/name` or `fixed/name`.
    pub driver: String,
    /// Threads of its runtime, where it has one.
    #[serde(default = "two")]
    pub threads: usize,
    /// The keys of a workload, but for `why`.
    workload: toml::Table,
    /// Stop it before its end.
    pub stop: Option<StopAt>,
    /// Whether the lag of its event loop is measured.
    #[serde(default)]
    pub loop_lag: bool,
    /// What figures should come to, from what is known beforehand.
    #[serde(default)]
    pub formula: BTreeMap<Metric, Formula>,
    /// What figures have to come to; otherwise something went wrong.
    pub expect: BTreeMap<Metric, Range>,
    /// Figures that are shown besides.
    #[serde(default)]
    pub show: Vec<Metric>,
}

fn two() -> usize {
    2
}

/// When and how a run is stopped.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopAt {
    /// So long after it began.
    pub after: Span,
    /// What becomes of what is in flight.
    pub how: scrape::Stop,
}

/// One thing to change, to see what changes with it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knob {
    /// A key of the workload, or `threads`.
    pub key: String,
    /// In which run; in all, if not given.
    pub run: Option<String>,
    /// A value worth trying.
    #[serde(rename = "try")]
    pub try_this: String,
    /// Why.
    pub text: String,
}

/// For the teacher.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// What to ask before anything runs.
    pub ask: String,
    /// What to show, and where to point.
    pub demo: String,
    /// The likeliest wrong answers, and what to say to each.
    pub wrong: Vec<Wrong>,
}

/// A wrong answer, and what to say to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// The letter of the choice.
    pub letter: char,
    /// What to say.
    pub say: String,
}

impl Lesson {
    /// Reads a lesson from `text`; errors name `file`.
    pub fn parse(file: &str, text: &str) -> anyhow::Result<Self> {
        let mut lesson: Self = toml::from_str(text).with_context(|| {
            format!("{file}: this is no lesson; compare it with a file in fixtures/lessons")
        })?;
        text.clone_into(&mut lesson.text);
        check::lesson(&lesson).with_context(|| file.to_owned())?;
        Ok(lesson)
    }

    /// What it is called on the command line: `1` to `12`, `C`.
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
    /// When there is none; [`Self::parse`] has seen to that.
    #[must_use]
    pub fn guessed(&self) -> &Setup {
        let run = { self.runs.iter() }.find(|run| run.name == self.guess.run);
        run.expect("a lesson that was checked")
    }

    /// What the choices come to, in the base unit.
    pub fn values(&self) -> anyhow::Result<Vec<f64>> {
        let known = self.guessed().known()?;
        let values = self.choices.iter().map(|choice| choice.value.value(&known));
        values.collect()
    }

    /// The place of the right choice.
    ///
    /// # Panics
    /// When there is none; [`Self::parse`] has seen to that.
    #[must_use]
    pub fn right(&self) -> usize {
        let right = { self.choices.iter() }.position(|choice| choice.reveals.is_none());
        right.expect("a lesson that was checked")
    }

    /// The same with the knob at `value`, and the run that it belongs to is the
    /// one that is guessed. What people believe was asked of the lesson as it
    /// stood, so nothing is left to choose from.
    ///
    /// # Errors
    /// When no run can be made with it.
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
                "the knob cannot be at {value:?}; `--knob {}` is worth trying",
                self.knob.try_this
            )
        })?;
        Ok(lesson)
    }
}

impl Setup {
    fn set(&mut self, key: &str, value: &str) {
        if key == "threads" {
            // 0 is rejected with the rest.
            self.threads = value.parse().unwrap_or_default();
            return;
        }
        let number = value.parse::<i64>().ok().map(toml::Value::Integer);
        let value = number.unwrap_or_else(|| toml::Value::String(value.to_owned()));
        self.workload.insert(key.to_owned(), value);
    }

    /// What is scraped.
    pub fn workload(&self) -> anyhow::Result<Workload> {
        let mut table = self.workload.clone();
        table.insert("why".to_owned(), self.name.clone().into());
        load::from_toml(&self.name, &table)
    }

    /// What is known before it runs.
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
