//! Marks as paths, black on white so that they are seen on every colour.

use super::super::fold::PageRow;
use super::super::state::MarkShape;
use super::layout::{CELL, Layout, px, x};

/// How large a mark is, in tenths of a pixel: as a row is thick, within limits.
const SMALLEST: u64 = 50;
const LARGEST: u64 = 90;

/// All marks, shape by shape.
pub(super) fn marks(rows: &[PageRow], layout: &Layout) -> String {
    let shapes = MarkShape::ALL.into_iter();
    let drawn = shapes.map(|shape| drawn(shape, &places(shape, rows, layout), layout.bar()));
    drawn.collect()
}

/// Where a shape stands. Marks in one row that would cover each other are
/// drawn as one.
fn places(shape: MarkShape, rows: &[PageRow], layout: &Layout) -> Vec<(u64, u64)> {
    let mut places = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut free = 0;
        for (cell, drawn) in row.cells.iter().enumerate() {
            let here = drawn.mark.is_some_and(|mark| mark.shape() == shape);
            if here && x(cell) >= free {
                places.push((x(cell) + CELL / 2, layout.middle(index)));
                free = x(cell) + SMALLEST.max(layout.bar()).min(LARGEST);
            }
        }
    }
    places
}

/// Marks of one shape in these places, for rows that are so thick; nothing for
/// none.
pub(super) fn drawn(shape: MarkShape, places: &[(u64, u64)], thick: u64) -> String {
    if places.is_empty() {
        return String::new();
    }
    let size = thick.clamp(SMALLEST, LARGEST);
    let draw = match shape {
        MarkShape::Ring => dot,
        MarkShape::Cross => cross,
        MarkShape::Diamond => diamond,
    };
    let path: String = places.iter().map(|(x, y)| draw(*x, *y, size)).collect();
    match shape {
        MarkShape::Ring => twice(&path, [("#000", size * 5 / 4), ("#fff", size * 5 / 8)]),
        MarkShape::Cross => twice(&path, [("#fff", size * 2 / 3), ("#000", size / 3)]),
        MarkShape::Diamond => format!("<path d=\"{path}\" stroke=\"#fff\"/>\n"),
    }
}

/// The same path twice, the first stroke behind the second.
fn twice(path: &str, strokes: [(&str, u64); 2]) -> String {
    let strokes = strokes.map(|(colour, width)| {
        let width = px(width);
        format!(
            "<path d=\"{path}\" stroke-linecap=\"round\" stroke=\"{colour}\" \
             stroke-width=\"{width}\"/>\n"
        )
    });
    strokes.concat()
}

/// A line of no length: with round ends, a disc.
fn dot(x: u64, y: u64, _size: u64) -> String {
    format!("M{} {}h0", px(x), px(y))
}

fn cross(x: u64, y: u64, size: u64) -> String {
    let (half, size) = (size * 2 / 5, px(size * 2 / 5 * 2));
    let (x, y) = (px(x.saturating_sub(half)), px(y.saturating_sub(half)));
    format!("M{x} {y}l{size} {size}m0-{size}l-{size} {size}")
}

fn diamond(x: u64, y: u64, size: u64) -> String {
    let (x, y, half) = (px(x), px(y.saturating_sub(size * 3 / 4)), px(size * 3 / 4));
    format!("M{x} {y}l{half} {half}-{half} {half}-{half}-{half}z")
}
