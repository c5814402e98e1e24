//! Titles, facts and sentences.

use std::collections::BTreeSet;

use crate::fmt;
use crate::measure::event_log::{End, EventLog, Fate};

use super::glyphs::Glyphs;
use super::life::Lives;
use super::state::Mark;
use super::{strip, text};

/// What the picture shows, fact by fact, the most important first.
pub(super) fn facts(log: &EventLog, lives: &Lives) -> Vec<String> {
    let mut facts = vec![format!(
        "{} in {}",
        pages_fetched(log),
        fmt::duration(log.wall_ns)
    )];
    let peak = strip::peak_in_flight(log);
    facts.push(format!("at most {} in flight", fmt::count(peak)));
    let requests = (log.requests.len() as u64).saturating_add(log.requests_left_out);
    if requests != log.pages {
        facts.push(fmt::plural(requests, "request"));
    }
    let marks = Mark::ALL
        .iter()
        .map(|mark| (lives.count(*mark), mark.words()));
    let made = marks.filter(|(count, _)| *count > 0);
    facts.extend(made.map(|(count, words)| format!("{} {words}", fmt::count(count as u64))));
    facts.extend(not_drawn(log));
    facts
}

/// `100 pages`, or `20 of 100 pages` where some were not fetched: by the
/// driver's log, or by what the server sent where there is none.
fn pages_fetched(log: &EventLog) -> String {
    let fetched = log
        .attempts
        .iter()
        .filter(|tried| tried.fate == Fate::Fetched);
    let sent = log.requests.iter().filter(|sent| sent.end == End::Sent);
    let fetched: BTreeSet<u64> = if log.attempts.is_empty() {
        sent.map(|sent| sent.page).collect()
    } else {
        fetched.map(|tried| tried.page).collect()
    };
    let fetched = fetched.range(..log.pages).count() as u64;
    let pages = fmt::plural(log.pages, "page");
    if fetched < log.pages {
        format!("{} of {pages}", fmt::count(fetched))
    } else {
        pages
    }
}

/// `a, b, c`.
pub(super) fn listed(words: &[String]) -> String {
    words.join(", ")
}

fn not_drawn(log: &EventLog) -> impl Iterator<Item = String> {
    let left_out = log.requests_left_out;
    let beyond = log.requests.iter().filter(|sent| sent.page >= log.pages);
    let beyond = beyond.count() as u64;
    let facts = [
        (left_out, "not logged"),
        (beyond, "for pages that do not exist"),
    ];
    let facts = facts.into_iter().filter(|(number, _)| *number > 0);
    facts.map(|(number, what)| format!("{} {what}", fmt::plural(number, "request")))
}

/// The title of a log, as it may be shown.
pub(super) fn title(log: &EventLog) -> String {
    match log.title.trim() {
        "" => "A run".to_owned(),
        title => plain(title, false),
    }
}

/// What is told of an offence, in no more than `columns`.
pub(super) fn told(what: &str, columns: usize, ascii: bool) -> String {
    let what = plain(&format!("! {what}"), ascii);
    text::fit(&what, columns, Glyphs::new(ascii))
}

/// `text` as it may be shown: a title comes from a file, and must not steer a
/// terminal. In ASCII any other character becomes `?`.
pub(super) fn plain(text: &str, ascii: bool) -> String {
    let shown = |letter: char| match letter {
        'µ' if ascii => 'u',
        letter if ascii && (letter.is_control() || !letter.is_ascii()) => '?',
        letter if fmt::escape::is_hidden(letter) => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(shown).collect()
}
