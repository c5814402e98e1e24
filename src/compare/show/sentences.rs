//! What the findings mean, in sentences.

use std::fmt::Write as _;

use crate::compare::{DriverFindings, Findings, Metric, MetricFinding, Overall};
use crate::fmt;
use crate::stats::Verdict;

/// The most pairs that `--pairs` accepts. To advise more than that is useless.
const MOST_PAIRS: usize = 4096;

/// All sentences, in the order of reading.
pub(super) fn sentences(findings: &Findings) -> Vec<String> {
    let mut sentences = findings.remarks.clone();
    sentences.extend(ratio_note(findings));
    if findings.partial {
        sentences.push("Interrupted: the findings rest on the pairs that were run.".to_owned());
    }
    if !findings.valid {
        sentences.push(format!(
            "Invalid: {} {} on {}, so this machine is too noisy to show any difference. \
             Close other programs and try again.",
            findings.control.name,
            if findings.control.failed.is_some() {
                "failed"
            } else {
                "differs from itself"
            },
            findings.primary.word()
        ));
    }
    sentences.extend(told_apart(findings));
    sentences.push(overall(findings));
    sentences
}

/// Metrics that do not gate and on which the control differs from itself.
fn told_apart(findings: &Findings) -> Option<String> {
    let metrics = Metric::ALL.into_iter();
    let others = metrics.filter(|&metric| metric != findings.primary);
    let differing = others.filter(|&metric| findings.control_differs(metric));
    let words: Vec<&str> = differing.map(Metric::word).collect();
    (!words.is_empty()).then(|| {
        format!(
            "Invalid on {}: there {} differs from itself, so no verdict on it holds.",
            fmt::list(&words),
            findings.control.name
        )
    })
}

/// The change of a ratio may be up where the times went down.
fn ratio_note(findings: &Findings) -> Option<String> {
    let reference = findings.ratio_to.as_ref()?;
    Some(format!(
        "The change is that of the ratio to {reference}, which ran in the same pairs. \
         The baseline and candidate columns are the driver's own medians and depend on how busy \
         the machine was."
    ))
}

fn overall(findings: &Findings) -> String {
    let metric = findings.primary.word();
    match findings.overall {
        Overall::Fine => fine(findings),
        Overall::Error => "Error: some driver failed; the table shows the reason.".to_owned(),
        Overall::Regressed => {
            let regressed = |found: &MetricFinding| found.verdict == Verdict::Regressed;
            let names: Vec<&str> = primaries(findings)
                .filter(|(_, found)| regressed(found))
                .map(|(driver, _)| driver.name.as_str())
                .collect();
            format!("Regressed on {metric}: {}.", fmt::list(&names))
        }
        Overall::Unsure => unsure(findings),
    }
}

fn fine(findings: &Findings) -> String {
    let mut text = format!("Fine: no driver regressed on {}.", findings.primary.word());
    if primaries(findings).any(|(_, found)| found.verdict == Verdict::Unsure) {
        let tolerance = fmt::percent_given(findings.tolerance);
        let _ = write!(
            text,
            " An UNSURE driver lost at most {tolerance}, which is tolerated."
        );
    }
    text
}

fn unsure(findings: &Findings) -> String {
    let doubtful = || primaries(findings).filter(|(_, found)| !findings.tolerates(found));
    let losses: Vec<String> = doubtful()
        .map(|(driver, found)| format!("{}: {}", driver.name, possible_loss(found)))
        .collect();
    if losses.is_empty() {
        return "Unsure: no verdict holds.".to_owned();
    }
    let mut text = format!(
        "Unsure on {} (tolerance {}). {}.",
        findings.primary.word(),
        fmt::percent_given(findings.tolerance),
        losses.join("; ")
    );
    let more = doubtful().filter_map(|(_, found)| found.more_pairs).max();
    if let Some(pairs) = more.filter(|pairs| *pairs <= MOST_PAIRS) {
        let pairs = if pairs == 1 {
            "1 more pair".to_owned()
        } else {
            format!("{pairs} more pairs")
        };
        let _ = write!(
            text,
            " About {pairs} would give a verdict: raise --pairs and --budget."
        );
    }
    text
}

/// What the interval leaves possible.
pub(super) fn possible_loss(found: &MetricFinding) -> String {
    match found.most_increase() {
        Some(most) => format!(
            "cannot rule out a loss of up to {}",
            fmt::change(1.0 + most).trim_start_matches('+')
        ),
        None if found.is_measured() => "too few pairs for an interval".to_owned(),
        None => format!("{} was not measured", found.metric.word()),
    }
}

fn primaries(findings: &Findings) -> impl Iterator<Item = (&DriverFindings, &MetricFinding)> {
    let drivers = findings.drivers.iter();
    drivers.filter_map(|driver| Some((driver, driver.primary()?)))
}
