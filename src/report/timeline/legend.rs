//! What there is to explain: only what is to be seen.

use super::fold::{PageRow, PictureCell};
use super::state::{Mark, MarkShape, State};

/// The states that are drawn, in the order of a page's life.
pub(super) fn states(rows: &[PageRow]) -> Vec<State> {
    let drawn = |state: &State| cells(rows).any(|cell| cell.state == Some(*state));
    State::ALL.into_iter().filter(drawn).collect()
}

/// The shapes that are drawn, each with what it stands for here.
pub(super) fn shapes(rows: &[PageRow]) -> Vec<(MarkShape, String)> {
    let drawn = |mark: &Mark| cells(rows).any(|cell| cell.mark == Some(*mark));
    let marks: Vec<Mark> = Mark::ALL.into_iter().filter(drawn).collect();
    let explained = MarkShape::ALL.map(|shape| {
        let marks = marks.iter().filter(|mark| mark.shape() == shape);
        let words: Vec<&str> = marks.map(|mark| mark.words()).collect();
        (shape, words.join(" or "))
    });
    let explained = explained.into_iter().filter(|(_, words)| !words.is_empty());
    explained.collect()
}

fn cells(rows: &[PageRow]) -> impl Iterator<Item = &PictureCell> {
    rows.iter().flat_map(|row| &row.cells)
}
