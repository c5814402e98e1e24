//! The printed text of a lesson: pure functions of the lesson and its results.
//!
//! | file | what |
//! |---|---|
//! | `question.rs` | the list of lessons, the question, the teacher's notes |
//! | `pictures.rs` | one picture for each run |
//! | `results.rs` | the figures of all runs side by side, and their formulas |
//! | `verdict.rs` | guess, formula and measurement; the reason; the knob |

mod pictures;
mod question;
mod results;
mod verdict;

pub use pictures::{Picture, pictures};
pub use question::{choices, list, notes, question};
pub use results::results;
pub use verdict::{Guessed, after, verdict};

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintStyle {
    /// Columns of the terminal.
    pub width: usize,
    /// Lines of the terminal.
    pub height: usize,
    /// Whether to use only ASCII characters.
    pub ascii: bool,
    /// Whether to add colour.
    pub colour: bool,
}

impl PrintStyle {
    /// Text is never wider than this.
    const WIDEST: usize = 100;

    fn text_width(&self) -> usize {
        self.width.clamp(40, Self::WIDEST)
    }

    /// `text` in lines of this width, with a line break at the end.
    fn paragraph(&self, mark: &str, text: &str) -> String {
        let text = crate::fmt::hanging(mark, text.trim(), self.text_width());
        self.signs(&text) + "\n"
    }

    /// In ASCII, if asked for.
    fn signs(&self, text: &str) -> String {
        if self.ascii {
            super::quantity::in_ascii(text)
        } else {
            text.to_owned()
        }
    }
}

/// The letter of the choice at `place`.
fn letter(place: usize) -> char {
    super::guess::letter(place).unwrap_or('?')
}
