//! Findings as text: each form is a pure function of them.

mod exports;
mod table;

use clap::ValueEnum;

use super::{Findings, Overall};
use crate::stats::Verdict;

/// The forms of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for the terminal, with what it means in words
    Table,
    /// The same for an issue or a comment
    Markdown,
    /// The table with an annotation of GitHub Actions for each finding; the
    /// markdown is added to the job summary
    Github,
    /// Everything
    Json,
    /// What github-action-benchmark reads (customSmallerIsBetter)
    ActionBenchmark,
    /// What Bencher reads (Bencher Metric Format)
    Bencher,
}

/// `findings` in the form `format`, ending in a line break.
pub fn render(findings: &Findings, format: Format) -> String {
    match format {
        Format::Table => table::table(findings),
        Format::Markdown => table::markdown(findings),
        Format::Github => format!(
            "{}{}",
            table::table(findings),
            exports::annotations(findings)
        ),
        Format::Json => exports::json(findings),
        Format::ActionBenchmark => exports::action_benchmark(findings),
        Format::Bencher => exports::bencher(findings),
    }
}

/// What it comes to, in sentences.
fn sentences(findings: &Findings) -> Vec<String> {
    let mut sentences = findings.remarks.clone();
    if findings.partial {
        sentences.push("It was cut short: what is shown rests on the pairs until then.".to_owned());
    }
    if !findings.valid {
        sentences.push(format!(
            "Invalid: {} was told apart from itself, so this machine is not fit to tell anything \
             apart now. Close what else runs on it and try again.",
            findings.control.name
        ));
    }
    sentences.push(overall(findings));
    sentences
}

fn overall(findings: &Findings) -> String {
    let gate = findings.gate.word();
    let named = |wanted: &dyn Fn(&super::Cell) -> bool| {
        let drivers = findings.drivers.iter();
        let names = drivers
            .filter(|driver| driver.gate().is_some_and(wanted))
            .map(|driver| driver.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    match findings.overall {
        Overall::Fine => format!(
            "Fine: no driver's {gate} got worse, or none by more than the {} that is tolerated.",
            percent(findings.tolerance)
        ),
        Overall::Error => "Error: not everything could be run; the reasons stand above.".to_owned(),
        Overall::Regressed => {
            format!(
                "Regressed on {gate}: {}.",
                named(&|cell| cell.verdict == Verdict::Regressed)
            )
        }
        Overall::Unsure => {
            let doubtful = named(&|cell| !findings.lets_pass(cell));
            let more = findings
                .drivers
                .iter()
                .filter_map(|driver| driver.gate()?.pairs_to_settle)
                .max();
            let more = more.map(|pairs| format!(" About {pairs} more pairs would settle it: give a longer --budget and more --pairs."));
            if doubtful.is_empty() {
                "Unsure: no verdict holds.".to_owned()
            } else {
                format!(
                    "Unsure on {gate}: {doubtful} may have got worse.{}",
                    more.unwrap_or_default()
                )
            }
        }
    }
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1000.0).round() / 10.0)
}

/// `+3.3 %` for a ratio of 1.033.
fn change(ratio: f64) -> String {
    let percent = (ratio - 1.0) * 100.0;
    if percent.abs() < 0.05 {
        "0.0 %".to_owned()
    } else {
        format!("{percent:+.1} %")
    }
}
