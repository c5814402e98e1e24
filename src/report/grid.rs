//! Laying cells out in columns, by the `tabled` crate: a rule under the head,
//! no other lines, words to the left and numbers to the right.

use tabled::builder::Builder;
use tabled::grid::util::string::get_text_width;
use tabled::settings::formatting::AlignmentStrategy;
use tabled::settings::object::{Cell, Columns, Rows};
use tabled::settings::style::{HorizontalLine, Style as Lines};
use tabled::settings::{Alignment, Padding, Span};

use super::columns::Column;

/// The line under the head.
const RULE: char = '─';

/// A row whose cells, from the third column on, are one text.
pub(super) struct Note {
    /// The cell of the first column.
    pub(super) place: String,
    /// The cell of the second column.
    pub(super) name: String,
    /// What stands instead of numbers, already in lines that fit.
    pub(super) text: String,
}

/// The table as text, without a line break at its end; `gap` blanks between
/// columns.
pub(super) fn lay_out(columns: &[&Column], notes: &[Note], gap: usize, bold: bool) -> String {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let mut table = cells(columns, notes, rows).build();
    let rule = HorizontalLine::new(RULE);
    table
        .with(Lines::empty().horizontals([(1, rule)]))
        .with(Padding::new(0, 0, 0, 0))
        .modify(Columns::new(1..), Padding::new(gap, 0, 0, 0))
        .modify(Rows::first(), Alignment::bottom())
        // Else a head of two lines is moved as one block, and its shorter line
        // does not stand over the numbers.
        .with(AlignmentStrategy::PerLine);
    for (index, column) in columns.iter().enumerate() {
        let side = if column.words {
            Alignment::left()
        } else {
            Alignment::right()
        };
        table.modify(Columns::one(index), side);
    }
    for row in rows + 1..=rows + notes.len() {
        let span = isize::try_from(columns.len().saturating_sub(2)).unwrap_or(1);
        table.modify(Cell::new(row, 2), Span::column(span));
        table.modify(Cell::new(row, 2), Alignment::left());
    }
    finished(&table.to_string(), bold)
}

fn cells(columns: &[&Column], notes: &[Note], rows: usize) -> Builder {
    let mut builder = Builder::default();
    builder.push_record(columns.iter().map(|column| column.head));
    for row in 0..rows {
        builder.push_record(columns.iter().map(|column| column.cells[row].as_str()));
    }
    for note in notes {
        let blanks = std::iter::repeat_n("", columns.len().saturating_sub(3));
        let cells = [note.place.as_str(), note.name.as_str(), note.text.as_str()];
        builder.push_record(cells.into_iter().chain(blanks));
    }
    builder
}

/// Without blanks at the ends of lines, which are noise in a diff, and with
/// the head in bold type if it is wanted.
fn finished(text: &str, bold: bool) -> String {
    let head = text
        .lines()
        .take_while(|line| !line.starts_with(RULE))
        .count();
    let lines = text.lines().map(str::trim_end).enumerate();
    let lines: Vec<String> = lines
        .map(|(index, line)| {
            if bold && index < head {
                in_bold(line)
            } else {
                line.to_owned()
            }
        })
        .collect();
    lines.join("\n")
}

/// `line` in bold type, and plain type after it.
pub(super) fn in_bold(line: &str) -> String {
    format!("\u{1b}[1m{line}\u{1b}[22m")
}

/// The columns that `text` takes on a screen.
pub(super) fn width(text: &str) -> usize {
    get_text_width(text)
}
