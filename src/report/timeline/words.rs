//! Times, sizes and sentences.

use std::collections::BTreeSet;

use crate::measure::event_log::{End, Fate, Log};
use crate::report;

use super::glyphs::Glyphs;
use super::life::Lives;
use super::state::Mark;
use super::{strip, text};

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    ns: u64,
    name: &'static str,
}

const UNITS: [Unit; 4] = [
    unit(1, "ns"),
    unit(1_000, "µs"),
    unit(1_000_000, "ms"),
    unit(1_000_000_000, "s"),
];

const fn unit(ns: u64, name: &'static str) -> Unit {
    Unit { ns, name }
}

impl Unit {
    /// The largest unit of which `ns` has at least `least`.
    fn of(ns: u64, least: u64) -> Self {
        let fitting = UNITS.iter().rfind(|unit| ns / unit.ns >= least);
        *fitting.unwrap_or(&UNITS[0])
    }

    /// The unit of an axis: 1,500 ms are easier to read along than 1.5 s.
    pub(super) fn of_axis(until_ns: u64) -> Self {
        Self::of(until_ns, 2)
    }

    /// A time on an axis with ticks every `step_ns`.
    pub(super) fn label(self, at_ns: u64, step_ns: u64, named: bool) -> String {
        let decimals = (0..9)
            .find(|&decimals| {
                u128::from(step_ns) * 10_u128.pow(decimals) % u128::from(self.ns) == 0
            })
            .unwrap_or(9);
        let decimals = if at_ns == 0 { 0 } else { decimals };
        let (whole, rest) = (at_ns / self.ns, u128::from(at_ns % self.ns));
        let number = if decimals == 0 {
            whole.to_string()
        } else {
            let digits = rest * 10_u128.pow(decimals) / u128::from(self.ns);
            format!("{whole}.{digits:0width$}", width = decimals as usize)
        };
        let name = if named { self.name } else { "" };
        format!("{number} {name}").trim_end().to_owned()
    }
}

/// A span of time to about three figures: `520 ms`, `5.07 s`.
pub(super) fn duration(ns: u64) -> String {
    let unit = Unit::of(ns, 1);
    format!("{} {}", figures(ns as f64 / unit.ns as f64), unit.name)
}

/// A size to about three figures, in megabytes.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{} MB", figures(bytes as f64 / 1e6))
}

fn figures(value: f64) -> String {
    let decimals = match value {
        // As they are rounded: 9.996 is 10.0.
        value if value >= 99.95 => 0,
        value if value >= 9.995 => 1,
        value if value.fract() == 0.0 => 0,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

/// `1 page`, `2 pages`.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    let what = if number == 1 { one } else { many };
    format!("{} {what}", parted(number))
}

/// `11,313`: commas part thousands.
pub(super) fn parted(number: u64) -> String {
    report::figures(number as f64, 1)
}

/// What the picture shows, fact by fact, the weightiest first.
pub(super) fn facts(log: &Log, lives: &Lives) -> Vec<String> {
    let mut facts = vec![format!("{} in {}", pages_had(log), duration(log.wall_ns))];
    let peak = strip::peak_in_flight(log);
    facts.push(format!("at most {} in flight", parted(peak)));
    let requests = (log.requests.len() as u64).saturating_add(log.requests_left_out);
    if requests != log.pages {
        facts.push(count(requests, "request", "requests"));
    }
    let marks = Mark::ALL
        .iter()
        .map(|mark| (lives.count(*mark), mark.words()));
    let made = marks.filter(|(count, _)| *count > 0);
    facts.extend(made.map(|(count, words)| format!("{} {words}", parted(count as u64))));
    facts.extend(not_drawn(log));
    facts
}

/// `100 pages`, or `20 of 100 pages` where some were not had: by the driver's
/// account, or by what the server sent where there is none.
fn pages_had(log: &Log) -> String {
    let had = log
        .attempts
        .iter()
        .filter(|tried| tried.fate == Fate::Fetched);
    let sent = log.requests.iter().filter(|sent| sent.end == End::Sent);
    let had: BTreeSet<u64> = if log.attempts.is_empty() {
        sent.map(|sent| sent.page).collect()
    } else {
        had.map(|tried| tried.page).collect()
    };
    let had = had.range(..log.pages).count() as u64;
    let pages = count(log.pages, "page", "pages");
    if had < log.pages {
        format!("{} of {pages}", parted(had))
    } else {
        pages
    }
}

/// `a, b, c`.
pub(super) fn listed(words: &[String]) -> String {
    words.join(", ")
}

fn not_drawn(log: &Log) -> impl Iterator<Item = String> {
    let left_out = log.requests_left_out;
    let beyond = log.requests.iter().filter(|sent| sent.page >= log.pages);
    let beyond = beyond.count() as u64;
    let facts = [
        (left_out, "not logged"),
        (beyond, "for pages that there are not"),
    ];
    let facts = facts.into_iter().filter(|(number, _)| *number > 0);
    facts.map(|(number, what)| format!("{} {what}", count(number, "request", "requests")))
}

/// The title of a log, as it may be shown.
pub(super) fn title(log: &Log) -> String {
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
/// terminal. In ASCII, what is none becomes `?`.
pub(super) fn plain(text: &str, ascii: bool) -> String {
    let shown = |letter: char| match letter {
        'µ' if ascii => 'u',
        letter if ascii && (letter.is_control() || !letter.is_ascii()) => '?',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_thousands() {
        let numbers = [0, 999, 1_000, 11_313, 1_000_007];
        let parted = numbers.map(parted);
        assert_eq!(parted, ["0", "999", "1,000", "11,313", "1,000,007"]);
    }

    #[test]
    fn durations_have_three_figures_and_the_unit_that_suits() {
        for (ns, text) in [
            (0, "0 ns"),
            (1, "1 ns"),
            (50_000, "50.0 µs"),
            (999_960, "1000 µs"),
            (1_234_567, "1.23 ms"),
            (63_960_000, "64.0 ms"),
            (520_400_000, "520 ms"),
            (5_070_000_000, "5.07 s"),
        ] {
            assert_eq!(duration(ns), text);
        }
    }

    #[test]
    fn a_label_has_the_decimals_that_its_axis_needs() {
        let seconds = Unit::of_axis(5_000_000_000);
        assert_eq!(seconds.label(1_500_000_000, 500_000_000, false), "1.5");
        assert_eq!(seconds.label(2_000_000_000, 500_000_000, true), "2.0 s");
        assert_eq!(seconds.label(2_000_000_000, 1_000_000_000, true), "2 s");
        let ms = Unit::of_axis(1_900_000_000);
        assert_eq!(ms.label(1_500_000_000, 500_000_000, true), "1500 ms");
    }
}
