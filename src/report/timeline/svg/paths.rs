//! Rows and strips as paths. All bars of one state are one path, each of them
//! a stroke as thick as the row: ten bytes where a rectangle takes fifty.

use super::super::fold::PageRow;
use super::super::state::State;
use super::layout::{Layout, px, x};
use super::style;

/// The bars of all rows, state by state.
pub(super) fn rows(rows: &[PageRow], layout: &Layout) -> String {
    let states = State::ALL.into_iter();
    let drawn = states.map(|state| (state, bars(state, rows, layout)));
    drawn
        .filter(|(_, path)| !path.is_empty())
        .map(|(state, path)| style::bar(state, &path, layout.bar()))
        .collect()
}

fn bars(state: State, rows: &[PageRow], layout: &Layout) -> String {
    let mut path = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut cell = 0;
        for run in row.cells.chunk_by(|a, b| a.state == b.state) {
            if run[0].state == Some(state) {
                let (left, right) = (x(cell), x(cell + run.len()));
                path.push(format!(
                    "M{} {}H{}",
                    px(left),
                    px(layout.middle(index)),
                    px(right)
                ));
            }
            cell += run.len();
        }
    }
    path.concat()
}
