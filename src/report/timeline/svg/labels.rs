//! What stands to the left of the rows, and the legend below.

use super::layout::{LEFT, LEGEND_LINE};
use super::sheet::Sheet;
use super::style;
use super::xml::{fit, line};

/// Letters of a label.
const LETTERS: usize = 18;

/// The pages of the rows, of as many as there is room for.
pub(super) fn rows(sheet: &Sheet) -> String {
    let apart = sheet.layout.rows_a_label();
    let labelled = sheet.rows.iter().enumerate().step_by(apart);
    let labels = labelled.map(|(index, row)| {
        let y = sheet.layout.middle(index) + 60;
        let words = fit(&row.label(index == 0), LETTERS);
        line(LEFT - 80, y, "text-anchor=\"end\" font-size=\"16\"", &words)
    });
    labels.collect()
}

/// The legend.
pub(super) fn legend(sheet: &Sheet) -> String {
    let top = sheet.layout.legend();
    let lines = sheet.legend.iter().enumerate().map(|(index, entries)| {
        let y = top + index as u64 * LEGEND_LINE;
        style::legend_line(entries, y)
    });
    lines.collect()
}
