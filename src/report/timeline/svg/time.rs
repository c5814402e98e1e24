//! The time axis, and where on it the run ended.

use super::super::axis::AxisTick;
use super::layout::{LEFT, RIGHT, px, x};
use super::sheet::Sheet;
use super::xml::line;

/// Cells from one tick to the next, at least.
const TICK_CELLS: usize = 40;
/// What the last time takes to the right of its tick, in tenths of a pixel.
const LAST_LABEL: u64 = 500;

/// The axis, with a thin line up from each tick.
pub(super) fn axis(sheet: &Sheet) -> String {
    let (top, bottom) = (sheet.layout.top, sheet.layout.axis());
    let ticks = sheet.scale.ticks(TICK_CELLS);
    let up = |tick: &AxisTick| format!("M{} {}V{}", px(x(tick.cell)), px(bottom + 60), px(top));
    let lines: Vec<String> = ticks.iter().map(up).collect();
    let labels: Vec<String> = ticks.iter().map(|tick| label(tick, bottom + 240)).collect();
    format!(
        "<path d=\"{}\" stroke=\"#ddd\"/>\n<path d=\"M{} {}H{}\" stroke=\"#222\"/>\n{}",
        lines.concat(),
        px(LEFT),
        px(bottom),
        px(RIGHT),
        labels.concat(),
    )
}

/// The time of a tick below it, or to its left where it would stand out.
fn label(tick: &AxisTick, y: u64) -> String {
    if x(tick.cell) + LAST_LABEL > RIGHT {
        line(RIGHT, y, "text-anchor=\"end\"", &tick.label)
    } else {
        line(x(tick.cell), y, "text-anchor=\"middle\"", &tick.label)
    }
}

/// Where the run ended, if the axis goes on.
pub(super) fn end(sheet: &Sheet) -> String {
    let Some(cell) = sheet.scale.end(sheet.wall_ns) else {
        return String::new();
    };
    let (top, bottom) = (sheet.layout.top, sheet.layout.axis());
    let path = format!("M{} {}V{}", px(x(cell)), px(top), px(bottom));
    let style = "text-anchor=\"middle\" font-size=\"16\"";
    let label = line(x(cell), top - 40, style, "end");
    format!("<path d=\"{path}\" stroke=\"#222\" stroke-dasharray=\"2 3\"/>\n{label}")
}
