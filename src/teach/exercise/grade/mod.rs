//! The rules of the exercises: they compare what the server saw with the
//! requirements. They are pure functions of a log, and no rule depends on the
//! speed or load of the machine.
//!
//! | file | rule |
//! |---|---|
//! | `in_flight.rs` | the number in flight is reached and never exceeded |
//! | `pages.rs` | each page once, and nothing else |
//! | `stop.rs` | nothing starts after the stop, nothing is abandoned, no early end |
//! | `results.rs` | all pages that the server sent are in the results |
//! | `words.rs` | pages and times as text |

mod in_flight;
mod pages;
mod results;
mod stop;
#[cfg(test)]
mod tests;
mod words;

use super::Requirements;
use crate::measure::event_log::{EventLog, Request};
use crate::measure::sample::Sample;
use crate::report::timeline::Offence;
use crate::teach::lesson::RunOutcome;

/// The grade of a program.
#[derive(Debug, Clone)]
pub struct Graded {
    /// Whether it meets all requirements.
    pub passed: bool,
    /// Its problems, the most important first; empty if it has passed.
    pub problems: Vec<Problem>,
    /// The server's log, for a picture.
    pub log: EventLog,
}

/// One problem of a program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// A sentence about the expected and the actual behaviour.
    pub sentence: String,
    /// Its places in a picture of the log; empty if something did not happen.
    pub offences: Vec<Offence>,
}

impl Graded {
    /// All places to mark in a picture of the log.
    pub fn marked(&self) -> Vec<Offence> {
        let offences = |problem: &Problem| problem.offences.clone();
        self.problems.iter().flat_map(offences).collect()
    }
}

/// Compares a run with the requirements.
pub fn grade(requirements: &Requirements, outcome: &RunOutcome) -> Graded {
    let problems = match &outcome.answer {
        Ok(sample) => of_an_answer(requirements, outcome, sample),
        Err(why) => of_a_failure(requirements, outcome, why),
    };
    Graded {
        passed: problems.is_empty(),
        problems,
        log: outcome.log.clone(),
    }
}

fn of_an_answer(
    requirements: &Requirements,
    outcome: &RunOutcome,
    sample: &Sample,
) -> Vec<Problem> {
    let requests = &outcome.log.requests;
    if requests.is_empty() {
        let why = sample.first_error.as_ref();
        let why = why.map_or_else(String::new, |error| format!("; its error: {error}"));
        return vec![Problem::of(format!("the program requested no page{why}"))];
    }
    let problems = [
        in_flight::too_many(requests, requirements.in_flight),
        in_flight::too_few(requests, requirements.in_flight),
        pages::repeated(requests),
        pages::missed(requests, requirements),
        pages::others(&outcome.ledger, requirements.pages),
        stop::begun_after(requests, requirements),
        stop::ended_before(requests, sample, requirements),
        stop::abandoned(requests),
        results::incomplete(requests, sample),
    ];
    problems.into_iter().flatten().collect()
}

/// For a program without an answer: the problems before it failed, and not those
/// that follow from its end.
fn of_a_failure(requirements: &Requirements, outcome: &RunOutcome, why: &str) -> Vec<Problem> {
    let requests = &outcome.log.requests;
    let mut problems = vec![
        Problem::of(why.to_owned()),
        Problem::of(until_then(requests, outcome.ledger.requests)),
    ];
    problems.extend(in_flight::too_many(requests, requirements.in_flight));
    problems.extend(pages::repeated(requests));
    problems
}

fn until_then(requests: &[Request], count: u64) -> String {
    let Some(last_ns) = requests.iter().map(|request| request.read_ns).max() else {
        return "it had requested no page before that".to_owned();
    };
    let last = words::at(last_ns);
    match count {
        1 => format!("it had requested 1 page before that, at {last}"),
        _ => format!("it had requested {count} pages before that, the last one at {last}"),
    }
}

impl Problem {
    fn of(sentence: String) -> Self {
        Self {
            sentence,
            offences: Vec::new(),
        }
    }

    /// A problem of these requests, from the first start to the last end.
    fn at<'a>(sentence: String, requests: impl IntoIterator<Item = &'a Request>) -> Self {
        let requests: Vec<&Request> = requests.into_iter().collect();
        let from_ns = requests.iter().map(|request| request.read_ns).min();
        let to_ns = requests.iter().map(|request| request.ended_ns).max();
        let pages = requests.iter().map(|request| request.page).collect();
        let (from_ns, to_ns) = (from_ns.unwrap_or_default(), to_ns.unwrap_or_default());
        Self::between(sentence, pages, from_ns, to_ns)
    }

    /// A problem of these pages between two moments. A picture shows the sentence
    /// once, even if the pages are far apart.
    fn between(sentence: String, pages: Vec<u64>, from_ns: u64, to_ns: u64) -> Self {
        let runs = words::runs(pages).into_iter().enumerate();
        let offence = |(place, (page_from, page_to))| Offence {
            page_from,
            page_to,
            from_ns,
            to_ns,
            what: match place {
                0 => sentence.clone(),
                _ => format!("and {}", words::pages((page_from..=page_to).collect())),
            },
        };
        Self {
            offences: runs.map(offence).collect(),
            sentence,
        }
    }
}
