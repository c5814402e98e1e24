//! The characters and colours of the picture in a terminal.
//!
//! Shape tells them apart; colour is an addition. In Unicode they are all one
//! column wide, save in terminals set up for East Asian text, where some have
//! two: there, ask for ASCII.

use super::state::{MarkShape, State};

/// What to draw with.
#[derive(Debug)]
pub(super) struct Glyphs {
    /// By [`State::index`].
    states: [char; State::COUNT],
    ring: char,
    cross: char,
    diamond: char,
    /// From nothing to a full cell.
    pub(super) ramp: &'static [char],
    /// Between the margin and the cells.
    pub(super) border: char,
    pub(super) corner: char,
    pub(super) along: char,
    pub(super) tick: char,
    /// Where on the axis the run ended.
    pub(super) end: char,
    /// For what was left out of a text.
    pub(super) cut: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    states: ['⋅', ':', '╌', '≡', '░', '█', '▄', '_', '▞'],
    ring: '○',
    cross: '✕',
    diamond: '◆',
    ramp: &[' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
    border: '│',
    corner: '└',
    along: '─',
    tick: '┬',
    end: '┴',
    cut: "…",
};

const ASCII: Glyphs = Glyphs {
    states: ['.', ':', '-', '+', '=', '#', '?', '_', '%'],
    ring: 'o',
    cross: 'x',
    diamond: 'F',
    ramp: &[' ', '.', ':', '-', '=', '+', '*', '#'],
    border: '|',
    corner: '+',
    along: '-',
    tick: '+',
    end: '^',
    cut: "...",
};

impl Glyphs {
    pub(super) fn new(ascii: bool) -> &'static Self {
        if ascii { &ASCII } else { &UNICODE }
    }

    pub(super) fn state(&self, state: State) -> char {
        self.states[state.index()]
    }

    pub(super) fn shape(&self, shape: MarkShape) -> char {
        match shape {
            MarkShape::Ring => self.ring,
            MarkShape::Cross => self.cross,
            MarkShape::Diamond => self.diamond,
        }
    }
}

/// The colour of what must be seen first: bold red.
pub(super) const ALARM: &str = "1;31";

/// The colour of a mark: alarm where something failed.
pub(super) fn colour_of_mark(shape: MarkShape) -> &'static str {
    match shape {
        MarkShape::Ring => "1;33",
        MarkShape::Cross | MarkShape::Diamond => ALARM,
    }
}

/// The colour of a state, as a terminal is told (ECMA-48, SGR): those that
/// every theme makes readable, and none for what should not draw the eye.
pub(super) fn colour(state: State) -> &'static str {
    match state {
        State::Waiting | State::Pausing | State::Shelved => "2",
        State::Wire => "36",
        State::Queued => "33",
        State::Served => "34",
        State::Body => "32",
        State::Unnoticed => "35",
        State::Computing => "31",
    }
}

/// `text` in a colour, if colour is used.
pub(super) fn paint(text: &str, colour: &str, coloured: bool) -> String {
    if coloured && !colour.is_empty() && !text.trim().is_empty() {
        format!("\u{1b}[{colour}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}
