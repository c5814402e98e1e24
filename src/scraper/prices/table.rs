//! A table in the look of the report's: a rule under the head, no other
//! lines, words to the left and numbers to the right.

use tabled::builder::Builder;
use tabled::grid::util::string::get_text_width;
use tabled::settings::object::Columns;
use tabled::settings::style::{HorizontalLine, Style as Lines};
use tabled::settings::{Alignment, Padding, Width};

use super::Style;

/// Blanks between columns.
const GAP: usize = 2;
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
    style: &Style,
    narrowest: usize,
) -> String {
    let mut builder = Builder::default();
    builder.push_record(head.iter().copied());
    for row in rows {
        builder.push_record(&row[..head.len()]);
    }
    let mut table = builder.build();
    let rule = if style.ascii { '-' } else { '─' };
    table
        .with(Lines::empty().horizontals([(1, HorizontalLine::new(rule))]))
        .with(Padding::zero())
        .modify(Columns::new(1..), Padding::new(GAP, 0, 0, 0))
        .modify(Columns::new(1..), Alignment::right());
    let over = width(&table.to_string()).saturating_sub(style.width);
    if over > 0 {
        let widest = rows.iter().map(|row| width(&row[0])).max();
        let room = widest.unwrap_or(0).saturating_sub(over).max(narrowest);
        table.modify(Columns::first(), Width::wrap(room));
    }
    finished(&table.to_string(), style)
}

/// The columns that `text` takes on a screen.
pub(super) fn width(text: &str) -> usize {
    get_text_width(text)
}

/// Without blanks at the ends of lines, and with the head in bold type if
/// colour is wanted.
fn finished(text: &str, style: &Style) -> String {
    let lines = text.lines().map(str::trim_end).enumerate();
    let lines = lines.map(|(index, line)| match index {
        0 if style.colour => format!("\u{1b}[1m{line}\u{1b}[22m"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
