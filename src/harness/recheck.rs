//! A saved report, verified again: each run that a row rests on by the rules of
//! [`verify`], the ideal by the seed, the flags and the summary by the samples.
//!
//! A row without numbers makes no claim, so nothing of it is verified but that
//! it has none.

use std::path::Path;

use crate::drivers;
use crate::fmt;
use crate::harness::verify::{self, Expectation, Expected};
use crate::measure::flag::{Flag, OutOf};
use crate::report::{DriverReport, ReadError, Report, Status, differences};

/// An error lists this many differences and counts the others.
const TOLD: usize = 3;

/// Why a saved report is not shown.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is not a report.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// It is a report, and does not follow from its samples.
    #[error(
        "{file} does not follow from its samples: {found}; nothing of it is shown: use the file as \
         `regatta report --format json` wrote it, or measure again"
    )]
    Tampered {
        /// The file.
        file: String,
        /// What does not follow, in words.
        found: String,
    },
}

/// The report saved in `file`, if it follows from its samples.
///
/// # Errors
/// If it cannot be read, or if it does not follow.
pub fn read(file: &Path) -> Result<Report, Refused> {
    let report = Report::read(file)?;
    let found = recheck(&report);
    if found.is_empty() {
        return Ok(report);
    }
    let more = found.len().saturating_sub(TOLD);
    let told = found.into_iter().take(TOLD);
    let mut told: Vec<String> = told.map(|what| fmt::plain(&what)).collect();
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    Err(Refused::Tampered {
        file: file.display().to_string(),
        found: told.join("; "),
    })
}

/// What in `report` does not follow from its samples, a sentence each.
#[must_use]
pub fn recheck(report: &Report) -> Vec<String> {
    let mut found: Vec<String> = report
        .workload
        .check()
        .err()
        .into_iter()
        .map(|error| format!("its workload is invalid: {error:#}"))
        .collect();
    found.extend(report.drivers.iter().filter_map(identity));
    found.extend(differences(report));
    // What follows generates every page of the scenario.
    if found.is_empty() {
        found = verified(report);
    }
    found
}

/// A row is of a driver that there is, with its model and client.
fn identity(row: &DriverReport) -> Option<String> {
    let name = &row.name;
    let parts = format!("{}/{}", row.model, row.client);
    if parts != *name {
        return Some(format!("{name} is said to be {parts}"));
    }
    let is_known = row.status != Status::Ok || drivers::named(name).is_ok();
    (!is_known).then(|| format!("there is no driver {name}, so its row cannot be verified"))
}

fn verified(report: &Report) -> Vec<String> {
    let expectation = Expectation::of(&report.workload, report.seed);
    let mut found = Vec::new();
    found.extend(ideal(report, &expectation));
    let ok = report.drivers.iter().filter(|row| row.status == Status::Ok);
    let first = ok.clone().find_map(|row| row.samples.first());
    let rounds = report.drivers.iter().map(|row| row.samples.len()).max();
    for row in ok {
        let Ok(driver) = drivers::named(&row.name) else {
            continue;
        };
        let mut expected = Expected::of(driver, &report.workload, &expectation);
        // Pages change from version to version, and with them their digest and
        // titles; all runs of a report read the same pages.
        if let Some(first) = first {
            expected.digest.clone_from(&first.sample.digest);
            expected.titles = first.sample.titles;
        }
        found.extend(run(row, &expected));
        found.extend(flags(row, &expected, rounds.unwrap_or_default()));
    }
    found
}

fn ideal(report: &Report, expectation: &Expectation) -> Option<String> {
    let concurrency = report.workload.concurrency;
    let ideal = expectation.predicted.ideal(concurrency);
    let ideal_ns = u64::try_from(ideal.as_nanos()).unwrap_or(u64::MAX);
    if ideal_ns != report.ideal_wall_ns {
        return Some(format!(
            "ideal_wall_ns is {}, and workload and seed give {ideal_ns}",
            report.ideal_wall_ns
        ));
    }
    let bound = expectation.predicted.bound(concurrency);
    (bound != report.ideal_bound).then(|| {
        format!(
            "ideal_bound is {:?}, and the workload gives {bound:?}",
            report.ideal_bound
        )
    })
}

/// The first run of a row that the rules reject.
fn run(row: &DriverReport, expected: &Expected) -> Option<String> {
    row.samples.iter().find_map(|run| {
        let reason = verify::reject_reason(run, expected)?;
        Some(format!("{} in round {}: {reason}", row.name, run.round))
    })
}

/// Flags that the samples do not give, or that are missing. A kind without its
/// numbers is of a version that saved none, and cannot be verified.
fn flags(row: &DriverReport, expected: &Expected, rounds: usize) -> Option<String> {
    let runs = row.samples.len();
    if runs == 0 {
        return None;
    }
    let mut made = verify::flags(&row.samples, expected);
    if runs + 1 < rounds {
        let (count, of) = (runs as u64, rounds as u64);
        made.push(Flag::FewerRounds(Some(OutOf { count, of })));
    }
    let has = |flags: &[Flag], flag: &Flag| {
        let same = |other: &Flag| {
            let without = other.detail().is_none() || flag.detail().is_none();
            other.to_string() == flag.to_string()
                || (without && other.kind().is_some() && other.kind() == flag.kind())
        };
        flags.iter().any(same)
    };
    let name = &row.name;
    let is_old = |flag: &Flag| flag.kind().is_some() && flag.detail().is_none();
    if let Some(flag) = row
        .flags
        .iter()
        .find(|flag| !is_old(flag) && !has(&made, flag))
    {
        return Some(format!(
            "{name} has the flag \"{flag}\", which its samples do not give"
        ));
    }
    let missing = made.iter().find(|flag| !has(&row.flags, flag))?;
    Some(format!(
        "{name} lacks the flag \"{missing}\", which its samples give"
    ))
}
