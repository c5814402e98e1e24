//! Strips as areas.

use super::super::strip::Strip;
use super::layout::{LEFT, RIGHT, px, x};
use super::sheet::Sheet;
use super::style;
use super::xml::line;

/// All strips, with their labels.
pub(super) fn strips(sheet: &Sheet) -> String {
    let strips = sheet.strips.iter().enumerate().map(|(index, strip)| {
        let (top, height) = sheet.layout.strip(index);
        let bottom = top + height;
        let area = area(strip, top, height);
        let label = line(
            LEFT - 80,
            top.midpoint(bottom) + 60,
            "text-anchor=\"end\"",
            &strip.label,
        );
        let base = format!(
            "<path d=\"M{} {}H{}\" stroke=\"#888\"/>\n",
            px(LEFT),
            px(bottom),
            px(RIGHT)
        );
        area + &base + &label
    });
    strips.collect()
}

/// A strip as an area, from `top` at its peak down to zero.
fn area(strip: &Strip, top: u64, height: u64) -> String {
    let bottom = top + height;
    let level = |value: Option<u64>| {
        let part = u128::from(value.unwrap_or(0)) * u128::from(height);
        bottom - u64::try_from(part / u128::from(strip.top.max(1))).unwrap_or(0)
    };
    let mut path = vec![format!("M{} {}", px(x(0)), px(bottom))];
    let mut cell = 0;
    for run in strip.cells.chunk_by(|a, b| a == b) {
        cell += run.len();
        path.push(format!("V{}H{}", px(level(run[0])), px(x(cell))));
    }
    format!(
        "<path d=\"{}V{}z\" fill=\"{}\"/>\n",
        path.concat(),
        px(bottom),
        style::STRIP
    )
}
