//! The rules of the exercises: what the server saw of a program, held against
//! what was wanted. Pure functions of a log; no rule depends on how fast or how
//! quiet the machine is.
//!
//! | file | held against |
//! |---|---|
//! | `in_flight.rs` | so many in flight are reached, and never more |
//! | `pages.rs` | each page once, and nothing else |
//! | `stop.rs` | nothing begun after the stop, nothing abandoned, no early end |
//! | `account.rs` | what was sent is in the account |
//! | `words.rs` | pages and times in words |

mod account;
mod in_flight;
mod pages;
mod stop;
#[cfg(test)]
mod tests;
mod words;

use super::Shape;
use crate::measure::event_log::{Log, Request};
use crate::measure::sample::Sample;
use crate::report::timeline::Offence;
use crate::teach::lesson::Played;

/// What a program came to.
#[derive(Debug, Clone)]
pub struct Graded {
    /// It does what was wanted.
    pub passed: bool,
    /// What it does not do, the weightiest first; nothing if it has passed.
    pub findings: Vec<Finding>,
    /// What the server saw: for a picture.
    pub log: Log,
}

/// One thing that a program does not do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finding {
    /// What was expected and what was seen, in a sentence.
    pub sentence: String,
    /// Where that is to be seen in a picture of the log; nowhere if it is
    /// something that did not happen.
    pub offences: Vec<Offence>,
}

impl Graded {
    /// Everything that a picture of the log is to mark.
    pub fn marked(&self) -> Vec<Offence> {
        let offences = |finding: &Finding| finding.offences.clone();
        self.findings.iter().flat_map(offences).collect()
    }
}

/// Holds what was played against what is wanted of it.
pub fn grade(shape: &Shape, played: &Played) -> Graded {
    let findings = match &played.answer {
        Ok(sample) => of_an_answer(shape, played, sample),
        Err(why) => of_a_failure(shape, played, why),
    };
    Graded {
        passed: findings.is_empty(),
        findings,
        log: played.log.clone(),
    }
}

fn of_an_answer(shape: &Shape, played: &Played, sample: &Sample) -> Vec<Finding> {
    let requests = &played.log.requests;
    if requests.is_empty() {
        let why = sample.first_error.as_ref();
        let why = why.map_or_else(String::new, |error| format!("; it says: {error}"));
        return vec![Finding::of(format!("it asked for no page at all{why}"))];
    }
    let findings = [
        in_flight::too_many(requests, shape.in_flight),
        in_flight::too_few(requests, shape.in_flight),
        pages::repeated(requests),
        pages::missed(requests, shape),
        pages::others(&played.ledger, shape.pages),
        stop::begun_after(requests, shape),
        stop::ended_before(requests, sample, shape),
        stop::abandoned(requests),
        account::incomplete(requests, sample),
    ];
    findings.into_iter().flatten().collect()
}

/// Of a program that gave no account, what led there is told, and not what
/// follows from its end.
fn of_a_failure(shape: &Shape, played: &Played, why: &str) -> Vec<Finding> {
    let requests = &played.log.requests;
    let mut findings = vec![
        Finding::of(why.to_owned()),
        Finding::of(until_then(requests, played.ledger.requests)),
    ];
    findings.extend(in_flight::too_many(requests, shape.in_flight));
    findings.extend(pages::repeated(requests));
    findings
}

fn until_then(requests: &[Request], count: u64) -> String {
    let Some(last_ns) = requests.iter().map(|request| request.read_ns).max() else {
        return "the server was asked for no page until then".to_owned();
    };
    let last = words::at(last_ns);
    match count {
        1 => format!("1 page was asked for, at {last}, and then nothing"),
        _ => format!("{count} pages were asked for, the last at {last}, and then nothing"),
    }
}

impl Finding {
    fn of(sentence: String) -> Self {
        Self {
            sentence,
            offences: Vec::new(),
        }
    }

    /// One that is seen at these requests, from their beginning to their end.
    fn at<'a>(sentence: String, requests: impl IntoIterator<Item = &'a Request>) -> Self {
        let requests: Vec<&Request> = requests.into_iter().collect();
        let from_ns = requests.iter().map(|request| request.read_ns).min();
        let to_ns = requests.iter().map(|request| request.ended_ns).max();
        let pages = requests.iter().map(|request| request.page).collect();
        let (from_ns, to_ns) = (from_ns.unwrap_or_default(), to_ns.unwrap_or_default());
        Self::between(sentence, pages, from_ns, to_ns)
    }

    /// One that is seen at these pages between two moments. A picture tells
    /// the sentence once, however far apart the pages are.
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
