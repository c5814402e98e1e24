//! Whether a saved lesson follows from what it holds: formulas from its file,
//! metrics from its logs, the guessed metric from its run. A recording is a
//! file, and a file can be edited.

use super::data::{Lesson, Setup};
use super::formula::Known;
use super::metric::RunMetric;
use super::one_run::RunOutcome;
use super::quantity::Unit;
use super::record::{Prediction, RecordedRun, Recording};
use super::spread;
use crate::measure::event_log::{EventLog, Fate};
use crate::measure::sample::{Ledger, Sample};

/// How far two numbers may differ that were computed from the same ones.
const SAME: f64 = 1e-9;
/// More than any metric of a run: seconds, bytes, counts.
const MOST: f64 = 1e15;

impl Recording {
    /// What does not follow, a sentence each; `lesson` is the one it was made of.
    #[must_use]
    pub fn differences(&self, lesson: &Lesson) -> Vec<String> {
        let mut found = Vec::new();
        if self.lesson != lesson.id {
            found.push(format!(
                "it is of lesson {:?}, and its file is {:?}",
                self.lesson, lesson.id
            ));
        }
        let names = |runs: Vec<&String>| runs.into_iter().cloned().collect::<Vec<_>>().join(", ");
        let saved = names(self.runs.iter().map(|run| &run.name).collect());
        let wanted = names(lesson.runs.iter().map(|run| &run.name).collect());
        if saved != wanted {
            found.push(format!(
                "its runs are {saved:?}, and the lesson has {wanted:?}"
            ));
            return found;
        }
        let cores = self.host.cores as f64;
        let runs = lesson.runs.iter().zip(&self.runs);
        found.extend(runs.flat_map(|(setup, run)| of_run(setup, run, cores)));
        found.extend(self.guessed_differs(lesson));
        found
    }

    /// The guessed metric is that of its run.
    fn guessed_differs(&self, lesson: &Lesson) -> Option<String> {
        if self.metric != lesson.guess.metric {
            return Some("it has another metric than the lesson asks for".to_owned());
        }
        let run = self.runs.iter().find(|run| run.name == lesson.guess.run);
        let measured = match self.metric {
            RunMetric::Spread => spread(&self.runs),
            metric => run.and_then(|run| run.measured.get(&metric).copied()),
        };
        if !is_same(self.measured, measured) {
            return Some(format!(
                "measured is {}, and its run gives {}",
                number(self.measured),
                number(measured)
            ));
        }
        let predicted = run.and_then(|run| run.predicted.get(&self.metric));
        (self.predicted.as_ref() != predicted)
            .then(|| "its prediction differs from that of its run".to_owned())
    }
}

fn of_run(setup: &Setup, run: &RecordedRun, cores: f64) -> Vec<String> {
    let found = [
        too_large(run),
        pages(setup, run),
        by_log(run),
        by_formula(setup, run, cores),
        unmet(setup, run, cores),
    ];
    let found = found.into_iter().flatten();
    found.map(|what| format!("{}: {what}", run.name)).collect()
}

fn too_large(run: &RecordedRun) -> Option<String> {
    let predicted = run
        .predicted
        .iter()
        .map(|(metric, formula)| (metric, formula.value));
    let values = run.measured.iter().map(|(metric, value)| (metric, *value));
    let (metric, value) = values
        .chain(predicted)
        .find(|(_, value)| !(0.0..=MOST).contains(value))?;
    Some(format!("{} is {value}, which no run has", metric.words()))
}

fn pages(setup: &Setup, run: &RecordedRun) -> Option<String> {
    if run.driver != setup.driver {
        return Some(format!(
            "its driver is {}, and the lesson's {}",
            run.driver, setup.driver
        ));
    }
    let pages = setup.workload().ok()?.pages;
    (run.log.pages != pages).then(|| {
        format!(
            "its log has {} pages, and the lesson {pages}",
            run.log.pages
        )
    })
}

/// What a log alone says of a run.
fn by_log_alone(run: &RecordedRun) -> RunOutcome {
    RunOutcome {
        answer: Ok(Sample {
            wall_ns: run.log.wall_ns,
            ..Sample::default()
        }),
        ledger: Ledger::default(),
        log: run.log.clone(),
    }
}

/// What the formulas of a run know, on its machine.
fn known(setup: &Setup, run: &RecordedRun, cores: f64) -> Option<Known> {
    let mut known = setup.known().ok()?;
    known.insert("cores", (cores, Unit::Count));
    if let Some(work) = RunMetric::Work.of(&by_log_alone(run)) {
        known.insert("work", (work, RunMetric::Work.unit()));
    }
    Some(known)
}

/// The metrics that a log gives on its own.
fn by_log(run: &RecordedRun) -> Option<String> {
    let outcome = by_log_alone(run);
    let log = &run.log;
    run.measured.iter().find_map(|(&metric, &value)| {
        let made = match metric {
            RunMetric::Wall
            | RunMetric::WorkedOn
            | RunMetric::Wasted
            | RunMetric::SlowestRequest
            | RunMetric::Work
            | RunMetric::AddressSpace => metric.of(&outcome),
            RunMetric::Requests => Some(requests(log)),
            RunMetric::Amplification => Some(requests(log) / log.pages.max(1) as f64),
            RunMetric::Pages => Some(fetched(log)?),
            _ => return None,
        };
        (!is_same(Some(value), made)).then(|| {
            format!(
                "{} is {value}, and its log gives {}",
                metric.words(),
                number(made)
            )
        })
    })
}

fn requests(log: &EventLog) -> f64 {
    log.requests.len() as f64 + log.requests_left_out as f64
}

/// Pages that the driver logged as fetched; a foreign driver logs nothing.
fn fetched(log: &EventLog) -> Option<f64> {
    let fetched = log
        .attempts
        .iter()
        .filter(|tried| tried.fate == Fate::Fetched);
    (!log.attempts.is_empty()).then(|| fetched.count() as f64)
}

fn by_formula(setup: &Setup, run: &RecordedRun, cores: f64) -> Option<String> {
    let known = known(setup, run, cores)?;
    let made = |metric| -> Option<Prediction> {
        let formula = setup.formula.get(metric)?;
        Some(Prediction {
            value: formula.value(&known).ok()?,
            words: formula.in_words(true),
            numbers: formula.with_numbers(&known, true),
        })
    };
    run.predicted.iter().find_map(|(metric, saved)| {
        let what = format!("the formula for {}", metric.words());
        let Some(made) = made(metric) else {
            return Some(format!("{what} is not in the lesson"));
        };
        let same = is_same(Some(saved.value), Some(made.value))
            && (&saved.words, &saved.numbers) == (&made.words, &made.numbers);
        (!same).then(|| {
            format!(
                "{what} is {} = {}, and the lesson gives {} = {}",
                saved.numbers, saved.value, made.numbers, made.value
            )
        })
    })
}

/// A metric out of its range that the recording is silent about.
fn unmet(setup: &Setup, run: &RecordedRun, cores: f64) -> Option<String> {
    let known = known(setup, run, cores)?;
    if !run.unmet.is_empty() {
        return None;
    }
    setup.expect.iter().find_map(|(metric, range)| {
        let value = *run.measured.get(metric)?;
        let holds = range.holds(value, &known).unwrap_or(true);
        (!holds).then(|| {
            format!(
                "{} is {value}, which the lesson does not expect, and unmet is empty",
                metric.words()
            )
        })
    })
}

fn is_same(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= SAME * one.abs().max(other.abs()),
        _ => one == other,
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "missing".to_owned(), |value| value.to_string())
}
