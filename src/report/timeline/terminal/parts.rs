//! The parts of the picture, each as lines of characters.

use crate::fmt;

use super::super::axis::AxisTick;
use super::super::fold::{PageRow, PictureCell};
use super::super::glyphs::{colour, colour_of_mark, paint};
use super::super::strip::Strip;
use super::super::{Offence, legend, text, words};
use super::Canvas;

/// Columns from one tick to the next, at least.
const TICK_COLUMNS: usize = 10;
/// Ticks at most, or a wide axis is full of numbers.
const MOST_TICKS: usize = 8;
/// Offences that are told in words; the others are counted.
const OFFENCES_TOLD: usize = 3;

impl Canvas<'_> {
    pub(super) fn rows(&self, rows: &[PageRow]) -> Vec<String> {
        let lines = rows.iter().enumerate().map(|(index, row)| {
            let offends = |offence: &Offence| row.touches(&(offence.page_from..=offence.page_to));
            let marker = if self.look.marked.iter().any(offends) {
                self.alarm("!")
            } else {
                " ".to_owned()
            };
            let label = row.label(index == 0);
            marker + &self.line(&label, self.glyphs.border, &self.cells(&row.cells))
        });
        lines.collect()
    }

    /// A label, the border and what is to the right of it.
    fn line(&self, label: &str, border: char, right: &str) -> String {
        let label = text::fit(&self.plain(label), self.labels, self.glyphs);
        let indent = self.labels - fmt::width(&label);
        format!("{:indent$}{label} {border}{right}", "")
    }

    fn cells(&self, cells: &[PictureCell]) -> String {
        let end = cells
            .iter()
            .rposition(|cell| *cell != PictureCell::default())
            .map_or(0, |last| last + 1);
        let looks: Vec<_> = cells[..end]
            .iter()
            .map(|cell| self.look_of(*cell))
            .collect();
        let runs = looks.chunk_by(|a, b| a.1 == b.1).map(|run| {
            let text: String = run.iter().map(|(glyph, _)| glyph).collect();
            paint(&text, run[0].1, self.look.colour)
        });
        runs.collect()
    }

    fn look_of(&self, cell: PictureCell) -> (char, &'static str) {
        match (cell.mark, cell.state) {
            (Some(mark), _) => (
                self.glyphs.shape(mark.shape()),
                colour_of_mark(mark.shape()),
            ),
            (None, Some(state)) => (self.glyphs.state(state), colour(state)),
            (None, None) => (' ', ""),
        }
    }

    pub(super) fn axis(&self) -> Vec<String> {
        let apart = TICK_COLUMNS.max(self.scale.cells() / MOST_TICKS);
        let ticks = self.scale.ticks(apart);
        let mut line = vec![self.glyphs.along; self.scale.cells()];
        for tick in &ticks {
            line[tick.cell.min(self.scale.cells() - 1)] = self.glyphs.tick;
        }
        if let Some(cell) = self.end {
            line[cell] = self.glyphs.end;
        }
        let line: String = line.into_iter().collect();
        vec![
            " ".to_owned() + &self.line("", self.glyphs.corner, &line),
            " ".to_owned() + &self.line("", ' ', &self.times(&ticks)),
        ]
    }

    /// The times below their ticks. The last one has the unit, so it is placed
    /// first, and the others if there is room before it.
    fn times(&self, ticks: &[AxisTick]) -> String {
        let mut end = self.scale.cells();
        let mut times = String::new();
        for tick in ticks.iter().rev() {
            let label = self.plain(&tick.label);
            let columns = fmt::width(&label);
            if columns <= end {
                let begin = tick.cell.min(end - columns);
                let rest = " ".repeat(end - begin - columns) + &times;
                times = label + &rest;
                end = begin.saturating_sub(1);
                times.insert_str(0, &" ".repeat(begin - end));
            }
        }
        " ".repeat(end) + &times
    }

    /// A strip of so many lines, the highest first.
    pub(super) fn strip(&self, strip: &Strip, tall: usize) -> Vec<String> {
        let lines = (0..tall).rev().map(|line| {
            let cells: String = strip
                .cells
                .iter()
                .map(|value| self.level(*value, strip.top, line, tall))
                .collect();
            let label = if line == tall - 1 { &strip.label } else { "" };
            " ".to_owned() + &self.line(label, self.glyphs.border, &cells)
        });
        lines.collect()
    }

    /// How much of a cell in `line`, counted from the bottom, is below `value`.
    fn level(&self, value: Option<u64>, top: u64, line: usize, tall: usize) -> char {
        let ramp = self.glyphs.ramp;
        let full = ramp.len() - 1;
        let whole = u128::from(value.unwrap_or(0)) * (full * tall) as u128;
        // Rounded up: what is there is seen.
        let steps = usize::try_from(whole.div_ceil(u128::from(top.max(1)))).unwrap_or(full);
        ramp[steps.saturating_sub(line * full).min(full)]
    }

    pub(super) fn legend(&self, rows: &[PageRow]) -> Vec<String> {
        let states = legend::states(rows)
            .into_iter()
            .map(|state| (self.glyphs.state(state), state.words().to_owned()));
        let shapes = legend::shapes(rows)
            .into_iter()
            .map(|(shape, words)| (self.glyphs.shape(shape), words));
        let end = self
            .end
            .map(|_| (self.glyphs.end, "end of the run".to_owned()));
        let pieces: Vec<String> = states
            .chain(shapes)
            .chain(end)
            .map(|(glyph, words)| format!("{glyph} {words}"))
            .collect();
        text::pack(&pieces, "   ", self.width, self.glyphs)
    }

    pub(super) fn foot(&self) -> Vec<String> {
        let marked = &self.look.marked;
        let told = marked.iter().take(OFFENCES_TOLD);
        let mut lines: Vec<String> = told
            .flat_map(|offence| {
                let what = words::told(&offence.what, 2 * self.width, self.look.ascii);
                fmt::wrap(&what, self.width)
            })
            .collect();
        if marked.len() > OFFENCES_TOLD {
            lines.push(format!("! and {} more", marked.len() - OFFENCES_TOLD));
        }
        lines.iter().map(|line| self.alarm(line)).collect()
    }
}
