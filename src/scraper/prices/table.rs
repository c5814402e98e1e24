//! A table in the look of the report's: a rule under the head, no other
//! lines, words to the left and numbers to the right.

use super::ChartStyle;
use crate::fmt::{self, Align, Table};

/// Words are broken into lines of no fewer characters than this.
pub(super) const NARROWEST: usize = 10;
/// Or not at all.
pub(super) const WHOLE: usize = usize::MAX;

/// Rows under their head, as many of their cells as it has; the first column is
/// words, the others numbers. Where the table is wider than the screen the
/// words are broken into lines of no fewer than `narrowest` characters.
pub(super) fn lay_out(
    head: &[&str],
    rows: &[Vec<String>],
    style: &ChartStyle,
    narrowest: usize,
) -> String {
    let columns = head.iter().enumerate().map(|(index, &head)| match index {
        0 => (head, Align::Left),
        _ => (head, Align::Right),
    });
    let mut table = Table::new(columns);
    for row in rows {
        table.row(row[..head.len()].iter().map(String::as_str));
    }
    table
        .ascii(style.ascii)
        .bold(style.colour)
        .fit(style.width, narrowest)
        .render()
}

/// The columns that `text` takes on a screen.
pub(super) fn width(text: &str) -> usize {
    text.lines().map(fmt::width).max().unwrap_or(0)
}
