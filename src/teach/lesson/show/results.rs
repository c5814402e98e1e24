//! The metrics of all runs side by side, and the formulas that predicted them.

use std::collections::BTreeSet;

use super::super::metric::RunMetric;
use super::super::record::{Prediction, RecordedRun, Recording};
use super::PrintStyle;
use crate::fmt::{self, Align, Table, escape};

/// A column for each run, a row for each metric, and the formulas below.
#[must_use]
pub fn results(recording: &Recording, look: &PrintStyle) -> String {
    let runs = &recording.runs;
    format!("{}\n{}", tables(runs, look), formulas(recording, look))
}

/// One table, or two with half of the runs each if the terminal is too narrow.
fn tables(runs: &[RecordedRun], look: &PrintStyle) -> String {
    let one = table(runs, look);
    let is_too_wide = one.lines().any(|line| line.chars().count() > look.width);
    if runs.len() < 2 || !is_too_wide {
        return one;
    }
    let (first, rest) = runs.split_at(runs.len().div_ceil(2));
    format!("{}\n{}", tables(first, look), tables(rest, look))
}

fn table(runs: &[RecordedRun], look: &PrintStyle) -> String {
    let figures = runs.iter().flat_map(|run| run.measured.keys().copied());
    let figures: BTreeSet<RunMetric> = figures.collect();
    let heads = runs.iter().map(|run| name(run, runs.len() > 2));
    let heads = heads.map(|head| (head, Align::Right));
    let mut table = Table::new([(String::new(), Align::Left)].into_iter().chain(heads));
    for metric in figures {
        table.row(row(metric, runs, look));
        if runs.iter().any(|run| is_predicted(run, metric)) {
            table.row(predicted_row(metric, runs, look));
        }
    }
    table.ascii(look.ascii).render() + "\n"
}

/// A long name is split into two lines if there are many runs. A mark shows that
/// the run was not as expected.
fn name(run: &RecordedRun, many: bool) -> String {
    let mark = if run.unmet.is_empty() { "" } else { " !" };
    let name = escape::cell(&run.name);
    match name.rsplit_once(' ') {
        Some((first, second)) if many && name.len() > 12 => format!("{first}\n{second}{mark}"),
        _ => format!("{name}{mark}"),
    }
}

fn row(metric: RunMetric, runs: &[RecordedRun], look: &PrintStyle) -> Vec<String> {
    let print = |run: &RecordedRun| match run.measured.get(&metric) {
        Some(&value) => metric.unit().print(value, look.ascii),
        None => "n/a".to_owned(),
    };
    let mut row = vec![metric.words().to_owned()];
    row.extend(runs.iter().map(print));
    row
}

fn is_predicted(run: &RecordedRun, metric: RunMetric) -> bool {
    run.predicted.contains_key(&metric)
}

fn predicted_row(metric: RunMetric, runs: &[RecordedRun], look: &PrintStyle) -> Vec<String> {
    let print = |run: &RecordedRun| match run.predicted.get(&metric) {
        Some(predicted) => metric.unit().print(predicted.value, look.ascii),
        None => String::new(),
    };
    let mut row = vec!["  by the formula".to_owned()];
    row.extend(runs.iter().map(print));
    row
}

/// Runs by name, each with the value of a formula.
type Values<'a> = Vec<(&'a str, &'a Prediction)>;

/// Each formula once, with its runs.
fn formulas(recording: &Recording, look: &PrintStyle) -> String {
    let mut seen: Vec<(RunMetric, &str, Values<'_>)> = Vec::new();
    for run in &recording.runs {
        for (&metric, predicted) in &run.predicted {
            let words = predicted.words.as_str();
            let same = seen
                .iter_mut()
                .find(|(f, w, _)| *f == metric && *w == words);
            match same {
                Some((_, _, runs)) => runs.push((&run.name, predicted)),
                None => seen.push((metric, words, vec![(&run.name, predicted)])),
            }
        }
    }
    let mut text = String::new();
    for (metric, words, runs) in seen {
        let mark = format!("{} = ", metric.words());
        text.push_str(&look.paragraph(&mark, &product_sign(words)));
        for (sum, names) in sums(metric, &runs, look) {
            let mark = format!("    {}: ", fmt::plain(&names.join(", ")));
            text.push_str(&look.paragraph(&mark, &sum));
        }
    }
    text
}

/// Each computation once, with its runs; none if it repeats the formula.
fn sums<'a>(
    metric: RunMetric,
    runs: &[(&'a str, &Prediction)],
    look: &PrintStyle,
) -> Vec<(String, Vec<&'a str>)> {
    let mut sums: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, predicted) in runs {
        if predicted.numbers == predicted.words {
            continue;
        }
        let value = metric.unit().print(predicted.value, look.ascii);
        let numbers = product_sign(&predicted.numbers);
        let sum = if numbers == value {
            value
        } else {
            format!("{numbers} = {value}")
        };
        match sums.iter_mut().find(|(seen, _)| *seen == sum) {
            Some((_, names)) => names.push(name),
            None => sums.push((sum, vec![name])),
        }
    }
    sums
}

fn product_sign(formula: &str) -> String {
    formula.replace(" * ", " × ")
}
