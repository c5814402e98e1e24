//! What stands where. Lengths are tenths of a pixel, save the whole picture's.

/// Width of the picture, in pixels.
pub(super) const WIDTH: u64 = 1280;
/// Height of the picture, in pixels.
pub(super) const HEIGHT: u64 = 720;
/// Where time begins.
pub(super) const LEFT: u64 = 1_800;
/// Where the axis ends.
pub(super) const RIGHT: u64 = LEFT + COLUMNS as u64 * CELL;
/// Cells of a row.
pub(super) const COLUMNS: usize = 360;
/// The base line of the facts below the title.
pub(super) const FACTS: u64 = 790;
/// From a line of text to the next.
pub(super) const LINE: u64 = 260;
/// From a line of the legend to the next.
pub(super) const LEGEND_LINE: u64 = 290;

/// Left of everything but the labels of rows and strips.
pub(super) const MARGIN: u64 = 300;
/// A cell's width: thin enough to round a moment to, and thick enough to be
/// seen alone.
pub(super) const CELL: u64 = 30;
/// Between two strips.
const STRIP_GAP: u64 = 90;
/// Ticks and times below the rows.
const AXIS: u64 = 360;
/// Rows at most, and how thick they are at least: others are not seen from the
/// back of a room.
const MOST_ROWS: u64 = 100;
const THINNEST_ROW: u64 = 34;
const STRIP: u64 = 260;
/// The first strip, that of the pages in flight.
const FIRST_STRIP: u64 = 560;
const TALLEST_FIRST_STRIP: u64 = 1_400;
const TALLEST_ROW: u64 = 300;
const BOTTOM: u64 = HEIGHT * 10 - 160;

/// What there is besides the rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Others {
    /// Lines of facts below the title.
    pub(super) facts: usize,
    /// Strips, the first of them that of the pages in flight.
    pub(super) strips: usize,
    /// Lines of the legend.
    pub(super) legend: usize,
    /// Lines of the foot.
    pub(super) foot: usize,
}

impl Others {
    fn top(self) -> u64 {
        FACTS + self.facts.saturating_sub(1) as u64 * LINE + 220
    }

    /// What is left for the rows.
    fn leave(self) -> u64 {
        let strips = FIRST_STRIP + self.strips.saturating_sub(1) as u64 * (STRIP + STRIP_GAP);
        let texts = self.legend as u64 * LEGEND_LINE + self.foot as u64 * LINE + 120;
        BOTTOM.saturating_sub(self.top() + AXIS + strips + STRIP_GAP + texts)
    }

    /// How many rows there may be.
    pub(super) fn most_rows(self) -> usize {
        usize::try_from((self.leave() / THINNEST_ROW).clamp(1, MOST_ROWS)).unwrap_or(1)
    }
}

/// Where rows, strips and texts stand, from the top to the bottom.
#[derive(Debug)]
pub(super) struct Layout {
    /// Where the first row begins.
    pub(super) top: u64,
    rows: u64,
    row: u64,
    first_strip: u64,
    legend_lines: u64,
    foot_lines: u64,
}

impl Layout {
    /// A layout of so many rows.
    pub(super) fn new(rows: usize, others: Others) -> Self {
        let rows = rows as u64;
        let left = others.leave();
        let row = (left / rows.max(1)).clamp(1, TALLEST_ROW);
        let spare = left.saturating_sub(row * rows);
        Self {
            top: others.top(),
            rows,
            row,
            first_strip: (FIRST_STRIP + spare).min(TALLEST_FIRST_STRIP),
            legend_lines: others.legend as u64,
            foot_lines: others.foot as u64,
        }
    }

    /// Where a row begins.
    pub(super) fn row(&self, index: usize) -> u64 {
        self.top + index as u64 * self.row
    }

    /// The middle of a row.
    pub(super) fn middle(&self, index: usize) -> u64 {
        self.row(index) + self.row / 2
    }

    /// How thick a bar is; thin rows have no room for gaps.
    pub(super) fn bar(&self) -> u64 {
        (self.row - self.row / 6).max(1)
    }

    /// Every so many rows there is room for a label.
    pub(super) fn rows_a_label(&self) -> usize {
        let least = 190_u64.div_ceil(self.row);
        let steps = [1, 2, 5, 10, 20, 50];
        let fitting = steps.into_iter().find(|step| *step >= least);
        usize::try_from(fitting.unwrap_or(100)).unwrap_or(100)
    }

    /// The line below the rows.
    pub(super) fn axis(&self) -> u64 {
        self.top + self.rows * self.row + 20
    }

    /// Where a strip begins, and how high it is.
    pub(super) fn strip(&self, index: usize) -> (u64, u64) {
        let first = self.axis() + AXIS;
        match index as u64 {
            0 => (first, self.first_strip),
            index => {
                let others = first + self.first_strip + STRIP_GAP;
                (others + (index - 1) * (STRIP + STRIP_GAP), STRIP)
            }
        }
    }

    /// The base line of the legend's first line.
    pub(super) fn legend(&self) -> u64 {
        BOTTOM.saturating_sub(
            self.foot_lines * LINE + self.legend_lines.saturating_sub(1) * LEGEND_LINE,
        )
    }

    /// The base line of the foot's first line.
    pub(super) fn foot(&self) -> u64 {
        BOTTOM.saturating_sub(self.foot_lines.saturating_sub(1) * LINE)
    }
}

/// Where a cell begins.
pub(super) fn x(cell: usize) -> u64 {
    LEFT + cell as u64 * CELL
}

/// Tenths of a pixel, as SVG writes pixels.
pub(super) fn px(tenths: u64) -> String {
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}
