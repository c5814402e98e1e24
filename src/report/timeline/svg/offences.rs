//! What is marked, in the picture and below it.

use super::super::{Offence, words};
use super::layout::{LINE, MARGIN, px, x};
use super::sheet::Sheet;
use super::style;
use super::xml::{LETTERS, line, wrapped};

/// Offences that are told in words; the others are counted.
pub(super) const TOLD: usize = 2;

/// From what is offended to its frame, in tenths of a pixel.
const AROUND: u64 = 20;

/// A frame around each offence, and a sign in the margin.
pub(super) fn frames(sheet: &Sheet) -> String {
    let frames = sheet.look.marked.iter().filter_map(|offence| {
        let pages = offence.page_from..=offence.page_to;
        let first = sheet.rows.iter().position(|row| row.touches(&pages))?;
        let last = sheet.rows.iter().rposition(|row| row.touches(&pages))?;
        let (top, bottom) = (sheet.layout.row(first), sheet.layout.row(last + 1));
        let from = sheet.scale.nearest(offence.from_ns);
        let to = sheet.scale.nearest(offence.to_ns).max(from);
        let frame = format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" \
             stroke=\"{}\" stroke-width=\"3\"/>\n",
            px(x(from) - AROUND),
            px(top - AROUND),
            px(x(to) - x(from) + 2 * AROUND),
            px(bottom - top + 2 * AROUND),
            style::ALARM,
        );
        let y = top.midpoint(bottom) + 80;
        Some(frame + &line(MARGIN, y, &style::alarm(26), "!"))
    });
    frames.collect()
}

/// The sentences below the picture.
pub(super) fn foot(sheet: &Sheet) -> String {
    let top = sheet.layout.foot();
    let lines = sheet.foot.iter().enumerate().map(|(index, words)| {
        let y = top + index as u64 * LINE;
        line(MARGIN, y, &style::alarm(20), words)
    });
    lines.collect()
}

/// The sentences in lines.
pub(super) fn told(marked: &[Offence]) -> Vec<String> {
    let told = marked.iter().take(TOLD);
    let mut lines: Vec<String> = told
        .flat_map(|offence| wrapped(&words::told(&offence.what, 2 * LETTERS, false)))
        .collect();
    if marked.len() > TOLD {
        lines.push(format!("! and {} more", marked.len() - TOLD));
    }
    lines
}
