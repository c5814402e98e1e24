//! A price over time, drawn with characters.
//!
//! ```text
//! $12.00 ┤       •───
//!        │       │
//! $10.00 ┤•───•──╯
//! ```
//!
//! Time runs to the right as it passed, not visit by visit: two visits in an
//! hour stand closer than two in a month. A dot is a visit; between visits the
//! line says what the price was last, for nobody looked. The axis does not
//! begin at zero, which is why this is a line and not a row of bars.
//!
//! No crate draws this for us: those that plot in a terminal join points with
//! slanted lines, through prices that never were.

use std::ops::RangeInclusive;

use crate::site::page::dollars;
use crate::store::Seen;

use super::{ChartStyle, money};

/// Rows of the chart; every second one has its price beside it.
const ROWS: usize = 9;

/// The characters that it is drawn with.
struct Pens {
    visit: char,
    along: char,
    across: char,
    /// Where the line leaves a row, upwards and downwards.
    up: char,
    down: char,
    both: char,
    /// The foot of the axis.
    corner: char,
}

const UNICODE: Pens = Pens {
    visit: '•',
    along: '─',
    across: '│',
    up: '╯',
    down: '╮',
    both: '┤',
    corner: '└',
};

const ASCII: Pens = Pens {
    visit: '*',
    along: '-',
    across: '|',
    up: '+',
    down: '+',
    both: '+',
    corner: '+',
};

/// Draws `visits`, which are in the order of time; nothing for none.
pub(super) fn draw(visits: &[Seen], style: &ChartStyle) -> String {
    let (Some(first), Some(last)) = (visits.first(), visits.last()) else {
        return String::new();
    };
    let pens = if style.ascii { &ASCII } else { &UNICODE };
    let scale = Scale::of(visits);
    let labels: Vec<String> = (0..scale.rows).map(|row| scale.label(row)).collect();
    let margin = labels.iter().map(String::len).max().unwrap_or(0);
    let width = style.width.saturating_sub(margin + 2).max(1);
    let grid = plot(visits, &scale, width, pens);
    let rows = labels.iter().enumerate().rev().map(|(row, label)| {
        let tick = if label.is_empty() {
            pens.across
        } else {
            pens.both
        };
        let line: String = grid.iter().map(|column| column[row]).collect();
        format!(
            "{label:>margin$} {tick}{}",
            coloured(line.trim_end(), style)
        )
    });
    let axis: String = std::iter::repeat_n(pens.along, width).collect();
    let foot = format!("{:margin$} {}{axis}", "", pens.corner);
    let dates = dates(first.at_ms, last.at_ms, width);
    let lines = rows.chain([foot, format!("{:margin$}  {dates}", "")]);
    lines.map(|line| line + "\n").collect()
}

/// Which price is in which row, counted from the bottom.
struct Scale {
    lowest: u64,
    highest: u64,
    rows: usize,
}

impl Scale {
    fn of(visits: &[Seen]) -> Self {
        let cents = || visits.iter().map(|seen| seen.cents);
        let (lowest, highest) = (cents().min().unwrap_or(0), cents().max().unwrap_or(0));
        // One price needs one row.
        let rows = if lowest == highest { 1 } else { ROWS };
        Self {
            lowest,
            highest,
            rows,
        }
    }

    fn row(&self, cents: u64) -> usize {
        nearest(
            cents - self.lowest,
            self.highest - self.lowest,
            self.rows - 1,
        )
    }

    /// The price of a row, on every second one.
    fn label(&self, row: usize) -> String {
        if row % 2 == 1 {
            return String::new();
        }
        let span = u128::from(self.highest - self.lowest) * row as u128;
        let above = span / (self.rows - 1).max(1) as u128;
        dollars(
            self.lowest
                .saturating_add(u64::try_from(above).unwrap_or(u64::MAX)),
        )
    }
}

/// `part` of `whole` on a scale from 0 to `most`.
fn nearest(part: u64, whole: u64, most: usize) -> usize {
    if whole == 0 {
        return 0;
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    usize::try_from((2 * part * most as u128 + whole) / (2 * whole)).unwrap_or(most)
}

/// The characters of every column, each from the bottom up.
fn plot(visits: &[Seen], scale: &Scale, width: usize, pens: &Pens) -> Vec<Vec<char>> {
    let (begins, ends) = (visits[0].at_ms, visits[visits.len() - 1].at_ms);
    let column_of = |seen: &Seen| nearest(seen.at_ms - begins, ends - begins, width - 1);
    let mut visits = visits.iter().peekable();
    let mut level = None;
    let columns = (0..width).map(|column| {
        let mut rows = Vec::new();
        while let Some(seen) = visits.next_if(|seen| column_of(seen) == column) {
            rows.push(scale.row(seen.cents));
        }
        // Behind the last visit nothing is known.
        let open = visits.peek().is_some();
        let drawn = draw_column(level, &rows, open, scale.rows, pens);
        level = rows.last().copied().or(level);
        drawn
    });
    columns.collect()
}

/// One column: the line comes in at `level` and goes through all of `rows`.
fn draw_column(
    level: Option<usize>,
    rows: &[usize],
    open: bool,
    height: usize,
    pens: &Pens,
) -> Vec<char> {
    let mut column = vec![' '; height];
    let Some(&to) = rows.last() else {
        if let Some(level) = level.filter(|_| open) {
            column[level] = pens.along;
        }
        return column;
    };
    let span = reach(level, rows);
    for row in span.clone() {
        column[row] = pens.across;
    }
    if let Some(level) = level {
        column[level] = match (level == *span.start(), level == *span.end()) {
            (true, _) => pens.up,
            (_, true) => pens.down,
            _ => pens.both,
        };
    }
    column[to] = pens.visit;
    column
}

/// The rows from the lowest to the highest that a column touches.
fn reach(level: Option<usize>, rows: &[usize]) -> RangeInclusive<usize> {
    let touched = || rows.iter().copied().chain(level);
    touched().min().unwrap_or(0)..=touched().max().unwrap_or(0)
}

/// The first date on the left and, where there is room, the last on the right.
fn dates(first_ms: u64, last_ms: u64, width: usize) -> String {
    let (first, last) = (money::moment(first_ms), money::moment(last_ms));
    let gap = width.saturating_sub(first.len() + last.len());
    if first_ms == last_ms || gap == 0 {
        return first;
    }
    format!("{first}{:gap$}{last}", "")
}

/// In cyan, if colour is wanted.
fn coloured(line: &str, style: &ChartStyle) -> String {
    if style.colour && !line.is_empty() {
        format!("\u{1b}[36m{line}\u{1b}[39m")
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: ChartStyle = ChartStyle {
        width: 30,
        ascii: true,
        colour: false,
    };

    fn hourly(cents: &[u64]) -> Vec<Seen> {
        let hours = (0..).map(|hour| hour * 3_600_000);
        let visits = hours.zip(cents);
        visits
            .map(|(at_ms, &cents)| Seen { at_ms, cents })
            .collect()
    }

    #[test]
    fn a_moment_among_a_thousand_visits_is_still_drawn() {
        let mut cents = vec![1000; 1000];
        cents[500] = 2000;
        let chart = draw(&hourly(&cents), &STYLE);
        let top = chart.lines().next().unwrap();
        assert_eq!(top.find('|'), Some(7 + 1 + 11), "{chart}");
        assert_eq!(chart.matches('*').count(), 22, "{chart}");
    }

    #[test]
    fn every_chart_fits_and_says_its_extremes() {
        for cents in [
            vec![0, 0],
            vec![0, 1],
            vec![5, 3, 9],
            vec![0, u64::MAX],
            vec![u64::MAX],
            (0..200).map(|day| day * day % 97).collect(),
        ] {
            let visits = hourly(&cents);
            for width in [1, 80, 140] {
                let chart = draw(&visits, &ChartStyle { width, ..STYLE });
                for cents in [cents.iter().min(), cents.iter().max()] {
                    assert!(chart.contains(&dollars(*cents.unwrap())), "{chart}");
                }
                let widest = chart.lines().map(str::len).max().unwrap();
                assert!(width == 1 || widest <= width, "{widest}: {chart}");
            }
        }
    }

    #[test]
    fn visits_at_one_moment_stand_in_one_column() {
        let moment = |cents| Seen { at_ms: 7, cents };
        let chart = draw(&[moment(100), moment(300), moment(200)], &STYLE);
        assert_eq!(chart.matches('*').count(), 1, "{chart}");
        assert_eq!(draw(&[], &STYLE), "");
    }
}
