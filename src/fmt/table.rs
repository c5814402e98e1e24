//! Tables, laid out by the `tabled` crate: a rule under the head and no other
//! lines, words to the left and numbers to the right.

use tabled::builder::Builder;
use tabled::settings::formatting::AlignmentStrategy;
use tabled::settings::object::{Cell, Columns, Rows};
use tabled::settings::style::{HorizontalLine, Style};
use tabled::settings::{Alignment, Padding, Span, Width};

use super::escape::{block, plain};
use super::text::width;

/// Blanks between columns, unless a table asks for others.
const GAP: usize = 2;

/// The side of a column that its cells are at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

impl Align {
    fn side(self) -> Alignment {
        match self {
            Self::Left => Alignment::left(),
            Self::Right => Alignment::right(),
        }
    }
}

#[derive(Debug, Clone)]
struct Column {
    head: String,
    align: Align,
    gap: usize,
}

#[derive(Debug, Clone)]
struct Row {
    cells: Vec<String>,
    /// Whether the last cell spans the rest of the columns.
    spans: bool,
}

/// Columns with heads of one or more lines, and rows of cells.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
    rule: char,
    bold: bool,
    /// The columns of the screen, and the least of them for the first column.
    limit: Option<(usize, usize)>,
}

impl Table {
    /// A table without rows.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = (S, Align)>) -> Self {
        let column = |(head, align): (S, Align)| Column {
            head: block(&head.into(), false),
            align,
            gap: GAP,
        };
        Self {
            columns: columns.into_iter().map(column).collect(),
            rows: Vec::new(),
            rule: '─',
            bold: false,
            limit: None,
        }
    }

    /// Adds a row with a cell a column.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) -> &mut Self {
        self.push(cells, false)
    }

    /// Adds a row whose last cell spans the rest of the columns, at the left:
    /// a heading, or a reason for no numbers.
    pub fn note<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) -> &mut Self {
        self.push(cells, true)
    }

    fn push<S: Into<String>>(
        &mut self,
        cells: impl IntoIterator<Item = S>,
        spans: bool,
    ) -> &mut Self {
        // A cell may have lines of its own.
        let cells = cells.into_iter().map(|cell| block(&cell.into(), false));
        let cells = cells.collect();
        self.rows.push(Row { cells, spans });
        self
    }

    /// Blanks before each column from `first` on.
    pub fn gap(&mut self, first: usize, blanks: usize) -> &mut Self {
        let columns = self.columns.iter_mut().skip(first);
        columns.for_each(|column| column.gap = blanks);
        self
    }

    /// With a rule of `-` where there is only ASCII.
    pub fn ascii(&mut self, ascii: bool) -> &mut Self {
        self.rule = if ascii { '-' } else { '─' };
        self
    }

    /// With the head in bold type.
    pub fn bold(&mut self, bold: bool) -> &mut Self {
        self.bold = bold;
        self
    }

    /// Breaks the words of the first column where the table would be wider
    /// than `limit`, into lines of no fewer columns than `narrowest`.
    pub fn fit(&mut self, limit: usize, narrowest: usize) -> &mut Self {
        self.limit = Some((limit, narrowest));
        self
    }

    /// The table for a terminal, without a line break at its end and without
    /// blanks at the ends of lines, which are noise in a diff.
    #[must_use]
    pub fn render(&self) -> String {
        let mut table = self.cells().build();
        self.lay_out(&mut table);
        if let Some((limit, narrowest)) = self.limit {
            let over = widest(&table.to_string()).saturating_sub(limit);
            if over > 0 {
                let first = self.rows.iter().filter_map(|row| row.cells.first());
                let first = first.map(|cell| widest(cell)).max().unwrap_or(0);
                let room = first.saturating_sub(over).max(narrowest);
                table.modify(Columns::first(), Width::wrap(room));
            }
        }
        self.finished(&table.to_string())
    }

    /// The columns that [`Table::render`] takes on a screen.
    #[must_use]
    pub fn width(&self) -> usize {
        widest(&self.render())
    }

    /// The table for markdown: a line a row, heads on one line. The cells must
    /// have been escaped.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut builder = Builder::default();
        builder.push_record(self.columns.iter().map(|column| one_line(&column.head)));
        for row in &self.rows {
            builder.push_record(self.filled(row).map(plain));
        }
        let mut table = builder.build();
        table.with(Style::markdown());
        for (index, column) in self.columns.iter().enumerate() {
            table.modify(Columns::one(index), column.align.side());
        }
        let text = table.to_string();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[1] = self.sides(&lines[1]);
        lines.join("\n")
    }

    /// The line under a head of markdown, `|---|---|`, with the side of each
    /// column, which `tabled` leaves out: `|:--|--:|`.
    fn sides(&self, rule: &str) -> String {
        let parts = rule.trim_matches('|').split('|').zip(&self.columns);
        let sides = parts.map(|(dashes, column)| match column.align {
            Align::Left => format!("|:{}", &dashes[1..]),
            Align::Right => format!("|{}:", &dashes[1..]),
        });
        sides.collect::<String>() + "|"
    }

    fn cells(&self) -> Builder {
        let mut builder = Builder::default();
        builder.push_record(self.columns.iter().map(|column| column.head.as_str()));
        for row in &self.rows {
            builder.push_record(self.filled(row));
        }
        builder
    }

    /// The cells of `row`, and blank ones for the columns beyond them.
    fn filled<'a>(&self, row: &'a Row) -> impl Iterator<Item = &'a str> {
        let blanks = self.columns.len().saturating_sub(row.cells.len());
        let cells = row.cells.iter().map(String::as_str);
        cells.chain(std::iter::repeat_n("", blanks))
    }

    fn lay_out(&self, table: &mut tabled::Table) {
        table
            .with(Style::empty().horizontals([(1, HorizontalLine::new(self.rule))]))
            .with(Padding::zero())
            .modify(Rows::first(), Alignment::bottom())
            // Else a head of two lines is moved as one block, and its shorter
            // line is not above the numbers.
            .with(AlignmentStrategy::PerLine);
        for (index, column) in self.columns.iter().enumerate() {
            let gap = if index == 0 { 0 } else { column.gap };
            table
                .modify(Columns::one(index), Padding::new(gap, 0, 0, 0))
                .modify(Columns::one(index), column.align.side());
        }
        self.span(table);
    }

    fn span(&self, table: &mut tabled::Table) {
        let notes = self.rows.iter().enumerate().filter(|(_, row)| row.spans);
        for (index, row) in notes {
            let place = row.cells.len().saturating_sub(1);
            let columns = self.columns.len().saturating_sub(place);
            let last = Cell::new(index + 1, place);
            table
                .modify(last, Span::column(isize::try_from(columns).unwrap_or(1)))
                .modify(last, Alignment::left());
        }
    }

    fn finished(&self, text: &str) -> String {
        let is_rule = |line: &&str| line.starts_with(self.rule);
        let head = text.lines().take_while(|line| !is_rule(line)).count();
        let lines = text.lines().map(str::trim_end).enumerate();
        let lines = lines.map(|(index, line)| {
            if self.bold && index < head {
                bold(line)
            } else {
                line.to_owned()
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// `line` in bold type, and plain type after it.
#[must_use]
pub fn bold(line: &str) -> String {
    format!("\u{1b}[1m{line}\u{1b}[22m")
}

/// A head without its line breaks; "connec-\ntions" is one word broken for the
/// terminal.
fn one_line(head: &str) -> String {
    plain(&head.replace("-\n", ""))
}

fn widest(text: &str) -> usize {
    text.lines().map(width).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Align::{Left, Right};
    use super::*;

    fn table() -> Table {
        let mut table = Table::new([("driver", Left), ("wall\nms", Right), ("", Left)]);
        table.row(["a", "5", "x"]).row(["longer", "1,234", ""]);
        table
    }

    #[test]
    fn words_are_at_the_left_and_numbers_at_the_right() {
        let text = table().render();
        assert_eq!(
            text,
            "         wall\ndriver     ms\n────────────────\na           5  x\nlonger  1,234"
        );
    }

    #[test]
    fn the_last_cell_of_a_note_spans_the_rest() {
        let mut table = table();
        table.note(["b", "failed: no answer"]);
        assert!(table.render().ends_with("\nb       failed: no answer"));
    }

    #[test]
    fn only_the_head_is_bold() {
        let text = table().bold(true).render();
        assert_eq!(text.matches("\u{1b}[1m").count(), 2);
        assert!(text.starts_with("\u{1b}[1m"), "{text}");
    }

    #[test]
    fn the_first_column_is_broken_where_the_screen_is_narrow() {
        let mut table = Table::new([("", Left), ("n", Right)]);
        table.row(["one two three", "1"]).fit(12, 5);
        assert!(table.width() <= 12, "{}", table.render());
    }

    #[test]
    fn markdown_has_a_line_a_row() {
        let text = table().markdown();
        assert_eq!(
            text,
            "| driver | wall ms |   |\n\
             |:-------|--------:|:--|\n\
             | a      |       5 | x |\n\
             | longer |   1,234 |   |"
        );
    }
}
