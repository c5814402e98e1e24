//! Lives of pages, folded into rows of cells.
//!
//! A row may hold many pages, and a cell a long time. What a cell shows:
//!
//! 1. A mark, if there is one in it.
//! 2. What most page-time in it goes to among the states in which somebody is
//!    at a page; but computing, if it goes on for half of the cell: cores are
//!    few, so that it would never win over the pages that wait for them.
//! 3. What most page-time goes to among the ways of waiting.
//!
//! On a fine scale, a row of one page also shows where its body arrived, though
//! that take but a part of a cell: on a coarse one this would make a network
//! look busy that is not.
//!
//! The ends of what somebody does at a page are rounded to whole cells, so
//! that two pages one after the other do not seem to overlap, and it always
//! takes at least one cell.

use std::ops::RangeInclusive;

use super::axis::Scale;
use super::life::{Life, Lives};
use super::state::{Mark, State, StateSpan};

/// A scale with so many cells is fine: one cell more or less is not seen.
const FINE_CELLS: usize = 300;

/// One cell of the picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PictureCell {
    /// What goes on in it; `None` before and after.
    pub(super) state: Option<State>,
    /// What befell a page in it.
    pub(super) mark: Option<Mark>,
}

/// One row of the picture.
#[derive(Debug)]
pub(super) struct PageRow {
    /// Its first page.
    pub(super) first: u64,
    /// Its last page.
    pub(super) last: u64,
    /// Its cells, from the left.
    pub(super) cells: Vec<PictureCell>,
}

impl PageRow {
    /// Whether it has one of these pages.
    pub(super) fn touches(&self, pages: &RangeInclusive<u64>) -> bool {
        self.first <= *pages.end() && self.last >= *pages.start()
    }

    /// Its pages: `7`, or `10-19`; the first row says what these numbers are.
    pub(super) fn label(&self, is_first: bool) -> String {
        let (first, last) = (self.first, self.last);
        match (is_first, first == last) {
            (true, true) => format!("page {first}"),
            (true, false) => format!("pages {first}-{last}"),
            (false, true) => first.to_string(),
            (false, false) => format!("{first}-{last}"),
        }
    }
}

/// The rows of all pages, as few as `most` at a time.
pub(super) fn fold(lives: &Lives, scale: Scale, most: usize) -> Vec<PageRow> {
    let size = pages_a_row(lives.pages, most);
    let rows = (0..lives.pages.div_ceil(size)).map(|row| {
        let first = row * size;
        let last = first.saturating_add(size - 1).min(lives.pages - 1);
        let cells = folded(lives, first..=last, scale);
        PageRow { first, last, cells }
    });
    rows.collect()
}

/// Pages a row so that there are at most `most` rows: 1, 2, 3, 4, 5, 10, 20,
/// 30 and so on, because rows should begin at round numbers.
fn pages_a_row(pages: u64, most: usize) -> u64 {
    let least = pages.div_ceil(u64::try_from(most).unwrap_or(u64::MAX).max(1));
    let powers = (0..20).map(|power| 10_u64.pow(power));
    let mut sizes = powers.flat_map(|power| (1..=5).map(move |n| power.saturating_mul(n)));
    sizes.find(|size| *size >= least).unwrap_or(u64::MAX)
}

fn folded(lives: &Lives, pages: RangeInclusive<u64>, scale: Scale) -> Vec<PictureCell> {
    let mut sums = Sums::new(scale);
    sums.shows_arrivals = scale.cells() >= FINE_CELLS && pages.start() == pages.end();
    let known = lives.of.range(pages.clone());
    let unknown = (pages.end() - pages.start() + 1).saturating_sub(known.clone().count() as u64);
    sums.add(State::Waiting, 0, lives.wall_ns, unknown);
    for (_, life) in known {
        sums.add_life(life);
    }
    sums.cells()
}

/// What is known of the cells of a row.
struct Sums {
    scale: Scale,
    /// Page-time in each state, in nanoseconds.
    time_ns: Vec<[u64; State::COUNT]>,
    /// Whether somebody is at a page.
    active: Vec<bool>,
    /// Whether a body arrives, if that is to be shown.
    arrivals: Vec<bool>,
    shows_arrivals: bool,
    marks: Vec<Option<Mark>>,
}

impl Sums {
    fn new(scale: Scale) -> Self {
        Self {
            scale,
            time_ns: vec![[0; State::COUNT]; scale.cells()],
            active: vec![false; scale.cells()],
            arrivals: vec![false; scale.cells()],
            shows_arrivals: false,
            marks: vec![None; scale.cells()],
        }
    }

    fn add_life(&mut self, life: &Life) {
        for span in &life.spans {
            self.add(span.state, span.from_ns, span.to_ns, 1);
        }
        for (from_ns, to_ns) in activities(&life.spans) {
            self.activate(from_ns, to_ns);
        }
        let bodies = life.spans.iter().filter(|span| span.state == State::Body);
        for body in bodies.filter(|body| body.to_ns <= self.scale.until_ns()) {
            self.arrivals[self.scale.cell(body.to_ns - 1)] = self.shows_arrivals;
        }
        for &(mark, at_ns) in &life.marks {
            self.mark(mark, at_ns);
        }
    }

    /// So many pages are in `state` for that long.
    fn add(&mut self, state: State, from_ns: u64, to_ns: u64, pages: u64) {
        let to_ns = to_ns.min(self.scale.until_ns());
        if pages == 0 || from_ns >= to_ns {
            return;
        }
        for cell in self.scale.cell(from_ns)..=self.scale.cell(to_ns - 1) {
            let from = from_ns.max(self.scale.begins(cell));
            let to = to_ns.min(self.scale.begins(cell + 1));
            // Not nothing, where a nanosecond is wider than a cell.
            let time = to.saturating_sub(from).max(1).saturating_mul(pages);
            let sum = &mut self.time_ns[cell][state.index()];
            *sum = sum.saturating_add(time);
        }
    }

    fn activate(&mut self, from_ns: u64, to_ns: u64) {
        let to_ns = to_ns.min(self.scale.until_ns());
        if from_ns >= to_ns {
            return;
        }
        let (from, to) = (self.scale.nearest(from_ns), self.scale.nearest(to_ns));
        if from < to {
            self.active[from..to].fill(true);
        } else {
            let middle = from_ns + (to_ns - from_ns) / 2;
            self.active[self.scale.cell(middle)] = true;
        }
    }

    fn mark(&mut self, mark: Mark, at_ns: u64) {
        if at_ns <= self.scale.until_ns() {
            // An end belongs to what came before.
            let at_ns = at_ns.saturating_sub(u64::from(mark != Mark::Retried));
            let place = &mut self.marks[self.scale.cell(at_ns)];
            *place = (*place).max(Some(mark));
        }
    }

    fn cells(&self) -> Vec<PictureCell> {
        let cells = (0..self.scale.cells()).map(|cell| PictureCell {
            state: self.winner(cell),
            mark: self.marks[cell],
        });
        cells.collect()
    }

    fn winner(&self, cell: usize) -> Option<State> {
        let time_ns = &self.time_ns[cell];
        let length = self.scale.begins(cell + 1) - self.scale.begins(cell);
        let active = self.active[cell];
        if self.arrivals[cell] {
            return Some(State::Body);
        }
        if active && time_ns[State::Computing.index()] > length / 2 {
            return Some(State::Computing);
        }
        let there = State::ALL
            .into_iter()
            .filter(|state| time_ns[state.index()] > 0);
        let fitting = there.filter(|state| state.is_active() == active);
        fitting.max_by_key(|state| time_ns[state.index()])
    }
}

/// The times in which somebody is at the page, whatever he does.
fn activities(spans: &[StateSpan]) -> Vec<(u64, u64)> {
    let mut activities: Vec<(u64, u64)> = Vec::new();
    for span in spans.iter().filter(|span| span.state.is_active()) {
        match activities.last_mut() {
            Some((_, to_ns)) if *to_ns == span.from_ns => *to_ns = span.to_ns,
            _ => activities.push((span.from_ns, span.to_ns)),
        }
    }
    activities
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
