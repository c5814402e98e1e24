//! Text in XML.

use crate::fmt;
pub(super) use crate::fmt::escape::xml as escape;

use super::super::glyphs::Glyphs;
use super::super::text;
use super::layout::px;

/// Letters of a line, as wide as they usually are: nobody measures a font that
/// the reader's machine chooses.
pub(super) const LETTERS: usize = 100;

/// `words` in lines.
pub(super) fn wrapped(words: &str) -> Vec<String> {
    fmt::wrap(words, LETTERS)
}

/// A line of text; `x` and `y`, its base line, in tenths of a pixel.
pub(super) fn line(x: u64, y: u64, attributes: &str, words: &str) -> String {
    let (x, y, words) = (px(x), px(y), escape(words));
    format!("<text x=\"{x}\" y=\"{y}\" {attributes}>{words}</text>\n")
}

/// `words` in no more than so many letters.
pub(super) fn fit(words: &str, letters: usize) -> String {
    text::fit(words, letters, Glyphs::new(false))
}
