//! Prices over time, as a table and as a chart for a terminal: pure functions
//! of what a store has.

mod chart;
mod money;
mod table;

use crate::fmt::escape;
use crate::site::page::dollars;
use crate::store::{Seen, Track};

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartStyle {
    /// Columns of the screen.
    pub width: usize,
    /// Whether to use ASCII characters only.
    pub ascii: bool,
    /// Whether to use bold type and colour.
    pub colour: bool,
}

/// The columns of the list, the most telling first: those at the end are left
/// out where the screen is too narrow for them.
const COLUMNS: [&str; 7] = [
    "page", "visits", "last", "change", "first", "lowest", "highest",
];
/// As many are always shown.
const FEWEST_COLUMNS: usize = 4;

/// Every price that was ever seen: how often, and how it moved from the first
/// visit to the last.
#[must_use]
pub fn list(tracks: &[Track], style: &ChartStyle) -> String {
    let rows: Vec<Vec<String>> = tracks.iter().map(cells).collect();
    // An address in one piece is worth more than the last columns.
    let whole = columns_that_fit(&rows, style, table::WHOLE);
    let broken = || columns_that_fit(&rows, style, table::NARROWEST);
    let columns = whole.or_else(broken).unwrap_or(FEWEST_COLUMNS);
    table::lay_out(&COLUMNS[..columns], &rows, style, table::NARROWEST) + "\n"
}

/// As many columns as fit beside addresses that are broken into lines of no
/// fewer than `narrowest` characters.
fn columns_that_fit(rows: &[Vec<String>], style: &ChartStyle, narrowest: usize) -> Option<usize> {
    // Bold type would be counted as characters.
    let plain = ChartStyle {
        colour: false,
        ..*style
    };
    let fits = |&columns: &usize| {
        let table = table::lay_out(&COLUMNS[..columns], rows, &plain, narrowest);
        table::width(&table) <= style.width
    };
    (FEWEST_COLUMNS..=COLUMNS.len()).rev().find(fits)
}

fn cells(track: &Track) -> Vec<String> {
    vec![
        name(track),
        track.visits.to_string(),
        dollars(track.last.cents),
        match track.visits {
            1 => String::new(),
            _ => money::percent(track.first.cents, track.last.cents),
        },
        dollars(track.first.cents),
        dollars(track.lowest_cents),
        dollars(track.highest_cents),
    ]
}

/// One page's prices by their places, each visit by visit: a table and a chart
/// for each.
#[must_use]
pub fn history(url: &str, prices: &[Vec<Seen>], style: &ChartStyle) -> String {
    let url = plain(url);
    let blocks = prices.iter().enumerate().map(|(index, visits)| {
        let of_several = format!(", price {} of {}", index + 1, prices.len());
        let which = if prices.len() > 1 { &of_several } else { "" };
        let table = visits_table(visits, style);
        format!("{url}{which}\n\n{table}\n\n{}", chart::draw(visits, style))
    });
    blocks.collect::<Vec<_>>().join("\n")
}

fn visits_table(visits: &[Seen], style: &ChartStyle) -> String {
    let head = ["visited (UTC)", "price", "change", "%"];
    let before = [None].into_iter().chain(visits.iter().map(Some));
    let rows = visits.iter().zip(before).map(|(seen, before)| {
        let change = |words: fn(u64, u64) -> String| {
            before.map_or_else(String::new, |before| words(before.cents, seen.cents))
        };
        vec![
            money::moment(seen.at_ms),
            dollars(seen.cents),
            change(money::change),
            change(money::percent),
        ]
    });
    table::lay_out(&head, &rows.collect::<Vec<_>>(), style, table::WHOLE)
}

/// The page, and which of its prices when it is not the first.
fn name(track: &Track) -> String {
    match track.place {
        1 => plain(&track.url),
        place => format!("{} (price {place})", plain(&track.url)),
    }
}

/// An address as it may be printed: it came from a server, and must not steer
/// a terminal.
#[must_use]
pub fn plain(url: &str) -> String {
    escape::plain(url)
}
